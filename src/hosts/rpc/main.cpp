// schema-engine: JSON-RPC over stdio, or one of the commands under `cli`.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/schema_engine.h"
#include "engine/schema_files.h"
#include "engine/version.h"
#include "hosts/rpc/methods.h"
#include "hosts/rpc/session.h"
#include "json/reader.h"
#include "json/writer.h"
#include "value/datetime.h"

namespace prisma::rpc {
namespace {

constexpr const char* kUsage = R"(schema-engine: changes the structure of databases to fit Prisma schemas.

Without a command it speaks JSON-RPC 2.0 over standard input and output, one message a line.

USAGE:
    schema-engine [OPTIONS] [COMMAND]

OPTIONS:
    -d, --datamodels <FILE>...        Schema files: what is used where a call names no schema
        --datasource <JSON>           {"url": "..."}, in place of the datasource's URL
    -e, --extension-types <JSON>      Taken for compatibility
    -h, --help                        Print this
    -V, --version                     Print the version

COMMANDS:
    cli can-connect-to-database       Whether the database can be reached
    cli create-database               Create the database, if it isn't there
    cli drop-database                 Remove the database
    (each with --datasource <URL>, or the datamodels given)
)";

struct Options {
  std::vector<std::string> datamodels;
  std::string url;
  std::string command;  // of `cli`
  bool help = false, version = false;
};

[[noreturn]] void BadUsage(const std::string& message) {
  std::fprintf(stderr, "error: %s\n\nFor more information try --help\n", message.c_str());
  std::exit(2);
}

// JSON with a url, or the URL itself.
std::string UrlOf(const std::string& text) {
  json::Document document;
  if (text.find('{') == 0 && document.Parse(text)) return std::string(document.root().Get("url").text());
  return text;
}

Options ReadArguments(int count, char** values) {
  Options options;
  bool is_cli = false;
  for (int i = 1; i < count; ++i) {
    std::string argument = values[i];
    std::string attached;
    bool has_attached = false;
    if (size_t equals = argument.find('='); argument.starts_with("--") && equals != std::string::npos) {
      attached = argument.substr(equals + 1);
      argument.resize(equals);
      has_attached = true;
    }
    auto value = [&]() -> std::string {
      if (has_attached) return attached;
      if (i + 1 >= count) BadUsage("The argument '" + argument + "' requires a value but none was supplied");
      return values[++i];
    };
    if (argument == "-d" || argument == "--datamodels" || argument == "--datamodel") {
      options.datamodels.push_back(value());
      while (i + 1 < count && values[i + 1][0] != '-' && std::strcmp(values[i + 1], "cli") != 0) {
        options.datamodels.push_back(values[++i]);
      }
    } else if (argument == "--datasource") {
      options.url = UrlOf(value());
    } else if (argument == "-e" || argument == "--extension-types") {
      value();
    } else if (argument == "-h" || argument == "--help") {
      options.help = true;
    } else if (argument == "-V" || argument == "--version") {
      options.version = true;
    } else if (argument == "cli" && !is_cli) {
      is_cli = true;
    } else if (is_cli && options.command.empty() && !argument.starts_with("-")) {
      options.command = argument;
    } else {
      BadUsage("Found argument '" + argument + "' which wasn't expected, or isn't valid in this context");
    }
  }
  if (is_cli && options.command.empty() && !options.help) BadUsage("'cli' requires a subcommand");
  return options;
}

engine::SchemaTexts ReadSchemas(const std::vector<std::string>& paths) {
  engine::SchemaTexts texts;
  for (const std::string& path : paths) {
    for (const std::string& file : engine::FindSchemaFiles(path)) texts.push_back({file, engine::ReadFile(file)});
  }
  return texts;
}

int RunCommand(const Options& options, engine::SchemaEngine& engine, const engine::SchemaTexts& schema) {
  engine::DatasourceTarget target;
  target.url = options.url;
  if (target.url.empty()) target.schema = schema;
  if (options.command == "can-connect-to-database") {
    engine.EnsureConnectionValidity(target);
    std::puts("Connection successful");
  } else if (options.command == "create-database") {
    std::string name = engine.CreateDatabase(target);
    std::printf("Database '%s' created successfully.\n", name.c_str());
  } else if (options.command == "drop-database") {
    engine.DropDatabase(target);
    std::puts("The database was dropped successfully.");
  } else {
    BadUsage("Found argument '" + options.command + "' which wasn't expected, or isn't valid in this context");
  }
  return 0;
}

int Run(const Options& options) {
  engine::SchemaEngineOptions engine_options;
  engine_options.schema = ReadSchemas(options.datamodels);
  engine_options.url_override = options.url;
  engine::SchemaTexts schema = engine_options.schema;
  auto engine = engine::SchemaEngine::Create(std::move(engine_options));
  if (!options.command.empty()) return RunCommand(options, *engine, schema);
  Serve(*engine, stdin, stdout);
  return 0;
}

// As the clients read it from stderr: they skip the first line, which tells of the start, and look for the target of
// the others.
void WriteLog(std::string_view level, const std::string& fields, std::string_view target) {
  std::string line = "{\"timestamp\":\"" + FormatDateTime(NowMicroseconds()) + "\",\"level\":\"" + std::string(level) +
                     "\",\"fields\":" + fields + ",\"target\":\"" + std::string(target) + "\"}\n";
  std::fputs(line.c_str(), stderr);
}

void LogStart(const Options& options) {
  const std::string what = options.command.empty() ? "RPC server" : "CLI";
  WriteLog("INFO",
           "{\"message\":\"Starting schema engine " + what + "\",\"git_hash\":\"" + std::string(engine::kEngineCommit) +
               "\"}",
           "schema_engine");
}

void LogError(const std::string& data) { WriteLog("ERROR", data, "schema_engine::logger"); }

}  // namespace
}  // namespace prisma::rpc

int main(int count, char** values) {
  using namespace prisma;
  rpc::Options options = rpc::ReadArguments(count, values);
  if (options.help) {
    std::fputs(rpc::kUsage, stdout);
    return 0;
  }
  if (options.version) {
    std::puts("schema-engine-cli 6.19.0");
    return 0;
  }
  rpc::LogStart(options);
  try {
    return rpc::Run(options);
  } catch (const Error& error) {
    rpc::LogError(rpc::ErrorData(error.code(), error.message(), error.meta(), false));
    return 1;
  } catch (const std::exception& error) {
    rpc::LogError(rpc::ErrorData("", error.what(), "", true));
    return 101;
  }
}
