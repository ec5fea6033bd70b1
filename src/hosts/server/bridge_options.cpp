#include "hosts/server/bridge_options.h"

#include <charconv>
#include <cstdlib>
#include <limits>

#include "base/error.h"

namespace prisma::server {
namespace {

struct Setting {
  std::string_view flag, variable;
};

[[noreturn]] void Bad(const Setting& setting, const std::string& text, std::string_view wanted) {
  throw Error("", "error: " + std::string(setting.flag) + " (" + std::string(setting.variable) + ") must be " +
                      std::string(wanted) + ", not \"" + text + "\".\n\nFor more information try bridge --help");
}

template <class Number>
void ReadNumber(const Setting& setting, const std::string& text, Number& number) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
      value > std::numeric_limits<Number>::max()) {
    Bad(setting, text, "a whole number up to " + std::to_string(std::numeric_limits<Number>::max()));
  }
  number = static_cast<Number>(value);
}

void ReadSwitch(const Setting& setting, const std::string& text, bool& value) {
  if (text == "true" || text == "1") {
    value = true;
  } else if (text == "false" || text == "0" || text.empty()) {
    value = false;
  } else {
    Bad(setting, text, "true or false");
  }
}

void Set(BridgeOptions& options, const Setting& setting, const std::string& text) {
  const std::string_view name = setting.flag;
  if (name == "--host") options.host = text;
  if (name == "--port") ReadNumber(setting, text, options.port);
  if (name == "--schema") options.schema_path = text;
  if (name == "--token") options.token = text;
  if (name == "--max-body") ReadNumber(setting, text, options.max_body);
  if (name == "--max-concurrency") ReadNumber(setting, text, options.max_concurrency);
  if (name == "--max-connections") ReadNumber(setting, text, options.max_connections);
  if (name == "--client-timeout") ReadNumber(setting, text, options.client_timeout);
  if (name == "--connection-limit" || name == "--pool-timeout") {
    uint32_t checked = 0;
    ReadNumber(setting, text, checked);
    (name == "--pool-timeout" ? options.pool_timeout : options.connection_limit) = text;
  }
  if (name == "--rate-limit") ReadSwitch(setting, text, options.has_rate_limit);
  if (name == "--rate-limit-window") ReadNumber(setting, text, options.rate_window_ms);
  if (name == "--rate-limit-requests") ReadNumber(setting, text, options.rate_max_requests);
  if (name == "--trust-proxy") ReadSwitch(setting, text, options.trusts_proxy);
  if (name == "--log-format") options.is_text_log = text == "devel" || text == "text";
  if (name == "--log-queries") ReadSwitch(setting, text, options.log_queries);
}

// A flag's last variable wins over those before it.
constexpr Setting kSettings[] = {
    {"--host", "PRISMA_BRIDGE_HOST"},
    {"--port", "PORT"},
    {"--port", "PRISMA_BRIDGE_PORT"},
    {"--schema", "PRISMA_DML_PATH"},
    {"--schema", "PRISMA_SCHEMA_PATH"},
    {"--token", "PRISMA_BRIDGE_TOKEN"},
    {"--max-body", "PRISMA_BRIDGE_MAX_BODY"},
    {"--max-concurrency", "PRISMA_BRIDGE_MAX_CONCURRENCY"},
    {"--max-connections", "PRISMA_BRIDGE_MAX_CONNECTIONS"},
    {"--client-timeout", "PRISMA_BRIDGE_CLIENT_TIMEOUT"},
    {"--connection-limit", "PRISMA_CONNECTION_LIMIT"},
    {"--pool-timeout", "PRISMA_POOL_TIMEOUT"},
    {"--rate-limit", "RATE_LIMIT_ENABLED"},
    {"--rate-limit-window", "RATE_LIMIT_WINDOW_MS"},
    {"--rate-limit-requests", "RATE_LIMIT_MAX_REQUESTS"},
    {"--trust-proxy", "RATE_LIMIT_TRUST_PROXY"},
    {"--log-format", "RUST_LOG_FORMAT"},
    {"--log-queries", "LOG_QUERIES"},
};

}  // namespace

BridgeOptions ReadBridgeOptions(int argc, char** argv) {
  BridgeOptions options;
  for (const Setting& setting : kSettings) {
    const char* value = std::getenv(std::string(setting.variable).c_str());
    if (value != nullptr && *value != 0) Set(options, setting, value);
  }
  // Other values of this common name are meant for other programs.
  const char* debug = std::getenv("DEBUG");
  if (debug != nullptr && std::string_view(debug) == "true") options.log_queries = true;
  for (int i = 0; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      options.show_help = true;
      return options;
    }
    std::string value;
    bool has_value = false;
    if (size_t equals = argument.find('='); equals != std::string::npos) {
      value = argument.substr(equals + 1);
      argument.resize(equals);
      has_value = true;
    }
    const Setting* found = nullptr;
    for (const Setting& setting : kSettings) {
      if (setting.flag == argument) found = &setting;
    }
    if (found == nullptr) {
      throw Error("", "error: Found argument '" + argument +
                          "' which wasn't expected.\n\nFor more information try bridge --help");
    }
    if (!has_value) {
      if (i + 1 >= argc) {
        throw Error("", "error: The argument '" + argument + "' requires a value but none was supplied");
      }
      value = argv[++i];
    }
    Set(options, *found, value);
  }
  return options;
}

std::string_view BridgeHelpText() {
  return "query-engine bridge: answers queries of clients that have no engine of their own, by HTTP\n"
         "\n"
         "    --host ADDRESS            where to listen [PRISMA_BRIDGE_HOST] [127.0.0.1]\n"
         "    --port NUMBER             [PRISMA_BRIDGE_PORT, PORT] [4466]\n"
         "    --schema PATH             the schema's file or folder [PRISMA_SCHEMA_PATH] [schema.prisma, "
         "prisma/schema.prisma]\n"
         "    --token TEXT              demand `Authorization: Bearer TEXT` [PRISMA_BRIDGE_TOKEN]\n"
         "    --max-body BYTES          larger requests are refused [PRISMA_BRIDGE_MAX_BODY] [10485760]\n"
         "    --max-concurrency NUMBER  more requests at once are refused [PRISMA_BRIDGE_MAX_CONCURRENCY] [128]\n"
         "    --max-connections NUMBER  more connections are refused [PRISMA_BRIDGE_MAX_CONNECTIONS] [1024]\n"
         "    --client-timeout SECONDS  a connection that sends no whole request for so long is closed "
         "[PRISMA_BRIDGE_CLIENT_TIMEOUT] [120]\n"
         "    --connection-limit NUMBER of the database [PRISMA_CONNECTION_LIMIT]\n"
         "    --pool-timeout SECONDS    [PRISMA_POOL_TIMEOUT]\n"
         "    --rate-limit true|false   [RATE_LIMIT_ENABLED] [false]\n"
         "    --rate-limit-window MS    [RATE_LIMIT_WINDOW_MS] [60000]\n"
         "    --rate-limit-requests N   of one client in a window; transactions: a fifth [RATE_LIMIT_MAX_REQUESTS] "
         "[1000]\n"
         "    --trust-proxy true|false  take the client's address from X-Forwarded-For [RATE_LIMIT_TRUST_PROXY]\n"
         "    --log-queries true|false  [LOG_QUERIES, DEBUG=true]\n"
         "    --log-format FORMAT       `devel` for text, else JSON [RUST_LOG_FORMAT]\n";
}

}  // namespace prisma::server
