#include "schema/config_only.h"

#include <cstdlib>

#include "psl/parser.h"
#include "schema/analysis.h"

namespace prisma::schema {
namespace {

std::optional<std::string> FindVariable(const std::string& name, const ConfigOptions& options) {
  if (options.env) {
    auto found = options.env->find(name);
    return found == options.env->end() ? std::nullopt : std::optional(found->second);
  }
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// Puts the values of environment variables into URLs, or reports why that can't be done.
class UrlResolver {
 public:
  UrlResolver(Schema& schema, DiagnosticSink& sink, const ConfigOptions& options)
      : datasource_(*schema.datasource), connector_(*schema.connector), sink_(sink), options_(options) {}

  void Run() {
    if (auto url = options_.url_overrides.find(datasource_.name); url != options_.url_overrides.end()) {
      datasource_.url.value = url->second;
      datasource_.url.is_env = false;
      datasource_.url.from_env.clear();
    }
    if (options_.ignore_env) return;
    if (datasource_.direct_url && !Resolve(*datasource_.direct_url, "direct URL")) return;
    if (!datasource_.url.is_env) return;
    StringFromEnv url = datasource_.url;
    if (Resolve(url, "URL") && CheckProtocol(url)) datasource_.url = url;
  }

 private:
  bool Fail(const StringFromEnv& url, std::string_view message) {
    sink_.Error(url.span, errors::Datasource(datasource_.name, message));
    return false;
  }

  bool Resolve(StringFromEnv& url, const std::string& what) {
    if (!url.is_env) return !url.value.empty() || Fail(url, "You must provide a nonempty " + what);
    auto value = FindVariable(url.from_env, options_);
    if (!value) {
      sink_.Error(url.span, errors::EnvironmentVariableNotFound(url.from_env));
      return false;
    }
    if (value->empty()) {
      return Fail(url, "You must provide a nonempty " + what + ". The environment variable `" + url.from_env +
                           "` resolved to an empty string.");
    }
    url.value = *value;
    url.is_resolved = true;
    return true;
  }

  bool CheckProtocol(const StringFromEnv& url) {
    std::string_view value = url.value;
    if (value.starts_with("prisma+postgres://") || datasource_.direct_url) return true;
    for (std::string_view prefix : connector_.url_prefixes()) {
      if (value.starts_with(prefix)) return true;
    }
    std::string message = "the URL " + std::string(connector_.url_message());
    if (value.starts_with("prisma://")) {
      message +=
          "\n\nTo use a URL with protocol `prisma://`, you need to either enable Accelerate or the Data Proxy.\nEnable "
          "Accelerate via `prisma generate --accelerate` or the Data Proxy via `prisma generate --data-proxy.`\n\nMore "
          "information about Data Proxy: https://pris.ly/d/data-proxy\n";
    }
    return Fail(url, message);
  }

  Datasource& datasource_;
  const ConnectorTraits& connector_;
  DiagnosticSink& sink_;
  const ConfigOptions& options_;
};

}  // namespace

AnalyzeResult AnalyzeConfig(std::shared_ptr<const SourceFiles> files, DiagnosticSink& sink,
                            const ConfigOptions& options) {
  auto schema = std::make_shared<Schema>();
  auto ast = std::make_shared<const ast::Ast>(psl::Parse(*files, sink));
  schema->files = std::move(files);
  schema->ast = ast;
  schema->connector = &DefaultConnector();
  Analysis analysis{*schema, *ast, sink, {}, {}, {}, {}, {}};
  LoadConfiguration(analysis);
  if (schema->datasource) UrlResolver(*schema, sink, options).Run();
  return {std::move(schema)};
}

}  // namespace prisma::schema
