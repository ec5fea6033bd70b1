// What happens to the rows when a column of one MySQL type becomes one of another.
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "connectors/mysql/migration.h"

namespace prisma::mysql {
namespace {

using migrate::NativeType;
using Change = std::optional<migrate::TypeChange>;
constexpr auto kSafe = migrate::TypeChange::kSafeCast;
constexpr auto kRisky = migrate::TypeChange::kRiskyCast;
constexpr auto kImpossible = migrate::TypeChange::kNotCastable;

// Names that start with @ stand for several types.
constexpr std::pair<const char*, const char*> kGroups[] = {
    {"@text", "TinyText Text MediumText LongText"},
    {"@blob", "TinyBlob Blob MediumBlob LongBlob"},
    {"@char", "Char VarChar"},
    {"@binary", "Binary VarBinary"},
    {"@any_text", "@text @blob @char @binary"},
    {"@signed", "TinyInt SmallInt MediumInt Int BigInt"},
    {"@unsigned", "UnsignedTinyInt UnsignedSmallInt UnsignedMediumInt UnsignedInt UnsignedBigInt"},
    {"@float", "Float Double"},
    {"@number", "@signed @unsigned @float Decimal"},
    {"@date", "Date DateTime Timestamp"},
};

// Into which types a cast is safe, and into which it may lose something; into others there is none. Later lists win.
struct Rule {
  const char* from;
  const char* safe;
  const char* risky;
};
constexpr Rule kRules[] = {
    {"BigInt", "@any_text Bit @float Time", "TinyInt SmallInt MediumInt Int @unsigned Year"},
    {"Binary", "@any_text @float Decimal MediumInt", "TinyInt SmallInt Int BigInt @unsigned Time Year"},
    {"Bit",
     "@blob @char @text VarBinary Int MediumInt SmallInt TinyInt Year UnsignedInt UnsignedMediumInt UnsignedSmallInt "
     "UnsignedTinyInt",
     "Decimal @float"},
    {"Blob", "@blob", "@binary Bit @char @text"},
    {"TinyBlob", "@blob", "@binary Bit @char @text"},
    {"MediumBlob", "@blob", "@binary Bit @char @text"},
    {"LongBlob", "@blob", "@binary Bit @char @text"},
    {"Char", "@blob @text", "@number Bit Json @date Time Year"},
    {"VarChar", "@blob @text", "@number Bit Json @date Time Year"},
    {"Date", "DateTime BigInt UnsignedBigInt Int UnsignedInt Decimal @float @any_text Bit", ""},
    {"DateTime", "@any_text BigInt UnsignedBigInt Timestamp Time Date", ""},
    {"Timestamp", "@any_text BigInt UnsignedBigInt DateTime Time Date", ""},
    {"Decimal", "@any_text", "@signed @unsigned Bit Time @float Year Json"},
    {"Double", "Float @signed @unsigned Decimal Json Year @text @blob Time", ""},
    {"Float", "Double @signed @unsigned Decimal Json Year @text @blob Time", ""},
    {"Int", "BigInt @any_text", "TinyInt SmallInt MediumInt Year @float Decimal @unsigned"},
    {"MediumInt", "BigInt @any_text", "TinyInt SmallInt Int Year @float Decimal @unsigned"},
    {"SmallInt", "MediumInt Int BigInt Time", "@any_text Bit TinyInt @float Year @unsigned"},
    {"TinyInt", "SmallInt MediumInt Int BigInt Time", "@any_text Bit @float Year @unsigned"},
    {"Json", "@any_text", ""},
    {"LongText", "@any_text Bit", "@number TinyText TinyBlob @date Json Time Year"},
    {"MediumText", "@any_text Bit", "@number TinyText TinyBlob @date Json Time Year"},
    {"Text", "@any_text Bit", "@number TinyText TinyBlob @date Json Time Year"},
    {"TinyText", "@any_text Bit", "@number TinyBlob @date Json Time Year"},
    {"Time", "@any_text Decimal @signed @unsigned Bit @float", "@date"},
    {"UnsignedBigInt", "", "@any_text @signed Bit @float @unsigned Time Year"},
    {"UnsignedInt", "", "@any_text @signed Bit @float @unsigned Time Year"},
    {"UnsignedMediumInt", "", "@any_text @signed Bit @float @unsigned Time Year"},
    {"UnsignedSmallInt", "UnsignedInt UnsignedMediumInt UnsignedBigInt",
     "@any_text @signed Bit @float UnsignedTinyInt Time Year"},
    {"UnsignedTinyInt", "UnsignedSmallInt UnsignedInt UnsignedMediumInt UnsignedBigInt",
     "@any_text @signed Bit @float Time Year"},
    {"VarBinary", "LongBlob Blob MediumBlob", "Bit @char @text TinyBlob"},
    {"Year",
     "@any_text BigInt Bit Int MediumInt SmallInt UnsignedBigInt UnsignedInt UnsignedMediumInt UnsignedSmallInt @float",
     "Decimal Json"},
};

void AddNames(const std::string& list, std::set<std::string>& names) {
  std::istringstream words(list);
  for (std::string word; words >> word;) {
    if (word[0] != '@') {
      names.insert(word);
      continue;
    }
    for (auto [group, members] : kGroups) {
      if (word == group) AddNames(members, names);
    }
  }
}

using Table = std::map<std::string, std::map<std::string, migrate::TypeChange>>;

const Table& Changes() {
  static const Table table = [] {
    Table made;
    for (const Rule& rule : kRules) {
      std::set<std::string> safe, risky;
      AddNames(rule.safe, safe);
      AddNames(rule.risky, risky);
      for (const std::string& name : safe) made[rule.from][name] = kSafe;
      for (const std::string& name : risky) made[rule.from][name] = kRisky;
    }
    return made;
  }();
  return table;
}

std::optional<int64_t> Size(const NativeType& type) {
  if (type.arguments.empty()) return std::nullopt;
  return std::atoll(type.arguments[0].c_str());
}

bool IsOne(const std::string& name, std::initializer_list<const char*> names) {
  for (const char* other : names) {
    if (name == other) return true;
  }
  return false;
}

// Where the sizes decide.
std::optional<migrate::TypeChange> BySize(const NativeType& before, const NativeType& after) {
  const std::string& from = before.name;
  const std::string& to = after.name;
  int64_t old_size = Size(before).value_or(0), new_size = Size(after).value_or(0);
  auto larger = [&] { return new_size >= old_size ? kSafe : kRisky; };
  if (IsOne(from, {"Char", "VarChar"}) && IsOne(to, {"Char", "VarChar", "Binary", "VarBinary"})) return larger();
  if (from == "Binary" && to == "Binary") return larger();
  if (from == "Binary" && to == "Bit") return new_size >= old_size * 8 ? kSafe : kRisky;
  if (from == "VarBinary" && to == "VarBinary") return larger();
  if (from == "VarBinary" && to == "Binary") return new_size > old_size ? kSafe : kRisky;
  if (from == "Bit" && to == "Bit") return larger();
  if (from == "Bit" && IsOne(to, {"BigInt", "UnsignedBigInt"})) return old_size == 64 ? kSafe : kRisky;
  if (from == "Bit" && to == "Binary") return old_size >= 8 * new_size ? kSafe : kImpossible;
  if (from == "BigInt" && to == "Decimal") {
    int64_t scale = after.arguments.size() > 1 ? std::atoll(after.arguments[1].c_str()) : 0;
    return new_size - scale >= 20 ? kSafe : kImpossible;
  }
  if (from == "Decimal" && to == "Decimal") return kRisky;
  if (IsOne(from, {"Float", "Double"}) && IsOne(to, {"Char", "VarChar", "Binary", "VarBinary"})) {
    return new_size >= 32 ? kRisky : kImpossible;
  }
  if (from == "Float" && to == "Bit") return new_size >= 32 ? kSafe : kImpossible;
  if (IsOne(from, {"Double", "DateTime", "Timestamp"}) && to == "Bit") return new_size == 64 ? kSafe : kImpossible;
  if (IsOne(from, {"Int", "MediumInt"}) && to == "Bit") return new_size >= 32 ? kSafe : kRisky;
  if (from == "Time" && to == "Time") return kSafe;
  if (IsOne(from, {"DateTime", "Timestamp"}) && from == to) {
    return Size(after).value_or(-1) >= Size(before).value_or(-1) ? kSafe : kRisky;
  }
  return std::nullopt;
}

}  // namespace

Change NativeTypeChange(const NativeType& before, const NativeType& after) {
  if (before == after) return std::nullopt;
  if (before.name == after.name && before.name == "Time" && after.arguments.empty() && Size(before).value_or(0) == 0) {
    return std::nullopt;
  }
  if (auto change = BySize(before, after)) return change;
  auto from = Changes().find(before.name);
  if (from == Changes().end()) return kRisky;
  auto to = from->second.find(after.name);
  return to == from->second.end() ? kImpossible : to->second;
}

}  // namespace prisma::mysql
