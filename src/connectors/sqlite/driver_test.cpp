#include "connectors/sqlite/driver.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "connectors/sqlite/url.h"

namespace prisma::sqlite {
namespace {

using driver::ColumnType;
using driver::DbError;
using driver::DbException;
using driver::RowBatch;

struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/prisma-sqlite-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~Folder() {
    for (const char* file : {"/a.db", "/a.db-wal", "/a.db-shm"}) unlink((path + file).c_str());
    rmdir(path.c_str());
  }
  std::string url(std::string_view parameters = {}) const { return "file:" + path + "/a.db" + std::string(parameters); }
};

DbError ErrorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const DbException& e) {
    return e.error;
  }
  FAIL("no error");
  return {};
}

RowBatch Rows(driver::Connection& connection, std::string_view sql, std::vector<ColumnType> types,
              std::vector<Value> parameters = {}) {
  RowBatch rows;
  connection.Query({.sql = sql, .parameters = parameters}, types, rows);
  return rows;
}

TEST_CASE("URLs") {
  Url url = ParseUrl("file:./dev.db?connection_limit=3&socket_timeout=7", "/home/x/prisma");
  CHECK(url.path == "/home/x/prisma/dev.db");
  CHECK(url.connection_limit == 3u);
  CHECK(url.socket_timeout == std::chrono::seconds(7));
  CHECK(ParseUrl("file:/abs/dev.db", "/home").path == "/abs/dev.db");
  CHECK(ParseUrl("file:dev.db", "").path == "dev.db");
  CHECK_THROWS(ParseUrl("file:dev.db?connection_limit=many", ""));
}

TEST_CASE("a database that we make is in WAL mode, an existing one keeps its mode") {
  Folder folder;
  {
    auto connection = OpenDatabase(folder.url(), "")->Connect();
    CHECK(Rows(*connection, "PRAGMA journal_mode", {}).cells[0].text() == "wal");
    CHECK(Rows(*connection, "PRAGMA synchronous", {}).cells[0].as_int() == 2);
    CHECK(Rows(*connection, "PRAGMA foreign_keys", {}).cells[0].as_int() == 1);
    connection->ExecuteScript("PRAGMA journal_mode = DELETE; CREATE TABLE t (x)");
  }
  auto connection = OpenDatabase(folder.url(), "")->Connect();
  CHECK(Rows(*connection, "PRAGMA journal_mode", {}).cells[0].text() == "delete");
}

TEST_CASE("cells are read as the column's type") {
  Folder folder;
  auto connection = OpenDatabase(folder.url(), "")->Connect();
  auto one = [&](std::string_view expression, ColumnType type) {
    RowBatch rows = Rows(*connection, "SELECT " + std::string(expression), {type});
    REQUIRE(rows.cells.size() == 1);
    Value v = rows.cells[0];
    return std::pair(v.kind(), v.kind() >= ValueKind::kDecimal && v.kind() != ValueKind::kDateTime
                                   ? std::string(v.text())
                               : v.kind() == ValueKind::kFloat ? std::to_string(v.as_float())
                                                               : std::to_string(v.as_int()));
  };
  using Pair = std::pair<ValueKind, std::string>;
  CHECK(one("1", ColumnType::kInt) == Pair(ValueKind::kInt, "1"));
  CHECK(one("1", ColumnType::kBool) == Pair(ValueKind::kBool, "1"));
  CHECK(one("1", ColumnType::kFloat) == Pair(ValueKind::kFloat, "1.000000"));
  CHECK(one("2.0", ColumnType::kInt) == Pair(ValueKind::kInt, "2"));
  CHECK(one("1.50", ColumnType::kDecimal) == Pair(ValueKind::kDecimal, "1.5"));
  CHECK(one("'1.50'", ColumnType::kDecimal) == Pair(ValueKind::kDecimal, "1.5"));
  CHECK(one("0.1 + 0.2", ColumnType::kDecimal) == Pair(ValueKind::kDecimal, "0.3"));
  CHECK(one("1577836800123", ColumnType::kDateTime) == Pair(ValueKind::kDateTime, "1577836800123000"));
  CHECK(one("'2020-01-01T00:00:00.123Z'", ColumnType::kDateTime) == Pair(ValueKind::kDateTime, "1577836800123000"));
  CHECK(one("'2020-01-01 00:00:00'", ColumnType::kDateTime) == Pair(ValueKind::kDateTime, "1577836800000000"));
  CHECK(one("x'6162'", ColumnType::kBytes) == Pair(ValueKind::kBytes, "ab"));
  CHECK(ErrorOf([&] { one("'x'", ColumnType::kInt); }).kind == DbError::Kind::kConversion);
  CHECK(ErrorOf([&] { one("1.5", ColumnType::kInt); }).kind == DbError::Kind::kConversion);
  CHECK(ErrorOf([&] { one("3000000000", ColumnType::kInt); }).kind == DbError::Kind::kValueOutOfRange);
  CHECK(ErrorOf([&] { one("'soon'", ColumnType::kDateTime); }).kind == DbError::Kind::kConversion);
}

