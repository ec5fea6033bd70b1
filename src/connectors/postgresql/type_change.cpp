// What happens to the rows when a column of one PostgreSQL type becomes one of another.
#include "connectors/postgresql/type_change.h"

#include <cstdlib>

namespace prisma::postgresql {
namespace {

using migrate::NativeType;
using Change = std::optional<migrate::TypeChange>;
constexpr auto kSafe = migrate::TypeChange::kSafeCast;
constexpr auto kRisky = migrate::TypeChange::kRiskyCast;
constexpr auto kImpossible = migrate::TypeChange::kNotCastable;

// A type with its arguments as numbers.
struct Type {
  explicit Type(const NativeType& type) : name(type.name) {
    if (!type.arguments.empty()) first = std::atoi(type.arguments[0].c_str());
    if (type.arguments.size() > 1) second = std::atoi(type.arguments[1].c_str());
  }
  bool Is(std::string_view other) const { return name == other; }
  bool IsAny(std::initializer_list<std::string_view> names) const {
    for (std::string_view other : names) {
      if (name == other) return true;
    }
    return false;
  }
  bool is_char() const { return Is("Char"); }  // without a length: one character
  bool is_text() const { return IsAny({"VarChar", "Char"}); }
  bool is_unlimited_text() const { return Is("Text") || (Is("VarChar") && !first); }
  // As many digits as fit before the decimal point.
  int64_t whole_digits() const { return *first - second.value_or(0); }

