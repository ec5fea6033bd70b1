#include "connectors/sqlite/url.h"

#include "base/error.h"
#include "driver/url_text.h"

namespace prisma::sqlite {
namespace {

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
  for (std::string_view key, encoded; driver::TakeParameter(parameters, key, encoded);) {
    const std::string value = driver::PercentDecode(encoded);
    if (key == "connection_limit") url.connection_limit = driver::NumberParameter(key, value);
    if (key == "socket_timeout") url.socket_timeout = std::chrono::seconds(driver::NumberParameter(key, value));
    if (key == "pool_timeout") url.pool_timeout = std::chrono::seconds(driver::NumberParameter(key, value));
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
