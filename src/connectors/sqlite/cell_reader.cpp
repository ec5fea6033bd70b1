#include "connectors/sqlite/cell_reader.h"

#include <charconv>
#include <cmath>

#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::sqlite {
namespace {

using driver::ColumnType;
using driver::DbError;

std::string_view TextOf(sqlite3_stmt* s, int column) {
  const char* data = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
  return {data, static_cast<size_t>(sqlite3_column_bytes(s, column))};
}

// Sixteen digits, as Prisma reads decimals that are kept as floating point numbers.
std::optional<std::string> DecimalOf(double number) {
  char text[48];
  auto [end, code] = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific, 15);
  return ParseDecimal({text, static_cast<size_t>(end - text)});
}

[[noreturn]] void Fail(sqlite3_stmt* s, int column) {
  DbError error;
  error.kind = DbError::Kind::kConversion;
  error.column_index = static_cast<uint32_t>(column);
  switch (sqlite3_column_type(s, column)) {
    case SQLITE_BLOB:
      error.text = "bytes";
      break;
    case SQLITE_TEXT:
      error.text = "\"" + std::string(TextOf(s, column)) + "\"";
      break;
    case SQLITE_FLOAT:
      // As Prisma names such a number.
      error.text = "BigDecimal(" + DecimalOf(sqlite3_column_double(s, column)).value_or("") + ")";
      break;
    default:
      error.text = TextOf(s, column);
  }
  throw driver::DbException(std::move(error));
}

Value ReadText(sqlite3_stmt* s, int column, ValueKind kind, Arena& arena) {
  return Value::Text(kind, arena.Copy(TextOf(s, column)));
}

Value ReadBytes(sqlite3_stmt* s, int column, Arena& arena) {
  const char* data = static_cast<const char*>(sqlite3_column_blob(s, column));
  size_t size = static_cast<size_t>(sqlite3_column_bytes(s, column));
  return Value::Text(ValueKind::kBytes, arena.Copy(std::string_view(data, size)));
}

Value ReadInt(sqlite3_stmt* s, int column, int storage, bool is_big) {
  if (storage == SQLITE_INTEGER) {
    int64_t n = sqlite3_column_int64(s, column);
    if (!is_big && (n > INT32_MAX || n < INT32_MIN)) {
      DbError error;
      error.kind = DbError::Kind::kValueOutOfRange;
      error.column_index = static_cast<uint32_t>(column);
      const char* name = sqlite3_column_name(s, column);
      error.text = "Value " + std::to_string(n) + " does not fit in an INT column, try migrating the '" +
                   (name != nullptr ? name : "") + "' column type to BIGINT";
      throw driver::DbException(std::move(error));
    }
    return Value::Int(n);
  }
  if (storage == SQLITE_FLOAT) {
    double d = sqlite3_column_double(s, column);
    if (d == std::floor(d) && std::abs(d) < 9007199254740992.0) return Value::Int(static_cast<int64_t>(d));
  } else if (storage == SQLITE_TEXT) {
    std::string_view text = TextOf(s, column);
    int64_t n = 0;
    auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (code == std::errc() && end == text.data() + text.size()) return Value::Int(n);
  }
  Fail(s, column);
}

Value ReadFloat(sqlite3_stmt* s, int column, int storage) {
  if (storage == SQLITE_FLOAT || storage == SQLITE_INTEGER) return Value::Float(sqlite3_column_double(s, column));
  if (storage == SQLITE_TEXT) {
    if (std::optional<std::string> decimal = ParseDecimal(TextOf(s, column))) {
      return Value::Float(DecimalToDouble(*decimal));
    }
  }
  Fail(s, column);
}

Value ReadDecimal(sqlite3_stmt* s, int column, int storage, Arena& arena) {
  std::optional<std::string> decimal;
  if (storage == SQLITE_INTEGER) {
    char digits[24];
    char* end = std::to_chars(digits, digits + sizeof digits, sqlite3_column_int64(s, column)).ptr;
    return Value::Text(ValueKind::kDecimal, arena.Copy(std::string_view(digits, static_cast<size_t>(end - digits))));
  }
  if (storage == SQLITE_FLOAT) decimal = DecimalOf(sqlite3_column_double(s, column));
  if (storage == SQLITE_TEXT) decimal = ParseDecimal(TextOf(s, column));
  if (!decimal) Fail(s, column);
  return Value::Text(ValueKind::kDecimal, arena.Copy(*decimal));
}

Value ReadDateTime(sqlite3_stmt* s, int column, int storage) {
  // Milliseconds since 1970 that, taken to microseconds, stay within 64 bits.
  constexpr int64_t kMost = INT64_MAX / 1000;
  if (storage == SQLITE_INTEGER) {
    int64_t n = sqlite3_column_int64(s, column);
    if (n > kMost || n < -kMost) Fail(s, column);
    return Value::DateTime(n * 1000);
  }
  if (storage == SQLITE_FLOAT) {
    double d = sqlite3_column_double(s, column);
    if (!(std::abs(d) < static_cast<double>(kMost))) Fail(s, column);
    return Value::DateTime(static_cast<int64_t>(std::floor(d)) * 1000);
  }
  if (storage == SQLITE_TEXT) {
    const std::string_view text = TextOf(s, column);
    if (std::optional<int64_t> time = ParseDatabaseDateTime(text)) return Value::DateTime(*time);
    // A time of the day, as SQLite's function `time` gives it.
    const char* declared = sqlite3_column_decltype(s, column);
    if (declared != nullptr && sqlite3_stricmp(declared, "TIME") == 0) {
      const std::string moment = "1970-01-01 " + std::string(text) + (text.size() == 5 ? ":00" : "");
      if (std::optional<int64_t> time = ParseDatabaseDateTime(moment)) return Value::DateTime(*time);
    }
  }
  Fail(s, column);
}

