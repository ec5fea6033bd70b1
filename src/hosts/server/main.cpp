// The process `query-engine`: reads the start command, opens the engine, serves HTTP.
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "engine/query_engine.h"
#include "engine/schema_documents.h"
#include "engine/schema_files.h"
#include "engine/trace.h"
#include "engine/version.h"
#include "hosts/server/bridge.h"
#include "hosts/server/http_server.h"
#include "hosts/server/log.h"
#include "hosts/server/open_engine.h"
#include "hosts/server/options.h"
#include "hosts/server/orphan.h"
#include "hosts/server/service.h"
#include "json/reader.h"
#include "value/base64.h"

namespace prisma::server {
namespace {

// Clients write such values in base64, or as they are.
std::string Decode(std::string_view text) {
  auto decoded = DecodeBase64(text);
  return decoded ? *std::move(decoded) : std::string(text);
}

SourceFiles ReadDatamodel(const Options& options) {
  if (!options.datamodel_path.empty()) {
    SourceFiles files = engine::ReadSchemaFiles(options.datamodel_path);
    if (files.size() != 1) return files;
    // Clients write a schema of one file into a temporary one, whose name tells nobody anything.
    SourceFiles named;
    named.Add("schema.prisma", files[FileId(0u)].text);
    return named;
  }
  if (options.datamodel.empty()) {
    throw Error("", "Datamodel should be provided either as path or base64-encoded string.");
  }
  SourceFiles files;
  files.Add("schema.prisma", Decode(options.datamodel));
  return files;
}

std::shared_ptr<const schema::Schema> ReadSchema(const Options& options) {
  return AnalyzeSchema(ReadDatamodel(options));
}

// The URL that --overwrite-datasources gives for the schema's datasource, or empty.
std::string OverwrittenUrl(const Options& options, const schema::Schema& schema) {
  if (options.overwrite_datasources.empty()) return {};
  json::Document document;
  if (!document.Parse(Decode(options.overwrite_datasources))) {
    throw Error("", "--overwrite-datasources: " + document.error().message);
  }
  for (json::Value item : document.root().items()) {
    if (schema.datasource && item.Get("name").text() == schema.datasource->name)
      return std::string(item.Get("url").text());
  }
  return {};
}

std::unique_ptr<engine::QueryEngine> OpenEngine(const Options& options, const Log& log) {
  std::shared_ptr<const schema::Schema> schema = ReadSchema(options);
  engine::QueryEngineOptions engine_options;
  engine_options.url = OverwrittenUrl(options, *schema);
  // Relative file URLs start at the working folder: clients write the schema into a temporary file.
  engine_options.log_queries = options.log_queries;
  engine_options.enable_raw_queries = options.enable_raw_queries;
  engine_options.enable_metrics = options.enable_metrics || options.metric_override;
  engine_options.enable_tracing = options.captures();
  if (log.writes_queries()) {
    engine_options.on_query = [&log](const engine::StatementEvent& event) { log.Query(event); };
  }
  auto engine = engine::QueryEngine::Create(std::move(schema), std::move(engine_options));
  log.Write(LogLevel::kInfo, "quaint::pooled", engine->PoolMessage());
  return engine;
}

int RunCommand(const Options& options, const Log& log) {
  const std::string& name = options.command.front();
  if (name == "dmmf") {
    std::puts(engine::DmmfText(*ReadSchema(options)).c_str());
    return 0;
  }
  if (name == "get-config") {
    std::puts(engine::ConfigText(std::make_shared<SourceFiles>(ReadDatamodel(options))).c_str());
    return 0;
  }
  if (name == "execute-request" && options.command.size() >= 2) {
    auto engine = OpenEngine(options, log);
    engine->Connect();
    int status = 200;
    std::string answer =
        engine->Handle(Decode(options.command[1]),
                       options.is_graphql() ? engine::Protocol::kGraphql : engine::Protocol::kJson, {}, status);
    std::printf("Response: %s\n", EncodeBase64(answer).c_str());
    engine->Disconnect();
    return 0;
  }
  if (name == "debug-panic") {
    std::fprintf(stderr, "%s\n", UserFacingError("query-engine debug panic", true).c_str());
    return 101;
  }
  throw Error("", "Unknown command of `cli`: " + name);
}

int Serve(const Options& options, const Log& log) {
  engine::Trace boot;
  auto engine = OpenEngine(options, log);
  {
    engine::Trace::Scope scope(&boot);
    engine::TraceSpan span("prisma:engine:connect");
    engine->Connect();
  }
  Service service(options, log, std::move(engine), options.captures() ? boot.SpansJson() : std::string());
  HttpServer server(service, options.host, options.port);
  const std::string port = std::to_string(server.port());
  log.Write(LogLevel::kInfo, "query_engine::server",
            "Started query engine http server on http://" + options.host + ":" + port,
            {{"ip", options.host}, {"port", port}});
  EndWithParent();
  const bool all_done = server.Run([&](int signal) {
    log.Write(LogLevel::kInfo, "query_engine",
              std::string("Received ") + (signal == 15 ? "SIGTERM" : "SIGINT") + ", shutting down");
  });
  if (!all_done) _exit(0);  // a statement outlived the grace period; its thread still uses the engine
  service.engine().Disconnect();
  return 0;
}

// Clients that read this kill the process at once, and take an end by a signal for one that is yet to come.
void FailToStart(const std::string& error) {
  signal(SIGTERM, SIG_IGN);
  std::fprintf(stderr, "%s\n", error.c_str());
}

}  // namespace
}  // namespace prisma::server

int main(int argc, char** argv) {
  using namespace prisma;
  using namespace prisma::server;
  // Few arenas keep a many-threaded process small.
  mallopt(M_ARENA_MAX, 2);
  signal(SIGXFSZ, SIG_IGN);  // a file at its limit is an error of that write
  try {
    if (argc > 1 && std::string_view(argv[1]) == "bridge") return RunBridge(argc - 2, argv + 2);
    const Options options = ReadOptions(argc, argv);
    if (options.show_help) return std::fputs(std::string(HelpText()).c_str(), stdout) < 0;
    if (options.show_version) return std::printf("query-engine %s\n", std::string(engine::kEngineCommit).c_str()) < 0;
    if (options.engine_protocol != "json" && options.engine_protocol != "graphql") {
      std::fprintf(stderr, "%s\n",
                   UserFacingError("Unknown engine protocol \"" + options.engine_protocol +
                                   "\". Must be either `graphql` or `json`.")
                       .c_str());
      return 101;
    }
    const Log log(options.log_format == "devel", options.log_queries);
    return options.command.empty() ? Serve(options, log) : RunCommand(options, log);
  } catch (const Error& error) {
    FailToStart(UserFacingError(error));
  } catch (const std::exception& error) {
    FailToStart(UserFacingError(error.what(), true));
  }
  return 1;
}
