// Why a text isn't JSON, in serde_json's words. Only texts that the fast parser has refused come here.
#include <charconv>
#include <cmath>

#include "json/reader.h"

namespace prisma::json {
namespace {

// Prisma's reader (serde_json) takes 127 levels of arrays and objects too; the 128th is "recursion limit exceeded".
constexpr int kDepthLimit = 127;

class Checker {
 public:
  Checker(std::string_view text, std::string* as_floats) : text_(text), as_floats_(as_floats) {}

  std::string Run() {
    if (CheckValue(0)) {
      SkipSpace();
      if (at_ < text_.size()) Fail("trailing characters", at_ + 1);
    }
    if (as_floats_ != nullptr && message_.empty()) as_floats_->append(text_.substr(copied_));
    return message_;
  }

 private:
  // `end`: the error is reported at the byte before this offset, as serde counts columns.
  bool Fail(std::string_view what, size_t end) {
    if (!message_.empty()) return false;
    size_t line = 1, column = 0;
    for (size_t i = 0; i < end && i < text_.size(); ++i) {
      ++column;
      if (text_[i] == '\n') {
        ++line;
        column = 0;
      }
    }
    message_ = std::string(what) + " at line " + std::to_string(line) + " column " + std::to_string(column);
    return false;
  }

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return text_[at_]; }

  void SkipSpace() {
    while (!AtEnd() && (Peek() == ' ' || Peek() == '\n' || Peek() == '\t' || Peek() == '\r')) ++at_;
  }

  bool CheckValue(int depth) {
    SkipSpace();
    if (AtEnd()) return Fail("EOF while parsing a value", text_.size());
    switch (Peek()) {
      case 'n':
        return CheckWord("null");
      case 't':
        return CheckWord("true");
      case 'f':
        return CheckWord("false");
      case '"':
        return CheckString();
      case '[':
        if (depth >= kDepthLimit) return Fail("recursion limit exceeded", at_ + 1);
        return CheckArray(depth);
      case '{':
        if (depth >= kDepthLimit) return Fail("recursion limit exceeded", at_ + 1);
        return CheckObject(depth);
      default:
        if (Peek() == '-' || (Peek() >= '0' && Peek() <= '9')) return CheckNumber();
        return Fail("expected value", at_ + 1);
    }
  }

  bool CheckWord(std::string_view word) {
    for (char c : word) {
      if (AtEnd()) return Fail("EOF while parsing a value", text_.size());
      ++at_;
      if (text_[at_ - 1] != c) return Fail("expected ident", at_);
    }
    return true;
  }

  bool IsDigit() const { return !AtEnd() && Peek() >= '0' && Peek() <= '9'; }

  bool InvalidNumber() {
    if (AtEnd()) return Fail("EOF while parsing a value", text_.size());
    return Fail("invalid number", at_ + 1);
  }

