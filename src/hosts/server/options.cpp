#include "hosts/server/options.h"

#include <charconv>
#include <cstdlib>

#include "base/error.h"

namespace prisma::server {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool IsTrue(std::string_view text) { return text == "1" || text == "true" || text == "y" || text == "yes"; }

struct TextFlag {
  std::string_view short_name, long_name;
  std::string Options::*target;
};

struct SwitchFlag {
  std::string_view short_name, long_name;
  bool Options::*target;  // null: taken for compatibility, without effect
};

constexpr TextFlag kTextFlags[] = {
    {"-H", "--host", &Options::host},
    {"", "--datamodel-path", &Options::datamodel_path},
    {"", "--datamodel", &Options::datamodel},
    {"", "--overwrite-datasources", &Options::overwrite_datasources},
    {"", "--log-format", &Options::log_format},
    {"", "--engine-protocol", &Options::engine_protocol},
    {"-u", "--unix-path", nullptr},
    {"", "--open-telemetry-endpoint", nullptr},
};

constexpr SwitchFlag kSwitchFlags[] = {
    {"-r", "--enable-raw-queries", &Options::enable_raw_queries},
    {"-g", "--enable-playground", &Options::enable_playground},
    {"-d", "--debug", &Options::enable_debug},
    {"-m", "--enable-metrics", &Options::enable_metrics},
    {"", "--dataproxy-metric-override", &Options::metric_override},
    {"-o", "--log-queries", &Options::log_queries},
    {"", "--enable-open-telemetry", &Options::open_telemetry},
    {"", "--enable-telemetry-in-response", &Options::telemetry_in_response},
    {"-V", "--version", &Options::show_version},
    {"-h", "--help", &Options::show_help},
};

[[noreturn]] void Usage(const std::string& message) {
  throw Error("", "error: " + message + "\n\nFor more information try --help");
}

uint16_t ReadPort(std::string_view text) {
  uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    Usage("Invalid value for '--port <port>': " + std::string(text) + " is not a port number");
  }
  return port;
}

}  // namespace

Options ReadOptions(int argc, char** argv) {
  Options options;
  options.datamodel_path = Environment("PRISMA_DML_PATH");
  options.datamodel = Environment("PRISMA_DML");
  options.overwrite_datasources = Environment("OVERWRITE_DATASOURCES");
  options.log_format = Environment("RUST_LOG_FORMAT");
  options.engine_protocol = Environment("PRISMA_ENGINE_PROTOCOL");
  options.log_queries = IsTrue(Environment("LOG_QUERIES"));

  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument == "cli") {
      for (++i; i < argc; ++i) options.command.emplace_back(argv[i]);
      if (options.command.empty()) Usage("the subcommand `cli` needs a command");
      break;
    }
    std::string_view name = argument;
    std::string_view value;
    bool has_value = false;
    if (size_t equals = argument.find('='); argument.starts_with("--") && equals != std::string_view::npos) {
      name = argument.substr(0, equals);
      value = argument.substr(equals + 1);
      has_value = true;
    }
    bool is_known = false;
    for (const SwitchFlag& flag : kSwitchFlags) {
      if (name != flag.long_name && name != flag.short_name) continue;
      if (flag.target) options.*flag.target = true;
      is_known = true;
    }
    if (is_known) continue;
    auto take_value = [&] {
      if (has_value) return std::string(value);
      if (i + 1 >= argc) Usage("The argument '" + std::string(name) + "' requires a value but none was supplied");
      return std::string(argv[++i]);
    };
    if (name == "--port" || name == "-p") {
      options.port = ReadPort(take_value());
      continue;
    }
    for (const TextFlag& flag : kTextFlags) {
      if (name != flag.long_name && (flag.short_name.empty() || name != flag.short_name)) continue;
      std::string text = take_value();
      if (flag.target) options.*flag.target = std::move(text);
      is_known = true;
      break;
    }
    if (!is_known)
      Usage("Found argument '" + std::string(argument) + "' which wasn't expected, or isn't valid in this context");
  }
  if (options.engine_protocol.empty()) options.engine_protocol = options.enable_playground ? "graphql" : "json";
  return options;
}

std::string_view HelpText() {
  return "query-engine\n"
         "\n"
         "USAGE:\n"
         "    query-engine [FLAGS] [OPTIONS] [SUBCOMMAND]\n"
         "\n"
         "FLAGS:\n"
         "        --dataproxy-metric-override         Serve /metrics in any case\n"
         "    -d, --debug                             Answer requests with the headers x-debug-fatal and "
         "x-debug-non-fatal\n"
         "    -m, --enable-metrics                    Serve /metrics\n"
         "        --enable-open-telemetry             Answers tell their spans, /boot_trace those of the start\n"
         "    -g, --enable-playground                 Serve a GraphQL page on /\n"
         "    -r, --enable-raw-queries                Allow queryRaw and executeRaw\n"
         "        --enable-telemetry-in-response      Answers tell what the header x-capture-telemetry asks for\n"
         "    -h, --help                              Print this text\n"
         "    -o, --log-queries                       Log every statement [env: LOG_QUERIES]\n"
         "    -V, --version                           Print the version\n"
         "\n"
         "OPTIONS:\n"
         "        --datamodel <base64>                The schema's text [env: PRISMA_DML]\n"
         "        --datamodel-path <path>             The schema's file or folder [env: PRISMA_DML_PATH]\n"
         "        --engine-protocol <json|graphql>    [env: PRISMA_ENGINE_PROTOCOL] [default: json]\n"
         "    -H, --host <host>                       [default: 127.0.0.1]\n"
         "        --log-format <format>               `devel` for text, else JSON [env: RUST_LOG_FORMAT]\n"
         "        --overwrite-datasources <base64>    [{\"name\":…,\"url\":…}] [env: OVERWRITE_DATASOURCES]\n"
         "    -p, --port <port>                       0 lets the system choose [default: 4466]\n"
         "    -u, --unix-path <path>                  Taken for compatibility\n"
         "\n"
         "SUBCOMMANDS:\n"
         "    cli dmmf                                Print the DMMF\n"
         "    cli get-config                          Print the schema's configuration\n"
         "    cli execute-request <base64>            Answer one request\n";
}

}  // namespace prisma::server
