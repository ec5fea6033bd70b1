#include "schema/config_only.h"

#include <cstdlib>

#include "psl/parser.h"
#include "schema/analysis.h"

namespace prisma::schema {
namespace {

bool IsSet(const std::string& variable, const ConfigOptions& options) {
  if (options.env) return options.env->contains(variable);
  return std::getenv(variable.c_str()) != nullptr;
}

void CheckUrl(const StringFromEnv& url, DiagnosticSink& sink, const ConfigOptions& options) {
  if (url.from_env.empty() || IsSet(url.from_env, options)) return;
  sink.Error(url.span, errors::EnvironmentVariableNotFound(url.from_env));
}

}  // namespace

AnalyzeResult AnalyzeConfig(std::shared_ptr<const SourceFiles> files, DiagnosticSink& sink,
                            const ConfigOptions& options) {
  auto schema = std::make_shared<Schema>();
  auto ast = std::make_shared<const ast::Ast>(psl::Parse(*files, sink));
  schema->files = std::move(files);
  schema->ast = ast;
  schema->connector = &DefaultConnector();
  Analysis analysis{*schema, *ast, sink, {}, {}, {}, {}};
  LoadConfiguration(analysis);
  if (!options.ignore_env && !sink.has_errors() && schema->datasource) {
    CheckUrl(schema->datasource->url, sink, options);
    if (schema->datasource->direct_url) CheckUrl(*schema->datasource->direct_url, sink, options);
  }
  return {std::move(schema)};
}

}  // namespace prisma::schema
