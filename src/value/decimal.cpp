#include "value/decimal.h"

#include <charconv>
#include <cmath>

namespace prisma {

namespace {

struct Parts {
  bool is_negative = false;
  std::string_view whole, fraction;
};

Parts Split(std::string_view decimal) {
  Parts parts;
  if (!decimal.empty() && decimal[0] == '-') {
    parts.is_negative = true;
    decimal.remove_prefix(1);
  }
  const size_t dot = decimal.find('.');
  parts.whole = decimal.substr(0, dot);
  if (dot != std::string_view::npos) parts.fraction = decimal.substr(dot + 1);
  return parts;
}

int Sign(int comparison) { return (comparison > 0) - (comparison < 0); }

}  // namespace

std::optional<std::string> ParseDecimal(std::string_view text) {
  bool is_negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    is_negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::string digits;  // without the point
  int64_t scale = 0;   // digits after the point
  bool has_point = false, has_digit = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      if (has_point) return {};
      has_point = true;
    } else if (c >= '0' && c <= '9') {
      has_digit = true;
      digits += c;
      scale += has_point;
    } else {
      break;
    }
  }
  if (!has_digit) return {};
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return {};
    std::string_view exponent_text = text.substr(i + 1);
    if (!exponent_text.empty() && exponent_text[0] == '+') {
      exponent_text.remove_prefix(1);
      if (!exponent_text.empty() && exponent_text[0] == '-') return {};
    }
    int64_t exponent = 0;
    auto [end, error] = std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    if (error != std::errc() || end != exponent_text.data() + exponent_text.size()) return {};
    if (exponent > (int64_t{1} << 40) || exponent < -(int64_t{1} << 40)) return {};
    scale -= exponent;
  }
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  digits.erase(0, first);
  const int64_t count = static_cast<int64_t>(digits.size());
  if (scale > kMaxDecimalDigits || scale < -kMaxDecimalDigits || count > kMaxDecimalDigits) return {};
  std::string out = is_negative ? "-" : "";
  if (scale <= 0) {
    out += digits;
    out.append(static_cast<size_t>(-scale), '0');
    return out;
  }
  std::string fraction;
  if (count > scale) {
    out.append(digits, 0, static_cast<size_t>(count - scale));
    fraction = digits.substr(static_cast<size_t>(count - scale));
  } else {
    out += '0';
    fraction.assign(static_cast<size_t>(scale - count), '0');
    fraction += digits;
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) out += '.' + fraction;
  return out;
}

std::optional<std::string> DecimalFromDouble(double number) {
  if (!std::isfinite(number)) return {};
  char text[64];
  auto [end, error] = std::to_chars(text, text + sizeof text, number);
  if (error != std::errc()) return {};
  return ParseDecimal({text, static_cast<size_t>(end - text)});
}

double DecimalToDouble(std::string_view decimal) {
  double number = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), number);
  return number;
}

int CompareDecimals(std::string_view a, std::string_view b) {
  const Parts left = Split(a), right = Split(b);
  if (left.is_negative != right.is_negative) return left.is_negative ? -1 : 1;
  int order = 0;
  if (left.whole.size() != right.whole.size()) {
    order = left.whole.size() < right.whole.size() ? -1 : 1;
  } else {
    order = Sign(left.whole.compare(right.whole));
    if (order == 0) order = Sign(left.fraction.compare(right.fraction));
  }
  return left.is_negative ? -order : order;
}

}  // namespace prisma
