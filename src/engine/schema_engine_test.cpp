#include "engine/schema_engine.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"
#include "connectors/sqlite/driver.h"

namespace prisma::engine {
namespace {

constexpr const char* kBlog = R"(
model User {
  id    Int    @id @default(autoincrement())
  email String @unique
  name  String?
  posts Post[]
}
model Post {
  id     Int    @id @default(autoincrement())
  title  String
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)
  userId Int
}
)";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

// A database file that is gone at the end of the test.
class TemporaryDatabase {
 public:
  TemporaryDatabase() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("prisma-schema-engine-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".db");
  }
  ~TemporaryDatabase() {
    std::error_code error;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(path_.string() + suffix, error);
    }
  }
  std::string path() const { return path_.string(); }
  std::string url() const { return "file:" + path(); }

  SchemaTexts Schema(const std::string& models) const {
    return {{"schema.prisma", "datasource db {\n provider = \"sqlite\"\n url = \"" + url() + "\"\n}\n" + models}};
  }

  SchemaPushOutput Push(const std::string& models, bool force = false) const {
    SchemaPushInput input;
    input.schema = Schema(models);
    input.force = force;
    return SchemaEngine::Create()->SchemaPush(input);
  }

  void Execute(std::string_view script) const { sqlite::OpenDatabase(url(), "")->Connect()->ExecuteScript(script); }

  // The first cell as text.
  std::string Select(std::string_view sql) const {
    driver::RowBatch rows;
    driver::ColumnType type = driver::ColumnType::kString;
    auto connection = sqlite::OpenDatabase(url(), "")->Connect();
    connection->Query({.sql = sql, .parameters = {}, .cacheable = false}, {&type, 1}, rows);
    return rows.rows() == 0 || rows.row(0)[0].is_null() ? "" : std::string(rows.row(0)[0].text());
  }

 private:
  std::filesystem::path path_;
};

TEST_CASE("push: makes the database, then has nothing to do") {
  TemporaryDatabase database;
  CHECK(database.Push(kBlog).executed_steps == 3);
  CHECK(database.Push(kBlog).executed_steps == 0);
  CHECK(database.Select("SELECT count(*) FROM User") == "0");
}

TEST_CASE("push: rows are kept when tables are made anew") {
  TemporaryDatabase database;
  database.Push(kBlog);
  database.Execute(
      "INSERT INTO User (id, email, name) VALUES (1, 'a@x', 'A'), (7, 'b@x', NULL);"
      "INSERT INTO Post (title, userId) VALUES ('p', 1), ('q', 1), ('r', 7);");
  SUBCASE("a column with a default becomes required") {
    auto output = database.Push(Replaced(kBlog, "name  String?", "name  String @default(\"none\")"));
    CHECK(output.unexecutable.empty());
    CHECK(output.executed_steps == 1);
    CHECK(database.Select("SELECT group_concat(name) FROM User") == "A,none");
  }
  SUBCASE("the referring table's rows are not deleted by its cascade") {
    auto output = database.Push(Replaced(kBlog, "name  String?", "name  String?\n rank Int @default(3)"));
    CHECK(output.warnings.empty());
    CHECK(database.Select("SELECT sum(rank) FROM User") == "6");
  }
  SUBCASE("the foreign key goes") {
    database.Push(Replaced(Replaced(kBlog,
                                    "  user   User   @relation(fields: [userId], references: [id], onDelete: "
                                    "Cascade)\n",
                                    ""),
                           "  posts Post[]\n", ""));
  }
  CHECK(database.Select("SELECT count(*) FROM User") == "2");
  CHECK(database.Select("SELECT group_concat(title || userId) FROM Post") == "p1,q1,r7");
  database.Execute("INSERT INTO User (email, name) VALUES ('c@x', 'C')");
  CHECK(database.Select("SELECT max(id) FROM User") == "8");
}

TEST_CASE("push: warns of lost data and does nothing without force") {
  TemporaryDatabase database;
  database.Push(kBlog);
  database.Execute("INSERT INTO User (id, email, name) VALUES (1, 'a@x', 'A'), (2, 'b@x', NULL)");
  std::string without_name = Replaced(kBlog, "  name  String?\n", "");
  auto output = database.Push(without_name);
  REQUIRE(output.warnings.size() == 1);
  CHECK(output.warnings[0] ==
        "You are about to drop the column `name` on the `User` table, which still contains 1 non-null values.");
  CHECK(output.executed_steps == 0);
  CHECK(database.Select("SELECT name FROM User") == "A");
  CHECK(database.Push(without_name, true).executed_steps == 1);
  CHECK(database.Select("SELECT count(*) FROM User") == "2");

  output = database.Push("model Other {\n id Int @id\n}");
  REQUIRE(output.warnings.size() == 1);
  CHECK(output.warnings[0] == "You are about to drop the `User` table, which is not empty (2 rows).");
}

