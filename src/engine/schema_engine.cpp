// Finds the database a command is about, and lets migrate/ do the work on it.
#include "engine/schema_engine.h"

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "json/writer.h"
#include "migrate/calculator.h"
#include "migrate/data_loss.h"
#include "migrate/ddl.h"
#include "migrate/differ.h"
#include "migrate/provider.h"
#include "migrate/summary.h"
#include "query/execute/db_errors.h"
#include "schema/config_only.h"
#include "schema/schema.h"

namespace prisma::engine {
namespace {

using migrate::Provider;
using migrate::SqlSchema;
using SchemaPtr = std::shared_ptr<const schema::Schema>;

std::shared_ptr<const SourceFiles> FilesOf(const SchemaTexts& texts) {
  auto files = std::make_shared<SourceFiles>();
  for (const SchemaFileText& text : texts) files->Add(text.path, text.content);
  return files;
}

std::string Meta(std::string_view key, std::string_view value) {
  std::string meta = "{";
  json::AppendString(meta, key);
  meta += ':';
  json::AppendString(meta, value);
  return meta + "}";
}

void ThrowFaults(const SourceFiles& files, const DiagnosticSink& sink) {
  if (!sink.has_errors()) return;
  std::string text = Render(files, sink.errors(), false);
  throw Error("P1012", text, Meta("full_error", text));
}

SchemaPtr ReadSchema(const SchemaTexts& texts) {
  auto files = FilesOf(texts);
  DiagnosticSink sink;
  SchemaPtr schema = schema::Analyze(files, sink).schema;
  ThrowFaults(*files, sink);
  return schema;
}

// Only the datasource counts; models may have faults.
SchemaPtr ReadConfig(const SchemaTexts& texts, bool needs_environment) {
  auto files = FilesOf(texts);
  DiagnosticSink sink;
  schema::ConfigOptions options;
  options.ignore_env = !needs_environment;
  SchemaPtr schema = schema::AnalyzeConfig(files, sink, options).schema;
  ThrowFaults(*files, sink);
  if (!schema->datasource) throw Error("", "There is no datasource in the schema.");
  return schema;
}

const Provider& ProviderNamed(std::string_view name) {
  const Provider* provider = migrate::FindProvider(name);
  if (provider == nullptr) {
    throw Error("", "Migrations for the provider `" + std::string(name) + "` are not available.");
  }
  return *provider;
}

const Provider& ProviderOf(const schema::Schema& schema) {
  if (!schema.datasource) throw Error("", "There is no datasource in the schema.");
  return ProviderNamed(schema.datasource->active_provider);
}

const Provider& ProviderOfUrl(const std::string& url) {
  for (const schema::ConnectorTraits* connector : schema::AllConnectors()) {
    for (std::string_view prefix : connector->url_prefixes()) {
      if (url.starts_with(prefix)) return ProviderNamed(connector->provider());
    }
  }
  throw Error("P1013",
              "The provided database string is invalid. The scheme is not recognized in database URL. Please refer to "
              "the documentation in https://www.prisma.io/docs/reference/database-reference/connection-urls for "
              "constructing a correct connection string. In some cases, certain characters must be escaped. Please "
              "check the string for any illegal characters.",
              Meta("details", "The scheme is not recognized in database URL."));
}

// The database's words as an error of ours, with a code where Prisma has one.
[[noreturn]] void Rethrow(const driver::DbException& exception, const Provider& provider) {
  using Kind = driver::DbError::Kind;
  const driver::DbError& error = exception.error;
  if (error.kind == Kind::kTimeout) {
    throw Error("P1008", "Socket timeout (the database failed to respond to a query within the configured timeout).",
                Meta("extra_hint", ""));
  }
  switch (error.kind) {
    case Kind::kAuthenticationFailed:
    case Kind::kAccessDenied:
    case Kind::kDatabaseMissing:
    case Kind::kDatabaseExists:
    case Kind::kConnectionFailed:
    case Kind::kConnectTimeout:
    case Kind::kConnectionClosed:
    case Kind::kTooManyConnections:
    case Kind::kTls: {
      schema::Schema schema;
      schema.connector = schema::FindConnector(provider.name);
      throw query::ToError(error, schema, nullptr);
    }
    default:
      break;
  }
  std::string heading = provider.admin != nullptr ? std::string(provider.admin->ErrorHeading()) + "\n" : "";
  throw Error("", heading + error.text);
}

// A database that a command works on.
struct Target {
  const Provider* provider = nullptr;
  std::string url;
  std::string config_dir;
  std::vector<std::string> namespaces;
};

class Counter final : public migrate::RowCounter {
 public:
  Counter(driver::Connection& connection, const migrate::DdlWriter& writer)
      : connection_(connection), writer_(writer) {}

  std::optional<int64_t> Rows(std::string_view name_space, std::string_view table) override {
    return Count("SELECT COUNT(*) FROM " + Table(name_space, table));
  }
  std::optional<int64_t> NonNullValues(std::string_view name_space, std::string_view table,
                                       std::string_view column) override {
    return Count("SELECT COUNT(*) FROM " + Table(name_space, table) + " WHERE " + writer_.Quote(column) +
                 " IS NOT NULL");
  }

