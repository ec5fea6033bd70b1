#include "psl/grammar.h"

#include <initializer_list>
#include <optional>

#include "psl/unicode.h"

namespace prisma::psl {
namespace {

// Of nested calls and arrays; a line that nests deeper is a stray line.
constexpr int kMaxDepth = 128;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Recognizer {
 public:
  explicit Recognizer(std::string_view text) : text_(text) {
    tree_.text = text;
    tree_.nodes.reserve(text.size() / 8 + 16);
    last_close_ = text.rfind('}');
    last_comment_end_ = text.rfind("*/");
  }

  SyntaxTree Run() {
    uint32_t schema = Open(Rule::kSchema, 0);
    while (true) {
      SkipBlanks();
      if (AtEnd()) break;
      uint32_t start = pos_;
      bool known = Block(Rule::kModel, {"model", "type", "view"}) || Block(Rule::kEnum, {"enum"}) ||
                   Block(Rule::kConfigBlock, {"datasource", "generator"}) || TypeAlias() || StrayBlock() ||
                   CommentBlock() || EmptyLines();
      if (!known) StrayLine(Rule::kStrayLine, start);
    }
    Close(schema);
    tree_.nodes[schema].end = static_cast<uint32_t>(text_.size());
    return std::move(tree_);
  }

 private:
  // Where to go back to when an alternative does not match.
  struct Mark {
    uint32_t pos;
    size_t nodes;
  };
  Mark Here() const { return {pos_, tree_.nodes.size()}; }
  bool Back(Mark mark) {
    pos_ = mark.pos;
    tree_.nodes.resize(mark.nodes);
    return false;
  }

  uint32_t Open(Rule rule, uint32_t start) {
    tree_.nodes.push_back({rule, start, start, 0});
    return static_cast<uint32_t>(tree_.nodes.size() - 1);
  }
  void Close(uint32_t node) {
    tree_.nodes[node].end = pos_;
    tree_.nodes[node].next = static_cast<uint32_t>(tree_.nodes.size());
  }
  void Leaf(Rule rule, uint32_t start) { Close(Open(rule, start)); }

  bool AtEnd() const { return pos_ >= text_.size(); }
  char Peek(size_t ahead = 0) const { return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0'; }
  bool Take(char c) {
    if (Peek() != c || AtEnd()) return false;
    ++pos_;
    return true;
  }
  bool Take(std::string_view word) {
    if (text_.substr(pos_, word.size()) != word) return false;
    pos_ += static_cast<uint32_t>(word.size());
    return true;
  }

  // The code point at pos_ and its length in bytes; malformed bytes count as one of no kind.
  char32_t CodePoint(uint32_t& length) const {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(Peek(i)); };
    unsigned char first = byte(0);
    length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (length == 1) return first < 0x80 ? first : 0xFFFD;
    char32_t code = first & (0xFF >> (length + 1));
    for (uint32_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xC0) != 0x80) {
        length = 1;
        return 0xFFFD;
      }
      code = code << 6 | (byte(i) & 0x3F);
    }
    return code;
  }

  // Tab and the space separators of Unicode.
  void SkipBlanks() {
    while (!AtEnd()) {
      char c = Peek();
      if (c == ' ' || c == '\t') {
        ++pos_;
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x80) return;
      uint32_t length;
      char32_t code = CodePoint(length);
      bool blank = code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F ||
                   code == 0x205F || code == 0x3000;
      if (!blank) return;
      pos_ += length;
    }
  }
  bool AtNewline() const { return !AtEnd() && (Peek() == '\n' || Peek() == '\r'); }
  bool Newline() {
    if (Take('\n')) return true;
    if (!Take('\r')) return false;
    Take('\n');
    return true;
  }
  void ToLineEnd() {
    while (!AtEnd() && !AtNewline()) ++pos_;
  }

  bool LetterOrDigit(uint32_t& length) const {
    length = 1;
    char c = Peek();
    if (AtEnd()) return false;
    if (static_cast<unsigned char>(c) < 0x80) return IsAsciiLetter(c) || IsDigit(c);
    return IsLetter(CodePoint(length));
  }
  bool Name() {
    uint32_t length;
    if (!LetterOrDigit(length)) return false;
    pos_ += length;
    while (true) {
      if (Peek() == '_' || Peek() == '-') {
        ++pos_;
      } else if (LetterOrDigit(length)) {
        pos_ += length;
      } else {
        return true;
      }
    }
  }
  bool Identifier() {
    uint32_t start = pos_;
    if (!Name()) return false;
    Leaf(Rule::kIdentifier, start);
    return true;
  }
  // Names with dots between and after them.
  bool Path() {
    uint32_t start = pos_;
    if (!Name()) return false;
    while (Take('.')) Name();
    Leaf(Rule::kPath, start);
    return true;
  }

