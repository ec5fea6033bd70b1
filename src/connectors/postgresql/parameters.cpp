#include "connectors/postgresql/parameters.h"

#include <bit>
#include <charconv>
#include <cstring>

#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::postgresql {
namespace {

using driver::DbError;
using driver::DbException;

constexpr int64_t kMicrosecondsTo2000 = 946684800000000;
constexpr int64_t kMicrosecondsADay = 86400000000;

[[noreturn]] void Fail(DbError::Kind kind, std::string text) { throw DbException(kind, std::move(text)); }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Quoted where an item of an array needs it.
void AppendItemText(std::string& out, std::string_view text) {
  out.push_back('"');
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

std::string TextOf(const Value& value, TypeKind kind) {
  switch (value.kind()) {
    case ValueKind::kBool:
      return value.as_bool() ? "true" : "false";
    case ValueKind::kInt:
      return std::to_string(value.as_int());
    case ValueKind::kFloat: {
      char text[40];
      char* end = std::to_chars(text, text + sizeof text, value.as_float()).ptr;
      return {text, end};
    }
    case ValueKind::kDateTime: {
      std::string text = FormatDateTimeWithOffset(value.as_int());
      // "2020-12-31T23:00:00+00:00"
      if (kind == TypeKind::kTime) return text.substr(11, text.size() - 17);
      if (kind == TypeKind::kTimeTz) return text.substr(11);
      return text;
    }
    case ValueKind::kBytes: {
      static constexpr char kHex[] = "0123456789abcdef";
      std::string out = "\\x";
      for (char c : value.text()) {
        out.push_back(kHex[static_cast<uint8_t>(c) >> 4]);
        out.push_back(kHex[static_cast<uint8_t>(c) & 15]);
      }
      return out;
    }
    case ValueKind::kList: {
      std::string out = "{";
      bool is_first = true;
      for (const Value& item : value.items()) {
        if (!is_first) out.push_back(',');
        is_first = false;
        if (item.is_null()) {
          out += "NULL";
        } else if (item.kind() == ValueKind::kList) {
          out += TextOf(item, kind);
        } else {
          AppendItemText(out, TextOf(item, kind));
        }
      }
      return out + "}";
    }
    default:
      return std::string(value.text());
  }
}

class Binder {
 public:
  explicit Binder(BoundParameters& out) : out_(out) {}

  void Bind(const Value& value, const TypeInfo* type) {
    TypeKind kind = type == nullptr ? TypeKind::kUnsupported : type->kind;
    if (value.is_null()) return Add(nullptr, 0, 0);
    if (type != nullptr && type->is_array) return Text(TextOf(value, kind));
    switch (value.kind()) {
      case ValueKind::kInt:
        if (Integer(value.as_int(), kind)) return;
        break;
      case ValueKind::kBool:
        if (kind == TypeKind::kBool) return Number<uint8_t>(value.as_bool() ? 1 : 0);
        break;
      case ValueKind::kFloat:
        if (Float(value.as_float(), kind)) return;
        break;
      case ValueKind::kDecimal:
        if ((kind == TypeKind::kFloat4 || kind == TypeKind::kFloat8) && Float(DecimalToDouble(value.text()), kind)) {
          return;
        }
        break;
      case ValueKind::kDateTime:
        if (Time(value.as_int(), kind)) return;
        break;
      case ValueKind::kBytes:
        return Add(value.text().empty() ? "" : value.text().data(), value.text().size(), 1);
      case ValueKind::kString:
      case ValueKind::kEnum:
      case ValueKind::kUuid:
      case ValueKind::kJson:
        if (OfText(value.text(), kind)) return;
        break;
      default:
        break;
    }
    Text(TextOf(value, kind));
  }

 private:
  void Add(const char* data, size_t size, int format) {
    out_.values.push_back(data);
    out_.lengths.push_back(static_cast<int>(size));
    out_.formats.push_back(format);
  }

  // libpq wants it to end with a zero.
  void Text(std::string_view text) {
    if (std::memchr(text.data(), 0, text.size()) != nullptr) {
      DbError error;
      error.native_code = "22021";
      error.text = "ERROR: invalid byte sequence for encoding \"UTF8\": 0x00";
      error.debug =
          "PostgresError { code: \"22021\", message: \"invalid byte sequence for encoding \\\"UTF8\\\": 0x00\", "
          "severity: \"ERROR\", detail: None, column: None, hint: None }";
      throw DbException(std::move(error));
    }
    char* copy = out_.arena.Bytes(text.size() + 1);
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = 0;
    Add(copy, text.size(), 0);
  }

  template <class T>
  void Number(T number) {
    char* bytes = out_.arena.Bytes(sizeof(T));
    for (size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<char>(number >> (8 * (sizeof(T) - 1 - i)));
    Add(bytes, sizeof(T), 1);
  }

  // As Prisma's driver says it when a parameter can't be sent.
  [[noreturn]] void FailToSend(const std::string& why) {
    std::string index = std::to_string(out_.values.size());
    DbError error;
    error.text = "error serializing parameter " + index + ": Conversion failed: " + why;
    error.debug = "Error { kind: ToSql(" + index + "), cause: Some(Error { kind: ConversionError(\"" + why +
                  "\"), original_code: None, original_message: None }) }";
    throw DbException(std::move(error));
  }

  void CheckRange(int64_t n, int64_t least, int64_t most, const char* type) {
    if (n >= least && n <= most) return;
    FailToSend("Unable to fit integer value '" + std::to_string(n) + "' into an " + type + " integer).");
  }

  bool Integer(int64_t n, TypeKind kind) {
    switch (kind) {
      case TypeKind::kInt2:
        CheckRange(n, INT16_MIN, INT16_MAX, "INT2 (16-bit signed");
        Number(static_cast<uint16_t>(n));
        return true;
      case TypeKind::kInt4:
        CheckRange(n, INT32_MIN, INT32_MAX, "INT4 (32-bit signed");
        Number(static_cast<uint32_t>(n));
        return true;
      case TypeKind::kOid:
        CheckRange(n, 0, UINT32_MAX, "OID (32-bit unsigned");
        Number(static_cast<uint32_t>(n));
        return true;
      case TypeKind::kInt8:
        Number(static_cast<uint64_t>(n));
        return true;
      case TypeKind::kFloat4:
      case TypeKind::kFloat8:
        return Float(static_cast<double>(n), kind);
      default:
        return false;
    }
  }

  bool Float(double d, TypeKind kind) {
    if (kind == TypeKind::kFloat8) {
      Number(std::bit_cast<uint64_t>(d));
      return true;
    }
    if (kind != TypeKind::kFloat4) return false;
    Number(std::bit_cast<uint32_t>(static_cast<float>(d)));
    return true;
  }

  bool Time(int64_t microseconds, TypeKind kind) {
    int64_t days = FloorDivide(microseconds, kMicrosecondsADay);
    int64_t of_day = microseconds - days * kMicrosecondsADay;
    switch (kind) {
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampTz:
        Number(static_cast<uint64_t>(microseconds - kMicrosecondsTo2000));
        return true;
      case TypeKind::kDate:
        Number(static_cast<uint32_t>(days - kMicrosecondsTo2000 / kMicrosecondsADay));
        return true;
      case TypeKind::kTime:
        Number(static_cast<uint64_t>(of_day));
        return true;
      case TypeKind::kTimeTz: {
        char* bytes = out_.arena.Bytes(12);
        for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(of_day >> (8 * (7 - i)));
        std::memset(bytes + 8, 0, 4);
        Add(bytes, 12, 1);
        return true;
      }
      default:
        return false;
    }
  }

  bool OfText(std::string_view text, TypeKind kind) {
    switch (kind) {
      case TypeKind::kText:
      case TypeKind::kJson:
      case TypeKind::kXml:
      case TypeKind::kEnum:
        Add(text.empty() ? "" : text.data(), text.size(), 1);
        return true;
      case TypeKind::kJsonb: {
        char* copy = out_.arena.Bytes(text.size() + 1);
        copy[0] = 1;
        std::memcpy(copy + 1, text.data(), text.size());
        Add(copy, text.size() + 1, 1);
        return true;
      }
      case TypeKind::kUuid:
        Uuid(text);
        return true;
      case TypeKind::kBits:
        for (char c : text) {
          if (c != '0' && c != '1') {
            FailToSend("Unexpected character for bits input. Expected only 1 and 0.");
          }
        }
        return false;
      default:
        return false;
    }
  }

  // As the uuid library of Prisma says it.
  void Uuid(std::string_view text) {
    std::string_view inner = text;
    if (inner.starts_with("urn:uuid:")) inner.remove_prefix(9);
    if (inner.starts_with('{') && inner.ends_with('}')) inner = inner.substr(1, inner.size() - 2);
    char* bytes = out_.arena.Bytes(16);
    size_t digits = 0, at = 0;
    for (char c : inner) {
      ++at;
      if (c == '-') continue;
      int digit = HexDigit(c);
      if (digit < 0) {
        Fail(DbError::Kind::kInvalidValue,
             "Error creating UUID, invalid character: expected an optional prefix of "
             "`urn:uuid:` followed by [0-9a-fA-F-], found `" +
                 std::string(1, c) + "` at " + std::to_string(at));
      }
      if (digits < 32) bytes[digits / 2] = static_cast<char>(digits % 2 == 0 ? digit << 4 : bytes[digits / 2] | digit);
      ++digits;
    }
    if (digits != 32) {
      Fail(
          DbError::Kind::kInvalidValue,
          "Error creating UUID, invalid length: expected length 32 for simple format, found " + std::to_string(digits));
    }
    Add(bytes, 16, 1);
  }

  BoundParameters& out_;
};

}  // namespace

void BindParameters(std::span<const Value> values, std::span<const TypeInfo* const> types, BoundParameters& out) {
  out.values.reserve(values.size());
  out.lengths.reserve(values.size());
  out.formats.reserve(values.size());
  Binder binder(out);
  for (size_t i = 0; i < values.size(); ++i) binder.Bind(values[i], i < types.size() ? types[i] : nullptr);
}

Oid TypeOfValue(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBool:
      return 16;
    case ValueKind::kInt:
      return value.as_int() >= INT32_MIN && value.as_int() <= INT32_MAX ? 23 : 20;
    case ValueKind::kFloat:
    case ValueKind::kDecimal:
      return 1700;
    case ValueKind::kString:
      return 25;
    case ValueKind::kBytes:
      return 17;
    case ValueKind::kDateTime:
      return 1184;
    case ValueKind::kJson:
      return 3802;
    case ValueKind::kUuid:
      return 2950;
    case ValueKind::kList: {
      if (value.items().empty()) return kUnknownOid;
      ValueKind kind = value.items().front().kind();
      bool has_long = false;
      for (const Value& item : value.items()) {
        if (item.kind() != kind) return kUnknownOid;
        has_long = has_long || (kind == ValueKind::kInt && TypeOfValue(item) == 20);
      }
      switch (kind) {
        case ValueKind::kBool:
          return 1000;
        case ValueKind::kInt:
          return has_long ? 1016 : 1007;
        case ValueKind::kFloat:
        case ValueKind::kDecimal:
          return 1231;
        case ValueKind::kString:
          return 1009;
        case ValueKind::kBytes:
          return 1001;
        case ValueKind::kDateTime:
          return 1185;
        case ValueKind::kJson:
          return 3807;
        default:
          return kUnknownOid;
      }
    }
    default:
      return kUnknownOid;
  }
}

}  // namespace prisma::postgresql
