#include "connectors/mysql/cell_reader.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>

#include "json/reader.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::mysql {
namespace {

using driver::ColumnType;
using driver::DbError;

constexpr unsigned kBinaryCharset = 63;
constexpr int64_t kSecond = 1000000, kDay = 86400 * kSecond;

// What a cell is on the wire, before anything is made of it.
struct Cell {
  enum class Kind : uint8_t { kInt, kUnsigned, kFloat, kDouble, kDateTime, kTime, kText };
  Kind kind = Kind::kText;
  bool is_bit = false;
  int64_t number = 0;  // kInt, kUnsigned (its bits), kDateTime, kTime
  double real = 0;
  std::string_view text;
};

struct Source {
  const MYSQL_FIELD& field;
  uint32_t column;
  std::string_view name() const { return {field.name, field.name_length}; }
};

[[noreturn]] void Fail(DbError::Kind kind, const Source& source, std::string text) {
  DbError error;
  error.kind = kind;
  error.native_code = "N/A";  // for raw statements: not the database's
  error.column_index = source.column;
  error.text = std::move(text);
  throw driver::DbException(std::move(error));
}

std::string Shown(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::kText:
      return "\"" + std::string(cell.text) + "\"";
    case Cell::Kind::kUnsigned:
      return std::to_string(static_cast<uint64_t>(cell.number));
    case Cell::Kind::kFloat:
    case Cell::Kind::kDouble:
      return "BigDecimal(" + DecimalFromDouble(cell.real).value_or("") + ")";
    case Cell::Kind::kDateTime:
      return "\"" + FormatDateTime(cell.number) + "\"";
    default:
      return std::to_string(cell.number);
  }
}

[[noreturn]] void FailToConvert(const Source& source, const Cell& cell) {
  Fail(DbError::Kind::kConversion, source, Shown(cell));
}

template <class T>
T Load(const unsigned char* data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}
static_assert(std::endian::native == std::endian::little);

std::string_view LengthEncoded(const unsigned char* data) {
  size_t size = data[0], header = 1;
  if (size == 0xfc) {
    size = Load<uint16_t>(data + 1);
    header = 3;
  } else if (size == 0xfd) {
    size = data[1] | size_t{data[2]} << 8 | size_t{data[3]} << 16;
    header = 4;
  } else if (size == 0xfe) {
    size = Load<uint64_t>(data + 1);
    header = 9;
  }
  return {reinterpret_cast<const char*>(data + header), size};
}

int64_t ReadDateTime(const unsigned char* data, const Source& source) {
  unsigned size = data[0];
  unsigned month = size >= 4 ? data[3] : 0, day = size >= 4 ? data[4] : 0;
  if (month == 0 || day == 0) {
    Fail(DbError::Kind::kOutOfRange, source,
         "The column `" + std::string(source.name()) +
             "` contained an invalid datetime value with either day or month set to zero.");
  }
  std::chrono::year_month_day date{std::chrono::year(Load<uint16_t>(data + 1)), std::chrono::month(month),
                                   std::chrono::day(day)};
  int64_t time = std::chrono::sys_days(date).time_since_epoch().count() * kDay;
  if (size >= 7) time += (data[5] * 3600 + data[6] * 60 + data[7]) * kSecond;
  if (size >= 11) time += Load<uint32_t>(data + 8);
  return time;
}

int64_t ReadTime(const unsigned char* data, const Source& source) {
  unsigned size = data[0];
  if (size < 8) return 0;
  if (data[1] != 0) Fail(DbError::Kind::kConversion, source, "Failed to convert a negative time");
  int64_t time = (data[6] * 3600 + data[7] * 60 + data[8]) * kSecond;
  if (size >= 12) time += Load<uint32_t>(data + 9);
  return time;
}

Cell Decode(const unsigned char* data, const Source& source) {
  Cell cell;
  const bool is_unsigned = (source.field.flags & UNSIGNED_FLAG) != 0;
  auto integer = [&]<class Signed, class Unsigned>(Signed, Unsigned) {
    cell.kind = Cell::Kind::kInt;
    if (!is_unsigned) {
      cell.number = Load<Signed>(data);
    } else {
      Unsigned n = Load<Unsigned>(data);
      cell.number = static_cast<int64_t>(n);
      if (cell.number < 0) cell.kind = Cell::Kind::kUnsigned;
    }
  };
  switch (source.field.type) {
    case MYSQL_TYPE_TINY:
      integer(int8_t{}, uint8_t{});
      break;
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_YEAR:
      integer(int16_t{}, uint16_t{});
      break;
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
      integer(int32_t{}, uint32_t{});
      break;
    case MYSQL_TYPE_LONGLONG:
      integer(int64_t{}, uint64_t{});
      break;
    case MYSQL_TYPE_FLOAT: {
      // The double that is written like the float, not the one that is equal to it.
      char digits[32];
      char* end = std::to_chars(digits, digits + sizeof digits, Load<float>(data)).ptr;
      cell.kind = Cell::Kind::kFloat;
      std::from_chars(digits, end, cell.real);
      break;
    }
    case MYSQL_TYPE_DOUBLE:
      cell.kind = Cell::Kind::kDouble;
      cell.real = Load<double>(data);
      break;
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_DATETIME2:
    case MYSQL_TYPE_TIMESTAMP:
    case MYSQL_TYPE_TIMESTAMP2:
      cell.kind = Cell::Kind::kDateTime;
      cell.number = ReadDateTime(data, source);
      break;
    case MYSQL_TYPE_TIME:
    case MYSQL_TYPE_TIME2:
      cell.kind = Cell::Kind::kTime;
      cell.number = ReadTime(data, source);
      break;
    case MYSQL_TYPE_BIT:
      cell.is_bit = true;
      [[fallthrough]];
    default:
      cell.text = LengthEncoded(data);
  }
  return cell;
}

