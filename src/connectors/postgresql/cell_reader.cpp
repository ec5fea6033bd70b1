#include "connectors/postgresql/cell_reader.h"

#include <arpa/inet.h>

#include <bit>
#include <charconv>
#include <cmath>

#include "json/reader.h"
#include "value/decimal.h"

namespace prisma::postgresql {
namespace {

using driver::ColumnType;
using driver::DbError;
using driver::DbException;

constexpr int64_t kMicrosecondsTo2000 = 946684800000000;
constexpr int64_t kMicrosecondsADay = 86400000000;

[[noreturn]] void Fail(DbError::Kind kind, std::string text, uint32_t column = 0) {
  DbError error;
  error.kind = kind;
  error.text = std::move(text);
  error.column_index = column;
  throw DbException(std::move(error));
}

// Numbers in the order of the network, checked against the end.
class Reader {
 public:
  explicit Reader(std::string_view data) : data_(data) {}
  template <class T>
  T Take() {
    std::string_view bytes = Bytes(sizeof(T));
    std::make_unsigned_t<T> number = 0;
    for (char c : bytes) {
      number = static_cast<std::make_unsigned_t<T>>((number << (sizeof(T) == 1 ? 0 : 8)) | static_cast<uint8_t>(c));
    }
    return static_cast<T>(number);
  }
  std::string_view Bytes(size_t count) {
    if (data_.size() < count) Fail(DbError::Kind::kUnknown, "The database sent a cell that is too short.");
    std::string_view bytes = data_.substr(0, count);
    data_.remove_prefix(count);
    return bytes;
  }
  std::string_view rest() const { return data_; }

