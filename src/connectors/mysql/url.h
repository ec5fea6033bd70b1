// "mysql://user:password@host:3306/database?connection_limit=5": where the database is, and how it is to be used.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prisma::mysql {

struct Url {
  std::string user = "root", password;
  std::string host = "localhost";
  uint16_t port = 3306;
  std::string database = "mysql";
  std::string socket;  // a path, in place of host and port
  std::optional<uint32_t> connection_limit;
  std::optional<std::chrono::milliseconds> pool_timeout, socket_timeout;
  // Zero: no limit.
  std::chrono::milliseconds connect_timeout{5000};
  std::optional<std::chrono::milliseconds> max_idle_lifetime = std::chrono::milliseconds(300000), max_lifetime;
  uint32_t statement_cache_size = 100;
  bool uses_tls = false;
  bool checks_certificate = false;    // sslaccept=strict
  std::string certificate_authority;  // sslcert: a PEM file
  std::string identity;               // sslidentity: a PEM file with certificate and key
  std::string identity_password;      // sslpassword
  std::string Location() const;       // "localhost:3306", for messages
};

// Relative paths are taken from `config_dir`. Throws Error P1013 if the text is no such URL; the text itself, which may
// hold a password, is in no message.
Url ParseUrl(std::string_view text, std::string_view config_dir);

}  // namespace prisma::mysql