 private:
  std::string Table(std::string_view name_space, std::string_view table) const {
    return name_space.empty() ? writer_.Quote(table) : writer_.Quote(name_space) + "." + writer_.Quote(table);
  }

  std::optional<int64_t> Count(const std::string& sql) {
    driver::RowBatch rows;
    driver::ColumnType type = driver::ColumnType::kBigInt;
    connection_.Query({.sql = sql, .parameters = {}, .cacheable = false}, {&type, 1}, rows);
    if (rows.rows() == 0) return std::nullopt;
    return rows.row(0)[0].as_int();
  }

  driver::Connection& connection_;
  const migrate::DdlWriter& writer_;
};

class SchemaEngineImpl final : public SchemaEngine {
 public:
  explicit SchemaEngineImpl(SchemaEngineOptions options) : options_(std::move(options)) {}

  SchemaPushOutput SchemaPush(const SchemaPushInput& input) override {
    SchemaPtr schema = ReadSchema(input.schema);
    const Provider& provider = ProviderOf(*schema);
    Target target = TargetOf(input.schema, {});
    return WithConnection(target, [&](driver::Connection& connection) {
      SqlSchema previous = provider.describer->Describe(connection, target.namespaces);
      SqlSchema next = migrate::CalculateSqlSchema(*schema, provider.calculator);
      migrate::SchemaPair schemas{&previous, &next};
      migrate::Filter filter{input.filter.external_tables, input.filter.external_enums};
      migrate::Steps steps = migrate::Diff(schemas, provider.differ, filter);
      SchemaPushOutput output;
      Counter counter(connection, provider.executed_ddl);
      migrate::DataLoss loss = migrate::CheckDataLoss(steps, schemas, provider.data_loss, &counter);
      for (auto& message : loss.unexecutable) output.unexecutable.push_back(std::move(message.text));
      for (auto& message : loss.warnings) output.warnings.push_back(std::move(message.text));
      bool goes_on = output.unexecutable.empty() && (output.warnings.empty() || input.force);
      if (steps.empty() || !goes_on) return output;
      migrate::Statements statements;
      for (const migrate::Step& step : steps) {
        for (std::string& sql : provider.executed_ddl.Write(step, schemas)) statements.push_back(std::move(sql));
      }
      provider.admin->Apply(connection, statements);
      output.executed_steps = static_cast<uint32_t>(steps.size());
      return output;
    });
  }

  DiffOutput Diff(const DiffInput& input) override {
    const Provider* provider = ProviderOfDiff(input);
    if (provider == nullptr) throw Error("", "Could not determine the connector to use for diffing.");
    SqlSchema previous = SchemaOf(input.from, *provider);
    SqlSchema next = SchemaOf(input.to, *provider);
    migrate::SchemaPair schemas{&previous, &next};
    migrate::Filter filter{input.filter.external_tables, input.filter.external_enums};
    migrate::Steps steps = migrate::Diff(schemas, provider->differ, filter);
    DiffOutput output;
    output.exit_code = input.exit_code && !steps.empty() ? 2 : 0;
    output.text =
        input.script ? migrate::WriteScript(steps, schemas, provider->ddl) : migrate::WriteSummary(steps, schemas);
    return output;
  }

  void DbExecute(const DatasourceTarget& datasource, const std::string& script) override {
    Target target = TargetOf(datasource);
    WithConnection(target, [&](driver::Connection& connection) { connection.ExecuteScript(script); });
  }

  void Reset(const SchemaFilter&) override {
    Target target = TargetOf(options_.schema, {});
    Guarded(target, [&] { Admin(target).Reset(target.url, target.config_dir); });
  }

  std::string CreateDatabase(const DatasourceTarget& datasource) override {
    Target target = TargetOf(datasource);
    return Guarded(target, [&] { return Admin(target).Create(target.url, target.config_dir); });
  }

  void DropDatabase(const DatasourceTarget& datasource) override {
    Target target = TargetOf(datasource);
    Guarded(target, [&] { Admin(target).Drop(target.url, target.config_dir); });
  }

  void EnsureConnectionValidity(const DatasourceTarget& datasource) override {
    Target target = TargetOf(datasource);
    Guarded(target, [&] { ThrowIfMissing(target); });
    WithConnection(target, [](driver::Connection&) {});
  }

  std::string GetDatabaseVersion(const DatasourceTarget& datasource) override {
    Target target = TargetOf(datasource);
    return WithConnection(
        target, [&](driver::Connection& connection) { return target.provider->describer->Version(connection); });
  }

  std::vector<TypedSql> IntrospectSql(const DatasourceTarget& datasource,
                                      const std::vector<SqlQuery>& queries) override {
    Target target = TargetOf(datasource);
    Guarded(target, [&] { ThrowIfMissing(target); });
    return WithConnection(target, [&](driver::Connection& connection) {
      std::vector<TypedSql> described;
      for (const SqlQuery& query : queries) described.push_back(DescribeTypedSql(query, connection));
      return described;
    });
  }