 private:
  std::string_view data_;
};

template <class T>
T Number(std::string_view cell) {
  return Reader(cell).Take<T>();
}

double Float4(std::string_view cell) {
  float f = std::bit_cast<float>(Number<uint32_t>(cell));
  if (!std::isfinite(f)) return f;
  // The shortest text that gives the same float is what its writer meant.
  char text[32];
  auto [end, code] = std::to_chars(text, text + sizeof text, f);
  double d = 0;
  std::from_chars(text, end, d);
  return d;
}

// Groups of four digits, as base 10000.
Value Numeric(std::string_view cell, Arena& arena) {
  Reader reader(cell);
  int groups = reader.Take<int16_t>();
  int weight = reader.Take<int16_t>();
  uint16_t sign = reader.Take<uint16_t>();
  reader.Take<uint16_t>();  // digits that are shown behind the point
  if (sign != 0 && sign != 0x4000) Fail(DbError::Kind::kConversion, sign == 0xC000 ? "NaN" : "Infinity");
  std::string text;
  text.reserve(static_cast<size_t>(std::max(groups, weight + 1)) * 4 + 8);
  if (sign == 0x4000) text.push_back('-');
  auto digits = [&](int value) {
    char four[4] = {static_cast<char>('0' + value / 1000), static_cast<char>('0' + value / 100 % 10),
                    static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
    text.append(four, 4);
  };
  std::vector<int> values;
  for (int i = 0; i < groups; ++i) values.push_back(reader.Take<int16_t>());
  auto at = [&](int power) {
    int index = weight - power;
    return index >= 0 && index < groups ? values[static_cast<size_t>(index)] : 0;
  };
  for (int power = std::max(weight, 0); power >= 0; --power) digits(at(power));
  text.push_back('.');
  for (int power = -1; power > weight - groups; --power) digits(at(power));
  std::optional<std::string> decimal = ParseDecimal(text);
  return Value::Text(ValueKind::kDecimal, arena.Copy(std::string_view(decimal ? *decimal : text)));
}

Value Money(std::string_view cell, Arena& arena) {
  int64_t cents = Number<int64_t>(cell);
  uint64_t size = cents < 0 ? 0 - static_cast<uint64_t>(cents) : static_cast<uint64_t>(cents);
  std::string text = (cents < 0 ? "-" : "") + std::to_string(size / 100) + "." + (size % 100 < 10 ? "0" : "") +
                     std::to_string(size % 100);
  return Value::Text(ValueKind::kDecimal, arena.Copy(std::string_view(*ParseDecimal(text))));
}

Value Uuid(std::string_view cell, Arena& arena) {
  static constexpr char kHex[] = "0123456789abcdef";
  char* out = arena.Bytes(36);
  size_t at = 0;
  std::string_view bytes = Reader(cell).Bytes(16);
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out[at++] = '-';
    auto byte = static_cast<uint8_t>(bytes[i]);
    out[at++] = kHex[byte >> 4];
    out[at++] = kHex[byte & 15];
  }
  return Value::Text(ValueKind::kUuid, {out, 36});
}

Value Inet(std::string_view cell, Arena& arena) {
  Reader reader(cell);
  bool is_six = reader.Take<uint8_t>() == 3;
  const auto bits = reader.Take<uint8_t>();
  const bool is_network = reader.Take<uint8_t>() != 0;
  reader.Bytes(1);
  std::string_view address = reader.Bytes(is_six ? 16 : 4);
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(is_six ? AF_INET6 : AF_INET, address.data(), text, sizeof text) == nullptr) text[0] = 0;
  std::string whole = text;
  if (is_network || bits != address.size() * 8) whole += "/" + std::to_string(bits);
  return Value::String(arena.Copy(whole));
}

Value Bits(std::string_view cell, Arena& arena) {
  Reader reader(cell);
  auto count = static_cast<size_t>(reader.Take<uint32_t>());
  std::string_view bytes = reader.Bytes((count + 7) / 8);
  char* out = arena.Bytes(count);
  for (size_t i = 0; i < count; ++i) out[i] = (static_cast<uint8_t>(bytes[i / 8]) >> (7 - i % 8)) & 1 ? '1' : '0';
  return Value::String({out, count});
}

// Without blanks; numbers and escapes as Prisma prints them.
Value Json(std::string_view text, Arena& arena) {
  char* out = arena.Bytes(text.size());
  size_t size = 0;
  bool is_in_string = false, is_plain = true;
  int digits = 0;
  for (char c : text) {
    if (c == '"') is_in_string = !is_in_string;
    if (is_in_string) {
      is_plain = is_plain && c != '\\';
    } else {
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
      bool is_exponent = (c == 'e' || c == 'E') && digits != 0;
      digits = c >= '0' && c <= '9' ? digits + 1 : 0;
      is_plain = is_plain && c != '.' && !is_exponent && digits < 16;
    }
    out[size++] = c;
  }
  if (is_plain) return Value::Text(ValueKind::kJson, {out, size});
  json::Document document;
  if (document.Parse(text)) return Value::Text(ValueKind::kJson, arena.Copy(json::ToText(document.root())));
  return Value::Text(ValueKind::kJson, arena.Copy(text));
}

int64_t Timestamp(std::string_view cell) {
  int64_t number = Number<int64_t>(cell);
  if (number == INT64_MAX || number == INT64_MIN || number > INT64_MAX - kMicrosecondsTo2000) {
    Fail(DbError::Kind::kConversion, number < 0 ? "-infinity" : "infinity");
  }
  return number + kMicrosecondsTo2000;
}

int64_t Date(std::string_view cell) {
  int32_t days = Number<int32_t>(cell);
  if (days == INT32_MAX || days == INT32_MIN) {
    Fail(DbError::Kind::kConversion, days < 0 ? "-infinity" : "infinity");
  }
  return int64_t{days} * kMicrosecondsADay + kMicrosecondsTo2000;
}

Value ReadItem(TypeKind kind, const TypeInfo& type, std::string_view cell, Arena& arena) {
  switch (kind) {
    case TypeKind::kBool:
      return Value::Bool(Number<uint8_t>(cell) != 0);
    case TypeKind::kInt2:
      return Value::Int(Number<int16_t>(cell));
    case TypeKind::kInt4:
      return Value::Int(Number<int32_t>(cell));
    case TypeKind::kInt8:
      return Value::Int(Number<int64_t>(cell));
    case TypeKind::kOid:
      return Value::Int(Number<uint32_t>(cell));
    case TypeKind::kFloat4:
      return Value::Float(Float4(cell));
    case TypeKind::kFloat8:
      return Value::Float(std::bit_cast<double>(Number<uint64_t>(cell)));
    case TypeKind::kNumeric:
      return Numeric(cell, arena);
    case TypeKind::kMoney:
      return Money(cell, arena);
    case TypeKind::kText:
    case TypeKind::kXml:
    case TypeKind::kChar:
      return Value::String(arena.Copy(cell));
    case TypeKind::kEnum:
      return Value::Text(ValueKind::kEnum, arena.Copy(cell));
    case TypeKind::kBytes:
      return Value::Text(ValueKind::kBytes, arena.Copy(cell));
    case TypeKind::kJson:
      return Json(cell, arena);
    case TypeKind::kJsonb:
      return Json(cell.empty() ? cell : cell.substr(1), arena);
    case TypeKind::kUuid:
      return Uuid(cell, arena);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz:
      return Value::DateTime(Timestamp(cell));
    case TypeKind::kDate:
      return Value::DateTime(Date(cell));
    case TypeKind::kTime:
    case TypeKind::kTimeTz:
      return Value::DateTime(Number<int64_t>(Reader(cell).Bytes(8)));
    case TypeKind::kInet:
      return Inet(cell, arena);
    case TypeKind::kBits:
      return Bits(cell, arena);
    case TypeKind::kUnsupported:
      break;
  }
  Fail(DbError::Kind::kUnsupportedColumn, type.name);
}

Value ReadArray(const TypeInfo& type, std::string_view cell, Arena& arena) {
  Reader reader(cell);
  int dimensions = reader.Take<int32_t>();
  reader.Take<int32_t>();  // whether there are nulls
  reader.Take<uint32_t>();
  if (type.kind == TypeKind::kUnsupported) Fail(DbError::Kind::kUnsupportedColumn, type.name);
  size_t count = dimensions == 0 ? 0 : 1;
  for (int i = 0; i < dimensions; ++i) {
    count *= reader.Take<uint32_t>();
    reader.Take<int32_t>();
  }
  if (count > reader.rest().size()) Fail(DbError::Kind::kUnknown, "The database sent an array that is too short.");
  std::span<Value> items = arena.NewSpan<Value>(count);
  for (Value& item : items) {
    int32_t size = reader.Take<int32_t>();
    if (size >= 0) item = ReadItem(type.kind, type, reader.Bytes(static_cast<size_t>(size)), arena);
  }
  return Value::List(items);
}

Value Text(ValueKind kind, const Value& value, Arena& arena) {
  switch (value.kind()) {
    case ValueKind::kString:
    case ValueKind::kEnum:
    case ValueKind::kUuid:
    case ValueKind::kDecimal:
      return Value::Text(kind, value.text());
    case ValueKind::kJson:
      return value;
    case ValueKind::kInt:
      return Value::Text(kind, arena.Copy(std::string_view(std::to_string(value.as_int()))));
    default:
      return value;
  }
}

std::string Shown(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kInt:
      return std::to_string(value.as_int());
    case ValueKind::kBool:
      return value.as_bool() ? "true" : "false";
    case ValueKind::kFloat:
      return DecimalFromDouble(value.as_float()).value_or("");
    case ValueKind::kBytes:
      return "bytes";
    case ValueKind::kDateTime:
    case ValueKind::kList:
      return {};
    default:
      return "\"" + std::string(value.text()) + "\"";
  }
}

