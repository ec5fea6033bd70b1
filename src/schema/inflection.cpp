#include "schema/inflection.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace prisma::schema {
namespace {

// Sorted.
// clang-format off
constexpr std::string_view kUncountable[] = {
    "accommodation", "adulthood", "advertising", "advice", "aggression", "aid", "air", "aircraft", "alcohol", "anger",
    "applause", "arithmetic", "assistance", "athletics", "bacon", "baggage", "beef", "biology", "blood", "botany",
    "bread", "butter", "carbon", "cardboard", "cash", "chalk", "chaos", "chess", "countryside", "crossroads",
    "dancing", "deer", "dignity", "dirt", "dust", "economics", "education", "electricity", "engineering", "enjoyment",
    "envy", "equipment", "ethics", "evidence", "evolution", "fame", "fiction", "flour", "flu", "food", "fuel", "fun",
    "furniture", "gallows", "garbage", "garlic", "genetics", "gold", "golf", "gossip", "grammar", "gratitude",
    "grief", "guilt", "gymnastics", "happiness", "hardware", "harm", "hate", "hatred", "health", "heat", "help",
    "homework", "honesty", "honey", "hospitality", "housework", "humour", "hunger", "hydrogen", "ice", "importance",
    "inflation", "information", "innocence", "iron", "irony", "jam", "jewelry", "judo", "karate", "knowledge", "lack",
    "laughter", "lava", "leather", "leisure", "lightning", "linguine", "linguini", "linguistics", "literature",
    "litter", "livestock", "logic", "loneliness", "luck", "luggage", "macaroni", "machinery", "magic", "management",
    "mankind", "marble", "mathematics", "mayonnaise", "measles", "methane", "milk", "money", "mud", "mumps", "music",
    "nature", "news", "nitrogen", "nonsense", "nurture", "nutrition", "obedience", "obesity", "oxygen", "pasta",
    "patience", "physics", "poetry", "pollution", "poverty", "pride", "psychology", "publicity", "punctuation",
    "quartz", "racism", "relaxation", "reliability", "research", "respect", "revenge", "rice", "rubbish", "rum",
    "safety", "scenery", "seafood", "seaside", "series", "shame", "sheep", "shopping", "sleep", "smoke", "smoking",
    "snow", "soap", "software", "soil", "spaghetti", "species", "steam", "stuff", "stupidity", "sunshine", "symmetry",
    "tennis", "thirst", "thunder", "timber", "traffic", "transportation", "trust", "underwear", "unemployment",
    "unity", "validity", "veal", "vegetarianism", "vegetation", "vengeance", "violence", "vitality", "warmth",
    "wealth", "weather", "welfare", "wheat", "wildlife", "wisdom", "yoga", "zinc", "zoology",
};
// clang-format on

constexpr std::pair<std::string_view, std::string_view> kIrregular[] = {
    {"die", "dice"},     {"foot", "feet"},   {"goose", "geese"}, {"man", "men"},   {"ox", "oxen"},
    {"quiz", "quizzes"}, {"tooth", "teeth"}, {"woman", "women"}, {"yes", "yeses"},
};

// A noun that ends in one of the stems and one of the endings gets the replacement for the ending. Alternatives are
// separated by |, [abc] is one of the characters and [^abc] one that is none of them.
struct PluralRule {
  std::string_view stems;
  std::string_view endings;
  std::string_view replacement;
};

// The first that fits counts.
constexpr PluralRule kPluralRules[] = {
    {"eaux", "", ""},
    {"child", "ren|", "ren"},
    {"pe", "rson|ople", "ople"},
    {"m|l", "ice|ouse", "ice"},
    {"matr|cod|mur|sil|vert|ind|append", "ix|ex", "ices"},
    {"x|ch|ss|sh|zz", "", "es"},
    {"xes|ches|sses|shes|zzes", "", ""},
    {"[^ch][ieo][ln]", "ey", "ies"},
    {"[^aeiouy]|qu", "y", "ies"},
    {"ar|l|ea|eo|oa|hoo", "f", "ves"},
    {"kni|wi|li", "fe", "ves"},
    {"", "sis", "ses"},
    {"apheli|hyperbat|periheli|asyndet|noumen|phenomen|criteri|organ|prolegomen|hedr|automat", "a|on", "a"},
    {"agend|addend|millenni|dat|extrem|bacteri|desiderat|strat|candelabr|errat|ov|symposi|curricul|automat|quor",
     "a|um", "a"},
    {"her|at|gr", "o", "oes"},
    {"seraph|cherub", "im|", "im"},
    {"alumn|alg|vertebr", "a|ae", "ae"},
    {"alumn|syllab|octop|vir|radi|nucle|fung|cact|stimul|termin|bacill|foc|uter|loc|strat", "us|i", "i"},
    {"[^l]ias|[aeiou]las|[emjzr]as|[iu]am", "", ""},
    {"e[mn]u", "s|", "s"},
    {"alias|[^aou]us|tlas|gas|ris", "", "es"},
    {"ax|test", "is", "es"},
    {"[^aeiou]ese", "", ""},
    {"", "s", "s"},
    {"", "", "s"},
};

// Whether some alternative of the list fits.
template <class Test>
bool AnyAlternative(std::string_view list, Test test) {
  for (size_t start = 0;;) {
    size_t bar = list.find('|', start);
    if (test(list.substr(start, bar == std::string_view::npos ? bar : bar - start))) return true;
    if (bar == std::string_view::npos) return false;
    start = bar + 1;
  }
}

bool EndsWithPattern(std::string_view text, std::string_view pattern) {
  while (!pattern.empty()) {
    if (text.empty()) return false;
    char c = text.back();
    text.remove_suffix(1);
    if (pattern.back() != ']') {
      if (pattern.back() != c) return false;
      pattern.remove_suffix(1);
      continue;
    }
    size_t open = pattern.rfind('[');
    std::string_view set = pattern.substr(open + 1, pattern.size() - open - 2);
    pattern.remove_suffix(pattern.size() - open);
    bool is_negated = set.starts_with('^');
    if (is_negated) set.remove_prefix(1);
    if ((set.find(c) != std::string_view::npos) == is_negated) return false;
  }
  return true;
}

bool Apply(const PluralRule& rule, std::string_view noun, std::string& plural) {
  return AnyAlternative(rule.endings, [&](std::string_view ending) {
    if (!noun.ends_with(ending)) return false;
    std::string_view rest = noun.substr(0, noun.size() - ending.size());
    if (!AnyAlternative(rule.stems, [&](std::string_view stem) { return EndsWithPattern(rest, stem); })) return false;
    plural = std::string(rest).append(rule.replacement);
    return true;
  });
}

// Upper and lower case of ASCII and of the European alphabets of the Basic Multilingual Plane.
bool IsUpper(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z';
  if (c <= 0xFF) return c >= 0xC0 && c <= 0xDE && c != 0xD7;
  if (c <= 0x17F) {
    if (c == 0x138 || c == 0x149 || c == 0x17F) return false;
    bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    return c == 0x178 || (c % 2 == 1) == odd_is_upper;
  }
  return (c >= 0x391 && c <= 0x3AB) || (c >= 0x400 && c <= 0x42F);
}
char32_t ToLower(char32_t c) {
  if (!IsUpper(c)) return c;
  if (c == 0x178) return 0xFF;
  if (c >= 0x100 && c <= 0x17F) return c + 1;
  return c >= 0x400 && c <= 0x40F ? c + 0x50 : c + 0x20;
}
char32_t ToUpper(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 0x20 : c;
  if (c == 0xFF) return 0x178;
  if (c == 0x3C2) return 0x3A3;
  for (char32_t distance : {0x20, 0x01, 0x50}) {
    if (c > distance && IsUpper(c - distance) && ToLower(c - distance) == c) return c - distance;
  }
  return c;
}
bool IsLower(char32_t c) { return !IsUpper(c) && (ToUpper(c) != c || c == 0xDF); }

// Takes the first code point off valid UTF-8.
char32_t TakeCodePoint(std::string_view& text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  size_t length = byte(0) < 0xC0 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t code = length == 1 ? byte(0) : byte(0) & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3F);
  text.remove_prefix(std::min(length, text.size()));
  return code;
}

}  // namespace

