// PostgreSQL databases as a whole: made, emptied and dropped, and migrations that happen entirely or not at all.
#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "connectors/postgresql/describer.h"
#include "connectors/postgresql/driver.h"
#include "connectors/postgresql/migration.h"

namespace prisma::postgresql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else
using driver::DbError;
using driver::DbException;

std::string Quote(std::string_view name) {
  std::string out;
  AppendQuoted(out, name, '"');
  return out;
}

bool Exists(driver::Connection& connection, std::string_view sql, std::string_view name) {
  driver::RowBatch rows;
  driver::ColumnType type = driver::ColumnType::kInt;
  Value parameter = Value::String(name);
  connection.Query({.sql = sql, .parameters = {&parameter, 1}, .cacheable = false}, {&type, 1}, rows);
  return rows.rows() != 0;
}

void EnsureSchema(driver::Connection& connection, const std::string& schema) {
  // Asked first: to create a schema takes a right that reading ones doesn't.
  if (Exists(connection, "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", schema)) return;
  connection.ExecuteScript("CREATE SCHEMA IF NOT EXISTS " + Quote(schema));
}

// The schema that the URL names is made when it is not there.
class Database final : public driver::Database {
 public:
  explicit Database(Url url) : url_(std::move(url)), inner_(OpenDatabase(url_)) {}
  std::unique_ptr<driver::Connection> Connect() override {
    std::unique_ptr<driver::Connection> connection = inner_->Connect();
    EnsureSchema(*connection, url_.schema);
    return connection;
  }
  uint32_t default_connection_limit() const override { return inner_->default_connection_limit(); }
  std::optional<uint32_t> connection_limit() const override { return inner_->connection_limit(); }
  std::optional<std::chrono::milliseconds> pool_timeout() const override { return inner_->pool_timeout(); }
  uint32_t max_bind_values() const override { return inner_->max_bind_values(); }

 private:
  Url url_;
  std::unique_ptr<driver::Database> inner_;
};

Url ForMigrations(const std::string& url, const std::string& config_dir) {
  Url parsed = ParseUrl(url, config_dir);
  parsed.statement_cache_size = 0;
  // Names of a migration carry no schema: the connection has to know it.
  parsed.is_pgbouncer = false;
  return parsed;
}

// A database from which another one can be created or dropped.
std::unique_ptr<driver::Connection> ConnectElsewhere(const std::string& url, const std::string& config_dir) {
  Url parsed = ForMigrations(url, config_dir);
  parsed.schema = "public";
  std::string wanted = parsed.database;
  std::optional<DbException> last;
  for (const char* name : {"postgres", "template1"}) {
    parsed.database = name;
    try {
      return OpenDatabase(parsed)->Connect();
    } catch (const DbException& exception) {
      if (exception.error.kind != DbError::Kind::kDatabaseMissing &&
          exception.error.kind != DbError::Kind::kAccessDenied) {
        throw;
      }
      last = exception;
    }
  }
  throw *last;
}

class Admin final : public DatabaseAdmin {
 public:
  std::unique_ptr<driver::Database> Open(const std::string& url, const std::string& config_dir) const override {
    return std::make_unique<Database>(ForMigrations(url, config_dir));
  }

  std::optional<std::string> MissingDatabase(const std::string& url, const std::string& config_dir) const override {
    Url parsed = ForMigrations(url, config_dir);
    try {
      OpenDatabase(parsed)->Connect();
    } catch (const DbException& exception) {
      if (exception.error.kind != DbError::Kind::kDatabaseMissing) throw;
      return parsed.database;
    }
    return std::nullopt;
  }

  std::string Create(const std::string& url, const std::string& config_dir) const override {
    Url parsed = ForMigrations(url, config_dir);
    if (MissingDatabase(url, config_dir)) {
      try {
        ConnectElsewhere(url, config_dir)->ExecuteScript("CREATE DATABASE " + Quote(parsed.database));
      } catch (const DbException& exception) {
        // Somebody was faster.
        if (exception.error.kind != DbError::Kind::kDatabaseExists) throw;
      }
    }
    Open(url, config_dir)->Connect();
    return parsed.database;
  }

  void Drop(const std::string& url, const std::string& config_dir) const override {
    std::string name = ParseUrl(url, config_dir).database;
    ConnectElsewhere(url, config_dir)->ExecuteScript("DROP DATABASE " + Quote(name));
  }

  void Reset(const std::string& url, const std::string& config_dir) const override {
    Url parsed = ForMigrations(url, config_dir);
    std::unique_ptr<driver::Connection> connection = OpenDatabase(parsed)->Connect();
    connection->ExecuteScript("DROP SCHEMA IF EXISTS " + Quote(parsed.schema) + " CASCADE; CREATE SCHEMA " +
                              Quote(parsed.schema));
  }

  // One transaction, unless a statement has its own or can't be in any.
  void Apply(driver::Connection& connection, const Statements& statements) const override {
    bool is_whole = std::none_of(statements.begin(), statements.end(), [](const std::string& sql) {
      for (const char* word : {"BEGIN", "COMMIT", " CONCURRENTLY", " ADD VALUE"}) {
        if (sql.find(word) != std::string::npos) return true;
      }
      return false;
    });
    if (!is_whole) return DatabaseAdmin::Apply(connection, statements);
    connection.Begin(driver::IsolationLevel::kDefault, true);
    try {
      DatabaseAdmin::Apply(connection, statements);
      connection.Commit();
    } catch (...) {
      try {
        connection.Rollback();
      } catch (const DbException&) {
        // What ended the work says more.
      }
      throw;
    }
  }

  std::string_view ErrorHeading() const override { return "Database error"; }
};

}  // namespace

const DatabaseAdmin& PostgresqlDatabaseAdmin() {
  static const Admin kAdmin;
  return kAdmin;
}

}  // namespace prisma::postgresql
