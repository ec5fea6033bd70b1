#include "connectors/postgresql/url.h"

#include <charconv>

#include "diagnostics/errors.h"
#include "driver/url_text.h"

namespace prisma::postgresql {
namespace {

std::string PathFrom(const std::string& path, std::string_view folder) {
  if (path.empty() || path.front() == '/' || folder.empty()) return path;
  return std::string(folder) + "/" + path;
}

void SetParameter(Url& url, std::string_view key, const std::string& value) {
  if (key == "schema") {
    if (!value.empty()) url.schema = value;
  } else if (key == "host") {
    url.host = value;
  } else if (key == "connection_limit") {
    url.connection_limit = driver::NumberParameter(key, value);
  } else if (key == "pool_timeout") {
    url.pool_timeout = std::chrono::seconds(driver::NumberParameter(key, value));
  } else if (key == "connect_timeout") {
    url.connect_timeout = driver::LimitParameter(key, value);
  } else if (key == "socket_timeout") {
    url.socket_timeout = driver::LimitParameter(key, value);
  } else if (key == "max_connection_lifetime") {
    url.max_lifetime = driver::LimitParameter(key, value);
  } else if (key == "max_idle_connection_lifetime") {
    url.max_idle_lifetime = driver::LimitParameter(key, value);
  } else if (key == "statement_cache_size") {
    url.statement_cache_size = driver::NumberParameter(key, value);
  } else if (key == "pgbouncer") {
    if (value != "true" && value != "false") {
      throw errors::InvalidConnectionString("The value of the parameter `pgbouncer` must be true or false.");
    }
    url.is_pgbouncer = value == "true";
  } else if (key == "sslmode") {
    if (value == "disable" || value == "require" || value == "prefer") url.ssl_mode = value;
    // Not Prisma's words, but those of every other client: they ask for more than it would give.
    if (value == "verify-ca" || value == "verify-full") url.ssl_mode = value;
  } else if (key == "sslcert") {
    url.ssl_certificate = value;
  } else if (key == "sslidentity") {
    url.ssl_identity = value;
  } else if (key == "sslpassword") {
    url.ssl_password = value;
  } else if (key == "sslaccept") {
    url.checks_certificate = value != "accept_invalid_certs";
  } else if (key == "application_name") {
    url.application_name = value;
  } else if (key == "options") {
    url.options = value;
  } else if (key == "channel_binding") {
    if (value == "disable" || value == "prefer" || value == "require") url.channel_binding = value;
  }
}

// "user:password@host:port", each part optional.
void ReadAuthority(Url& url, std::string_view text) {
  size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    std::string_view user = text.substr(0, at);
    text.remove_prefix(at + 1);
    size_t colon = user.find(':');
    url.user = driver::PercentDecode(user.substr(0, colon));
    if (colon != std::string_view::npos) url.password = driver::PercentDecode(user.substr(colon + 1));
  }
  std::string_view host = text, port;
  size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (bracket != std::string_view::npos) host = text.substr(1, bracket - 1);
  if (!host.empty()) url.host = driver::PercentDecode(host);
  if (port.empty()) return;
  uint32_t number = 0;
  auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (code != std::errc() || end != port.data() + port.size() || number > 65535) {
    throw errors::InvalidConnectionString(
        "invalid port number in database URL. Please refer to the documentation in "
        "https://www.prisma.io/docs/reference/database-reference/connection-urls for constructing a correct connection "
        "string. In some cases, certain characters must be escaped. Please check the string for any illegal "
        "characters.");
  }
  url.port = port;
}

}  // namespace

Url ParseUrl(std::string_view text, std::string_view config_dir) {
  Url url;
  size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) {
    throw errors::InvalidConnectionString("The scheme is not recognized in database URL.");
  }
  text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find('#'));
  size_t question = text.find('?');
  std::string_view parameters = question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  text = text.substr(0, question);
  size_t slash = text.find('/');
  ReadAuthority(url, text.substr(0, slash));
  if (slash != std::string_view::npos) {
    std::string_view path = text.substr(slash + 1);
    if (!path.empty()) url.database = driver::PercentDecode(path);
  }
  for (std::string_view key, value; driver::TakeParameter(parameters, key, value);) {
    SetParameter(url, driver::PercentDecode(key, true), driver::PercentDecode(value, true));
  }
  url.ssl_certificate = PathFrom(url.ssl_certificate, config_dir);
  url.ssl_identity = PathFrom(url.ssl_identity, config_dir);
  return url;
}

}  // namespace prisma::postgresql
