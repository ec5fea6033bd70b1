// Defaults as pg_get_expr writes them: 'a'::text, '-5'::integer, ARRAY['a'::text], '{1,2}'::integer[], now(), …
#include <cctype>

#include "connectors/postgresql/describer.h"
#include "migrate/calculator.h"

namespace prisma::postgresql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// A quoted constant at the start: its text, and what stands behind it.
bool TakeQuoted(std::string_view& text, std::string& out) {
  bool has_escapes = text.starts_with("E'");
  std::string_view rest = has_escapes ? text.substr(1) : text;
  if (!rest.starts_with('\'')) return false;
  out.clear();
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\'') {
      if (i + 1 < rest.size() && rest[i + 1] == '\'') {
        out += '\'';
        ++i;
        continue;
      }
      text = rest.substr(i + 1);
      return true;
    }
    if (has_escapes && rest[i] == '\\' && i + 1 < rest.size()) {
      char c = rest[++i];
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
      continue;
    }
    out += rest[i];
  }
  return false;
}

// "::character varying(20)", "::\"Role\"[]"; nothing else may follow.
bool IsCast(std::string_view text) {
  while (text.starts_with(')')) text.remove_prefix(1);
  if (text.empty()) return true;
  if (!text.starts_with("::")) return false;
  bool is_quoted = false;
  int depth = 0;
  for (char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    bool is_part = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '"' || c == '_' || c == ' ' || c == ':' ||
                   c == '.' || c == '[' || c == ']' || c == '(' || c == ')' || c == ',';
    if (!is_part) return false;
  }
  return depth <= 0;
}

// Without parentheses around and casts behind: what a constant of these is.
std::string Bare(std::string_view text) {
  std::string out;
  while (text.starts_with('(')) text.remove_prefix(1);
  std::string_view rest = text;
  if (TakeQuoted(rest, out)) return IsCast(rest) ? out : std::string();
  size_t cast = text.find("::");
  std::string_view head = text.substr(0, cast);
  while (head.ends_with(')') && head.find('(') == std::string_view::npos) head.remove_suffix(1);
  return std::string(head);
}

bool IsNumber(std::string_view text, bool is_integer) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.find_first_of("0123456789") == std::string_view::npos) return false;
  return text.find_first_not_of(is_integer ? "0123456789" : "0123456789.eE+-") == std::string_view::npos;
}

std::optional<SqlValue> Constant(TypeFamily family, std::string_view text) {
  SqlValue value;
  std::string_view rest = text;
  std::string quoted;
  bool is_quoted = TakeQuoted(rest, quoted) && IsCast(rest);
  std::string bare = is_quoted ? quoted : Bare(text);
  switch (family) {
    case TypeFamily::kInt:
    case TypeFamily::kBigInt:
      if (!IsNumber(bare, true)) return std::nullopt;
      return ReadConstant(bare, family == TypeFamily::kInt ? schema::ScalarType::kInt : schema::ScalarType::kBigInt);
    case TypeFamily::kFloat:
    case TypeFamily::kDecimal:
      if (!IsNumber(bare, false)) return std::nullopt;
      return ReadConstant(bare, schema::ScalarType::kDecimal);
    case TypeFamily::kBoolean: {
      std::string lower = Lower(bare);
      bool is_true = lower == "true" || lower == "t", is_false = lower == "false" || lower == "f";
      if (!is_true && !is_false) return std::nullopt;
      value.kind = SqlValue::Kind::kBoolean;
      value.text = is_true ? "true" : "false";
      return value;
    }
    case TypeFamily::kString:
    case TypeFamily::kUuid:
      if (!is_quoted) return std::nullopt;
      value.kind = SqlValue::Kind::kString;
      value.text = bare;
      return value;
    case TypeFamily::kEnum:
      if (!is_quoted) return std::nullopt;
      value.kind = SqlValue::Kind::kEnum;
      value.text = bare;
      return value;
    case TypeFamily::kJson:
      if (!is_quoted) return std::nullopt;
      value.kind = SqlValue::Kind::kJson;
      value.text = bare;
      return value;
    case TypeFamily::kBinary: {
      if (!is_quoted || !bare.starts_with("\\x")) return std::nullopt;
      value.kind = SqlValue::Kind::kBytes;
      for (size_t i = 2; i + 1 < bare.size(); i += 2) {
        auto digit = [&](char c) { return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0'; };
        value.text.push_back(static_cast<char>(digit(bare[i]) * 16 + digit(bare[i + 1])));
      }
      return value;
    }
    default:
      return std::nullopt;
  }
}

// {1,2,"a b",NULL}
std::optional<std::vector<std::string>> ArrayItems(std::string_view text) {
  std::vector<std::string> items;
  if (!text.starts_with('{') || !text.ends_with('}')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.empty()) return items;
  std::string item;
  bool is_quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      item += text[++i];
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      items.push_back(std::exchange(item, {}));
    } else if (c == '{' && !is_quoted) {
      return std::nullopt;  // arrays of arrays
    } else {
      item += c;
    }
  }
  items.push_back(item);
  return items;
}

