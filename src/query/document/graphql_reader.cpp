// The part of GraphQL that Prisma's clients send: one operation, arguments with literal values, aliases, nested
// selections. Variables are accepted and ignored; fragments and directives are refused.
#include "query/document/graphql_reader.h"

#include <charconv>
#include <vector>

namespace prisma::query {

namespace {

constexpr int kMaxDepth = 200;

struct Fault {
  size_t offset;
  std::string unexpected, expected;
};

class Parser {
 public:
  Parser(std::string_view text, Arena& arena, Request& request) : text_(text), arena_(arena), request_(request) {}

  void Document() {
    Skip();
    if (AtEnd()) Throw("`query` or `{`");
    std::vector<Selection> roots;
    while (!AtEnd()) {
      request_.is_mutation = false;
      if (Peek() != '{') {
        std::string_view keyword = Name();
        if (keyword == "mutation") {
          request_.is_mutation = true;
        } else if (keyword != "query") {
          position_ -= keyword.size();
          Throw("`query`");
        }
        if (IsNameStart(Peek())) Name();
        if (Peek() == '(') SkipVariables();
      }
      roots = Fields();
    }
    if (roots.empty()) Throw("`Name`");
    Selection& last = roots.back();
    request_.root = last;
  }

 private:
  bool AtEnd() const { return position_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[position_]; }
  static bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  [[noreturn]] void Throw(std::string expected) {
    std::string unexpected = "end of input";
    if (!AtEnd()) {
      size_t end = position_ + 1;
      if (IsNameStart(Peek())) {
        while (end < text_.size() && (IsNameStart(text_[end]) || IsDigit(text_[end]))) ++end;
      }
      unexpected = std::string(text_.substr(position_, end - position_));
    }
    throw Fault{position_, std::move(unexpected), std::move(expected)};
  }

  // White space, commas and comments.
  void Skip() {
    while (!AtEnd()) {
      char c = text_[position_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
        ++position_;
      } else if (c == '#') {
        while (!AtEnd() && text_[position_] != '\n') ++position_;
      } else if (text_.substr(position_, 3) == "\xEF\xBB\xBF") {
        position_ += 3;
      } else {
        return;
      }
    }
  }

  void Expect(char c) {
    if (Peek() != c) Throw(std::string("`") + c + "`");
    ++position_;
    Skip();
  }

  std::string_view Name() {
    if (!IsNameStart(Peek())) Throw("`Name`");
    size_t start = position_;
    while (!AtEnd() && (IsNameStart(Peek()) || IsDigit(Peek()))) ++position_;
    std::string_view name = text_.substr(start, position_ - start);
    Skip();
    return name;
  }

  void SkipVariables() {
    int depth = 0;
    do {
      if (AtEnd()) Throw("`)`");
      if (Peek() == '(') ++depth;
      if (Peek() == ')') --depth;
      ++position_;
    } while (depth > 0);
    Skip();
  }

  void Deeper() {
    if (++depth_ > kMaxDepth) Throw("a request that is not nested so deeply");
  }

  std::vector<Selection> Fields() {
    Deeper();
    Expect('{');
    std::vector<Selection> fields;
    while (Peek() != '}') {
      Selection field;
      field.name = field.alias = arena_.Copy(Name());
      if (Peek() == ':') {
        Expect(':');
        field.name = arena_.Copy(Name());
      }
      if (Peek() == '(') {
        Expect('(');
        field.arguments = Members(')');
      }
      if (Peek() == '{') {
        field.has_children = true;
        field.children = arena_.Copy(Fields());
      }
      fields.push_back(field);
    }
    Expect('}');
    --depth_;
    return fields;
  }

  std::span<Member> Members(char end) {
    std::vector<Member> members;
    while (Peek() != end) {
      Member member;
      member.name = arena_.Copy(Name());
      Expect(':');
      member.value = Read();
      members.push_back(member);
    }
    Expect(end);
    return arena_.Copy(members);
  }

  Node Scalar(Value value) {
    Node node;
    node.scalar = value;
    node.ordinal = request_.scalar_count++;
    return node;
  }

  Node Read() {
    Deeper();
    Node node = ReadInner();
    --depth_;
    return node;
  }

  Node ReadInner() {
    char c = Peek();
    if (c == '{') {
      Expect('{');
      Node node;
      node.kind = Node::Kind::kObject;
      node.members = Members('}');
      return node;
    }
    if (c == '[') {
      Expect('[');
      std::vector<Node> items;
      while (Peek() != ']') items.push_back(Read());
      Expect(']');
      Node node;
      node.kind = Node::Kind::kList;
      node.items = arena_.Copy(items);
      return node;
    }
    if (c == '"') return text_.substr(position_, 3) == "\"\"\"" ? BlockString() : String();
    if (c == '-' || IsDigit(c)) return Number();
    if (c == '$') Throw("a value");
    if (!IsNameStart(c)) Throw("a value");
    std::string_view name = Name();
    if (name == "null") return Scalar(Value::Null());
    if (name == "true") return Scalar(Value::Bool(true));
    if (name == "false") return Scalar(Value::Bool(false));
    return Scalar(Value::Text(ValueKind::kEnum, arena_.Copy(name)));
  }