TEST_CASE("push: unexecutable steps, even with force") {
  TemporaryDatabase database;
  database.Push(kBlog);
  database.Execute("INSERT INTO User (id, email, name) VALUES (1, 'a@x', 'A'), (2, 'b@x', NULL)");
  auto output = database.Push(Replaced(kBlog, "name  String?", "name  String?\n age Int"), true);
  REQUIRE(output.unexecutable.size() == 1);
  CHECK(output.unexecutable[0] ==
        "Added the required column `age` to the `User` table without a default value. There are 2 rows in this table, "
        "it is not possible to execute this step.");
  output = database.Push(Replaced(kBlog, "name  String?", "name  String"), true);
  REQUIRE(output.unexecutable.size() == 1);
  CHECK(output.unexecutable[0] ==
        "Made the column `name` on table `User` required, but there are 1 existing NULL values.");
  output = database.Push(Replaced(kBlog, "name  String?", "name  String?\n key String @default(uuid())"), true);
  REQUIRE(output.unexecutable.size() == 1);
  CHECK(output.unexecutable[0].starts_with(
      "The required column `key` was added to the `User` table with a prisma-level default value."));
  CHECK(database.Push(kBlog).executed_steps == 0);
}

TEST_CASE("push: a step that fails undoes all of it") {
  TemporaryDatabase database;
  database.Push(kBlog);
  database.Execute("INSERT INTO User (email, name) VALUES ('a@x', 'A'), ('b@x', 'A')");
  std::string next = Replaced(kBlog, "name  String?", "name  String? @unique\n extra Int?");
  CHECK_THROWS_AS(database.Push(next, true), Error);
  CHECK(database.Select("SELECT count(*) FROM pragma_table_info('User')") == "3");
  CHECK(database.Select("SELECT count(*) FROM User") == "2");
}

TEST_CASE("push: triggers, views and partial indexes outlive a table that is made anew") {
  TemporaryDatabase database;
  database.Push(kBlog);
  database.Execute(
      "CREATE TRIGGER trim_title AFTER INSERT ON Post BEGIN UPDATE Post SET title = trim(title) WHERE id = new.id; END;"
      "CREATE UNIQUE INDEX one_draft ON Post (userId) WHERE title = 'draft';"
      "CREATE VIEW titles AS SELECT title FROM Post;");
  database.Push(Replaced(kBlog, "title  String", "title  String\n rank Int @default(0)"));
  CHECK(database.Select("SELECT count(*) FROM sqlite_master WHERE name IN ('trim_title', 'one_draft', 'titles')") ==
        "3");
  CHECK(database.Select("SELECT rank FROM Post, titles") == "");
}

TEST_CASE("push: JSON defaults and quotes in names") {
  TemporaryDatabase database;
  const char* models = R"(
model A {
  id   Int  @id
  data Json @default("{\"it's\": [1]}")
  none Json @default("null")
  odd  String @map("a\"b") @default("x")
})";
  database.Push(models);
  database.Execute("INSERT INTO A (id) VALUES (1)");
  CHECK(database.Select("SELECT data FROM A") == "{\"it's\": [1]}");
  CHECK(database.Select("SELECT none FROM A") == "null");
  CHECK(database.Push(models).executed_steps == 0);
}

TEST_CASE("reset, create, drop, and what is missing") {
  TemporaryDatabase database;
  SchemaEngineOptions options;
  options.schema = database.Schema(kBlog);
  auto engine = SchemaEngine::Create(options);
  DatasourceTarget target;
  target.url = database.url();
  try {
    engine->EnsureConnectionValidity(target);
    FAIL("there is no database yet");
  } catch (const Error& error) {
    CHECK(error.code() == "P1003");
  }
  CHECK(engine->CreateDatabase(target) == database.path());
  engine->EnsureConnectionValidity(target);
  database.Push(kBlog);
  database.Execute("CREATE VIEW v AS SELECT * FROM User; CREATE VIRTUAL TABLE words USING fts5(word)");
  engine->Reset();
  CHECK(database.Select("SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite%'") == "0");
  CHECK(database.Push(kBlog).executed_steps == 3);
  engine->DropDatabase(target);
  CHECK_FALSE(std::filesystem::exists(database.path()));
}

TEST_CASE("a file that is no database") {
  TemporaryDatabase database;
  std::ofstream(database.path()) << std::string(5000, 'x');
  CHECK_THROWS_AS(database.Push(kBlog), Error);
  SchemaEngineOptions options;
  options.schema = database.Schema(kBlog);
  SchemaEngine::Create(options)->Reset();
  CHECK(database.Push(kBlog).executed_steps == 3);
}

TEST_CASE("faults in the schema and in the diff's sides") {
  SchemaPushInput input;
  input.schema = {{"schema.prisma", "model A {"}};
  CHECK_THROWS_AS(SchemaEngine::Create()->SchemaPush(input), Error);
  CHECK_THROWS_AS(SchemaEngine::Create()->Diff({}), Error);
  DiffInput diff;
  diff.to.kind = DiffTarget::Kind::kUrl;
  diff.to.url = "nonsense://x";
  CHECK_THROWS_AS(SchemaEngine::Create()->Diff(diff), Error);
}

}  // namespace
}  // namespace prisma::engine