  // `{` and the rest of its line.
  bool BlockOpen() {
    if (!Take('{')) return false;
    ToLineEnd();
    return Newline();
  }

  bool Block(Rule rule, std::initializer_list<std::string_view> keywords) {
    Mark mark = Here();
    uint32_t start = pos_;
    bool found = false;
    for (std::string_view keyword : keywords) {
      if ((found = Take(keyword))) break;
    }
    if (!found) return false;
    uint32_t block = Open(rule, start);
    Leaf(Rule::kKeyword, start);
    SkipBlanks();
    if (!Identifier()) return Back(mark);
    SkipBlanks();
    if (!BlockOpen()) return Back(mark);
    if (last_close_ == std::string_view::npos || last_close_ < pos_) return Back(mark);
    SkipBlanks();
    if (!Contents(rule)) return Back(mark);
    SkipBlanks();
    Take('}');
    Close(block);
    return true;
  }

  // Up to the closing brace; false if there is none. The lines of a block that is never closed are remembered, so that
  // text with many of them is not read over and over.
  bool Contents(Rule rule) {
    std::vector<bool>& unclosed = unclosed_[rule == Rule::kModel ? 0 : rule == Rule::kEnum ? 1 : 2];
    std::vector<uint32_t> items;
    uint32_t contents = Open(Rule::kContents, pos_);
    while (true) {
      uint32_t before = pos_;
      SkipBlanks();
      if (Peek() == '}' && !AtEnd()) {
        pos_ = before;
        Close(contents);
        return true;
      }
      if (AtEnd() || (!unclosed.empty() && unclosed[pos_])) {
        if (unclosed.empty()) unclosed.resize(text_.size());
        for (uint32_t item : items) unclosed[item] = true;
        return false;
      }
      items.push_back(pos_);
      Item(rule);
    }
  }

  void Item(Rule rule) {
    uint32_t start = pos_;
    bool known = false;
    switch (rule) {
      case Rule::kModel:
        known = Field() || BlockAttribute();
        break;
      case Rule::kEnum:
        known = EnumValue() || BlockAttribute();
        break;
      default:
        known = KeyValue();
    }
    if (!known && !CommentBlock() && !EmptyLines()) StrayLine(Rule::kStrayBlockLine, start);
  }

  bool Field() {
    Mark mark = Here();
    uint32_t field = Open(Rule::kField, pos_);
    if (!Identifier()) return Back(mark);
    SkipBlanks();
    uint32_t colon = pos_;
    if (Take(':')) {
      Leaf(Rule::kLegacyColon, colon);
      SkipBlanks();
    }
    if (FieldType()) SkipBlanks();
    while (FieldAttribute()) SkipBlanks();
    return LineEnd(field, mark);
  }

  // An optional comment and the line break.
  bool LineEnd(uint32_t node, Mark mark) {
    TrailingComment();
    SkipBlanks();
    if (!Newline()) return Back(mark);
    Close(node);
    return true;
  }

  bool FieldType() {
    Mark mark = Here();
    uint32_t start = pos_;
    if (Take('[')) {
      uint32_t type = Open(Rule::kLegacyListType, start);
      SkipBlanks();
      if (!BaseType()) return Back(mark);
      SkipBlanks();
      if (!Take(']')) return Back(mark);
      Close(type);
      return true;
    }
    uint32_t type = Open(Rule::kListType, start);
    if (!BaseType()) return Back(mark);
    uint32_t end_of_base = pos_;
    SkipBlanks();
    if (Take("[]")) {
      uint32_t end_of_list = pos_;
      SkipBlanks();
      if (Take('?')) {
        tree_.nodes[type].rule = Rule::kOptionalListType;
      } else {
        pos_ = end_of_list;
      }
      Close(type);
    } else if (Take('?')) {
      tree_.nodes[type].rule = Rule::kOptionalType;
      Close(type);
    } else if (Take('!')) {
      tree_.nodes[type].rule = Rule::kLegacyRequiredType;
      Close(type);
    } else {
      Back(mark);
      BaseType();
      pos_ = end_of_base;
    }
    return true;
  }