std::optional<double> RealOf(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::kInt:
      return static_cast<double>(cell.number);
    case Cell::Kind::kUnsigned:
      return static_cast<double>(static_cast<uint64_t>(cell.number));
    case Cell::Kind::kFloat:
    case Cell::Kind::kDouble:
      return cell.real;
    case Cell::Kind::kText:
      if (std::optional<std::string> decimal = ParseDecimal(cell.text)) return DecimalToDouble(*decimal);
      return {};
    default:
      return {};
  }
}

// Most significant byte first.
uint64_t BitsOf(const Cell& cell) {
  uint64_t bits = 0;
  for (char c : cell.text) bits = bits << 8 | static_cast<unsigned char>(c);
  return bits;
}

// Also into Int 64 bits: its column may be unsigned.
Value ReadInt(const Cell& cell, const Source& source) {
  int64_t n = cell.number;
  if (cell.kind == Cell::Kind::kUnsigned) {
    Fail(DbError::Kind::kOutOfRange, source,
         "Unsigned integers larger than 9_223_372_036_854_775_807 are currently not handled.");
  }
  if (cell.is_bit) {
    n = static_cast<int64_t>(BitsOf(cell));
  } else if (cell.kind == Cell::Kind::kText) {
    // Sums of integers come as decimals.
    std::string_view text = cell.text;
    auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (code == std::errc::result_out_of_range) Fail(DbError::Kind::kOutOfRange, source, std::string(text));
    if (code != std::errc()) FailToConvert(source, cell);
    if (end != text.data() + text.size() && *end != '.') FailToConvert(source, cell);
  } else if (cell.kind == Cell::Kind::kFloat || cell.kind == Cell::Kind::kDouble) {
    if (cell.real != std::floor(cell.real) || std::abs(cell.real) >= 9007199254740992.0) FailToConvert(source, cell);
    n = static_cast<int64_t>(cell.real);
  } else if (cell.kind != Cell::Kind::kInt) {
    FailToConvert(source, cell);
  }
  return Value::Int(n);
}

Value ReadDecimal(const Cell& cell, const Source& source, Arena& arena) {
  std::optional<std::string> decimal;
  switch (cell.kind) {
    case Cell::Kind::kText:
      decimal = ParseDecimal(cell.text);
      break;
    case Cell::Kind::kInt:
      decimal = std::to_string(cell.number);
      break;
    case Cell::Kind::kUnsigned:
      decimal = std::to_string(static_cast<uint64_t>(cell.number));
      break;
    case Cell::Kind::kFloat:
    case Cell::Kind::kDouble:
      decimal = DecimalFromDouble(cell.real);
      break;
    default:
      break;
  }
  if (!decimal) FailToConvert(source, cell);
  return Value::Text(ValueKind::kDecimal, arena.Copy(std::string_view(*decimal)));
}

Value ReadText(const Cell& cell, ValueKind kind, Arena& arena) {
  switch (cell.kind) {
    case Cell::Kind::kText:
      return Value::Text(kind, arena.Copy(cell.text));
    case Cell::Kind::kFloat:
    case Cell::Kind::kDouble:
      return Value::Text(kind, arena.Copy(std::string_view(DecimalFromDouble(cell.real).value_or("NaN"))));
    default: {
      std::string text = Shown(cell);
      if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
      return Value::Text(kind, arena.Copy(std::string_view(text)));
    }
  }
}

// Without the blanks that the database puts between items.
Value ReadJson(const Cell& cell, const Source& source, Arena& arena) {
  if (cell.kind != Cell::Kind::kText) return ReadText(cell, ValueKind::kJson, arena);
  bool is_in_string = false;
  for (size_t i = 0; i < cell.text.size(); ++i) {
    char c = cell.text[i];
    if (is_in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      is_in_string = !is_in_string;
    } else if (!is_in_string && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
      json::Document document;
      if (!document.Parse(cell.text)) FailToConvert(source, cell);
      return Value::Text(ValueKind::kJson, arena.Copy(std::string_view(json::ToText(document.root()))));
    }
  }
  return ReadText(cell, ValueKind::kJson, arena);
}

