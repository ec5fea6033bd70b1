// A line-aware recursive-descent parser for the schema language.
#include "psl/parser.h"

#include <cctype>
#include <charconv>

namespace prisma::psl {
namespace {

using ast::Expression;

constexpr int kMaxDepth = 128;

constexpr std::string_view kFieldLine = "Error validating: This line is not a valid field or attribute definition.";

bool IsNewline(char c) { return c == '\n' || c == '\r'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

class FileParser {
 public:
  FileParser(FileId file, const std::string& text, ast::Ast& ast, DiagnosticSink& sink)
      : file_(file), text_(text), ast_(ast), sink_(sink) {}

  ast::File Run() {
    ast::File result;
    result.file = file_;
    while (true) {
      SkipBlankLines();
      if (AtEnd()) break;
      size_t start = pos_;
      if (StartsWith("///")) {
        CollectDocumentation();
        continue;
      }
      if (StartsWith("//")) {
        SkipLine();
        documentation_.reset();
        continue;
      }
      if (!Top(result)) {
        pos_ = start;
        CatchAll();
      }
      documentation_.reset();
    }
    return result;
  }

 private:
  bool AtEnd() const { return pos_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[pos_]; }
  bool StartsWith(std::string_view s) const { return std::string_view(text_).substr(pos_, s.size()) == s; }
  Span MakeSpan(size_t start, size_t end) const {
    return {file_, static_cast<uint32_t>(start), static_cast<uint32_t>(end)};
  }
  std::string_view View(size_t start, size_t end) const { return std::string_view(text_).substr(start, end - start); }

  void SkipBlanks() {
    while (!AtEnd() && IsBlank(Peek())) ++pos_;
  }
  void SkipBlankLines() {
    while (!AtEnd() && (IsBlank(Peek()) || IsNewline(Peek()))) ++pos_;
  }
  // To the start of the next line.
  void SkipLine() {
    while (!AtEnd() && Peek() != '\n') ++pos_;
    if (!AtEnd()) ++pos_;
  }
  // Blanks, newlines and comments inside brackets.
  void SkipInner() {
    while (!AtEnd()) {
      if (IsBlank(Peek()) || IsNewline(Peek())) {
        ++pos_;
      } else if (StartsWith("//")) {
        while (!AtEnd() && Peek() != '\n') ++pos_;
      } else {
        return;
      }
    }
  }
  size_t LineEnd(size_t from) const {
    size_t end = text_.find('\n', from);
    return end == std::string::npos ? text_.size() : end;
  }

  // The text after `///`, joined to earlier lines.
  void CollectDocumentation() {
    size_t start = pos_ + 3;
    size_t end = LineEnd(pos_);
    pos_ = start;
    AddDocumentation(View(start, end), documentation_);
    pos_ = end;
    if (!AtEnd()) ++pos_;
  }

  static void AddDocumentation(std::string_view line, std::optional<std::string>& to) {
    while (!line.empty() && (IsBlank(line.front()))) line.remove_prefix(1);
    while (!line.empty() && (IsBlank(line.back()) || IsNewline(line.back()))) line.remove_suffix(1);
    if (to) {
      *to += '\n';
      to->append(line);
    } else {
      to = std::string(line);
    }
  }

  // What may follow an item on its line: nothing, a comment (documentation if ///). False: something else is there.
  bool EndOfLine(std::optional<std::string>& documentation) {
    SkipBlanks();
    if (StartsWith("///")) {
      size_t end = LineEnd(pos_);
      AddDocumentation(View(pos_ + 3, end), documentation);
      pos_ = end;
    } else if (StartsWith("//")) {
      pos_ = LineEnd(pos_);
    }
    if (!AtEnd() && Peek() == '\r') ++pos_;
    if (AtEnd()) return true;
    if (Peek() != '\n') return false;
    ++pos_;
    return true;
  }

  static bool IsNameStart(unsigned char c) { return std::isalnum(c) || c >= 0x80; }
  static bool IsNamePart(unsigned char c) { return IsNameStart(c) || c == '_' || c == '-'; }

  std::optional<ast::Identifier> Identifier() {
    size_t start = pos_;
    if (AtEnd() || !IsNameStart(static_cast<unsigned char>(Peek()))) return std::nullopt;
    while (!AtEnd() && IsNamePart(static_cast<unsigned char>(Peek()))) ++pos_;
    return ast::Identifier{View(start, pos_), MakeSpan(start, pos_)};
  }

  std::optional<ast::Identifier> DottedIdentifier() {
    size_t start = pos_;
    if (!Identifier()) return std::nullopt;
    while (Peek() == '.') {
      size_t dot = pos_++;
      if (!Identifier()) {
        pos_ = dot;
        break;
      }
    }
    return ast::Identifier{View(start, pos_), MakeSpan(start, pos_)};
  }

  bool Top(ast::File& file) {
    size_t start = pos_;
    std::optional<ast::Identifier> keyword = Identifier();
    if (!keyword) return false;
    SkipBlanks();
    std::optional<ast::Identifier> name = Identifier();
    SkipBlanks();
    if (Peek() != '{') return false;
    std::string_view word = keyword->name;
    bool known = word == "model" || word == "view" || word == "type" || word == "enum" || word == "datasource" ||
                 word == "generator";
    if (!name || !known) {
      ArbitraryBlock(start);
      return true;
    }
    ++pos_;
    if (word == "model" || word == "view") {
      ast::Model model;
      model.name = *name;
      model.is_view = word == "view";
      model.documentation = std::move(documentation_);
      Fields(model.fields, model.attributes, kFieldLine);
      model.span = MakeSpan(start, pos_);
      file.tops.emplace_back(std::move(model));
    } else if (word == "type") {
      ast::CompositeType type;
      type.name = *name;
      type.documentation = std::move(documentation_);
      Fields(type.fields, type.attributes, kFieldLine);
      type.span = MakeSpan(start, pos_);
      file.tops.emplace_back(std::move(type));
    } else if (word == "enum") {
      ast::Enum item;
      item.name = *name;
      item.documentation = std::move(documentation_);
      EnumValues(item);
      item.span = MakeSpan(start, pos_);
      file.tops.emplace_back(std::move(item));
    } else {
      ast::ConfigBlock block;
      block.name = *name;
      block.is_datasource = word == "datasource";
      block.documentation = std::move(documentation_);
      Properties(block);
      block.span = MakeSpan(start, pos_);
      file.tops.emplace_back(std::move(block));
    }
    documentation_.reset();
    return true;
  }

  void ArbitraryBlock(size_t start) {
    size_t close = text_.find('}', pos_);
    pos_ = close == std::string::npos ? text_.size() : close + 1;
    sink_.Error(MakeSpan(start, pos_),
                "Error validating: This block is invalid. It does not start with any known Prisma schema keyword. Valid "
                "keywords include 'model', 'view', 'enum', 'type', 'datasource' and 'generator'.");
  }

  void CatchAll() {
    size_t start = pos_;
    SkipLine();
    sink_.Error(MakeSpan(start, pos_),
                "Error validating: This line is invalid. It does not start with any known Prisma schema keyword.");
  }

  // Walks the lines of a block up to its `}`; `item` reads one line and returns false if it can't.
  template <class Item>
  void Block(Item item, std::string_view fault) {
    std::optional<std::string> documentation;
    while (true) {
      SkipBlankLines();
      if (AtEnd()) return;
      if (Peek() == '}') {
        ++pos_;
        return;
      }
      if (StartsWith("///")) {
        size_t end = LineEnd(pos_);
        AddDocumentation(View(pos_ + 3, end), documentation);
        pos_ = end;
        continue;
      }
      if (StartsWith("//")) {
        documentation.reset();
        pos_ = LineEnd(pos_);
        continue;
      }
      size_t start = pos_;
      if (!item(documentation)) {
        pos_ = start;
        SkipLine();
        sink_.Error(MakeSpan(start, pos_), std::string(fault));
      }
      documentation.reset();
    }
  }

  void Fields(std::vector<ast::Field>& fields, std::vector<ast::Attribute>& attributes, std::string_view fault) {
    Block(
        [&](std::optional<std::string>& documentation) {
          if (StartsWith("@@")) {
            pos_ += 2;
            std::optional<ast::Attribute> attribute = Attribute();
            if (!attribute || !EndOfLine(documentation)) return false;
            attributes.push_back(std::move(*attribute));
            return true;
          }
          ast::Field field;
          if (!FieldLine(field, documentation)) return false;
          fields.push_back(std::move(field));
          return true;
        },
        fault);
  }

  bool FieldLine(ast::Field& field, std::optional<std::string>& documentation) {
    size_t start = pos_;
    std::optional<ast::Identifier> name = Identifier();
    if (!name) return false;
    field.name = *name;
    SkipBlanks();
    if (!FieldType(field)) return false;
    if (!Attributes(field.attributes)) return false;
    size_t end = pos_;
    if (!EndOfLine(documentation)) return false;
    field.documentation = documentation;
    field.span = MakeSpan(start, pos_ > end ? pos_ : end);
    return true;
  }

  bool FieldType(ast::Field& field) {
    size_t start = pos_;
    std::optional<ast::Identifier> name = Identifier();
    if (!name) {
      sink_.Error(MakeSpan(field.name.span.start, field.name.span.end),
                  "Error validating field: This field declaration is invalid. It is either missing a name or a type.");
      return IsNewline(Peek()) || AtEnd() || Peek() == '@' || Peek() == '/';
    }
    ast::FieldType type;
    type.name = *name;
    if (name->name == "Unsupported" && Peek() == '(') {
      ++pos_;
      SkipBlanks();
      std::optional<ast::StringValue> text = String();
      SkipBlanks();
      if (!text || Peek() != ')') return false;
      ++pos_;
      type.unsupported = *text;
    }
    if (StartsWith("[]")) {
      pos_ += 2;
      type.arity = ast::Arity::kList;
      if (Peek() == '?') {
        ++pos_;
        sink_.Error(MakeSpan(start, pos_),
                    "Error parsing schema: Optional lists are not supported. Use either `Type[]` or `Type?`.");
      }
    } else if (Peek() == '?') {
      ++pos_;
      type.arity = ast::Arity::kOptional;
    } else if (Peek() == '!') {
      ++pos_;
      sink_.Error(MakeSpan(start, pos_), "Error parsing schema: Fields are required by default, `!` is no longer required.");
    }
    type.span = MakeSpan(start, pos_);
    field.type = std::move(type);
    return true;
  }

  bool Attributes(std::vector<ast::Attribute>& attributes) {
    while (true) {
      SkipBlanks();
      if (Peek() != '@' || StartsWith("@@")) return true;
      ++pos_;
      std::optional<ast::Attribute> attribute = Attribute();
      if (!attribute) return false;
      attributes.push_back(std::move(*attribute));
    }
  }

  // After the @ or @@.
  std::optional<ast::Attribute> Attribute() {
    size_t start = pos_;
    while (start > 0 && text_[start - 1] == '@') --start;
    std::optional<ast::Identifier> name = DottedIdentifier();
    if (!name) return std::nullopt;
    ast::Attribute attribute;
    attribute.name = *name;
    size_t end = pos_;
    SkipBlanks();
    if (Peek() == '(') {
      attribute.has_parens = true;
      if (!Arguments(attribute.arguments, attribute.trailing_comma)) return std::nullopt;
      end = pos_;
    } else {
      pos_ = end;
    }
    attribute.span = MakeSpan(start, end);
    return attribute;
  }

  bool Arguments(std::vector<ast::Argument>& arguments, bool& trailing_comma) {
    ++pos_;
    SkipInner();
    while (Peek() != ')') {
      if (AtEnd()) return false;
      ast::Argument argument;
      size_t start = pos_;
      std::optional<ast::Identifier> name = Identifier();
      if (name) {
        SkipBlanks();
        if (Peek() == ':') {
          ++pos_;
          argument.name = *name;
          SkipInner();
        } else {
          pos_ = start;
        }
      }
      if (argument.name && (Peek() == ')' || Peek() == ',')) {
        argument.span = MakeSpan(start, pos_);
      } else {
        std::optional<Expression> value = ParseExpression();
        if (!value) return false;
        argument.value = std::make_unique<Expression>(std::move(*value));
        argument.span = MakeSpan(start, argument.value->span.end);
      }
      arguments.push_back(std::move(argument));
      SkipInner();
      trailing_comma = false;
      if (Peek() == ',') {
        ++pos_;
        trailing_comma = true;
        SkipInner();
      } else if (Peek() != ')') {
        return false;
      }
    }
    ++pos_;
    return true;
  }

  std::optional<Expression> ParseExpression() {
    if (depth_ >= kMaxDepth) return std::nullopt;
    ++depth_;
    std::optional<Expression> result = ExpressionInner();
    --depth_;
    return result;
  }

  std::optional<Expression> ExpressionInner() {
    size_t start = pos_;
    char c = Peek();
    Expression expression;
    if (c == '"') {
      std::optional<ast::StringValue> text = String();
      if (!text) return std::nullopt;
      expression.value = *text;
    } else if (c == '[') {
      ast::ArrayValue array;
      ++pos_;
      SkipInner();
      while (Peek() != ']') {
        if (AtEnd()) return std::nullopt;
        std::optional<Expression> item = ParseExpression();
        if (!item) return std::nullopt;
        array.items.push_back(std::move(*item));
        SkipInner();
        if (Peek() == ',') {
          ++pos_;
          SkipInner();
        } else if (Peek() != ']') {
          return std::nullopt;
        }
      }
      ++pos_;
      expression.value = std::move(array);
    } else if (c == '-' || std::isdigit(static_cast<unsigned char>(c))) {
      ++pos_;
      while (std::isdigit(static_cast<unsigned char>(Peek()))) ++pos_;
      if (Peek() == '.') {
        ++pos_;
        while (std::isdigit(static_cast<unsigned char>(Peek()))) ++pos_;
      }
      if (IsNamePart(static_cast<unsigned char>(Peek())) || (pos_ == start + 1 && c == '-')) return std::nullopt;
      expression.value = ast::NumericValue{View(start, pos_)};
    } else {
      std::optional<ast::Identifier> name = DottedIdentifier();
      if (!name) return std::nullopt;
      size_t end = pos_;
      if (Peek() == '(') {
        ast::FunctionCall call;
        call.name = name->name;
        call.name_span = name->span;
        if (!Arguments(call.arguments, call.trailing_comma)) return std::nullopt;
        expression.value = std::move(call);
      } else {
        pos_ = end;
        expression.value = ast::ConstantValue{name->name};
      }
    }
    expression.span = MakeSpan(start, pos_);
    return expression;
  }

  std::optional<ast::StringValue> String() {
    if (Peek() != '"') return std::nullopt;
    size_t start = ++pos_;
    bool escaped = false;
    while (!AtEnd() && Peek() != '"' && !IsNewline(Peek())) {
      if (Peek() == '\\') {
        escaped = true;
        ++pos_;
        if (AtEnd() || IsNewline(Peek())) return std::nullopt;
      }
      ++pos_;
    }
    if (Peek() != '"') return std::nullopt;
    std::string_view raw = View(start, pos_);
    ++pos_;
    if (!escaped) return ast::StringValue{raw, raw};
    ast_.made_up.push_back(Unescape(raw, start));
    return ast::StringValue{raw, ast_.made_up.back()};
  }

  std::string Unescape(std::string_view raw, size_t start) {
    std::string out;
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\') {
        out += raw[i];
        continue;
      }
      char c = raw[++i];
      switch (c) {
        case '"':
        case '\\':
        case '/':
          out += c;
          break;
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
        case 'u': {
          uint32_t code = 0;
          if (!Hex(raw, i + 1, code)) {
            Fault(start + i - 1, "Invalid unicode escape sequence.");
            return out;
          }
          i += 4;
          if (code >= 0xD800 && code < 0xDC00 && i + 2 < raw.size() && raw[i + 1] == '\\' && raw[i + 2] == 'u') {
            uint32_t low = 0;
            if (Hex(raw, i + 3, low) && low >= 0xDC00 && low < 0xE000) {
              code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
              i += 6;
            }
          }
          if (code >= 0xD800 && code < 0xE000) {
            Fault(start + i - 1, "Invalid unicode escape sequence.");
            return out;
          }
          AppendUtf8(out, code);
          break;
        }
        default:
          Fault(start + i - 1,
                R"(Unrecognized escape sequence. If the value is a windows-style path, `\` must be escaped as `\\`.)");
          out += c;
      }
    }
    return out;
  }

