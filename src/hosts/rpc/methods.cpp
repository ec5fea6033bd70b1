#include "hosts/rpc/methods.h"

#include "base/error.h"
#include "json/writer.h"

namespace prisma::rpc {
namespace {

using engine::DatasourceTarget;
using engine::DiffTarget;

[[noreturn]] void Invalid(std::string message) { throw InvalidParameters{std::move(message)}; }

std::string TextOf(const json::Value& object, std::string_view key) {
  json::Value value = object.Get(key);
  if (!value.is_string()) Invalid("missing field `" + std::string(key) + "`");
  return std::string(value.text());
}

bool FlagOf(const json::Value& object, std::string_view key) {
  json::Value value = object.Get(key);
  return value.kind() == json::Kind::kBool && value.as_bool();
}

engine::SchemaTexts TextsOf(const json::Value& object) {
  json::Value files = object.Get("files");
  if (!files.is_array()) Invalid("missing field `files`");
  engine::SchemaTexts texts;
  for (json::Value file : files.items()) texts.push_back({TextOf(file, "path"), TextOf(file, "content")});
  return texts;
}

engine::SchemaFilter FilterOf(const json::Value& value) {
  engine::SchemaFilter filter;
  for (json::Value item : value.Get("externalTables").items()) filter.external_tables.emplace_back(item.text());
  for (json::Value item : value.Get("externalEnums").items()) filter.external_enums.emplace_back(item.text());
  return filter;
}

// {"tag": "Schema", files} or {"tag": "ConnectionString", url}; the same with small letters in dbExecute.
DatasourceTarget DatasourceOf(const json::Value& value) {
  DatasourceTarget target;
  std::string tag = TextOf(value, "tag");
  if (tag == "Schema" || tag == "schema") {
    target.schema = TextsOf(value);
    if (value.Has("configDir")) target.config_dir = TextOf(value, "configDir");
  } else if (tag == "ConnectionString" || tag == "url") {
    target.url = TextOf(value, "url");
  } else {
    Invalid("unknown variant `" + tag + "`");
  }
  return target;
}

DiffTarget DiffTargetOf(const json::Value& value) {
  DiffTarget target;
  std::string tag = TextOf(value, "tag");
  if (tag == "empty") return target;
  if (tag == "schemaDatamodel") {
    target.kind = DiffTarget::Kind::kSchemaDatamodel;
    target.schema = TextsOf(value);
  } else if (tag == "schemaDatasource") {
    target.kind = DiffTarget::Kind::kSchemaDatasource;
    target.schema = TextsOf(value);
    if (value.Has("configDir")) target.config_dir = TextOf(value, "configDir");
  } else if (tag == "url") {
    target.kind = DiffTarget::Kind::kUrl;
    target.url = TextOf(value, "url");
  } else if (tag == "migrations") {
    target.kind = DiffTarget::Kind::kMigrations;
    if (value.Has("baseDir")) target.migrations_directory = TextOf(value, "baseDir");
  } else {
    Invalid("unknown variant `" + tag +
            "`, expected one of `empty`, `schemaDatasource`, `schemaDatamodel`, `url`, `migrations`");
  }
  return target;
}

void WriteTexts(json::Writer& writer, std::string_view key, const std::vector<std::string>& texts) {
  writer.Key(key);
  writer.BeginArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
}

std::string SchemaPush(engine::SchemaEngine& engine, const json::Value& parameters) {
  engine::SchemaPushInput input;
  input.schema = TextsOf(parameters.Get("schema"));
  input.force = FlagOf(parameters, "force");
  input.filter = FilterOf(parameters.Get("filters"));
  engine::SchemaPushOutput output = engine.SchemaPush(input);
  std::string result;
  json::Writer writer(result);
  writer.BeginObject();
  writer.Member("executedSteps", output.executed_steps);
  WriteTexts(writer, "unexecutable", output.unexecutable);
  WriteTexts(writer, "warnings", output.warnings);
  writer.EndObject();
  return result;
}

std::string Diff(engine::SchemaEngine& engine, const json::Value& parameters, const Methods::Print& print) {
  engine::DiffInput input;
  input.from = DiffTargetOf(parameters.Get("from"));
  input.to = DiffTargetOf(parameters.Get("to"));
  input.script = FlagOf(parameters, "script");
  input.exit_code = FlagOf(parameters, "exitCode");
  if (parameters.Get("shadowDatabaseUrl").is_string()) {
    input.shadow_database_url = parameters.Get("shadowDatabaseUrl").text();
  }
  input.filter = FilterOf(parameters.Get("filters"));
  engine::DiffOutput output = engine.Diff(input);
  print(output.text);
  return "{\"exitCode\":" + std::to_string(output.exit_code) + ",\"stdout\":null}";
}

std::string CreateDatabase(engine::SchemaEngine& engine, const json::Value& parameters) {
  std::string result = "{\"databaseName\":";
  json::AppendString(result, engine.CreateDatabase(DatasourceOf(parameters.Get("datasource"))));
  return result + "}";
}

std::string GetDatabaseVersion(engine::SchemaEngine& engine, const json::Value& parameters) {
  DatasourceTarget target;
  if (parameters.Get("datasource").is_object()) target = DatasourceOf(parameters.Get("datasource"));
  std::string result;
  json::AppendString(result, engine.GetDatabaseVersion(target));
  return result;
}

std::string IntrospectSql(engine::SchemaEngine& engine, const json::Value& parameters) {
  DatasourceTarget target;
  target.url = TextOf(parameters, "url");
  json::Value items = parameters.Get("queries");
  if (!items.is_array()) Invalid("missing field `queries`");
  std::vector<engine::SqlQuery> queries;
  for (json::Value item : items.items()) queries.push_back({TextOf(item, "name"), TextOf(item, "source")});
  std::string result = "{\"queries\":[";
  for (const engine::TypedSql& query : engine.IntrospectSql(target, queries)) {
    if (!result.ends_with('[')) result += ',';
    engine::AppendTypedSql(query, result);
  }
  return result + "]}";
}

constexpr std::string_view kNotYet[] = {
    "applyMigrations",  "createMigration", "devDiagnostic",        "diagnoseMigrationHistory",
    "evaluateDataLoss", "introspect",      "markMigrationApplied", "markMigrationRolledBack",
};

}  // namespace

std::string Methods::Call(std::string_view method, const json::Value& parameters) {
  if (method == "schemaPush") return SchemaPush(engine_, parameters);
  if (method == "diff") return Diff(engine_, parameters, print_);
  if (method == "dbExecute") {
    engine_.DbExecute(DatasourceOf(parameters.Get("datasourceType")), TextOf(parameters, "script"));
    return "{}";
  }
  if (method == "ensureConnectionValidity") {
    engine_.EnsureConnectionValidity(DatasourceOf(parameters.Get("datasource")));
    return "{}";
  }
  if (method == "createDatabase") return CreateDatabase(engine_, parameters);
  if (method == "getDatabaseVersion") return GetDatabaseVersion(engine_, parameters);
  if (method == "introspectSql") return IntrospectSql(engine_, parameters);
  if (method == "reset") {
    engine_.Reset(FilterOf(parameters.Get("filter")));
    return "{}";
  }
  if (method == "debugPanic") throw InternalError("This is the debugPanic artificial panic");
  for (std::string_view name : kNotYet) {
    if (name == method) throw Error("", "The method `" + std::string(method) + "` is not available yet.");
  }
  throw UnknownMethod{};
}

std::string ErrorData(std::string_view code, std::string_view message, std::string_view meta, bool is_panic) {
  std::string data;
  json::Writer writer(data);
  writer.BeginObject();
  writer.Member("is_panic", is_panic);
  writer.Member("message", message);
  if (code.empty()) {
    writer.Key("backtrace");
    writer.Null();
  } else {
    writer.Key("meta");
    if (meta.empty()) {
      writer.Null();
    } else {
      writer.Raw(meta);
    }
    writer.Member("error_code", code);
  }
  writer.EndObject();
  return data;
}

}  // namespace prisma::rpc