  bool CheckNumber() {
    size_t start = at_;
    if (Peek() == '-') ++at_;
    if (!IsDigit()) return InvalidNumber();
    if (Peek() == '0') {
      ++at_;
      if (IsDigit()) return Fail("invalid number", at_ + 1);
    }
    while (IsDigit()) ++at_;
    bool is_integer = true;
    if (!AtEnd() && Peek() == '.') {
      is_integer = false;
      ++at_;
      if (!IsDigit()) return InvalidNumber();
      while (IsDigit()) ++at_;
    }
    if (!AtEnd() && (Peek() == 'e' || Peek() == 'E')) {
      is_integer = false;
      ++at_;
      if (!AtEnd() && (Peek() == '+' || Peek() == '-')) ++at_;
      if (!IsDigit()) return InvalidNumber();
      while (IsDigit()) ++at_;
    }
    std::string_view digits = text_.substr(start, at_ - start);
    double number = 0;
    auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    bool is_tiny = result.ec == std::errc::result_out_of_range && digits.find("e-") != digits.npos;
    if (result.ec == std::errc::result_out_of_range && !is_tiny) return Fail("number out of range", at_);
    if (is_integer && as_floats_ != nullptr && digits.size() > 18) {
      as_floats_->append(text_.substr(copied_, at_ - copied_));
      uint64_t unsigned_number;
      int64_t signed_number;
      bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), unsigned_number).ec == std::errc() ||
                  std::from_chars(digits.data(), digits.data() + digits.size(), signed_number).ec == std::errc();
      if (!fits) as_floats_->append(".0");
      copied_ = at_;
    }
    return true;
  }

  bool CheckString() {
    ++at_;
    while (true) {
      if (AtEnd()) return Fail("EOF while parsing a string", text_.size());
      unsigned char c = static_cast<unsigned char>(Peek());
      ++at_;
      if (c == '"') return true;
      if (c < 0x20) return Fail("control character (\\u0000-\\u001F) found while parsing a string", at_);
      if (c == '\\' && !CheckEscape()) return false;
      if (c >= 0x80 && !CheckUtf8()) return false;
    }
  }

  bool CheckUtf8() {
    unsigned char lead = static_cast<unsigned char>(text_[at_ - 1]);
    int more = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 && lead < 0xF0 ? 2 : lead >= 0xC2 && lead < 0xE0 ? 1 : 0;
    if (more == 0) return Fail("invalid unicode code point", at_);
    for (; more > 0; --more, ++at_) {
      if (AtEnd() || (static_cast<unsigned char>(Peek()) & 0xC0) != 0x80) {
        return Fail("invalid unicode code point", at_);
      }
    }
    return true;
  }

  // Four hex digits, or -1.
  int CheckHex() {
    int unit = 0;
    for (int i = 0; i < 4; ++i) {
      if (AtEnd()) return Fail("EOF while parsing a string", text_.size()), -1;
      char c = text_[at_++];
      int digit = c >= '0' && c <= '9'   ? c - '0'
                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                         : -1;
      if (digit < 0) return Fail("invalid escape", at_), -1;
      unit = unit * 16 + digit;
    }
    return unit;
  }

  bool CheckEscape() {
    if (AtEnd()) return Fail("EOF while parsing a string", text_.size());
    char c = text_[at_++];
    if (std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) return true;
    if (c != 'u') return Fail("invalid escape", at_);
    int unit = CheckHex();
    if (unit < 0) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return Fail("lone leading surrogate in hex escape", at_);
    if (unit < 0xD800 || unit > 0xDBFF) return true;
    for (char expected : {'\\', 'u'}) {
      if (AtEnd()) return Fail("EOF while parsing a string", text_.size());
      if (text_[at_++] != expected) return Fail("unexpected end of hex escape", at_);
    }
    unit = CheckHex();
    if (unit < 0) return false;
    if (unit < 0xDC00 || unit > 0xDFFF) return Fail("lone leading surrogate in hex escape", at_);
    return true;
  }

  bool CheckArray(int depth) {
    ++at_;
    bool is_first = true;
    while (true) {
      SkipSpace();
      if (AtEnd()) return Fail("EOF while parsing a list", text_.size());
      if (Peek() == ']') break;
      if (!is_first) {
        if (Peek() != ',') return Fail("expected `,` or `]`", at_ + 1);
        ++at_;
        SkipSpace();
        if (AtEnd()) return Fail("EOF while parsing a value", text_.size());
        if (Peek() == ']') return Fail("trailing comma", at_ + 1);
      }
      is_first = false;
      if (!CheckValue(depth + 1)) return false;
    }
    ++at_;
    return true;
  }

  bool CheckObject(int depth) {
    ++at_;
    bool is_first = true;
    while (true) {
      SkipSpace();
      if (AtEnd()) return Fail("EOF while parsing an object", text_.size());
      if (Peek() == '}') break;
      if (!is_first) {
        if (Peek() != ',') return Fail("expected `,` or `}`", at_ + 1);
        ++at_;
        SkipSpace();
        if (AtEnd()) return Fail("EOF while parsing a value", text_.size());
        if (Peek() == '}') return Fail("trailing comma", at_ + 1);
      }
      is_first = false;
      if (Peek() != '"') return Fail("key must be a string", at_ + 1);
      if (!CheckString()) return false;
      SkipSpace();
      if (AtEnd()) return Fail("EOF while parsing an object", text_.size());
      if (Peek() != ':') return Fail("expected `:`", at_ + 1);
      ++at_;
      if (!CheckValue(depth + 1)) return false;
    }
    ++at_;
    return true;
  }

  std::string_view text_;
  std::string* as_floats_;
  size_t at_ = 0;
  size_t copied_ = 0;
  std::string message_;
};

}  // namespace

std::string FindSyntaxError(std::string_view text, std::string* as_floats) { return Checker(text, as_floats).Run(); }

}  // namespace prisma::json