  void Fault(size_t at, std::string message) { sink_.Error(MakeSpan(at, at + 2), std::move(message)); }

  static bool Hex(std::string_view raw, size_t at, uint32_t& code) {
    if (at + 4 > raw.size()) return false;
    auto [end, error] = std::from_chars(raw.data() + at, raw.data() + at + 4, code, 16);
    return error == std::errc() && end == raw.data() + at + 4;
  }

  static void AppendUtf8(std::string& out, uint32_t code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 63));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 63));
      out += static_cast<char>(0x80 | (code & 63));
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      out += static_cast<char>(0x80 | (code >> 12 & 63));
      out += static_cast<char>(0x80 | (code >> 6 & 63));
      out += static_cast<char>(0x80 | (code & 63));
    }
  }

  void EnumValues(ast::Enum& item) {
    Block(
        [&](std::optional<std::string>& documentation) {
          if (StartsWith("@@")) {
            pos_ += 2;
            std::optional<ast::Attribute> attribute = Attribute();
            if (!attribute || !EndOfLine(documentation)) return false;
            item.attributes.push_back(std::move(*attribute));
            return true;
          }
          ast::EnumValue value;
          size_t start = pos_;
          std::optional<ast::Identifier> name = Identifier();
          if (!name) return false;
          value.name = *name;
          if (!Attributes(value.attributes)) return false;
          if (!EndOfLine(documentation)) {
            SkipBlanks();
            if (Peek() != '}') return false;
          }
          value.documentation = documentation;
          value.span = MakeSpan(start, pos_);
          item.values.push_back(std::move(value));
          return true;
        },
        "Error validating: This line is not an enum value definition.");
  }

  void Properties(ast::ConfigBlock& block) {
    std::string fault = "Error validating: This line is not a valid definition within a " +
                        std::string(block.is_datasource ? "datasource." : "generator.");
    Block(
        [&](std::optional<std::string>& documentation) {
          size_t start = pos_;
          std::optional<ast::Identifier> name = Identifier();
          if (!name) return false;
          SkipBlanks();
          if (Peek() != '=') return false;
          ++pos_;
          SkipBlanks();
          ast::ConfigProperty property;
          property.name = *name;
          if (!IsNewline(Peek()) && !AtEnd() && !StartsWith("//")) {
            property.value = ParseExpression();
            if (!property.value) return false;
          }
          property.span = MakeSpan(start, pos_);
          if (!EndOfLine(documentation)) return false;
          block.properties.push_back(std::move(property));
          return true;
        },
        fault);
  }

  FileId file_;
  const std::string& text_;
  ast::Ast& ast_;
  DiagnosticSink& sink_;
  size_t pos_ = 0;
  int depth_ = 0;
  std::optional<std::string> documentation_;
};

}  // namespace

ast::Ast Parse(const SourceFiles& files, DiagnosticSink& sink) {
  ast::Ast ast;
  for (size_t i = 0; i < files.size(); ++i) {
    FileId id(i);
    ast.files.push_back(FileParser(id, files[id].text, ast, sink).Run());
  }
  return ast;
}

}  // namespace prisma::psl
