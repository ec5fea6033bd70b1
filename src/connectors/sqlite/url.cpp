#include "connectors/sqlite/url.h"

#include <charconv>

#include "base/error.h"

namespace prisma::sqlite {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

uint32_t Number(std::string_view key, std::string_view text) {
  uint32_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) {
    throw Error("P1013",
                "The provided database string is invalid. The value of the parameter `" + std::string(key) +
                    "` must be a number.",
                "{\"details\":\"The value of the parameter `" + std::string(key) + "` must be a number.\"}");
  }
  return number;
}

std::string Word(std::string_view key, std::string_view text) {
  for (char c : text) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_letter || text.size() > 16) {
      throw Error("P1013", "The provided database string is invalid. Unknown value of the parameter `" +
                               std::string(key) + "`.");
    }
  }
  return std::string(text);
}

}  // namespace

Url ParseUrl(std::string_view text, std::string_view config_dir) {
  Url url;
  for (std::string_view prefix : {"file:", "sqlite:"}) {
    if (text.starts_with(prefix)) {
      text.remove_prefix(prefix.size());
      break;
    }
  }
  size_t question = text.find('?');
  std::string_view path = text.substr(0, question);
  if (path.starts_with("//")) path.remove_prefix(2);
  std::string_view parameters = question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  while (!parameters.empty()) {
    size_t end = parameters.find('&');
    std::string_view pair = parameters.substr(0, end);
    parameters = end == std::string_view::npos ? std::string_view() : parameters.substr(end + 1);
    size_t equals = pair.find('=');
    std::string_view key = pair.substr(0, equals);
    std::string value = equals == std::string_view::npos ? std::string() : PercentDecode(pair.substr(equals + 1));
    if (key == "connection_limit") url.connection_limit = Number(key, value);
    if (key == "socket_timeout") url.socket_timeout = std::chrono::seconds(Number(key, value));
    if (key == "pool_timeout") url.pool_timeout = std::chrono::seconds(Number(key, value));
    if (key == "journal_mode") url.journal_mode = Word(key, value);
    if (key == "synchronous") url.synchronous = Word(key, value);
  }
  url.path = std::string(path);
  url.is_memory = path == ":memory:" || path.empty();
  if (url.is_memory) {
    url.path = ":memory:";
    url.connection_limit = 1;
  } else if (path.front() != '/' && !config_dir.empty()) {
    url.path = std::string(config_dir);
    if (url.path.back() != '/') url.path.push_back('/');
    url.path.append(path.starts_with("./") ? path.substr(2) : path);
  }
  return url;
}

}  // namespace prisma::sqlite