 private:
  static const migrate::DatabaseAdmin& Admin(const Target& target) {
    if (target.provider->admin == nullptr) {
      throw Error(
          "", "This build can't connect to databases of the provider `" + std::string(target.provider->name) + "`.");
    }
    return *target.provider->admin;
  }

  static void ThrowIfMissing(const Target& target) {
    if (auto name = Admin(target).MissingDatabase(target.url, target.config_dir)) {
      throw Error("P1003", "Database `" + *name + "` does not exist", Meta("database_name", *name));
    }
  }

  template <class F>
  static auto Guarded(const Target& target, F f) -> decltype(f()) {
    try {
      return f();
    } catch (const driver::DbException& exception) {
      Rethrow(exception, *target.provider);
    }
  }

  template <class F>
  static auto WithConnection(const Target& target, F f) -> decltype(f(std::declval<driver::Connection&>())) {
    const migrate::DatabaseAdmin& admin = Admin(target);
    return Guarded(target, [&] {
      std::unique_ptr<driver::Connection> connection = admin.Open(target.url, target.config_dir)->Connect();
      return f(*connection);
    });
  }

  Target TargetOf(const SchemaTexts& texts, const std::string& config_dir) const {
    if (texts.empty()) throw Error("", "There is no schema to take the datasource from.");
    SchemaPtr schema = ReadConfig(texts, options_.url_override.empty());
    const schema::Datasource& datasource = *schema->datasource;
    Target target;
    target.provider = &ProviderNamed(datasource.active_provider);
    target.namespaces = datasource.schemas;
    target.url = options_.url_override;
    if (target.url.empty()) target.url = ResolveUrl(datasource);
    target.config_dir = config_dir;
    if (config_dir.empty()) {
      target.config_dir = std::filesystem::path((*schema->files)[datasource.file].path).parent_path().string();
    }
    return target;
  }

  static std::string ResolveUrl(const schema::Datasource& datasource) {
    // Where there is a direct URL, it is the one for changes of the structure.
    const schema::StringFromEnv& url = datasource.direct_url ? *datasource.direct_url : datasource.url;
    if (!url.is_env) return url.value;
    const char* value = std::getenv(url.from_env.c_str());
    return value != nullptr ? value : url.value;
  }

  Target TargetOf(const DatasourceTarget& datasource) const {
    if (!datasource.url.empty()) {
      Target target;
      target.provider = &ProviderOfUrl(datasource.url);
      target.url = datasource.url;
      target.config_dir = datasource.config_dir;
      return target;
    }
    return TargetOf(datasource.schema.empty() ? options_.schema : datasource.schema, datasource.config_dir);
  }

  const Provider* ProviderOfDiff(const DiffInput& input) const {
    for (const DiffTarget* target : {&input.from, &input.to}) {
      switch (target->kind) {
        case DiffTarget::Kind::kSchemaDatamodel:
        case DiffTarget::Kind::kSchemaDatasource: {
          SchemaPtr schema = ReadConfig(target->schema, false);
          return &ProviderOf(*schema);
        }
        case DiffTarget::Kind::kUrl:
          return &ProviderOfUrl(target->url);
        case DiffTarget::Kind::kEmpty:
        case DiffTarget::Kind::kMigrations:
          break;
      }
    }
    return nullptr;
  }

  SqlSchema SchemaOf(const DiffTarget& target, const Provider& provider) const {
    auto describe = [&](const Target& database) {
      if (database.provider != &provider) throw Error("", "The two sides of the diff have different providers.");
      Guarded(database, [&] { ThrowIfMissing(database); });
      return WithConnection(database, [&](driver::Connection& connection) {
        return provider.describer->Describe(connection, database.namespaces);
      });
    };
    switch (target.kind) {
      case DiffTarget::Kind::kEmpty:
        return {};
      case DiffTarget::Kind::kSchemaDatamodel: {
        SchemaPtr schema = ReadSchema(target.schema);
        if (&ProviderOf(*schema) != &provider) {
          throw Error("", "The two sides of the diff have different providers.");
        }
        return migrate::CalculateSqlSchema(*schema, provider.calculator);
      }
      case DiffTarget::Kind::kSchemaDatasource:
        return describe(TargetOf(target.schema, target.config_dir));
      case DiffTarget::Kind::kUrl: {
        DatasourceTarget datasource;
        datasource.url = target.url;
        datasource.config_dir = target.config_dir;
        return describe(TargetOf(datasource));
      }
      case DiffTarget::Kind::kMigrations:
        throw Error("", "A diff with a directory of migrations is not supported yet.");
    }
    return {};
  }

  SchemaEngineOptions options_;
};

}  // namespace

std::unique_ptr<SchemaEngine> SchemaEngine::Create(SchemaEngineOptions options) {
  return std::make_unique<SchemaEngineImpl>(std::move(options));
}

}  // namespace prisma::engine