  Node Number() {
    size_t start = position_;
    bool is_float = false;
    if (Peek() == '-') ++position_;
    if (!IsDigit(Peek())) Throw("a number");
    while (!AtEnd() &&
           (IsDigit(Peek()) || Peek() == '.' || Peek() == 'e' || Peek() == 'E' ||
            ((Peek() == '+' || Peek() == '-') && (text_[position_ - 1] == 'e' || text_[position_ - 1] == 'E')))) {
      is_float |= !IsDigit(Peek());
      ++position_;
    }
    std::string_view number = text_.substr(start, position_ - start);
    Skip();
    if (!is_float) {
      int64_t value = 0;
      auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
      if (error == std::errc()) return Scalar(Value::Int(value));
    } else {
      double value = 0;
      auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
      // Digits that a double can't hold are kept: the field may be a Decimal.
      if (error == std::errc() && number.size() <= 15) return Scalar(Value::Float(value));
    }
    return Scalar(Value::Text(ValueKind::kDecimal, arena_.Copy(number)));
  }

  Node String() {
    std::string out;
    ++position_;
    while (true) {
      if (AtEnd() || Peek() == '\n') Throw("`\"`");
      char c = text_[position_++];
      if (c == '"') break;
      if (c != '\\') {
        out += c;
        continue;
      }
      if (AtEnd()) Throw("`\"`");
      c = text_[position_++];
      switch (c) {
        case 'n':
          out += '\n';
          break;
        case 'r':
          out += '\r';
          break;
        case 't':
          out += '\t';
          break;
        case 'b':
          out += '\b';
          break;
        case 'f':
          out += '\f';
          break;
        case '"':
        case '\\':
        case '/':
          out += c;
          break;
        case 'u':
          Unicode(out);
          break;
        default:
          --position_;
          Throw("an escape sequence");
      }
    }
    Skip();
    return Scalar(Value::String(arena_.Copy(out)));
  }

  uint32_t Hex() {
    uint32_t code = 0;
    std::string_view digits = text_.substr(position_, 4);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc() || digits.size() != 4 || end != digits.data() + 4) Throw("four hexadecimal digits");
    position_ += 4;
    return code;
  }

  void Unicode(std::string& out) {
    uint32_t code = Hex();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(position_, 2) == "\\u") {
      position_ += 2;
      uint32_t low = Hex();
      if (low < 0xDC00 || low >= 0xE000) Throw("a low surrogate");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xD800 && code < 0xE000) {
      Throw("a pair of surrogates");
    }
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
    } else if (code < 0x10000) {
      out += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
              static_cast<char>(0x80 | (code & 63))};
    } else {
      out += {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 63)),
              static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
    }
  }

  // """…""": common indentation and blank first and last lines are taken away.
  Node BlockString() {
    position_ += 3;
    size_t end = position_;
    std::string raw;
    while (true) {
      if (end >= text_.size()) {
        position_ = text_.size();
        Throw("`\"\"\"`");
      }
      if (text_.substr(end, 4) == "\\\"\"\"") {
        raw += "\"\"\"";
        end += 4;
      } else if (text_.substr(end, 3) == "\"\"\"") {
        break;
      } else {
        raw += text_[end++];
      }
    }
    position_ = end + 3;
    Skip();
    std::vector<std::string_view> lines;
    std::string_view rest = raw;
    while (true) {
      size_t cut = rest.find('\n');
      lines.push_back(rest.substr(0, cut));
      if (cut == std::string_view::npos) break;
      rest.remove_prefix(cut + 1);
    }
    size_t indent = std::string::npos;
    for (size_t i = 1; i < lines.size(); ++i) {
      size_t blank = lines[i].find_first_not_of(" \t");
      if (blank != std::string_view::npos && blank < indent) indent = blank;
    }
    auto is_blank = [](std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; };
    std::string out;
    size_t first = 0, last = lines.size();
    while (first < last && is_blank(lines[first])) ++first;
    while (last > first && is_blank(lines[last - 1])) --last;
    for (size_t i = first; i < last; ++i) {
      if (i > first) out += '\n';
      std::string_view line = lines[i];
      if (i > 0 && indent != std::string::npos) line.remove_prefix(std::min(indent, line.size()));
      out += line;
    }
    return Scalar(Value::String(arena_.Copy(out)));
  }

  std::string_view text_;
  Arena& arena_;
  Request& request_;
  size_t position_ = 0;
  int depth_ = 0;
};

}  // namespace

bool ReadGraphql(std::string_view text, Arena& arena, Request& request, std::string& fault) {
  try {
    Parser(text, arena, request).Document();
    return true;
  } catch (const Fault& found) {
    size_t line = 1, column = 1;
    for (size_t i = 0; i < found.offset && i < text.size(); ++i) {
      ++column;
      if (text[i] == '\n') {
        ++line;
        column = 1;
      }
    }
    fault = "Error parsing GraphQL query: query parse error: Parse error at " + std::to_string(line) + ":" +
            std::to_string(column) + "\nUnexpected `" + found.unexpected + "`\nExpected " + found.expected + "\n";
    return false;
  }
}

}  // namespace prisma::query