Value Adapt(const Value& value, ColumnType wanted, uint32_t column, std::string_view name, Arena& arena) {
  if (value.is_null()) return value;
  auto fail = [&]() { Fail(DbError::Kind::kConversion, Shown(value), column); };
  switch (wanted) {
    case ColumnType::kInt:
    case ColumnType::kBigInt: {
      int64_t n = value.as_int();
      if (value.kind() == ValueKind::kDecimal) {
        std::string_view text = value.text();
        auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
        if (code != std::errc() || end != text.data() + text.size()) fail();
      } else if (value.kind() == ValueKind::kFloat) {
        if (!(std::abs(value.as_float()) < 9.2e18)) fail();
        n = static_cast<int64_t>(value.as_float());
      } else if (value.kind() != ValueKind::kInt) {
        fail();
      }
      if (wanted == ColumnType::kInt && (n > INT32_MAX || n < INT32_MIN)) {
        Fail(DbError::Kind::kValueOutOfRange,
             "Value " + std::to_string(n) + " does not fit in an INT column, try migrating the '" + std::string(name) +
                 "' column type to BIGINT",
             column);
      }
      return Value::Int(n);
    }
    case ColumnType::kFloat:
      if (value.kind() == ValueKind::kFloat) return value;
      if (value.kind() == ValueKind::kInt) return Value::Float(static_cast<double>(value.as_int()));
      if (value.kind() != ValueKind::kDecimal) fail();
      return Value::Float(DecimalToDouble(value.text()));
    case ColumnType::kDecimal: {
      if (value.kind() == ValueKind::kDecimal) return value;
      std::optional<std::string> decimal;
      if (value.kind() == ValueKind::kFloat) decimal = DecimalFromDouble(value.as_float());
      if (value.kind() == ValueKind::kInt) decimal = std::to_string(value.as_int());
      if (!decimal) fail();
      return Value::Text(ValueKind::kDecimal, arena.Copy(std::string_view(*decimal)));
    }
    case ColumnType::kString:
    case ColumnType::kUuid:
      if (value.kind() == ValueKind::kBytes || value.kind() == ValueKind::kDateTime) fail();
      return Text(ValueKind::kString, value, arena);
    case ColumnType::kEnum:
      return Text(ValueKind::kEnum, value, arena);
    case ColumnType::kBool:
      if (value.kind() != ValueKind::kBool) fail();
      return value;
    case ColumnType::kDateTime:
      if (value.kind() != ValueKind::kDateTime) fail();
      return value;
    case ColumnType::kBytes:
      if (value.kind() != ValueKind::kBytes) fail();
      return value;
    case ColumnType::kJson:
      return value.kind() == ValueKind::kString ? Value::Text(ValueKind::kJson, value.text()) : value;
    default:
      return value;
  }
}