  bool BaseType() {
    Mark mark = Here();
    uint32_t type = Open(Rule::kBaseType, pos_);
    if (!Unsupported() && !Identifier()) return Back(mark);
    Close(type);
    return true;
  }

  bool Unsupported() {
    Mark mark = Here();
    uint32_t start = pos_;
    if (!Take("Unsupported(")) return false;
    uint32_t unsupported = Open(Rule::kUnsupported, start);
    SkipBlanks();
    if (!String()) return Back(mark);
    SkipBlanks();
    if (!Take(')')) return Back(mark);
    Close(unsupported);
    return true;
  }

  bool EnumValue() {
    Mark mark = Here();
    uint32_t value = Open(Rule::kEnumValue, pos_);
    if (!Identifier()) return Back(mark);
    SkipBlanks();
    while (FieldAttribute()) SkipBlanks();
    return LineEnd(value, mark);
  }

  bool KeyValue() {
    Mark mark = Here();
    uint32_t pair = Open(Rule::kKeyValue, pos_);
    if (!Identifier()) return Back(mark);
    SkipBlanks();
    if (!Take('=')) return Back(mark);
    SkipBlanks();
    if (Expression()) SkipBlanks();
    return LineEnd(pair, mark);
  }

  bool BlockAttribute() {
    Mark mark = Here();
    uint32_t start = pos_;
    if (!Take("@@")) return false;
    uint32_t attribute = Open(Rule::kBlockAttribute, start);
    SkipBlanks();
    if (!Path()) return Back(mark);
    SkipBlanks();
    if (Arguments()) SkipBlanks();
    TrailingComment();
    Close(attribute);
    SkipBlanks();
    return Newline() || Back(mark);
  }

  bool FieldAttribute() {
    Mark mark = Here();
    uint32_t start = pos_;
    if (!Take('@')) return false;
    uint32_t attribute = Open(Rule::kFieldAttribute, start);
    SkipBlanks();
    if (!Path()) return Back(mark);
    SkipBlanks();
    Arguments();
    Close(attribute);
    return true;
  }

  bool Arguments() {
    if (Peek() != '(' || depth_ >= kMaxDepth) return false;
    Mark mark = Here();
    uint32_t arguments = Open(Rule::kArguments, pos_);
    ++pos_;
    ++depth_;
    SkipBlanks();
    if (Argument()) {
      while (true) {
        Mark after = Here();
        SkipBlanks();
        if (Take(',')) {
          SkipBlanks();
          if (Argument()) continue;
        }
        Back(after);
        break;
      }
      SkipBlanks();
    }
    uint32_t comma = pos_;
    if (Take(',')) {
      Leaf(Rule::kTrailingComma, comma);
      SkipBlanks();
    }
    --depth_;
    if (!Take(')')) return Back(mark);
    Close(arguments);
    return true;
  }

  bool Argument() {
    Mark mark = Here();
    uint32_t argument = Open(Rule::kNamedArgument, pos_);
    if (Identifier()) {
      SkipBlanks();
      if (Take(':')) {
        uint32_t end = pos_;
        SkipBlanks();
        if (!Expression()) {
          pos_ = end;
          tree_.nodes[argument].rule = Rule::kEmptyArgument;
        }
        Close(argument);
        return true;
      }
    }
    Back(mark);
    return Expression();
  }

  bool Expression() {
    if (Peek() == '[') return Array();
    if (Peek() == '"') return String();
    return FunctionCall() || Number() || Path();
  }

  bool FunctionCall() {
    Mark mark = Here();
    uint32_t call = Open(Rule::kFunctionCall, pos_);
    if (!Path()) return Back(mark);
    SkipBlanks();
    if (!Arguments()) return Back(mark);
    Close(call);
    return true;
  }

  bool Array() {
    if (depth_ >= kMaxDepth) return false;
    Mark mark = Here();
    uint32_t array = Open(Rule::kArray, pos_);
    ++pos_;
    ++depth_;
    SkipBlanks();
    bool well_formed = true;
    if (Expression()) {
      SkipBlanks();
      while (well_formed && Take(',')) {
        SkipBlanks();
        well_formed = Expression();
        SkipBlanks();
      }
    }
    --depth_;
    if (!well_formed || !Take(']')) return Back(mark);
    Close(array);
    return true;
  }