std::string CamelCase(std::string_view name) {
  while (!name.empty() && (name.back() == '_' || name.back() == '-')) name.remove_suffix(1);
  std::string out;
  bool starts_word = false;
  char32_t last = ' ';  // the last letter that started no word, if it is lower case
  while (!name.empty()) {
    char32_t c = TakeCodePoint(name);
    if (c == '_' || c == '-') {
      starts_word = !out.empty();
    } else if (c >= '0' && c <= '9') {
      starts_word = true;
      AppendUtf8(out, c);
    } else if (starts_word || (IsLower(last) && IsUpper(c))) {
      starts_word = false;
      AppendUtf8(out, c < 0x80 ? ToUpper(c) : c);
    } else {
      last = IsUpper(c) ? U' ' : c;
      AppendUtf8(out, c < 0x80 ? ToLower(c) : c);
    }
  }
  return out;
}

std::string Plural(std::string_view noun) {
  if (std::binary_search(std::begin(kUncountable), std::end(kUncountable), noun)) return std::string(noun);
  for (const auto& [singular, plural] : kIrregular) {
    if (noun == singular) return std::string(plural);
  }
  std::string plural;
  for (const PluralRule& rule : kPluralRules) {
    if (Apply(rule, noun, plural)) break;
  }
  return plural;
}

std::string LowerFirst(std::string_view name) {
  std::string out;
  if (!name.empty()) AppendUtf8(out, ToLower(TakeCodePoint(name)));
  return out.append(name);
}

std::string UpperFirst(std::string_view name) {
  std::string out;
  if (name.empty()) return out;
  char32_t first = TakeCodePoint(name);
  if (first == 0xDF) {
    out = "SS";
  } else {
    AppendUtf8(out, ToUpper(first));
  }
  return out.append(name);
}

}  // namespace prisma::schema
