#include <algorithm>
#include <cctype>

#include "json/reader.h"
#include "migrate/differ.h"
#include "value/decimal.h"

namespace prisma::migrate {
namespace {

bool JsonEqual(const json::Value& a, const json::Value& b) {
  if (a.kind() != b.kind() || a.size() != b.size()) return false;
  switch (a.kind()) {
    case json::Kind::kNull:
      return true;
    case json::Kind::kBool:
      return a.as_bool() == b.as_bool();
    case json::Kind::kInt:
    case json::Kind::kUint:
      return a.as_int() == b.as_int();
    case json::Kind::kFloat:
      return a.as_float() == b.as_float();
    case json::Kind::kString:
      return a.text() == b.text();
    case json::Kind::kArray: {
      std::vector<json::Value> items;
      for (json::Value item : b.items()) items.push_back(item);
      size_t i = 0;
      for (json::Value item : a.items()) {
        if (!JsonEqual(item, items[i++])) return false;
      }
      return true;
    }
    case json::Kind::kObject:
      for (json::Member member : a.members()) {
        if (!b.Has(member.key) || !JsonEqual(member.value, b.Get(member.key))) return false;
      }
      return true;
  }
  return false;
}

// Text that is no JSON can't be compared: taken as equal.
bool JsonTextsEqual(const std::string& a, const std::string& b) {
  json::Document first, second;
  if (!first.Parse(a) || !second.Parse(b)) return true;
  return JsonEqual(first.root(), second.root());
}

bool IsText(const SqlValue& value) {
  return value.kind == SqlValue::Kind::kString || value.kind == SqlValue::Kind::kEnum;
}

bool ValuesEqual(const SqlValue& a, const SqlValue& b) {
  using Kind = SqlValue::Kind;
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::kFloat) {
    auto first = ParseDecimal(a.text), second = ParseDecimal(b.text);
    return first && second ? *first == *second : a.text == b.text;
  }
  return a.text == b.text;
}

bool ListsMatch(const SqlValue& a, const SqlValue& b, const DifferRules& rules) {
  using Kind = SqlValue::Kind;
  if (a.items.size() != b.items.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    const SqlValue& left = a.items[i];
    const SqlValue& right = b.items[i];
    if ((left.kind == Kind::kJson && right.kind == Kind::kString) ||
        (left.kind == Kind::kString && right.kind == Kind::kJson)) {
      if (!JsonTextsEqual(left.text, right.text)) return false;
    } else if (left.kind == Kind::kDateTime || right.kind == Kind::kDateTime) {
      continue;
    } else if (left.kind == Kind::kEnum && right.kind == Kind::kBytes) {
      if (!rules.StringMatchesBytes(left.text, right.text)) return false;
    } else if (left.kind == Kind::kBytes && right.kind == Kind::kEnum) {
      if (!rules.StringMatchesBytes(right.text, left.text)) return false;
    } else if (!ValuesEqual(left, right)) {
      return false;
    }
  }
  return true;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool ConstantsMatch(const SqlValue& a, const SqlValue& b, bool names_match, const DifferRules& rules) {
  using Kind = SqlValue::Kind;
  if (a.kind == Kind::kList && b.kind == Kind::kList) return ListsMatch(a, b, rules);
  bool is_json = (a.kind == Kind::kJson && (b.kind == Kind::kJson || b.kind == Kind::kString)) ||
                 (a.kind == Kind::kString && b.kind == Kind::kJson);
  if (is_json) return JsonTextsEqual(a.text, b.text) && names_match;
  if ((a.kind == Kind::kInt && b.kind == Kind::kBigInt) || (a.kind == Kind::kBigInt && b.kind == Kind::kInt)) {
    return a.text == b.text;
  }
  if (IsText(a) && IsText(b)) return a.text == b.text && names_match;
  return ValuesEqual(a, b) && names_match;
}

}  // namespace

bool DefaultsMatch(const Column& previous, const Column& next, const DifferRules& rules) {
  using Kind = DefaultValue::Kind;
  if (rules.flags().ignores_json_defaults &&
      (previous.type.family == TypeFamily::kJson || next.type.family == TypeFamily::kJson)) {
    return true;
  }
  const std::optional<DefaultValue>& a = previous.default_value;
  const std::optional<DefaultValue>& b = next.default_value;
  if (!a && !b) return true;
  if (a && b && !a->database_text.empty() && rules.IsDefaultAsWritten(*a, *b)) return true;
  if (rules.flags().has_no_binary_defaults && !previous.type.full_data_type.empty() && !a && b &&
      next.type.family == TypeFamily::kBinary && b->kind == Kind::kValue) {
    return true;
  }
  bool names_match = (a ? a->constraint_name : "") == (b ? b->constraint_name : "");
  bool b_is_unknown = b && b->kind == Kind::kDbGenerated && !b->has_expression;
  if (a && b) {
    auto is_list = [](const DefaultValue& d) {
      return d.kind == Kind::kValue && d.value.kind == SqlValue::Kind::kList;
    };
    auto is_date = [](const DefaultValue& d) {
      return d.kind == Kind::kValue && d.value.kind == SqlValue::Kind::kDateTime;
    };
    bool is_date_column = previous.type.family == TypeFamily::kDateTime || next.type.family == TypeFamily::kDateTime;
    if (is_date_column &&
        ((a->kind == Kind::kDbGenerated && is_list(*b)) || (is_list(*a) && b->kind == Kind::kDbGenerated))) {
      return true;
    }
    if (a->kind == Kind::kValue && b->kind == Kind::kValue && is_list(*a) && is_list(*b)) {
      return ListsMatch(a->value, b->value, rules);
    }
    // How a database prints a date-time again is not known.
    if (is_date(*a) || is_date(*b)) return true;
    if (a->kind == Kind::kValue && b->kind == Kind::kValue) {
      return ConstantsMatch(a->value, b->value, names_match, rules);
    }
    if (a->kind == Kind::kDbGenerated && b->kind == Kind::kDbGenerated && a->has_expression && b->has_expression) {
      return EqualIgnoringCase(a->text, b->text) && names_match;
    }
  }
  if (b_is_unknown) return true;
  if (!a) return b->kind == Kind::kSequence;
  if (!b) return a->kind == Kind::kSequence;  // sequences are dropped separately
  if (a->kind == Kind::kDbGenerated) return b->kind == Kind::kSequence;
  if (a->kind == Kind::kUniqueRowid || b->kind == Kind::kUniqueRowid) return a->kind == b->kind;
  if (a->kind == Kind::kNow) return b->kind == Kind::kNow || b->kind == Kind::kSequence;
  return b->kind == Kind::kSequence;
}

}  // namespace prisma::migrate
