#include "connectors/mysql/url.h"

#include <charconv>
#include <filesystem>

#include "diagnostics/errors.h"
#include "driver/url_text.h"

namespace prisma::mysql {
namespace {

constexpr std::string_view kAdvice =
    " Please refer to the documentation in https://www.prisma.io/docs/reference/database-reference/connection-urls for "
    "constructing a correct connection string. In some cases, certain characters must be escaped. Please check the "
    "string for any illegal characters.";

[[noreturn]] void FailOnShape(const std::string& details) {
  throw errors::InvalidConnectionString(details + std::string(kAdvice));
}

std::string Decode(std::string_view text) {
  std::string out = driver::PercentDecode(text);
  if (out.find('\0') != std::string::npos) FailOnShape("invalid character in database URL.");
  return out;
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
    if (std::string user = Decode(who.substr(0, colon)); !user.empty()) url.user = std::move(user);
    if (colon != std::string_view::npos) url.password = Decode(who.substr(colon + 1));
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
    std::string host = Decode(text.substr(0, colon));
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
    url.connection_limit = driver::NumberParameter(key, value);
  } else if (key == "pool_timeout") {
    url.pool_timeout = std::chrono::seconds(driver::NumberParameter(key, value));
  } else if (key == "connect_timeout") {
    url.connect_timeout = std::chrono::seconds(driver::NumberParameter(key, value));
  } else if (key == "socket_timeout") {
    url.socket_timeout = driver::LimitParameter(key, value);
  } else if (key == "max_connection_lifetime") {
    url.max_lifetime = driver::LimitParameter(key, value);
  } else if (key == "max_idle_connection_lifetime") {
    url.max_idle_lifetime = driver::LimitParameter(key, value);
  } else if (key == "statement_cache_size") {
    url.statement_cache_size = driver::NumberParameter(key, value);
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
    if (std::string name = Decode(path.substr(0, path.find('/'))); !name.empty()) url.database = std::move(name);
  }
  for (std::string_view key, value; driver::TakeParameter(parameters, key, value);) {
    ReadParameter(key, Decode(value), config_dir, url);
  }
  return url;
}

}  // namespace prisma::mysql