  bool Number() {
    uint32_t start = pos_;
    Take('-');
    if (!IsDigit(Peek())) {
      pos_ = start;
      return false;
    }
    while (IsDigit(Peek())) ++pos_;
    if (Peek() == '.' && IsDigit(Peek(1))) {
      ++pos_;
      while (IsDigit(Peek())) ++pos_;
    }
    Leaf(Rule::kNumber, start);
    return true;
  }

  bool String() {
    uint32_t start = pos_;
    if (!Take('"')) return false;
    while (!AtEnd() && Peek() != '"') {
      if (Peek() == '\\') {
        ++pos_;
        if (AtEnd()) break;
        uint32_t length;
        CodePoint(length);
        pos_ += length;
      } else if (static_cast<unsigned char>(Peek()) < 0x20) {
        break;
      } else {
        ++pos_;
      }
    }
    if (!Take('"')) {
      pos_ = start;
      return false;
    }
    Leaf(Rule::kString, start);
    return true;
  }

  bool AnyComment() {
    uint32_t start = pos_;
    if (Peek() != '/') return false;
    if (Peek(1) == '/') {
      Rule rule = Peek(2) == '/' ? Rule::kDocComment : Rule::kComment;
      ToLineEnd();
      Leaf(rule, start);
      return true;
    }
    if (Peek(1) != '*' || last_comment_end_ == std::string_view::npos || last_comment_end_ < pos_ + 2) return false;
    pos_ = static_cast<uint32_t>(text_.find("*/", pos_ + 2)) + 2;
    Leaf(Rule::kMultiLineComment, start);
    return true;
  }

  void TrailingComment() {
    if (Peek() != '/') return;
    Mark mark = Here();
    uint32_t comment = Open(Rule::kTrailingComment, pos_);
    if (!AnyComment()) {
      Back(mark);
      return;
    }
    Close(comment);
  }

  // Comments on lines that follow one another.
  bool CommentBlock() {
    if (Peek() != '/') return false;
    Mark mark = Here();
    uint32_t block = Open(Rule::kCommentBlock, pos_);
    if (!AnyComment()) return Back(mark);
    while (true) {
      Newline();
      uint32_t end = pos_;
      SkipBlanks();
      if (AnyComment()) continue;
      pos_ = end;
      Close(block);
      return true;
    }
  }

  bool EmptyLines() {
    if (!AtNewline()) return false;
    uint32_t start = pos_, end = pos_;
    while (Newline()) {
      end = pos_;
      SkipBlanks();
    }
    pos_ = end;
    Leaf(Rule::kEmptyLines, start);
    return true;
  }

  bool TypeAlias() {
    Mark mark = Here();
    uint32_t start = pos_;
    if (!Take("type")) return false;
    uint32_t alias = Open(Rule::kTypeAlias, start);
    SkipBlanks();
    if (!Identifier()) return Back(mark);
    SkipBlanks();
    if (!Take('=')) return Back(mark);
    SkipBlanks();
    if (!BaseType()) return Back(mark);
    SkipBlanks();
    while (true) {
      uint32_t end = pos_;
      SkipBlanks();
      if (FieldAttribute()) continue;
      pos_ = end;
      break;
    }
    Close(alias);
    return true;
  }

  // A block with a name and no keyword, up to the first closing brace.
  bool StrayBlock() {
    Mark mark = Here();
    uint32_t block = Open(Rule::kStrayBlock, pos_);
    if (!Identifier()) return Back(mark);
    SkipBlanks();
    if (!BlockOpen()) return Back(mark);
    if (last_close_ == std::string_view::npos || last_close_ < pos_) return Back(mark);
    pos_ = static_cast<uint32_t>(text_.find('}', pos_)) + 1;
    Close(block);
    return true;
  }

  void StrayLine(Rule rule, uint32_t start) {
    ToLineEnd();
    Newline();
    Leaf(rule, start);
  }

  std::string_view text_;
  SyntaxTree tree_;
  uint32_t pos_ = 0;
  int depth_ = 0;
  size_t last_close_, last_comment_end_;
  std::vector<bool> unclosed_[3];
};

}  // namespace

SyntaxTree ParseSyntax(std::string_view text) { return Recognizer(text).Run(); }

}  // namespace prisma::psl
