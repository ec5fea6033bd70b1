// Opens the engine for the bridge and serves.
#include <unistd.h>

#include <filesystem>

#include "engine/schema_files.h"
#include "hosts/server/bridge.h"
#include "hosts/server/http_server.h"
#include "hosts/server/log.h"
#include "hosts/server/open_engine.h"

namespace prisma::server {
namespace {

std::string FindSchema(const BridgeOptions& options) {
  if (!options.schema_path.empty()) return options.schema_path;
  for (const char* path : {"schema.prisma", "prisma/schema.prisma"}) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path;
  }
  throw Error("", "There is no schema.prisma here. Name the schema with --schema or PRISMA_SCHEMA_PATH.");
}

// `url` with a parameter, unless it has it.
std::string WithParameter(std::string url, std::string_view name, const std::string& value) {
  if (value.empty()) return url;
  const size_t question = url.find('?');
  const std::string parameter = std::string(name) + "=";
  for (size_t at = url.find(parameter); question != std::string::npos && at != std::string::npos;
       at = url.find(parameter, at + 1)) {
    if (at > question && (url[at - 1] == '?' || url[at - 1] == '&')) return url;
  }
  return url + (question == std::string::npos ? '?' : '&') + parameter + value;
}

bool IsLoopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

}  // namespace

int RunBridge(int argc, char** argv) {
  const BridgeOptions options = ReadBridgeOptions(argc, argv);
  if (options.show_help) return std::fputs(std::string(BridgeHelpText()).c_str(), stdout) < 0;
  const Log log(options.is_text_log, options.log_queries);
  const std::string path = FindSchema(options);
  std::shared_ptr<const schema::Schema> schema = AnalyzeSchema(engine::ReadSchemaFiles(path));
  engine::QueryEngineOptions engine_options;
  engine_options.url = WithParameter(engine::DatasourceUrl(*schema), "connection_limit", options.connection_limit);
  engine_options.url = WithParameter(engine_options.url, "pool_timeout", options.pool_timeout);
  std::error_code ignored;
  const std::filesystem::path file = path;
  engine_options.config_dir = (std::filesystem::is_directory(file, ignored) ? file : file.parent_path()).string();
  engine_options.enable_metrics = true;
  if (log.writes_queries()) {
    engine_options.on_query = [&log](const engine::StatementEvent& event) { log.Query(event); };
  }
  auto engine = engine::QueryEngine::Create(std::move(schema), std::move(engine_options));
  engine->Connect();
  Bridge bridge(options, std::move(engine));
  // What is a little over the limit is read and refused with an answer.
  HttpServer server(bridge, options.host, options.port,
                    {.max_body = options.max_body + (size_t{1} << 20),
                     .max_connections = options.max_connections,
                     .patience = std::chrono::seconds(options.client_timeout)});
  const std::string port = std::to_string(server.port());
  if (!IsLoopback(options.host) && options.token.empty()) {
    log.Write(LogLevel::kWarn, "query_engine::bridge",
              "The bridge listens on " + options.host +
                  " and demands no token: whoever reaches it may read and change " +
                  "the database. Set PRISMA_BRIDGE_TOKEN.");
  }
  log.Write(LogLevel::kInfo, "query_engine::bridge", "Started bridge on http://" + options.host + ":" + port,
            {{"ip", options.host}, {"port", port}});
  const bool all_done = server.Run([&](int signal) {
    log.Write(LogLevel::kInfo, "query_engine",
              std::string("Received ") + (signal == 15 ? "SIGTERM" : "SIGINT") + ", shutting down");
  });
  if (!all_done) _exit(0);
  bridge.engine().Disconnect();
  return 0;
}

}  // namespace prisma::server
