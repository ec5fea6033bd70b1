#include "connectors/mysql/url.h"

#include <charconv>
#include <filesystem>

#include "diagnostics/errors.h"

namespace prisma::mysql {
namespace {

constexpr std::string_view kAdvice =
    " Please refer to the documentation in https://www.prisma.io/docs/reference/database-reference/connection-urls for "
    "constructing a correct connection string. In some cases, certain characters must be escaped. Please check the "
    "string for any illegal characters.";

[[noreturn]] void Fail(const std::string& details) { throw errors::InvalidConnectionString(details); }
[[noreturn]] void FailOnShape(const std::string& details) { Fail(details + std::string(kAdvice)); }

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
  if (out.find('\0') != std::string::npos) FailOnShape("invalid character in database URL.");
  return out;
}

uint32_t Number(std::string_view key, std::string_view text) {
  uint32_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) {
    Fail("The value of the parameter `" + std::string(key) + "` must be a number.");
  }
  return number;
}

// Zero: none.
std::optional<std::chrono::milliseconds> Limit(std::string_view key, std::string_view text) {
  uint32_t seconds = Number(key, text);
  if (seconds == 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::string File(std::string_view config_dir, const std::string& path) {
  std::filesystem::path file(path);
  return file.is_absolute() ? path : (std::filesystem::path(config_dir) / file).string();
}

void ReadAuthority(std::string_view text, Url& url) {
  size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    std::string_view who = text.substr(0, at);
    text.remove_prefix(at + 1);
    size_t colon = who.find(':');
    if (std::string user = PercentDecode(who.substr(0, colon)); !user.empty()) url.user = std::move(user);
    if (colon != std::string_view::npos) url.password = PercentDecode(who.substr(colon + 1));
  }
  std::string_view port;
  if (text.starts_with('[')) {
    size_t end = text.find(']');
    if (end == std::string_view::npos) FailOnShape("invalid IPv6 address in database URL.");
    url.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (text.starts_with(':')) port = text.substr(1);
  } else {
    size_t colon = text.find(':');
    std::string host = PercentDecode(text.substr(0, colon));
    if (host.empty()) FailOnShape("empty host in database URL.");
    url.host = std::move(host);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
  }
  if (port.empty()) return;
  auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (code != std::errc() || end != port.data() + port.size()) FailOnShape("invalid port number in database URL.");
}

void ReadParameter(std::string_view key, const std::string& value, std::string_view config_dir, Url& url) {
  if (key == "connection_limit") {
    url.connection_limit = Number(key, value);
  } else if (key == "pool_timeout") {
    url.pool_timeout = std::chrono::seconds(Number(key, value));
  } else if (key == "connect_timeout") {
    url.connect_timeout = std::chrono::seconds(Number(key, value));
  } else if (key == "socket_timeout") {
    url.socket_timeout = Limit(key, value);
  } else if (key == "max_connection_lifetime") {
    url.max_lifetime = Limit(key, value);
  } else if (key == "max_idle_connection_lifetime") {
    url.max_idle_lifetime = Limit(key, value);
  } else if (key == "statement_cache_size") {
    url.statement_cache_size = Number(key, value);
  } else if (key == "socket") {
    url.socket = value;
  } else if (key == "sslcert") {
    url.uses_tls = true;
    url.certificate_authority = File(config_dir, value);
  } else if (key == "sslidentity") {
    url.uses_tls = true;
    url.identity = File(config_dir, value);
  } else if (key == "sslpassword") {
    url.uses_tls = true;
    url.identity_password = value;
  } else if (key == "sslaccept") {
    url.uses_tls = true;
    // Whatever else is written there accepts all, as in Prisma.
    url.checks_certificate = value == "strict";
  }
}

}  // namespace

std::string Url::Location() const { return host + ":" + std::to_string(port); }

Url ParseUrl(std::string_view text, std::string_view config_dir) {
  Url url;
  constexpr std::string_view kScheme = "mysql://";
  if (!text.starts_with(kScheme)) FailOnShape("The scheme is not recognized in database URL.");
  text.remove_prefix(kScheme.size());
  if (size_t hash = text.find('#'); hash != std::string_view::npos) text = text.substr(0, hash);
  size_t question = text.find('?');
  std::string_view parameters = question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  text = text.substr(0, question);
  size_t slash = text.find('/');
  ReadAuthority(text.substr(0, slash), url);
  if (slash != std::string_view::npos) {
    std::string_view path = text.substr(slash + 1);
    if (std::string name = PercentDecode(path.substr(0, path.find('/'))); !name.empty()) url.database = std::move(name);
  }
  while (!parameters.empty()) {
    size_t end = parameters.find('&');
    std::string_view pair = parameters.substr(0, end);
    parameters = end == std::string_view::npos ? std::string_view() : parameters.substr(end + 1);
    size_t equals = pair.find('=');
    std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    ReadParameter(pair.substr(0, equals), PercentDecode(value), config_dir, url);
  }
  return url;
}

}  // namespace prisma::mysql
