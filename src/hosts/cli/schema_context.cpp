#include "hosts/cli/schema_context.h"

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "engine/schema_files.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/terminal.h"
#include "schema/config_only.h"

namespace prisma::cli {
namespace {

// The name in parentheses after "Prisma schema validation -", in Prisma's own words.
std::string_view StageOf(std::string_view what) {
  if (what == "getConfig") return "get-config wasm";
  if (what == "getDmmf") return "get-dmmf wasm";
  return "validate wasm";
}

[[noreturn]] void Fail(const SchemaContext& context, const std::vector<Diagnostic>& errors, std::string_view what) {
  throw Error("", "Prisma schema validation - (" + std::string(StageOf(what)) + ")\nError code: P1012\n" +
                      Render(*context.files, errors, HasColors(2)) +
                      "\nValidation Error Count: " + std::to_string(errors.size()) +
                      "\n[Context: " + std::string(what) + "]\n\nPrisma CLI Version : " PRISMA_VERSION);
}

}  // namespace

std::string SchemaContext::config_dir() const {
  if (schema->datasource) {
    return std::filesystem::path((*files)[schema->datasource->span.file].path).parent_path().string();
  }
  std::error_code error;
  std::filesystem::path root = path;
  return (std::filesystem::is_directory(root, error) ? root : root.parent_path()).string();
}

engine::SchemaTexts SchemaContext::texts() const {
  engine::SchemaTexts texts;
  for (size_t i = 0; i < files->size(); ++i) {
    const SourceFile& file = (*files)[FileId(i)];
    texts.push_back({file.path, file.text});
  }
  return texts;
}

namespace {

// The configuration file's URLs go before the environment's: the variables that the schema names get them.
void UseConfiguredUrls(const std::shared_ptr<const SourceFiles>& files) {
  const ConfigFile* config = ProjectConfig();
  if (config == nullptr || (!config->url && !config->direct_url && !config->shadow_url)) return;
  DiagnosticSink sink;
  schema::ConfigOptions options;
  options.ignore_env = true;
  const auto schema = schema::AnalyzeConfig(files, sink, options).schema;
  if (!schema->datasource) return;
  auto use = [](const std::optional<std::string>& value, const schema::StringFromEnv& written) {
    if (!value || *value == written.value) return;
    if (written.is_env) {
      setenv(written.from_env.c_str(), value->c_str(), 1);
    } else {
      PrintError(Yellow("warn", 2) +
                 " The configuration file has another URL of the datasource than the schema, whose own is " +
                 "used. Write env(\"DATABASE_URL\") in the schema to let the configuration file decide.\n");
    }
  };
  use(config->url, schema->datasource->url);
  if (schema->datasource->direct_url) use(config->direct_url, *schema->datasource->direct_url);
  if (schema->datasource->shadow_database_url) use(config->shadow_url, *schema->datasource->shadow_database_url);
}

SchemaContext Analyze(std::string path, std::shared_ptr<const SourceFiles> files) {
  SchemaContext context;
  context.path = std::move(path);
  context.files = std::move(files);
  context.schema = schema::Analyze(context.files, context.sink).schema;
  return context;
}

}  // namespace

SchemaContext AnalyzeFiles(std::string path, SourceFiles files) {
  return Analyze(std::move(path), std::make_shared<SourceFiles>(std::move(files)));
}

SchemaContext LoadSchema(const std::string& schema_argument, bool is_loud) {
  std::string path = LocateSchema(schema_argument);
  auto files = std::make_shared<SourceFiles>(engine::ReadSchemaFiles(path));
  if (is_loud) Print(Dim("Prisma schema loaded from " + path) + "\n");
  UseConfiguredUrls(files);
  return Analyze(std::move(path), std::move(files));
}

void CheckValid(const SchemaContext& context, std::string_view what) {
  if (context.sink.has_errors()) Fail(context, context.sink.errors(), what);
}

void CheckConfig(const SchemaContext& context, bool needs_environment) {
  DiagnosticSink sink;
  schema::ConfigOptions options;
  options.ignore_env = !needs_environment;
  schema::AnalyzeConfig(context.files, sink, options);
  if (sink.has_errors()) Fail(context, sink.errors(), "getConfig");
}

void PrintConfigWarnings(const SchemaContext& context) {
  DiagnosticSink sink;
  schema::ConfigOptions options;
  options.ignore_env = true;
  schema::AnalyzeConfig(context.files, sink, options);
  for (const Diagnostic& warning : sink.warnings()) PrintError(Yellow("warn", 2) + " " + warning.message + "\n");
}

void PrintWarnings(const SchemaContext& context) {
  const std::vector<Diagnostic>& warnings = context.sink.warnings();
  if (warnings.empty() || std::getenv("PRISMA_DISABLE_WARNINGS")) return;
  std::string text = Yellow(std::string("\nPrisma schema warning") + (warnings.size() > 1 ? "s" : "") + ":", 2) + "\n";
  for (const Diagnostic& warning : warnings) text += Yellow("- " + warning.message, 2) + "\n";
  PrintError(text);
}

}  // namespace prisma::cli
