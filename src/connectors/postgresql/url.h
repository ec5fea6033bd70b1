// "postgresql://user:password@host:5432/db?schema=public&connection_limit=5": where the database is, and how it is to
// be used.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prisma::postgresql {

struct Url {
  std::string user, password, host = "localhost", port = "5432", database = "postgres";
  std::string schema = "public";
  std::string application_name, options;
  std::string ssl_mode = "prefer", channel_binding;
  std::string ssl_certificate, ssl_identity, ssl_password;
  bool checks_certificate = false;
  bool is_pgbouncer = false;
  uint32_t statement_cache_size = 100;
  std::optional<uint32_t> connection_limit;
  std::optional<std::chrono::milliseconds> pool_timeout;  // zero: for ever
  std::optional<std::chrono::milliseconds> socket_timeout;
  std::optional<std::chrono::milliseconds> connect_timeout = std::chrono::seconds(5);
  std::optional<std::chrono::milliseconds> max_lifetime;
  std::optional<std::chrono::milliseconds> max_idle_lifetime = std::chrono::seconds(300);
  // For messages: "localhost:5432", or the socket.
  std::string Location() const { return host + ":" + port; }
};

// Throws Error P1013 if the text is no such URL. Paths of certificates are taken from `config_dir`.
Url ParseUrl(std::string_view url, std::string_view config_dir);

}  // namespace prisma::postgresql
