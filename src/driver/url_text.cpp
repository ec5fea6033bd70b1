#include "driver/url_text.h"

#include <charconv>

#include "diagnostics/errors.h"

namespace prisma::driver {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string PercentDecode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(plus_is_blank && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

bool TakeParameter(std::string_view& parameters, std::string_view& key, std::string_view& value) {
  if (parameters.empty()) return false;
  size_t end = parameters.find('&');
  std::string_view pair = parameters.substr(0, end);
  parameters = end == std::string_view::npos ? std::string_view() : parameters.substr(end + 1);
  size_t equals = pair.find('=');
  key = pair.substr(0, equals);
  value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  return true;
}

uint32_t NumberParameter(std::string_view key, std::string_view value) {
  uint32_t number = 0;
  auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (code != std::errc() || end != value.data() + value.size()) {
    throw errors::InvalidConnectionString("The value of the parameter `" + std::string(key) + "` must be a number.");
  }
  return number;
}

std::optional<std::chrono::milliseconds> LimitParameter(std::string_view key, std::string_view value) {
  uint32_t seconds = NumberParameter(key, value);
  if (seconds == 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace prisma::driver
