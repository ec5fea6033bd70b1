// The start command of `query-engine bridge`: flags over environment variables over defaults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace prisma::server {

struct BridgeOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 4466;
  std::string schema_path;
  std::string token;                       // empty: no bearer token is needed
  uint64_t max_body = uint64_t{10} << 20;  // bytes
  uint32_t max_concurrency = 128;          // requests being answered
  uint32_t max_connections = 1024;
  uint32_t client_timeout = 120;               // seconds; 0: none
  std::string connection_limit, pool_timeout;  // parameters of the URL, unless it has them
  bool has_rate_limit = false;
  uint32_t rate_window_ms = 60000;
  uint32_t rate_max_requests = 1000;
  bool trusts_proxy = false;  // the client's address is that of X-Forwarded-For
  bool is_text_log = false;
  bool log_queries = false;
  bool show_help = false;
};

// `argv` after the word `bridge`. Throws Error with the text to print.
BridgeOptions ReadBridgeOptions(int argc, char** argv);

std::string_view BridgeHelpText();

}  // namespace prisma::server
