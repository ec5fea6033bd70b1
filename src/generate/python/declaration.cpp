#include "generate/python/declaration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>

#include "base/error.h"

namespace prisma::generate::python {

namespace {

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

struct Token {
  std::string_view kind = "LPAR", text = "(";

  std::string Shown() const {
    const char* quote =
        text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? "\"" : "'";
    return fmt::format("Token('{}', {}{}{})", kind, quote, text, quote);
  }
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), at_(text.find('(') + 1) {}

  std::map<std::string, std::string> Read() {
    std::map<std::string, std::string> arguments;
    do {
      std::string name(Take({"CNAME"}).text);
      Take({"COLON"});
      std::string_view value = Take({"ESCAPED_STRING"}).text;
      arguments[name] = value.substr(1, value.size() - 2);
    } while (Take({"COMMA", "RPAR"}).kind == "COMMA");
    return arguments;
  }

 private:
  Token Next() const {
    std::string_view rest = text_.substr(at_);
    if (rest.empty()) return {"", ""};
    switch (rest[0]) {
      case ':':
        return {"COLON", rest.substr(0, 1)};
      case ',':
        return {"COMMA", rest.substr(0, 1)};
      case '(':
        return {"LPAR", rest.substr(0, 1)};
      case ')':
        return {"RPAR", rest.substr(0, 1)};
      case '"':
      case '\'':
        for (size_t end = 1; end < rest.size() && rest[end] != '\n'; ++end) {
          if (rest[end] == '\\') {
            ++end;
          } else if (rest[end] == rest[0]) {
            return {"ESCAPED_STRING", rest.substr(0, end + 1)};
          }
        }
        return {"", ""};
      default:
        break;
    }
    auto is_word = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    size_t size = static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), is_word) - rest.begin());
    if (size == 0 || std::isdigit(static_cast<unsigned char>(rest[0]))) return {"", ""};
    return {"CNAME", rest.substr(0, size)};
  }

  Token Take(std::initializer_list<std::string_view> kinds) {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    Token token = Next();
    if (std::find(kinds.begin(), kinds.end(), token.kind) == kinds.end()) Fail(token, kinds);
    at_ += token.text.size();
    previous_ = token;
    return token;
  }

  [[noreturn]] void Fail(const Token& token, std::initializer_list<std::string_view> kinds) const {
    std::string expected;
    for (std::string_view kind : kinds) expected += fmt::format("\n\t* {}", kind);
    std::string_view before = text_.substr(0, at_);
    size_t line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    size_t column = at_ - (before.rfind('\n') + 1) + 1;
    std::string context = Context();
    if (!token.kind.empty()) {
      throw Error(
          "", fmt::format("Unexpected token {} at line {}, column {}.\nExpected one of: {}\nPrevious tokens: [{}]\n{}",
                          token.Shown(), line, column, expected, previous_.Shown(), context));
    }
    throw Error("",
                fmt::format("No terminal matches '{}' in the current parser context, at line {} col {}\n\n{}Expected "
                            "one of: {}\n\nPrevious tokens: {}\n{}",
                            text_.substr(at_, 1), line, column, context, expected, previous_.Shown(), context));
  }

  // The line around the mistake, with an arrow under it.
  std::string Context() const {
    constexpr size_t kSpan = 40;
    size_t from = at_ > kSpan ? at_ - kSpan : 0;
    std::string_view before = text_.substr(from, at_ - from), after = text_.substr(at_, kSpan);
    before = before.substr(before.rfind('\n') + 1);
    after = after.substr(0, after.find('\n'));
    return fmt::format("{}{}\n{}^\n", before, after, std::string(before.size(), ' '));
  }

  std::string_view text_;
  size_t at_;
  Token previous_;
};

struct Place {
  size_t start, end;
};

// The declarations from `at` on that have arguments; `count` is how many there are.
Place Find(std::string_view text, int& count) {
  constexpr std::string_view kName = "@Python";
  Place found{0, 0};
  for (size_t start = text.find(kName); start != std::string_view::npos; start = text.find(kName, start + 1)) {
    size_t open = start + kName.size();
    while (open < text.size() && IsSpace(text[open])) ++open;
    if (open == text.size() || text[open] != '(') continue;
    size_t close = text.find(')', open);
    if (close == std::string_view::npos) break;
    if (std::all_of(text.begin() + static_cast<ptrdiff_t>(open) + 1, text.begin() + static_cast<ptrdiff_t>(close),
                    IsSpace))
      continue;
    if (count++ == 0) found = {start, close + 1};
  }
  return found;
}

// Without the declaration, and without its line if nothing else is in it.
std::string Without(std::string_view text, Place place) {
  size_t start = text.substr(0, place.start).rfind('\n') + 1, end = std::min(text.find('\n', place.end), text.size());
  std::string line(text.substr(start, place.start - start));
  line += text.substr(place.end, end - place.end);
  while (!line.empty() && IsSpace(line.back())) line.pop_back();
  std::string kept(text.substr(0, start));
  if (std::all_of(line.begin(), line.end(), IsSpace)) {
    if (end < text.size()) ++end;
  } else {
    kept += line;
  }
  kept += text.substr(end);
  while (!kept.empty() && IsSpace(kept.back())) kept.pop_back();
  return kept;
}

}  // namespace

std::map<std::string, std::string> TakeDeclaration(std::string& documentation) {
  int count = 0;
  Place place = Find(documentation, count);
  if (count == 0) return {};
  if (count > 1) throw Error("", "Encountered multiple `@Python` declarations");
  std::map<std::string, std::string> arguments =
      Reader(std::string_view(documentation).substr(place.start, place.end - place.start)).Read();
  documentation = Without(documentation, place);
  return arguments;
}

}  // namespace prisma::generate::python
