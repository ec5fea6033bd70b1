// The facade for everything that changes or looks at a database's structure. One object per command or RPC session; not
// for use by several threads at once. All functions throw Error (P1xxx, P3xxx; or without a code).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/typed_sql.h"

namespace prisma::engine {

struct SchemaFileText {
  std::string path;
  std::string content;
};
using SchemaTexts = std::vector<SchemaFileText>;

// Tables and enums (`name` or `schema.name`) that the user manages otherwise: no step touches them.
struct SchemaFilter {
  std::vector<std::string> external_tables;
  std::vector<std::string> external_enums;
};

struct SchemaPushInput {
  SchemaTexts schema;
  bool force = false;  // go on in spite of warnings
  SchemaFilter filter;
};
struct SchemaPushOutput {
  uint32_t executed_steps = 0;
  std::vector<std::string> unexecutable;
  std::vector<std::string> warnings;
};

// One end of a diff.
struct DiffTarget {
  enum class Kind : uint8_t {
    kEmpty,
    kSchemaDatamodel,   // what the schema says
    kSchemaDatasource,  // the database that the schema's datasource names
    kUrl,               // the database at `url`
    kMigrations,        // the history in `migrations_directory`
  };
  Kind kind = Kind::kEmpty;
  SchemaTexts schema;
  std::string config_dir;  // kSchemaDatasource: base of relative paths in the URL
  std::string url;
  std::string migrations_directory;
};
struct DiffInput {
  DiffTarget from;
  DiffTarget to;
  bool script = false;  // SQL; else a summary for people
  bool exit_code = false;
  std::string shadow_database_url;
  SchemaFilter filter;
};
struct DiffOutput {
  int exit_code = 0;  // 2 if `exit_code` was asked for and there are differences
  std::string text;   // to be printed as it is, with one line feed after it
};

// Which database a command is about: by schema (its datasource's URL) or by URL.
struct DatasourceTarget {
  SchemaTexts schema;  // used if `url` is empty
  std::string config_dir;
  std::string url;
};

struct SchemaEngineOptions {
  // The default schema: what Reset and the methods without a target work on. May be empty.
  SchemaTexts schema;
  // Takes the place of the URL in the schema's datasource.
  std::string url_override;
};

class SchemaEngine {
 public:
  static std::unique_ptr<SchemaEngine> Create(SchemaEngineOptions options = {});
  virtual ~SchemaEngine() = default;

  // Makes the database fit the schema. With warnings and without `force`, or with unexecutable steps, nothing is done.
  virtual SchemaPushOutput SchemaPush(const SchemaPushInput& input) = 0;
  virtual DiffOutput Diff(const DiffInput& input) = 0;
  virtual void DbExecute(const DatasourceTarget& target, const std::string& script) = 0;
  // Leaves an empty database, by the means the provider has.
  virtual void Reset(const SchemaFilter& filter = {}) = 0;
  // Makes the database if it can; its name, or the path of its file.
  virtual std::string CreateDatabase(const DatasourceTarget& target) = 0;
  virtual void DropDatabase(const DatasourceTarget& target) = 0;
  // Throws if the database can't be reached.
  virtual void EnsureConnectionValidity(const DatasourceTarget& target) = 0;
  virtual std::string GetDatabaseVersion(const DatasourceTarget& target) = 0;
  // What the queries take and give; none of them is run. The first that is at fault ends it.
  virtual std::vector<TypedSql> IntrospectSql(const DatasourceTarget& target, const std::vector<SqlQuery>& queries) = 0;
};

}  // namespace prisma::engine
