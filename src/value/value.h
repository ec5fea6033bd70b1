// The values that travel between request, database and response. 24 bytes; text is a view that the request's arena, the
// row batch or the schema owns.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace prisma {

enum class ValueKind : uint8_t {
  kNull,
  kBool,
  kInt,      // Int and BigInt: 64 bit
  kFloat,    // double
  kDecimal,  // text, normalised ("1.5", "-0.001"), no exponent
  kString,
  kBytes,     // raw bytes
  kDateTime,  // microseconds since 1970-01-01T00:00:00Z
  kJson,      // JSON text
  kEnum,      // the enum value's name (schema side); database side uses its mapped name
  kUuid,      // canonical text
  kList,      // of values
  kFieldRef,  // request only: name of a field, `{_ref: …}`
};

class Value {
 public:
  constexpr Value() : kind_(ValueKind::kNull), size_(0), int_(0) {}
  static Value Null() { return {}; }
  static Value Bool(bool b) { return Value(ValueKind::kBool, static_cast<int64_t>(b)); }
  static Value Int(int64_t i) { return Value(ValueKind::kInt, i); }
  static Value DateTime(int64_t microseconds) { return Value(ValueKind::kDateTime, microseconds); }
  static Value Float(double d) {
    Value v;
    v.kind_ = ValueKind::kFloat;
    v.float_ = d;
    return v;
  }
  static Value Text(ValueKind kind, std::string_view text) {
    Value v;
    v.kind_ = kind;
    v.size_ = static_cast<uint32_t>(text.size());
    v.data_ = text.data();
    return v;
  }
  static Value String(std::string_view text) { return Text(ValueKind::kString, text); }
  static Value List(std::span<const Value> items) {
    Value v;
    v.kind_ = ValueKind::kList;
    v.size_ = static_cast<uint32_t>(items.size());
    v.items_ = items.data();
    return v;
  }

  ValueKind kind() const { return kind_; }
  bool is_null() const { return kind_ == ValueKind::kNull; }
  bool as_bool() const { return int_ != 0; }
  int64_t as_int() const { return int_; }  // kBool, kInt, kDateTime
  double as_float() const { return float_; }
  std::string_view text() const { return {data_, size_}; }  // kDecimal, kString, kBytes, kJson, kEnum, kUuid, kFieldRef
  std::span<const Value> items() const { return {items_, size_}; }

 private:
  Value(ValueKind kind, int64_t i) : kind_(kind), size_(0), int_(i) {}

  ValueKind kind_;
  uint32_t size_;
  union {
    int64_t int_;
    double float_;
    const char* data_;
    const Value* items_;
  };
};
static_assert(sizeof(Value) <= 24);

// Total order and equality used for keys of joins and for distinct: equal kind and equal contents.
bool operator==(const Value& a, const Value& b);
size_t HashValue(const Value& value);

}  // namespace prisma