  std::string name;
  std::optional<int64_t> first, second;
};

// A text of at least `needed` characters is asked for.
Change ToText(const Type& to, int64_t needed) {
  if (to.first && *to.first < needed) return kRisky;
  if (!to.first && to.is_char()) return kRisky;
  return kSafe;
}

Change FromInteger(const Type& to, int64_t digits, int64_t characters, std::initializer_list<std::string_view> wider,
                   std::initializer_list<std::string_view> narrower) {
  if (to.IsAny(wider) || to.IsAny({"Real", "DoublePrecision", "Text"})) return kSafe;
  if (to.IsAny(narrower)) return kRisky;
  if (to.Is("Decimal")) return to.first && to.whole_digits() < digits ? kRisky : kSafe;
  if (to.is_text()) return ToText(to, characters);
  return kImpossible;
}

Change FromDecimal(const Type& from, const Type& to) {
  auto to_integer = [&](int64_t digits) {
    return !from.first || from.second.value_or(0) > 0 || *from.first > digits ? kRisky : kSafe;
  };
  if (to.Is("SmallInt")) return to_integer(2);
  if (to.Is("Integer")) return to_integer(9);
  if (to.Is("BigInt")) return to_integer(18);
  if (to.Is("Decimal")) {
    if (!to.first) return kSafe;
    if (!from.first) return *to.first < 131072 || to.second.value_or(0) < 16383 ? kRisky : kSafe;
    bool loses = from.whole_digits() > to.whole_digits() || from.second.value_or(0) > to.second.value_or(0);
    return loses ? kRisky : kSafe;
  }
  if (to.IsAny({"Real", "DoublePrecision"})) return kRisky;
  if (to.is_text()) {
    if (!to.first) return to.is_char() ? kRisky : kSafe;
    if (!from.first) return *to.first < 131073 ? kRisky : kSafe;
    // The digits, a sign, and a decimal point.
    int64_t needed = *from.first + (from.second.value_or(0) > 0 ? 2 : 1);
    return needed > *to.first ? kRisky : kSafe;
  }
  return to.Is("Text") ? kSafe : kImpossible;
}

Change FromFloat(const Type& to, bool is_double) {
  if (to.IsAny({"SmallInt", "Integer", "BigInt", "Decimal"})) return kRisky;
  if (to.Is("Real")) return is_double ? kRisky : kSafe;
  if (to.IsAny({"DoublePrecision", "Text"})) return kSafe;
  if (to.is_text()) return ToText(to, is_double ? 317 : 47);
  return kImpossible;
}

Change FromText(const Type& from, const Type& to) {
  if (to.Is("Text")) return kSafe;
  if (!to.is_text()) return kImpossible;
  if (from.is_char()) {
    if (!from.first) return kSafe;
  } else if (!from.first) {
    return to.first || to.is_char() ? kRisky : kSafe;
  }
  if (!to.first) return *from.first != 1 && to.is_char() ? kRisky : kSafe;
  return *from.first > *to.first ? kRisky : kSafe;
}

// Dates and times; `characters`: what their text needs.
Change FromTime(const Type& from, const Type& to, int64_t characters,
                std::initializer_list<std::string_view> castable) {
  if (to.is_unlimited_text()) return kSafe;
  if (to.is_text() && to.first && *to.first >= characters) return kSafe;
  if (to.Is(from.name) && !from.Is("Date")) {
    // The precision is 6 if none is written.
    if (!to.first || !from.first || *from.first == *to.first) return std::nullopt;
  }
  return to.IsAny(castable) ? kSafe : kImpossible;
}

Change FromBits(const Type& from, const Type& to) {
  if (from.Is("Bit")) {
    if (!from.first) return to.is_text() || to.IsAny({"Text", "VarBit"}) ? kSafe : kImpossible;
    if (to.is_unlimited_text() || (to.Is("VarBit") && !to.first)) return kSafe;
    bool fits = to.first && *to.first >= *from.first;
    return fits && (to.is_text() || to.Is("VarBit")) ? kSafe : kImpossible;
  }
  if (to.is_unlimited_text()) return kSafe;
  if (!from.first) return to.is_text() || to.Is("Bit") ? kRisky : kImpossible;
  if (to.Is("VarBit")) return !to.first || *to.first > *from.first ? kSafe : kImpossible;
  if (to.is_text()) return to.first && *to.first >= *from.first ? kSafe : kRisky;
  if (to.Is("Bit")) return !to.first || *to.first <= *from.first ? kRisky : kImpossible;
  return kImpossible;
}

}  // namespace

Change NativeTypeChange(const NativeType& before, const NativeType& after) {
  if (before == after) return std::nullopt;
  Type from(before), to(after);
  if (from.Is("Inet")) return to.IsAny({"Citext", "Text", "VarChar"}) ? kSafe : kImpossible;
  if (from.Is("Money")) return to.IsAny({"Citext", "Text", "VarChar"}) ? kSafe : kRisky;
  if (from.Is("Citext")) return to.IsAny({"Text", "VarChar"}) ? kSafe : kRisky;
  if (from.Is("Oid")) return to.IsAny({"Text", "VarChar", "BigInt", "Integer"}) ? kSafe : kImpossible;
  if (from.Is("SmallInt")) return FromInteger(to, 3, 4, {"Integer", "BigInt"}, {});
  if (from.Is("Integer")) return FromInteger(to, 10, 11, {"BigInt"}, {"SmallInt"});
  if (from.Is("BigInt")) return FromInteger(to, 19, 20, {}, {"SmallInt", "Integer"});
  if (from.Is("Decimal")) return FromDecimal(from, to);
  if (from.Is("Real")) return FromFloat(to, false);
  if (from.Is("DoublePrecision")) return FromFloat(to, true);
  if (from.is_text()) return FromText(from, to);
  if (from.Is("Text")) {
    if (to.is_unlimited_text() || to.Is("Citext")) return kSafe;
    return to.is_text() ? kRisky : kImpossible;
  }
  if (from.Is("ByteA")) {
    if (to.is_unlimited_text()) return kSafe;
    return to.is_text() && to.first && *to.first > 2 ? kRisky : kImpossible;
  }
  if (from.Is("Timestamp")) return FromTime(from, to, 23, {"Timestamp", "Timestamptz", "Date", "Time", "Timetz"});
  if (from.Is("Timestamptz")) return FromTime(from, to, 28, {"Timestamp", "Timestamptz", "Date", "Time", "Timetz"});
  if (from.Is("Date")) return FromTime(from, to, 28, {"Timestamp", "Timestamptz"});
  if (from.Is("Time")) return FromTime(from, to, 14, {"Timetz"});
  if (from.Is("Timetz")) return FromTime(from, to, 19, {"Timetz", "Time"});
  if (from.Is("Boolean")) {
    if (to.IsAny({"Text", "VarChar"})) return kSafe;
    if (!to.is_char() || !to.first || *to.first < 4) return kImpossible;
    return *to.first > 4 ? kSafe : kRisky;
  }
  if (from.IsAny({"Bit", "VarBit"})) return FromBits(from, to);
  if (from.Is("Uuid")) {
    if (to.is_unlimited_text()) return kSafe;
    return to.is_text() && to.first && *to.first > 31 ? kSafe : kImpossible;
  }
  if (from.IsAny({"Xml", "Json", "JsonB"})) {
    if (to.is_unlimited_text()) return kSafe;
    if (!from.Is("Xml") && to.IsAny({"Json", "JsonB"})) return kSafe;
    return to.is_text() ? kRisky : kImpossible;
  }
  return kRisky;
}

}  // namespace prisma::postgresql