Value ReadBool(const Cell& cell, const Source& source) {
  if (cell.is_bit) return Value::Bool(BitsOf(cell) != 0);
  if (std::optional<double> number = RealOf(cell)) return Value::Bool(*number != 0);
  FailToConvert(source, cell);
}

Value ReadAny(const Cell& cell, const Source& source, Arena& arena) {
  switch (cell.kind) {
    case Cell::Kind::kText:
      return ReadText(cell, source.field.charsetnr == kBinaryCharset ? ValueKind::kBytes : ValueKind::kString, arena);
    case Cell::Kind::kInt:
      return Value::Int(cell.number);
    case Cell::Kind::kUnsigned:
      return ReadInt(cell, source);
    case Cell::Kind::kFloat:
    case Cell::Kind::kDouble:
      return Value::Float(cell.real);
    default:
      return Value::DateTime(cell.number);
  }
}

}  // namespace

Value ReadCell(const MYSQL_FIELD& field, const unsigned char* data, ColumnType type, uint32_t column, Arena& arena) {
  if (data == nullptr || field.type == MYSQL_TYPE_NULL) return Value::Null();
  const Source source{field, column};
  const Cell cell = Decode(data, source);
  switch (type) {
    case ColumnType::kInt:
    case ColumnType::kBigInt:
      return ReadInt(cell, source);
    case ColumnType::kString:
      return ReadText(cell, ValueKind::kString, arena);
    case ColumnType::kEnum:
      return ReadText(cell, ValueKind::kEnum, arena);
    case ColumnType::kUuid:
      return ReadText(cell, ValueKind::kUuid, arena);
    case ColumnType::kJson:
      return ReadJson(cell, source, arena);
    case ColumnType::kBool:
      return ReadBool(cell, source);
    case ColumnType::kFloat:
      if (std::optional<double> number = RealOf(cell)) return Value::Float(*number);
      FailToConvert(source, cell);
    case ColumnType::kDecimal:
      return ReadDecimal(cell, source, arena);
    case ColumnType::kBytes:
      return ReadText(cell, ValueKind::kBytes, arena);
    case ColumnType::kDateTime:
      if (cell.kind == Cell::Kind::kDateTime || cell.kind == Cell::Kind::kTime) return Value::DateTime(cell.number);
      if (cell.kind == Cell::Kind::kText) {
        if (std::optional<int64_t> time = ParseDatabaseDateTime(cell.text)) return Value::DateTime(*time);
      }
      FailToConvert(source, cell);
    default:
      return ReadAny(cell, source, arena);
  }
}

ColumnType RawColumnType(const MYSQL_FIELD& field, std::string& name) {
  auto give = [&](std::string_view word, ColumnType type) {
    name = word;
    return type;
  };
  const bool is_unsigned = (field.flags & UNSIGNED_FLAG) != 0;
  switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_YEAR:
    case MYSQL_TYPE_INT24:
      return give("int", ColumnType::kInt);
    case MYSQL_TYPE_LONG:
      return is_unsigned ? give("bigint", ColumnType::kBigInt) : give("int", ColumnType::kInt);
    case MYSQL_TYPE_LONGLONG:
      return give("bigint", ColumnType::kBigInt);
    case MYSQL_TYPE_FLOAT:
      return give("float", ColumnType::kFloat);
    case MYSQL_TYPE_DOUBLE:
      return give("double", ColumnType::kFloat);
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
      return give("decimal", ColumnType::kDecimal);
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
      return give("date", ColumnType::kDateTime);
    case MYSQL_TYPE_TIME:
    case MYSQL_TYPE_TIME2:
      return give("time", ColumnType::kDateTime);
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_DATETIME2:
    case MYSQL_TYPE_TIMESTAMP:
    case MYSQL_TYPE_TIMESTAMP2:
      return give("datetime", ColumnType::kDateTime);
    case MYSQL_TYPE_BIT:
      return field.length == 1 ? give("bool", ColumnType::kBool) : give("bytes", ColumnType::kBytes);
    case MYSQL_TYPE_JSON:
      return give("json", ColumnType::kJson);
    case MYSQL_TYPE_NULL:
      return give("int", ColumnType::kAny);
    default:
      if ((field.flags & ENUM_FLAG) != 0 || field.type == MYSQL_TYPE_ENUM) return give("enum", ColumnType::kEnum);
      return field.charsetnr == kBinaryCharset ? give("bytes", ColumnType::kBytes)
                                               : give("string", ColumnType::kString);
  }
}

}  // namespace prisma::mysql
