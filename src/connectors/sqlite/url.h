// "file:./dev.db?connection_limit=1&socket_timeout=10": where the database is, and how it is to be used.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prisma::sqlite {

struct Url {
  std::string path;  // absolute or relative to the working directory; ":memory:"
  bool is_memory = false;
  std::optional<uint32_t> connection_limit;
  std::optional<std::chrono::milliseconds> socket_timeout;  // the busy timeout
  std::optional<std::chrono::milliseconds> pool_timeout;
  std::string journal_mode;  // asked for, or empty
  std::string synchronous;
};

// Throws Error P1012 or P1013 if the text is no such URL. Relative paths are taken from `config_dir`.
Url ParseUrl(std::string_view url, std::string_view config_dir);

}  // namespace prisma::sqlite
