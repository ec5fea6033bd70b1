#include "query/document/scalar_faults.h"

#include "json/reader.h"

namespace prisma::query {
namespace {

constexpr const char* kTooShort = "premature end of input";
constexpr const char* kInvalid = "input contains invalid characters";
constexpr const char* kOutOfRange = "input is out of range";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads RFC 3339 from left to right up to the first thing that doesn't fit.
class DateTimeFault {
 public:
  explicit DateTimeFault(std::string_view text) : rest_(text) {}

  const char* Find() {
    Number(4, 0, 9999);
    Char("-");
    Number(2, 1, 12);
    Char("-");
    Number(2, 1, 31);
    Char("Tt ");
    Number(2, 0, 23);
    Char(":");
    Number(2, 0, 59);
    Char(":");
    Number(2, 0, 60);
    if (!fault_ && !rest_.empty() && rest_[0] == '.') {
      rest_.remove_prefix(1);
      if (rest_.empty()) Fail(kTooShort);
      if (!rest_.empty() && !IsDigit(rest_[0])) Fail(kInvalid);
      while (!rest_.empty() && IsDigit(rest_[0])) rest_.remove_prefix(1);
    }
    bool is_utc = !rest_.empty() && (rest_[0] == 'Z' || rest_[0] == 'z');
    Char("Zz+-");
    if (!is_utc) {
      Number(2, 0, 99);
      Char(":");
      Number(2, 0, 59);
    }
    if (!fault_ && !rest_.empty()) Fail("trailing input");
    return fault_ ? fault_ : kOutOfRange;
  }

 private:
  void Fail(const char* fault) {
    if (!fault_) fault_ = fault;
  }

  void Number(size_t digits, int min, int max) {
    if (fault_) return;
    if (rest_.size() < digits) return Fail(kTooShort);
    int number = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!IsDigit(rest_[i])) return Fail(kInvalid);
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    if (number < min || number > max) Fail(kOutOfRange);
  }

  void Char(std::string_view allowed) {
    if (fault_) return;
    if (rest_.empty()) return Fail(kTooShort);
    if (allowed.find(rest_[0]) == allowed.npos) return Fail(kInvalid);
    rest_.remove_prefix(1);
  }

  std::string_view rest_;
  const char* fault_ = nullptr;
};

constexpr const char* kNoDigits = "cannot parse integer from empty string";
constexpr const char* kBadDigit = "invalid digit found in string";

const char* IntegerFault(std::string_view text) {
  if (text.empty()) return kNoDigits;
  bool is_negative = text[0] == '-';
  if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return kBadDigit;
  for (char c : text) {
    if (!IsDigit(c)) return kBadDigit;
  }
  return is_negative ? "number too small to fit in target type" : "number too large to fit in target type";
}

const char* DecimalFault(std::string_view text) {
  if (text.empty()) return "Failed to parse empty string";
  size_t exponent = text.find_first_of("eE");
  if (exponent != text.npos) {
    std::string_view digits = text.substr(exponent + 1);
    if (digits.empty()) return kNoDigits;
    if (digits.find_first_not_of("0123456789+-") != digits.npos) return kBadDigit;
    text = text.substr(0, exponent);
  }
  if (text == "." || text.empty()) return kNoDigits;
  return kBadDigit;
}

}  // namespace

std::string_view BadTextName(InputScalar type) {
  switch (type) {
    case InputScalar::kDateTime:
      return "ISO-8601 DateTime";
    case InputScalar::kBytes:
      return "base64 String";
    case InputScalar::kDecimal:
      return "decimal String";
    case InputScalar::kBigInt:
      return "big integer String";
    case InputScalar::kJson:
    case InputScalar::kJsonList:
      return "JSON String";
    default:
      return InputScalarName(type);
  }
}

std::string BadTextReason(InputScalar type, std::string_view text) {
  switch (type) {
    case InputScalar::kDateTime:
      return DateTimeFault(text).Find();
    case InputScalar::kBytes:
      return "Could not convert from `base64 encoded bytes` to `PrismaValue::Bytes`";
    case InputScalar::kDecimal:
      return DecimalFault(text);
    case InputScalar::kBigInt:
      return IntegerFault(text);
    case InputScalar::kJson:
    case InputScalar::kJsonList:
      return json::FindSyntaxError(text);
    default:
      return {};
  }
}

}  // namespace prisma::query
