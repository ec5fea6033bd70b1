#include "query/document/graphql_lexer.h"

#include <vector>

#include "base/text.h"

namespace prisma::query {
namespace {

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Four hex digits at `at`, or nothing.
bool ReadUnit(std::string_view text, size_t at, uint32_t& unit) {
  if (at + 4 > text.size()) return false;
  unit = 0;
  for (size_t i = at; i < at + 4; ++i) {
    char c = text[i];
    int digit = IsDigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return false;
    unit = unit * 16 + static_cast<uint32_t>(digit);
  }
  return true;
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t") == line.npos; }

// Common indentation and blank first and last lines are taken off.
std::string BlockContents(std::string_view raw) {
  std::string text;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw.substr(i, 4) == "\\\"\"\"") {
      text += "\"\"\"";
      i += 3;
    } else {
      text += raw[i];
    }
  }
  std::vector<std::string_view> lines;
  std::string_view rest = text;
  while (true) {
    size_t end = rest.find_first_of("\r\n");
    lines.push_back(rest.substr(0, end));
    if (end == rest.npos) break;
    rest.remove_prefix(end + (rest.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  size_t indent = std::string_view::npos;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (!IsBlank(lines[i])) indent = std::min(indent, lines[i].find_first_not_of(" \t"));
  }
  if (indent != std::string_view::npos) {
    for (size_t i = 1; i < lines.size(); ++i) lines[i].remove_prefix(std::min(indent, lines[i].size()));
  }
  size_t first = 0, last = lines.size();
  while (first < last && IsBlank(lines[first])) ++first;
  while (last > first && IsBlank(lines[last - 1])) --last;
  std::string contents;
  for (size_t i = first; i < last; ++i) {
    if (i > first) contents += '\n';
    contents += lines[i];
  }
  return contents;
}

}  // namespace

GraphqlToken GraphqlLexer::Next() {
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
      ++at_;
    } else if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    } else if (text_.substr(at_, 3) == "\xEF\xBB\xBF") {
      at_ += 3;
    } else {
      break;
    }
  }
  GraphqlToken token;
  token.start = at_;
  if (at_ >= text_.size()) return token;
  auto finish = [&](GraphqlToken::Kind kind, size_t end) {
    token.kind = kind;
    token.text = text_.substr(at_, end - at_);
    at_ = end;
    return token;
  };
  char c = text_[at_];
  if (IsNameStart(c)) {
    size_t end = at_ + 1;
    while (end < text_.size() && (IsNameStart(text_[end]) || IsDigit(text_[end]))) ++end;
    return finish(GraphqlToken::Kind::kName, end);
  }
  if (c == '-' || IsDigit(c)) {
    size_t end = at_ + 1;
    bool is_float = false, has_digit = IsDigit(c);
    while (end < text_.size()) {
      char d = text_[end];
      bool is_sign = (d == '+' || d == '-') && (text_[end - 1] == 'e' || text_[end - 1] == 'E');
      if (!IsDigit(d) && d != '.' && d != 'e' && d != 'E' && !is_sign) break;
      has_digit = has_digit || IsDigit(d);
      is_float = is_float || !IsDigit(d);
      ++end;
    }
    if (!has_digit) return finish(GraphqlToken::Kind::kInvalid, at_ + 1);
    return finish(is_float ? GraphqlToken::Kind::kFloat : GraphqlToken::Kind::kInt, end);
  }
  if (text_.substr(at_, 3) == "\"\"\"") {
    for (size_t end = at_ + 3; end < text_.size(); ++end) {
      if (text_.substr(end, 4) == "\\\"\"\"") {
        end += 3;
      } else if (text_.substr(end, 3) == "\"\"\"") {
        return finish(GraphqlToken::Kind::kBlockString, end + 3);
      }
    }
    return finish(GraphqlToken::Kind::kInvalid, text_.size());
  }
  if (c == '"') {
    for (size_t end = at_ + 1; end < text_.size(); ++end) {
      if (text_[end] == '\\') {
        ++end;
      } else if (text_[end] == '"') {
        return finish(GraphqlToken::Kind::kString, end + 1);
      } else if (text_[end] == '\n' || text_[end] == '\r') {
        break;
      }
    }
    return finish(GraphqlToken::Kind::kInvalid, at_ + 1);
  }
  if (text_.substr(at_, 3) == "...") return finish(GraphqlToken::Kind::kPunctuator, at_ + 3);
  if (std::string_view("!$():=@[]{|}&").find(c) != std::string_view::npos) {
    return finish(GraphqlToken::Kind::kPunctuator, at_ + 1);
  }
  return finish(GraphqlToken::Kind::kInvalid, at_ + 1);
}

std::string GraphqlLexer::Position(size_t offset) const {
  size_t line = 1, column = 1;
  for (size_t i = 0; i < offset && i < text_.size(); ++i) {
    ++column;
    if (text_[i] == '\n') {
      ++line;
      column = 1;
    }
  }
  return std::to_string(line) + ":" + std::to_string(column);
}

bool ReadGraphqlString(const GraphqlToken& token, Arena& arena, std::string_view& contents) {
  if (token.kind == GraphqlToken::Kind::kBlockString) {
    contents = arena.Copy(BlockContents(token.text.substr(3, token.text.size() - 6)));
    return true;
  }
  std::string_view raw = token.text.substr(1, token.text.size() - 2);
  if (raw.find('\\') == raw.npos) {
    contents = raw;
    return true;
  }
  std::string text;
  text.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      text += raw[i];
      continue;
    }
    if (++i == raw.size()) return false;
    constexpr std::string_view kNames = "\"\\/bfnrt", kValues = "\"\\/\b\f\n\r\t";
    size_t simple = kNames.find(raw[i]);
    if (simple != kNames.npos) {
      text += kValues[simple];
      continue;
    }
    uint32_t unit, low;
    if (raw[i] != 'u' || !ReadUnit(raw, i + 1, unit)) return false;
    i += 4;
    if (unit >= 0xD800 && unit < 0xE000) {
      if (unit >= 0xDC00 || raw.substr(i + 1, 2) != "\\u" || !ReadUnit(raw, i + 3, low) || low < 0xDC00 ||
          low >= 0xE000) {
        return false;
      }
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      i += 6;
    }
    AppendUtf8(text, unit);
  }
  contents = arena.Copy(text);
  return true;
}

}  // namespace prisma::query
