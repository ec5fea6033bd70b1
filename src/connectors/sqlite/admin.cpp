// SQLite databases as a whole: files that are made, emptied and removed, and migrations that happen entirely or not at
// all.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/error.h"
#include "base/text.h"
#include "connectors/sqlite/driver.h"
#include "connectors/sqlite/migration.h"
#include "connectors/sqlite/url.h"

namespace prisma::sqlite {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else
using driver::ColumnType;
using driver::RowBatch;

std::vector<std::vector<std::string>> Select(driver::Connection& connection, std::string_view sql, size_t columns) {
  RowBatch rows;
  std::vector<ColumnType> types(columns, ColumnType::kString);
  connection.Query({.sql = sql, .parameters = {}, .cacheable = false}, types, rows);
  std::vector<std::vector<std::string>> out;
  for (size_t i = 0; i < rows.rows(); ++i) {
    std::vector<std::string>& row = out.emplace_back();
    for (const Value& cell : rows.row(i)) row.emplace_back(cell.is_null() ? std::string_view() : cell.text());
  }
  return out;
}

std::string Quote(std::string_view name) {
  std::string out;
  AppendQuoted(out, name, '"');
  return out;
}

// What a table has beside what a schema can say: triggers, indexes on expressions, partial indexes. They go with the
// table when it is made anew.
class Extras {
 public:
  explicit Extras(driver::Connection& connection) : connection_(connection), items_(Read()) {}

  // Puts back what was lost with a table that is still there and still has the columns for it.
  void Restore() {
    std::set<std::string> present;
    for (const Item& item : Read()) present.insert(item.name);
    for (const Item& item : items_) {
      if (present.contains(item.name) || !HasTable(item.table)) continue;
      connection_.ExecuteScript("SAVEPOINT prisma_extra");
      try {
        connection_.ExecuteScript(item.sql);
        connection_.ExecuteScript("RELEASE prisma_extra");
      } catch (const driver::DbException&) {
        connection_.ExecuteScript("ROLLBACK TO prisma_extra; RELEASE prisma_extra");
      }
    }
  }

 private:
  struct Item {
    std::string name, table, sql;
  };

  std::vector<Item> Read() const {
    std::vector<Item> items;
    constexpr std::string_view kSql =
        "SELECT name, tbl_name, sql FROM sqlite_master m WHERE sql IS NOT NULL AND (type = 'trigger' OR type = 'index' "
        "AND (EXISTS (SELECT 1 FROM pragma_index_list(m.tbl_name) l WHERE l.name = m.name AND l.partial) OR EXISTS "
        "(SELECT 1 FROM pragma_index_xinfo(m.name) x WHERE x.key AND x.name IS NULL)))";
    for (std::vector<std::string>& row : Select(connection_, kSql, 3)) {
      items.push_back({std::move(row[0]), std::move(row[1]), std::move(row[2])});
    }
    return items;
  }

  bool HasTable(const std::string& name) const {
    for (const auto& row : Select(connection_, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')", 1)) {
      if (row[0] == name) return true;
    }
    return false;
  }

  driver::Connection& connection_;
  std::vector<Item> items_;
};

// Foreign keys are not enforced, and views not looked at, while this lives: tables are dropped and renamed. Neither
// can be switched within a transaction.
class Unchecked {
 public:
  explicit Unchecked(driver::Connection& connection) : connection_(connection) {
    connection_.ExecuteScript("PRAGMA foreign_keys=OFF; PRAGMA legacy_alter_table=ON");
  }
  ~Unchecked() {
    try {
      connection_.ExecuteScript("PRAGMA legacy_alter_table=OFF; PRAGMA foreign_keys=ON");
    } catch (const driver::DbException&) {
      // The connection is broken: the next statement tells.
    }
  }
  Unchecked(const Unchecked&) = delete;
  Unchecked& operator=(const Unchecked&) = delete;