TEST_CASE("violations are told by kind and columns") {
  Folder folder;
  auto connection = OpenDatabase(folder.url(), "")->Connect();
  connection->ExecuteScript(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, UNIQUE (a, b), CHECK (a <> 'no'));"
      "CREATE TABLE c (pid INTEGER REFERENCES p (id));"
      "INSERT INTO p VALUES (1, 'x', 'y')");
  auto error = [&](std::string_view sql) {
    return ErrorOf([&] { connection->Execute({.sql = sql, .parameters = {}}); });
  };
  DbError unique = error("INSERT INTO p (a, b) VALUES ('x', 'y')");
  CHECK(unique.kind == DbError::Kind::kUniqueViolation);
  CHECK(unique.columns == std::vector<std::string>{"a", "b"});
  CHECK(error("INSERT INTO p (id, a) VALUES (1, 'z')").columns == std::vector<std::string>{"id"});
  CHECK(error("INSERT INTO p (a) VALUES (NULL)").kind == DbError::Kind::kNotNullViolation);
  CHECK(error("INSERT INTO p (a) VALUES ('no')").kind == DbError::Kind::kCheckViolation);
  CHECK(error("INSERT INTO c VALUES (7)").kind == DbError::Kind::kForeignKeyViolation);
  CHECK(error("SELECT * FROM nope").kind == DbError::Kind::kTableMissing);
  CHECK(error("SELECT nope FROM p").kind == DbError::Kind::kColumnMissing);
  CHECK(error("SELEC 1").kind == DbError::Kind::kSyntax);
}

TEST_CASE("who must wait for a lock waits for the busy timeout, with a budget not at all") {
  Folder folder;
  auto database = OpenDatabase(folder.url("?socket_timeout=0"), "");
  auto holder = database->Connect();
  holder->ExecuteScript("CREATE TABLE t (x)");
  auto other = database->Connect();
  holder->Begin(driver::IsolationLevel::kDefault, true);
  auto insert = [&] { other->Execute({.sql = "INSERT INTO t VALUES (1)", .parameters = {}}); };
  CHECK(ErrorOf(insert).kind == DbError::Kind::kTimeout);
  other->SetBudget(std::chrono::seconds(10));
  CHECK(ErrorOf(insert).kind == DbError::Kind::kInterrupted);
  other->SetBudget({});
  holder->Rollback();
  CHECK_NOTHROW(insert());
}

TEST_CASE("a budget ends long statements") {
  Folder folder;
  auto connection = OpenDatabase(folder.url(), "")->Connect();
  connection->SetBudget(std::chrono::milliseconds(1));
  DbError error = ErrorOf([&] {
    Rows(*connection, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", {});
  });
  CHECK(error.kind == DbError::Kind::kInterrupted);
  connection->SetBudget({});
  CHECK(Rows(*connection, "SELECT 1", {}).cells.size() == 1);
}

TEST_CASE("files that are no databases, missing folders, read-only files") {
  Folder folder;
  std::ofstream(folder.path + "/a.db") << std::string(4096, 'x');
  DbError error = ErrorOf([&] {
    auto connection = OpenDatabase(folder.url(), "")->Connect();
    connection->ExecuteScript("CREATE TABLE t (x)");
  });
  CHECK(error.kind == DbError::Kind::kCorrupt);
  CHECK(ErrorOf([&] { OpenDatabase("file:" + folder.path + "/nope/a.db", "")->Connect(); }).kind ==
        DbError::Kind::kConnectionFailed);
}

TEST_CASE("wrong numbers of parameters") {
  Folder folder;
  auto connection = OpenDatabase(folder.url(), "")->Connect();
  CHECK_THROWS_AS(Rows(*connection, "SELECT ?", {}), DbException);
  CHECK(Rows(*connection, "SELECT ?", {}, {Value::Int(3)}).cells[0].as_int() == 3);
}

}  // namespace
}  // namespace prisma::sqlite