ColumnType ItemOf(ColumnType list) {
  switch (list) {
    case ColumnType::kBoolList:
      return ColumnType::kBool;
    case ColumnType::kIntList:
      return ColumnType::kInt;
    case ColumnType::kBigIntList:
      return ColumnType::kBigInt;
    case ColumnType::kFloatList:
      return ColumnType::kFloat;
    case ColumnType::kDecimalList:
      return ColumnType::kDecimal;
    case ColumnType::kStringList:
      return ColumnType::kString;
    case ColumnType::kBytesList:
      return ColumnType::kBytes;
    case ColumnType::kDateTimeList:
      return ColumnType::kDateTime;
    case ColumnType::kJsonList:
      return ColumnType::kJson;
    case ColumnType::kEnumList:
      return ColumnType::kEnum;
    default:
      return ColumnType::kAny;
  }
}

}  // namespace

Value ReadNatural(const TypeInfo& type, std::string_view cell, Arena& arena) {
  return type.is_array ? ReadArray(type, cell, arena) : ReadItem(type.kind, type, cell, arena);
}

Value ReadNull(ColumnType wanted) { return ItemOf(wanted) == ColumnType::kAny ? Value::Null() : Value::List({}); }

Value ReadCell(const TypeInfo& type, std::string_view cell, ColumnType wanted, uint32_t column,
               std::string_view column_name, Arena& arena) {
  if (!type.is_array) {
    // The common pairs.
    switch (type.kind) {
      case TypeKind::kInt4:
        if (wanted == ColumnType::kInt || wanted == ColumnType::kBigInt) return Value::Int(Number<int32_t>(cell));
        break;
      case TypeKind::kText:
        if (wanted == ColumnType::kString) return Value::String(arena.Copy(cell));
        break;
      case TypeKind::kOid:  // unsigned: may be more than an Int holds
        if (wanted == ColumnType::kInt) return Value::Int(Number<uint32_t>(cell));
        break;
      default:
        break;
    }
    return Adapt(ReadItem(type.kind, type, cell, arena), wanted, column, column_name, arena);
  }
  Value list = ReadArray(type, cell, arena);
  ColumnType item_type = ItemOf(wanted);
  if (item_type == ColumnType::kAny) return list;
  std::span<Value> items = arena.NewSpan<Value>(list.items().size());
  for (size_t i = 0; i < items.size(); ++i) items[i] = Adapt(list.items()[i], item_type, column, column_name, arena);
  return Value::List(items);
}

}  // namespace prisma::postgresql