Value ReadBool(sqlite3_stmt* s, int column, int storage) {
  if (storage == SQLITE_INTEGER) return Value::Bool(sqlite3_column_int64(s, column) != 0);
  if (storage == SQLITE_FLOAT) return Value::Bool(sqlite3_column_double(s, column) != 0);
  std::string_view text = storage == SQLITE_TEXT ? TextOf(s, column) : std::string_view();
  if (text == "true" || text == "1") return Value::Bool(true);
  if (text == "false" || text == "0") return Value::Bool(false);
  Fail(s, column);
}

Value ReadAny(sqlite3_stmt* s, int column, int storage, Arena& arena) {
  switch (storage) {
    case SQLITE_INTEGER:
      return Value::Int(sqlite3_column_int64(s, column));
    case SQLITE_FLOAT:
      return Value::Float(sqlite3_column_double(s, column));
    case SQLITE_TEXT:
      return ReadText(s, column, ValueKind::kString, arena);
    default:
      return ReadBytes(s, column, arena);
  }
}

}  // namespace

Value ReadCell(sqlite3_stmt* s, int column, ColumnType type, Arena& arena) {
  int storage = sqlite3_column_type(s, column);
  if (storage == SQLITE_NULL) return Value::Null();
  switch (type) {
    case ColumnType::kInt:
      return ReadInt(s, column, storage, false);
    case ColumnType::kBigInt:
      return ReadInt(s, column, storage, true);
    case ColumnType::kString:
      if (storage == SQLITE_BLOB) Fail(s, column);
      return ReadText(s, column, ValueKind::kString, arena);
    case ColumnType::kEnum:
      if (storage == SQLITE_BLOB) Fail(s, column);
      return ReadText(s, column, ValueKind::kEnum, arena);
    case ColumnType::kUuid:
      return ReadText(s, column, ValueKind::kUuid, arena);
    case ColumnType::kJson:
      return ReadText(s, column, ValueKind::kJson, arena);
    case ColumnType::kBool:
      return ReadBool(s, column, storage);
    case ColumnType::kFloat:
      return ReadFloat(s, column, storage);
    case ColumnType::kDecimal:
      return ReadDecimal(s, column, storage, arena);
    case ColumnType::kBytes:
      return ReadBytes(s, column, arena);
    case ColumnType::kDateTime:
      return ReadDateTime(s, column, storage);
    default:
      return ReadAny(s, column, storage, arena);
  }
}

std::optional<ColumnType> DeclaredColumnType(sqlite3_stmt* s, int column, std::string& name) {
  const char* declared = sqlite3_column_decltype(s, column);
  std::string type = declared != nullptr ? declared : "";
  for (char& c : type) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  auto is = [&](std::initializer_list<std::string_view> names) {
    for (std::string_view n : names) {
      if (type == n) return true;
    }
    return false;
  };
  auto starts = [&](std::initializer_list<std::string_view> names) {
    for (std::string_view n : names) {
      if (type.starts_with(n)) return true;
    }
    return false;
  };
  auto give = [&](std::string_view word, ColumnType result) {
    name = word;
    return result;
  };
  if (is({"TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER", "SERIAL", "INT2"}))
    return give("int", ColumnType::kInt);
  if (is({"BIGINT", "UNSIGNED BIG INT", "INT8"})) return give("bigint", ColumnType::kBigInt);
  if (is({"DATETIME", "TIMESTAMP"})) return give("datetime", ColumnType::kDateTime);
  if (is({"DATE"})) return give("date", ColumnType::kDateTime);
  if (is({"TIME"})) return give("time", ColumnType::kDateTime);
  if (is({"BOOLEAN", "BOOL"})) return give("bool", ColumnType::kBool);
  if (is({"FLOAT"})) return give("float", ColumnType::kFloat);
  if (is({"DOUBLE", "DOUBLE PRECISION", "REAL"})) return give("double", ColumnType::kFloat);
  if (starts({"NUMERIC", "DECIMAL"})) return give("decimal", ColumnType::kDecimal);
  if (is({"BLOB"})) return give("bytes", ColumnType::kBytes);
  if (is({"JSON", "JSONB"})) return give("json", ColumnType::kJson);
  if (is({"TEXT", "CLOB"}) ||
      starts({"CHARACTER", "VARCHAR", "VARYING CHARACTER", "NCHAR", "NATIVE CHARACTER", "NVARCHAR"})) {
    return give("string", ColumnType::kString);
  }
  return std::nullopt;
}

ColumnType RawColumnType(sqlite3_stmt* s, int column, std::string& name) {
  if (auto type = DeclaredColumnType(s, column, name)) return *type;
  auto give = [&](std::string_view word, ColumnType result) {
    name = word;
    return result;
  };
  switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
      return give("bigint", ColumnType::kBigInt);
    case SQLITE_FLOAT:
      return give("double", ColumnType::kFloat);
    case SQLITE_TEXT:
      return give("string", ColumnType::kString);
    case SQLITE_BLOB:
      return give("bytes", ColumnType::kBytes);
    default:
      return give("int", ColumnType::kAny);
  }
}

}  // namespace prisma::sqlite
