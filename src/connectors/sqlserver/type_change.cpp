// What happens to the rows when a column of one SQL Server type becomes one of another.
#include <cstdlib>
#include <limits>
#include <string>

#include "connectors/sqlserver/migration.h"

namespace prisma::sqlserver {
namespace {

using migrate::NativeType;
using Change = std::optional<migrate::TypeChange>;
constexpr auto kSafe = migrate::TypeChange::kSafeCast;
constexpr auto kRisky = migrate::TypeChange::kRiskyCast;
constexpr auto kImpossible = migrate::TypeChange::kNotCastable;
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

struct Type {
  explicit Type(const NativeType& type) : name(type.name) {
    if (!type.arguments.empty()) {
      const std::string& text = type.arguments[0];
      size = text == "Max" || text == "max" ? kMax : std::atoll(text.c_str());
    }
    if (type.arguments.size() > 1) scale = std::atoll(type.arguments[1].c_str());
  }
  bool Is(std::string_view other) const { return name == other; }
  bool IsAny(std::initializer_list<std::string_view> names) const {
    for (std::string_view other : names) {
      if (name == other) return true;
    }
    return false;
  }
  bool is_max() const { return size == kMax; }
  bool is_narrow_text() const { return IsAny({"Char", "VarChar"}); }
  bool is_wide_text() const { return IsAny({"NChar", "NVarChar"}); }
  bool is_text() const { return is_narrow_text() || is_wide_text(); }
  bool is_binary() const { return IsAny({"Binary", "VarBinary"}); }
  bool is_fixed() const { return IsAny({"Char", "NChar", "Binary"}); }
  bool is_integer() const { return IsAny({"TinyInt", "SmallInt", "Int", "BigInt"}); }
  bool is_money() const { return IsAny({"Money", "SmallMoney"}); }
  bool is_float() const { return IsAny({"Float", "Real"}); }
  bool is_number() const { return is_integer() || is_money() || is_float() || IsAny({"Bit", "Decimal"}); }
  bool is_short_date() const { return IsAny({"DateTime", "SmallDateTime"}); }
  bool is_date() const { return is_short_date() || IsAny({"Date", "Time", "DateTime2", "DateTimeOffset"}); }

