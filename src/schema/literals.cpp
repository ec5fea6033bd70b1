#include "schema/literals.h"

#include <cctype>
#include <charconv>
#include <cstdint>

namespace prisma::schema {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a date and time piece by piece.
class DateTimeReader {
 public:
  explicit DateTimeReader(std::string_view text) : rest_(text) {}

  std::string Read() {
    int year, month, day, hour, minute, second;
    if (!Number(4, year) || !Literal("-") || !Number(2, month) || !Literal("-") || !Number(2, day)) return fault_;
    if (rest_.empty()) return "premature end of input";
    if (rest_[0] != 'T' && rest_[0] != 't' && rest_[0] != ' ') return "input contains invalid characters";
    rest_.remove_prefix(1);
    if (!Number(2, hour) || !Literal(":") || !Number(2, minute) || !Literal(":") || !Number(2, second)) return fault_;
    if (!rest_.empty() && rest_[0] == '.') {
      rest_.remove_prefix(1);
      if (rest_.empty()) return "premature end of input";
      if (!IsDigit(rest_[0])) return "input contains invalid characters";
      while (!rest_.empty() && IsDigit(rest_[0])) rest_.remove_prefix(1);
    }
    if (!Offset()) return fault_;
    if (!rest_.empty()) return "trailing input";
    static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || day > 31) return "input is out of range";
    if (hour > 23 || minute > 59 || second > 60) return "input is out of range";
    if (day > kDays[month - 1] || (month == 2 && day == 29 && !leap)) return "input is out of range";
    return {};
  }

 private:
  bool Fail(const char* fault) {
    fault_ = fault;
    return false;
  }
  bool Number(size_t digits, int& value) {
    if (rest_.size() < digits) return Fail("premature end of input");
    value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!IsDigit(rest_[i])) return Fail("input contains invalid characters");
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  bool Literal(std::string_view text) {
    if (rest_.empty()) return Fail("premature end of input");
    if (rest_.substr(0, text.size()) != text) return Fail("input contains invalid characters");
    rest_.remove_prefix(text.size());
    return true;
  }
  bool Offset() {
    if (rest_.empty()) return Fail("premature end of input");
    if (rest_[0] == 'Z' || rest_[0] == 'z') {
      rest_.remove_prefix(1);
      return true;
    }
    if (rest_[0] != '+' && rest_[0] != '-') return Fail("input contains invalid characters");
    rest_.remove_prefix(1);
    int hours, minutes;
    if (!Number(2, hours) || !Literal(":") || !Number(2, minutes)) return false;
    return minutes < 60 || Fail("input is out of range");
  }

  std::string_view rest_;
  const char* fault_ = "";
};

}  // namespace

std::string FindIntegerError(std::string_view text) {
  std::string_view digits = text;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  if (digits.empty()) return text.empty() ? "cannot parse integer from empty string" : "invalid digit found in string";
  for (char c : digits) {
    if (!IsDigit(c)) return "invalid digit found in string";
  }
  if (text[0] == '+') text.remove_prefix(1);
  int64_t value;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return {};
  return text[0] == '-' ? "number too small to fit in target type" : "number too large to fit in target type";
}

std::string FindDecimalError(std::string_view text) {
  if (text.empty()) return "Failed to parse empty string";
  size_t i = text[0] == '-' || text[0] == '+' ? 1 : 0;
  size_t digits = 0;
  bool point = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !point) {
      point = true;
    } else if (IsDigit(text[i])) {
      ++digits;
    } else {
      return "invalid digit found in string";
    }
  }
  if (digits == 0) return "invalid digit found in string";
  if (i == text.size()) return {};
  return FindIntegerError(text.substr(i + 1));
}

std::string FindDateTimeError(std::string_view text) { return DateTimeReader(text).Read(); }

std::string FindBase64Error(std::string_view text) {
  static constexpr char kFault[] = "Could not convert from `base64 encoded bytes` to `PrismaValue::Bytes`";
  auto code = [](char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
  };
  if (text.size() % 4 != 0) return kFault;
  size_t end = text.size();
  while (end > 0 && text[end - 1] == '=' && text.size() - end < 2) --end;
  for (size_t i = 0; i < end; ++i) {
    if (code(text[i]) < 0) return kFault;
  }
  // The bits that are left over must be zero.
  size_t extra = end % 4;
  if (extra == 1 || (extra == 2 && (code(text[end - 1]) & 15)) || (extra == 3 && (code(text[end - 1]) & 3))) {
    return kFault;
  }
  return {};
}

}  // namespace prisma::schema