 private:
  driver::Connection& connection_;
};

template <class F>
void InTransaction(driver::Connection& connection, F f) {
  connection.Begin(driver::IsolationLevel::kDefault, true);
  try {
    f();
    connection.Commit();
  } catch (...) {
    try {
      connection.Rollback();
    } catch (const driver::DbException&) {
      // What ended the work says more.
    }
    throw;
  }
}

void DropEverything(driver::Connection& connection) {
  Unchecked unchecked(connection);
  InTransaction(connection, [&] {
    // Dropping a virtual table drops the tables that it is made of: look again after each.
    for (;;) {
      auto left =
          Select(connection,
                 "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE "
                 "'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'view' DESC, sql LIKE 'CREATE VIRTUAL%' DESC LIMIT 1",
                 2);
      if (left.empty()) break;
      connection.ExecuteScript("DROP " + left[0][0] + " " + Quote(left[0][1]));
    }
  });
  connection.ExecuteScript("VACUUM");
}

[[noreturn]] void FailOnFile(const std::string& what, const std::error_code& error) {
  throw Error("", what + "\n" + error.message());
}

void RemoveFiles(const std::string& path) {
  std::error_code error;
  for (const char* suffix : {"-wal", "-shm", "-journal"}) std::filesystem::remove(path + suffix, error);
  if (!std::filesystem::remove(path, error) || error) {
    if (!error) error = std::make_error_code(std::errc::no_such_file_or_directory);
    FailOnFile("Failed to delete SQLite database at `" + path + "`.", error);
  }
}

class Admin final : public DatabaseAdmin {
 public:
  std::unique_ptr<driver::Database> Open(const std::string& url, const std::string& config_dir) const override {
    return OpenDatabase(url, config_dir);
  }

  std::optional<std::string> MissingDatabase(const std::string& url, const std::string& config_dir) const override {
    Url parsed = ParseUrl(url, config_dir);
    if (parsed.is_memory) return std::nullopt;
    std::error_code error;
    std::filesystem::file_status status = std::filesystem::status(parsed.path, error);
    if (status.type() == std::filesystem::file_type::not_found) {
      return std::filesystem::path(parsed.path).filename().string();
    }
    if (error) FailOnFile("Failed to open SQLite database.", error);
    return std::nullopt;
  }

  std::string Create(const std::string& url, const std::string& config_dir) const override {
    Url parsed = ParseUrl(url, config_dir);
    if (parsed.is_memory || !MissingDatabase(url, config_dir)) return parsed.path;
    std::filesystem::path folder = std::filesystem::path(parsed.path).parent_path();
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) FailOnFile("Creating SQLite database parent directory.", error);
    // Opening creates the file.
    Select(*OpenDatabase(url, config_dir)->Connect(), "SELECT count(*) FROM sqlite_master", 1);
    return parsed.path;
  }

  void Drop(const std::string& url, const std::string& config_dir) const override {
    Url parsed = ParseUrl(url, config_dir);
    if (!parsed.is_memory) RemoveFiles(parsed.path);
  }

  void Reset(const std::string& url, const std::string& config_dir) const override {
    Url parsed = ParseUrl(url, config_dir);
    try {
      DropEverything(*OpenDatabase(url, config_dir)->Connect());
    } catch (const driver::DbException& exception) {
      if (exception.error.kind != driver::DbError::Kind::kCorrupt || parsed.is_memory) throw;
      // All of it is to go anyway.
      RemoveFiles(parsed.path);
      Create(url, config_dir);
    }
  }

  // One transaction: whatever happens in the midst of it, the database is as it was before, or as it is to be.
  void Apply(driver::Connection& connection, const Statements& statements) const override {
    Unchecked unchecked(connection);
    InTransaction(connection, [&] {
      Extras extras(connection);
      for (const std::string& statement : statements) connection.ExecuteScript(statement);
      extras.Restore();
    });
  }

  std::string_view ErrorHeading() const override { return "SQLite database error"; }
};

}  // namespace

const DatabaseAdmin& SqliteDatabaseAdmin() {
  static const Admin kAdmin;
  return kAdmin;
}

Provider MigrationProvider() {
  static const DataLossRules kDataLoss;
  return Provider{.name = "sqlite",
                  .calculator = SqliteCalculatorRules(),
                  .differ = SqliteDifferRules(),
                  .ddl = SqliteDdlWriter(false),
                  .data_loss = kDataLoss,
                  .executed_ddl = SqliteDdlWriter(true),
                  .describer = &SqliteDescriber(),
                  .admin = &SqliteDatabaseAdmin()};
}

}  // namespace prisma::sqlite
