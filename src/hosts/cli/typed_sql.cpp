#include "hosts/cli/typed_sql.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "engine/schema_engine.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/terminal.h"
#include "migrate/provider.h"
#include "schema/connector_traits.h"

namespace prisma::cli {
namespace {

namespace fs = std::filesystem;

bool IsIdentifier(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '$' || c >= 0x80; });
}

// The files in the order of their names.
std::vector<fs::path> SqlFiles(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw Error("", "There is no folder " + DisplayPath(folder) +
                        ". `prisma generate --sql` makes a typed function of each file *.sql in it.");
  }
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".sql") files.push_back(it->path());
  }
  if (error) throw Error("", "The folder " + DisplayPath(folder) + " can't be read: " + error.message());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const std::string name = file.stem().string(),
                      what = file.string() + " can not be used as a typed sql query: name ";
    if (!IsIdentifier(name)) throw Error("", what + "must be a valid JS identifier");
    if (name.starts_with('$')) throw Error("", what + "must not start with $");
  }
  return files;
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) throw Error("", "The file " + DisplayPath(path.string()) + " can't be read.");
  return std::move(text).str();
}

bool CanDescribe(std::string_view active_provider) {
  const migrate::Provider* provider = migrate::FindProvider(active_provider);
  return provider != nullptr && provider->admin != nullptr;
}

void CheckIsPossible(const SchemaContext& context) {
  const std::vector<std::string>& features = context.schema->preview_features;
  if (std::find(features.begin(), features.end(), "typedSql") == features.end()) {
    throw Error("", "`typedSql` preview feature needs to be enabled in " + context.path +
                        ". Write previewFeatures = [\"typedSql\"] in its generator block.");
  }
  if (!context.schema->datasource) throw Error("", "Could not find datasource in schema " + context.path);
  if (CanDescribe(context.schema->datasource->active_provider)) return;
  std::string names;
  for (const schema::ConnectorTraits* connector : schema::AllConnectors()) {
    if (CanDescribe(connector->provider())) names += (names.empty() ? "" : ", ") + std::string(connector->provider());
  }
  throw Error("", "Typed SQL is supported only for " + names + " providers");
}

std::string UrlOf(const SchemaContext& context) {
  const schema::StringFromEnv& url = context.schema->datasource->url;
  const char* value = url.is_env ? std::getenv(url.from_env.c_str()) : url.value.c_str();
  if (value != nullptr && *value != 0) return value;
  throw Error("", "Could not get url from datasource " + context.schema->datasource->name + " in " + context.path +
                      (url.is_env ? ": the variable " + url.from_env + " is not set" : ""));
}

}  // namespace

std::string SqlFolder(const SchemaContext& context) {
  const ConfigFile* config = ProjectConfig();
  if (config != nullptr && config->typed_sql) return *config->typed_sql;
  return (fs::path(context.config_dir()) / "sql").lexically_normal().string();
}

std::vector<engine::TypedSql> DescribeSqlFiles(const SchemaContext& context) {
  const std::vector<fs::path> files = SqlFiles(SqlFolder(context));
  CheckIsPossible(context);
  engine::DatasourceTarget target;
  target.url = UrlOf(context);
  target.config_dir = context.config_dir();
  const auto engine = engine::SchemaEngine::Create();
  std::vector<engine::TypedSql> queries;
  std::string faults;
  for (const fs::path& file : files) {
    try {
      for (engine::TypedSql& query : engine->IntrospectSql(target, {{file.stem().string(), ReadText(file)}})) {
        queries.push_back(std::move(query));
      }
    } catch (const Error& error) {
      // Of a database that can't be reached there is nothing to say about each file.
      if (!error.code().empty()) throw;
      faults += "In " + Bold(DisplayPath(file.string()), 2) + ":\n" + error.message() + "\n\n";
    }
  }
  if (!faults.empty()) throw Error("", "Errors while reading sql files:\n\n" + faults);
  return queries;
}

}  // namespace prisma::cli