// ARRAY['a'::text, 'b'::text]: the texts between the commas.
std::vector<std::string_view> SplitArray(std::string_view text) {
  std::vector<std::string_view> items;
  size_t start = 0;
  int depth = 0;
  bool is_quoted = false;
  for (size_t i = 0; i <= text.size(); ++i) {
    char c = i < text.size() ? text[i] : ',';
    if (c == '\'') is_quoted = !is_quoted;
    if (!is_quoted && (c == '(' || c == '[')) ++depth;
    if (!is_quoted && (c == ')' || c == ']')) --depth;
    if (c == ',' && !is_quoted && depth == 0) {
      std::string_view item = text.substr(start, i - start);
      while (item.starts_with(' ')) item.remove_prefix(1);
      if (!item.empty()) items.push_back(item);
      start = i + 1;
    }
  }
  return items;
}

std::optional<SqlValue> List(TypeFamily family, std::string_view text) {
  SqlValue list;
  list.kind = SqlValue::Kind::kList;
  if (text.starts_with('(')) text.remove_prefix(1);
  if (text.starts_with("ARRAY[")) {
    size_t end = text.rfind(']');
    // The last bracket may be that of the cast: ARRAY['a'::text]::text[].
    int depth = 0;
    bool is_quoted = false;
    for (size_t i = 5; i < text.size(); ++i) {
      if (text[i] == '\'') is_quoted = !is_quoted;
      if (is_quoted) continue;
      if (text[i] == '[') ++depth;
      if (text[i] == ']' && --depth == 0) {
        end = i;
        break;
      }
    }
    for (std::string_view item : SplitArray(text.substr(6, end - 6))) {
      std::optional<SqlValue> value = Constant(family, item);
      if (!value) return std::nullopt;
      list.items.push_back(std::move(*value));
    }
    return list;
  }
  std::string quoted;
  std::string_view rest = text;
  if (!TakeQuoted(rest, quoted) || !IsCast(rest)) return std::nullopt;
  std::optional<std::vector<std::string>> items = ArrayItems(quoted);
  if (!items) return std::nullopt;
  for (const std::string& item : *items) {
    std::string literal = "'";
    for (char c : item) {
      if (c == '\'') literal += '\'';
      literal += c;
    }
    std::optional<SqlValue> value = Constant(family, literal + "'");
    if (!value) return std::nullopt;
    list.items.push_back(std::move(*value));
  }
  return list;
}

// now(), CURRENT_TIMESTAMP and their casts; not now() + '1 day'.
bool IsNow(std::string_view text) {
  std::string lower = Lower(text);
  std::string_view rest = lower;
  while (rest.starts_with('(')) rest.remove_prefix(1);
  for (std::string_view word : {"now()", "current_timestamp", "transaction_timestamp()"}) {
    if (!rest.starts_with(word)) continue;
    rest.remove_prefix(word.size());
    if (rest.starts_with('(')) rest = rest.substr(rest.find(')') == std::string_view::npos ? 0 : rest.find(')') + 1);
    return IsCast(rest);
  }
  return false;
}

}  // namespace

std::optional<DefaultValue> ReadDefault(const ColumnType& type, std::string_view text) {
  std::string lower = Lower(text);
  if (lower == "null" || lower.starts_with("null::")) return std::nullopt;
  DefaultValue value;
  value.database_text = text;
  bool counts = type.family == TypeFamily::kInt || type.family == TypeFamily::kBigInt;
  if (counts && lower.find("nextval(") != std::string::npos) {
    value.kind = DefaultValue::Kind::kSequence;
    std::string name;
    std::string_view rest = text.substr(lower.find("nextval(") + 8);
    if (TakeQuoted(rest, name)) value.text = name;
    return value;
  }
  if (type.family == TypeFamily::kDateTime && type.arity != ColumnArity::kList && IsNow(text)) {
    value.kind = DefaultValue::Kind::kNow;
    return value;
  }
  std::optional<SqlValue> constant =
      type.arity == ColumnArity::kList ? List(type.family, text) : Constant(type.family, text);
  if (constant) {
    value.value = std::move(*constant);
    return value;
  }
  value.kind = DefaultValue::Kind::kDbGenerated;
  value.text = text;
  value.has_expression = true;
  return value;
}

}  // namespace prisma::postgresql
