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

SchemaContext AnalyzeFiles(std::string path, SourceFiles files) {
  SchemaContext context;
  context.path = std::move(path);
  context.files = std::make_shared<SourceFiles>(std::move(files));
  context.schema = schema::Analyze(context.files, context.sink).schema;
  return context;
}

SchemaContext LoadSchema(const std::string& schema_argument, bool is_loud) {
  std::string path = LocateSchema(schema_argument);
  SourceFiles files = engine::ReadSchemaFiles(path);
  if (is_loud) Print(Dim("Prisma schema loaded from " + path) + "\n");
  return AnalyzeFiles(std::move(path), std::move(files));
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

void PrintWarnings(const SchemaContext& context) {
  const std::vector<Diagnostic>& warnings = context.sink.warnings();
  if (warnings.empty() || std::getenv("PRISMA_DISABLE_WARNINGS")) return;
  std::string text = Yellow(std::string("\nPrisma schema warning") + (warnings.size() > 1 ? "s" : "") + ":", 2) + "\n";
  for (const Diagnostic& warning : warnings) text += Yellow("- " + warning.message, 2) + "\n";
  PrintError(text);
}

}  // namespace prisma::cli
