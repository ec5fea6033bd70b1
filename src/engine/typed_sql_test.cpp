#include "engine/typed_sql.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "engine/schema_engine.h"

namespace prisma::engine {
namespace {

struct Fixture {
  Fixture() {
    folder = std::filesystem::temp_directory_path() / ("prisma-typed-sql-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    target.url = "file:" + (folder / "test.db").string();
    engine = SchemaEngine::Create();
    engine->CreateDatabase(target);
    engine->DbExecute(target,
                      "CREATE TABLE \"User\" (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL,"
                      " name TEXT, score REAL, born DATETIME NOT NULL, price DECIMAL);"
                      "CREATE TABLE \"Post\" (id INTEGER NOT NULL PRIMARY KEY, title TEXT NOT NULL, userId INTEGER,"
                      " views INTEGER NOT NULL);");
  }
  ~Fixture() { std::filesystem::remove_all(folder); }

  TypedSql Describe(const std::string& source) { return engine->IntrospectSql(target, {{"query", source}}).at(0); }

  // "id:int, name:string?"
  std::string Columns(const std::string& source) {
    std::string text;
    for (const TypedSqlColumn& column : Describe(source).columns) {
      if (!text.empty()) text += ", ";
      text += column.name + ":" + column.type + (column.is_nullable ? "?" : "");
    }
    return text;
  }

  std::string Parameters(const std::string& source) {
    std::string text;
    for (const TypedSqlParameter& parameter : Describe(source).parameters) {
      if (!text.empty()) text += ", ";
      text += parameter.name + ":" + parameter.type + (parameter.is_nullable ? "?" : "");
      if (parameter.documentation) text += " (" + *parameter.documentation + ")";
    }
    return text;
  }

  std::string Fault(const std::string& source) {
    try {
      Describe(source);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  std::filesystem::path folder;
  DatasourceTarget target;
  std::unique_ptr<SchemaEngine> engine;
};

TEST_CASE_FIXTURE(Fixture, "typed SQL: columns of tables, expressions and joins") {
  CHECK(Columns("SELECT * FROM User") ==
        "id:int, email:string, name:string?, score:double?, born:datetime, price:decimal?");
  CHECK(Columns("SELECT count(*) AS n, sum(id) s, avg(score) a, max(email) m, 1 + 1 two FROM User") ==
        "n:bigint, s:bigint?, a:double?, m:string?, two:bigint");
  CHECK(Columns("SELECT coalesce(name, 'x') a, name || 'x' b, 1.5 c, null d, length(email) e FROM User") ==
        "a:string, b:string?, c:double, d:null?, e:bigint");
  CHECK(Columns("SELECT u.id, p.title FROM User u LEFT JOIN Post p ON p.userId = u.id") == "id:int, title:string?");
  CHECK(Columns("SELECT u.id, p.title FROM User u JOIN Post p ON p.userId = u.id ORDER BY p.views") ==
        "id:int, title:string");
  CHECK(Columns("SELECT email, count(*) n FROM User GROUP BY email") == "email:string, n:bigint");
  CHECK(Columns("SELECT email FROM User UNION SELECT title FROM Post ORDER BY 1") == "email:string");
  CHECK(Columns("INSERT INTO Post (title, views) VALUES (?, ?) RETURNING id, title, userId") ==
        "id:int, title:string, userId:int?");
  CHECK(Columns("DELETE FROM Post WHERE id = ?") == "");
  CHECK(Columns("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 9) SELECT n FROM c")
            .starts_with("n:bigint"));
}

TEST_CASE_FIXTURE(Fixture, "typed SQL: comments say what parameters are") {
  CHECK(Parameters("SELECT 1 AS a WHERE ? = :name") == "_1:unknown, name:unknown");
  CHECK(Parameters("--   @param {Int} $1:age? in   years\n -- @param {String} :name\nSELECT 1 a WHERE ? = :name") ==
        "age:int? (in   years), name:string");
  CHECK(Parameters("-- @param $1:a\n-- @param {Decimal} $2\nSELECT ? AS a, ? AS b") == "a:unknown, _2:decimal");
  TypedSql query = Describe("-- @description  some  words\n\n  SELECT 1 AS a -- not a line\n-- last");
  CHECK(query.documentation == "some  words");
  CHECK(query.source == "\nSELECT 1 AS a -- not a line");
}

TEST_CASE_FIXTURE(Fixture, "typed SQL: faults tell their place") {
  CHECK(Fault("-- @param\nSELECT 1") ==
        "SQL documentation parsing: invalid parameter: could not parse any information at '@param'.");
  CHECK(Fault("-- @param {Int} myInt\nSELECT 1") ==
        "SQL documentation parsing: missing position or alias (eg: $1:alias) at '@param {Int} myInt'.");
  CHECK(Fault("-- @param  {Int} $hello:myInt some integer\nSELECT 1") ==
        "SQL documentation parsing: invalid position. Expected a number found: hello at ' $hello:myInt some integer'.");
  CHECK(Fault("-- @param  {Hello} $hello:myInt x\nSELECT 1") ==
        "SQL documentation parsing: invalid type: 'Hello' (accepted types are: 'Int', 'BigInt', 'Float', 'Boolean', "
        "'String', 'DateTime', 'Json', 'Bytes', 'Decimal') at '{Hello} $hello:myInt x'.");
  CHECK(Fault("-- @param  {Int} $1:a\n-- @param  {Int} $1:b\nSELECT 1") ==
        "SQL documentation parsing: duplicate parameter (position or alias is already used) at '@param  {Int} $1:b'.");
  CHECK(Fault("-- a comment\nSELECT id,\n  täxt, nope\nFROM User") ==
        "SQLite database error\nno such column: täxt\nat line 3, column 3\n\n3 |   täxt, nope\n  |   ^");
  CHECK(Fault("-- nothing") == "There is no SQL statement in it.");
  CHECK(Fault("-- @param }{ $1:a\nSELECT 1").find("missing closing bracket") != std::string::npos);
}

}  // namespace
}  // namespace prisma::engine
