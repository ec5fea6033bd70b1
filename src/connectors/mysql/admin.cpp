// MySQL databases as a whole: made, emptied and dropped.
#include "connectors/mysql/driver.h"
#include "connectors/mysql/migration.h"
#include "connectors/mysql/url.h"

namespace prisma::mysql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

std::string Quote(std::string_view name) { return MysqlDdlWriter(true).Quote(name); }

class Admin final : public DatabaseAdmin {
 public:
  std::unique_ptr<driver::Database> Open(const std::string& url, const std::string& config_dir) const override {
    return OpenDatabase(url, config_dir);
  }

  std::optional<std::string> MissingDatabase(const std::string& url, const std::string& config_dir) const override {
    try {
      OpenDatabase(url, config_dir)->Connect();
      return std::nullopt;
    } catch (const driver::DbException& exception) {
      if (exception.error.kind != driver::DbError::Kind::kDatabaseMissing) throw;
      return ParseUrl(url, config_dir).database;
    }
  }

  std::string Create(const std::string& url, const std::string& config_dir) const override {
    std::string name = ParseUrl(url, config_dir).database;
    if (MissingDatabase(url, config_dir)) {
      OpenServer(url, config_dir)
          ->Connect()
          ->ExecuteScript("CREATE DATABASE IF NOT EXISTS " + Quote(name) +
                          " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
    }
    return name;
  }

  void Drop(const std::string& url, const std::string& config_dir) const override {
    std::string name = ParseUrl(url, config_dir).database;
    OpenServer(url, config_dir)->Connect()->ExecuteScript("DROP DATABASE " + Quote(name));
  }

  // With the character set and collation that it had.
  void Reset(const std::string& url, const std::string& config_dir) const override {
    std::string name = ParseUrl(url, config_dir).database;
    std::unique_ptr<driver::Connection> connection = OpenDatabase(url, config_dir)->Connect();
    driver::RowBatch rows;
    const driver::ColumnType types[] = {driver::ColumnType::kString, driver::ColumnType::kString};
    connection->Query({.sql = "SELECT @@character_set_database, @@collation_database", .parameters = {}}, types, rows);
    std::string create = "CREATE DATABASE " + Quote(name) + " CHARACTER SET " + std::string(rows.row(0)[0].text()) +
                         " COLLATE " + std::string(rows.row(0)[1].text());
    connection->ExecuteScript("DROP DATABASE " + Quote(name));
    connection->ExecuteScript(create);
  }

  std::string_view ErrorHeading() const override { return "MySQL database error"; }
};

}  // namespace

const DatabaseAdmin& MysqlDatabaseAdmin() {
  static const Admin kAdmin;
  return kAdmin;
}

}  // namespace prisma::mysql