  std::string name;
  std::optional<int64_t> size;  // precision, length
  int64_t scale = 0;
};

// A size of at least `needed`, where none means 1.
Change NeedsSize(const Type& to, int64_t needed) { return to.size.value_or(1) < needed ? kRisky : kSafe; }

struct IntegerRule {
  int64_t digits, bytes, characters;
};

Change FromInteger(const Type& from, const Type& to) {
  constexpr std::string_view kNames[] = {"TinyInt", "SmallInt", "Int", "BigInt"};
  constexpr IntegerRule kRules[] = {{3, 0, 3}, {5, 2, 6}, {10, 4, 11}, {19, 8, 20}};
  size_t rank = 0, to_rank = 4;
  for (size_t i = 0; i < 4; ++i) {
    if (from.Is(kNames[i])) rank = i;
    if (to.Is(kNames[i])) to_rank = i;
  }
  const IntegerRule& rule = kRules[rank];
  if (to_rank < 4) return to_rank < rank ? kRisky : kSafe;
  if (to.Is("Decimal")) {
    if (!to.size) return rank == 3 ? kRisky : kSafe;
    return *to.size - to.scale < rule.digits ? kRisky : kSafe;
  }
  if (to.Is("Money")) return rank == 3 ? kRisky : kSafe;
  if (to.Is("SmallMoney")) return rank >= 2 ? kRisky : kSafe;
  if (to.is_float()) return kSafe;
  if (to.is_short_date()) return rank >= 2 ? kRisky : kSafe;
  if (to.is_binary()) return NeedsSize(to, rule.bytes);
  if (to.Is("Bit")) return kRisky;
  if (to.is_text()) return NeedsSize(to, rule.characters);
  return kImpossible;
}

Change FromDecimal(const Type& from, const Type& to) {
  if (to.Is("Decimal")) {
    if (from.size && !to.size) return *from.size > 18 || from.scale > 0 ? kRisky : kSafe;
    if (!from.size && to.size) return *to.size < 18 || to.scale > 0 ? kRisky : kSafe;
    return *from.size - from.scale > *to.size - to.scale || from.scale > to.scale ? kRisky : kSafe;
  }
  if (to.is_number() || to.is_short_date() || to.is_binary()) return kRisky;
  if (!to.is_text()) return kImpossible;
  if (!to.size) return kRisky;
  // The digits, a sign, and a decimal point.
  int64_t needed = from.size ? *from.size + (from.scale > 0 ? 2 : 1) : 19;
  return needed > *to.size ? kRisky : kSafe;
}

Change FromMoney(const Type& from, const Type& to) {
  bool is_small = from.Is("SmallMoney");
  if (to.Is("Money") || to.Is(from.name)) return kSafe;
  if (to.Is("Decimal")) return !to.size || *to.size < (is_small ? 10 : 19) || to.scale < 4 ? kRisky : kSafe;
  if (to.is_number() || to.is_short_date()) return kRisky;
  if (to.is_text()) return NeedsSize(to, is_small ? 12 : 21);
  if (to.is_binary()) return NeedsSize(to, is_small ? 4 : 8);
  return kImpossible;
}

Change FromFloat(const Type& from, const Type& to) {
  // Without a size, Float is of eight bytes; Real is of four.
  bool is_double = from.Is("Float") && from.size.value_or(53) > 24;
  if (to.is_float()) {
    bool to_double = to.Is("Float") && to.size.value_or(53) > 24;
    if (from.Is("Real") && to.Is("Real")) return kRisky;
    return is_double == to_double ? kSafe : kRisky;
  }
  if (to.is_number() || to.is_short_date()) return kRisky;
  auto fits = [&](int64_t needed) { return to.size && !to.is_max() && *to.size >= needed ? kSafe : kRisky; };
  if (to.is_text()) return fits(is_double ? 317 : 47);
  if (to.is_binary()) return fits(is_double ? 8 : 4);
  return kImpossible;
}

Change FromDate(const Type& from, const Type& to) {
  struct Rule {
    std::string_view from;
    int64_t characters;
    std::initializer_list<std::string_view> safe, risky;
  };
  static const Rule kRules[] = {
      {"Date", 10, {"Date", "DateTime", "DateTime2", "DateTimeOffset"}, {"SmallDateTime"}},
      {"Time", 8, {"Time", "DateTime2", "DateTimeOffset"}, {"DateTime", "SmallDateTime"}},
      {"DateTime", 23, {"DateTime", "DateTime2", "DateTimeOffset"}, {"Date", "Time", "SmallDateTime"}},
      {"DateTime2", 27, {"DateTime2", "DateTimeOffset"}, {"Date", "Time", "DateTime", "SmallDateTime"}},
      {"DateTimeOffset", 33, {"DateTimeOffset"}, {"Date", "Time", "DateTime", "DateTime2", "SmallDateTime"}},
      {"SmallDateTime", 19, {"DateTime", "DateTime2", "DateTimeOffset", "SmallDateTime"}, {"Date", "Time"}},
  };
  for (const Rule& rule : kRules) {
    if (!from.Is(rule.from)) continue;
    if (to.IsAny(rule.safe)) return kSafe;
    if (to.IsAny(rule.risky)) return kRisky;
    if (to.is_text()) return to.size && !to.is_max() && *to.size >= rule.characters ? kSafe : kRisky;
  }
  return kImpossible;
}

// Text to text, binary to binary: whether it still fits.
Change Fits(const Type& from, const Type& to, int64_t bytes_a_unit = 1) {
  if (!from.size) return kSafe;
  if (from.is_max()) return to.is_max() ? kSafe : kRisky;
  if (to.is_max()) return kSafe;
  return *from.size > to.size.value_or(1) * bytes_a_unit ? kRisky : kSafe;
}

Change FromText(const Type& from, const Type& to) {
  if (to.is_number() || to.is_date() || to.Is("UniqueIdentifier")) return kRisky;
  if (from.is_wide_text() && (to.is_narrow_text() || to.Is("Text"))) return kRisky;
  if (from.is_narrow_text() && to.Is("NVarChar") && to.is_max() && from.is_max()) return kRisky;
  if (to.is_text()) return Fits(from, to);
  if (to.Is("Text")) return kSafe;
  if (to.Is("NText")) return from.is_narrow_text() && from.is_max() ? kRisky : kSafe;
  return kImpossible;
}

Change FromBinary(const Type& from, const Type& to) {
  auto at_most = [&](int64_t bytes) {
    if (!from.size) return from.is_fixed() || bytes == 1 ? kSafe : kRisky;
    return *from.size <= bytes ? kSafe : kRisky;
  };
  if (to.Is("TinyInt")) return at_most(1);
  if (to.Is("SmallInt")) return at_most(2);
  if (to.Is("Int")) return at_most(4);
  if (to.Is("BigInt")) return at_most(8);
  if (to.Is("Money")) return from.size.value_or(0) > 8 ? kRisky : kSafe;
  if (to.Is("SmallMoney")) return from.size.value_or(0) > 4 ? kRisky : kSafe;
  if (to.IsAny({"Decimal", "Bit", "Xml", "UniqueIdentifier"}) || to.is_short_date()) return kRisky;
  if (to.is_narrow_text() || to.is_binary()) return Fits(from, to);
  if (to.is_wide_text()) return Fits(from, to, 2);
  return to.Is("Image") ? kSafe : kImpossible;
}

Change FromOther(const Type& from, const Type& to) {
  if (from.Is("Bit")) {
    bool is_fine = to.is_number() || to.is_short_date() || to.is_binary() || to.is_text();
    return is_fine ? kSafe : kImpossible;
  }
  if (from.IsAny({"Text", "NText"})) {
    if (to.Is(from.Is("Text") ? "VarChar" : "NVarChar") && to.is_max()) return kSafe;
    return to.is_text() || to.IsAny({"Text", "NText"}) ? kRisky : kImpossible;
  }
  if (from.Is("Image")) {
    if (to.Is("VarBinary") && to.is_max()) return kSafe;
    return to.is_binary() ? kRisky : kImpossible;
  }
  if (from.Is("Xml")) {
    if (to.Is("NVarChar") && to.is_max()) return kSafe;
    return to.is_text() || to.is_binary() ? kRisky : kImpossible;
  }
  if (from.Is("UniqueIdentifier")) {
    if (to.is_text()) return NeedsSize(to, 36);
    return to.is_binary() ? NeedsSize(to, 16) : kImpossible;
  }
  return kRisky;
}

}  // namespace

Change NativeTypeChange(const NativeType& before, const NativeType& after) {
  if (before == after) return std::nullopt;
  Type from(before), to(after);
  // Two names for the same.
  auto bits = [](const Type& type) { return type.Is("Real") ? 24 : type.size.value_or(53); };
  if (from.is_float() && to.is_float() && bits(from) == bits(to) && (bits(from) == 53 || bits(from) == 24)) {
    return std::nullopt;
  }
  if (from.is_integer()) return FromInteger(from, to);
  if (from.Is("Decimal")) return FromDecimal(from, to);
  if (from.is_money()) return FromMoney(from, to);
  if (from.is_float()) return FromFloat(from, to);
  if (from.is_date()) return FromDate(from, to);
  if (from.is_text()) return FromText(from, to);
  if (from.is_binary()) return FromBinary(from, to);
  return FromOther(from, to);
}

}  // namespace prisma::sqlserver
