#include <doctest/doctest.h>

#include "connectors/sqlite/driver.h"
#include "connectors/sqlite/migration.h"

namespace prisma::sqlite {
namespace {

using migrate::ColumnArity;
using migrate::DefaultValue;
using migrate::SqlSchema;
using migrate::SqlValue;
using migrate::TypeFamily;

SqlSchema DescribeScript(std::string_view script) {
  auto database = OpenDatabase("file::memory:", "");
  auto connection = database->Connect();
  connection->ExecuteScript(script);
  return SqliteDescriber().Describe(*connection, {});
}

const migrate::Column& ColumnOf(const SqlSchema& schema, std::string_view table, std::string_view column) {
  auto id = schema.FindColumn(schema.FindTable(table), column);
  REQUIRE(id.valid());
  return schema.columns[id];
}

TEST_CASE("sqlite describer: columns and types") {
  SqlSchema schema = DescribeScript(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT NOT NULL, b BigInt, c REAL, d DECIMAL(10,2), e BOOLEAN, f "
      "VARCHAR(9),"
      " g DATETIME, h BLOB, i JSONB, j geometry, k)");
  CHECK(ColumnOf(schema, "t", "id").auto_increment);
  CHECK(ColumnOf(schema, "t", "id").type.arity == ColumnArity::kRequired);
  CHECK(ColumnOf(schema, "t", "a").type.arity == ColumnArity::kRequired);
  CHECK(ColumnOf(schema, "t", "b").type.arity == ColumnArity::kNullable);
  CHECK(ColumnOf(schema, "t", "b").type.family == TypeFamily::kBigInt);
  CHECK(ColumnOf(schema, "t", "c").type.family == TypeFamily::kFloat);
  CHECK(ColumnOf(schema, "t", "d").type.family == TypeFamily::kDecimal);
  CHECK(ColumnOf(schema, "t", "e").type.family == TypeFamily::kBoolean);
  CHECK(ColumnOf(schema, "t", "f").type.family == TypeFamily::kString);
  CHECK(ColumnOf(schema, "t", "g").type.family == TypeFamily::kDateTime);
  CHECK(ColumnOf(schema, "t", "h").type.family == TypeFamily::kBinary);
  CHECK(ColumnOf(schema, "t", "i").type.family == TypeFamily::kJson);
  CHECK(ColumnOf(schema, "t", "j").type.family == TypeFamily::kUnsupported);
  CHECK(ColumnOf(schema, "t", "j").type.unsupported == "geometry");
  CHECK(ColumnOf(schema, "t", "k").type.family == TypeFamily::kUnsupported);
}

TEST_CASE("sqlite describer: defaults") {
  SqlSchema schema = DescribeScript(
      "CREATE TABLE t (a INT DEFAULT -7, b INT DEFAULT (1 + 1), c TEXT DEFAULT 'it''s', d BOOLEAN DEFAULT 1,"
      " e DATETIME DEFAULT CURRENT_TIMESTAMP, f DECIMAL DEFAULT 1.50, g TEXT DEFAULT NULL, h TEXT)");
  auto of = [&](const char* name) { return ColumnOf(schema, "t", name).default_value; };
  CHECK(of("a")->value.text == "-7");
  CHECK(of("a")->value.kind == SqlValue::Kind::kInt);
  CHECK(of("b")->kind == DefaultValue::Kind::kDbGenerated);
  CHECK(of("b")->text == "1 + 1");
  CHECK(of("c")->value.text == "it's");
  CHECK(of("d")->value.text == "true");
  CHECK(of("e")->kind == DefaultValue::Kind::kNow);
  CHECK(of("f")->value.text == "1.50");
  CHECK_FALSE(of("g").has_value());
  CHECK_FALSE(of("h").has_value());
}

TEST_CASE("sqlite describer: keys and indexes") {
  SqlSchema schema = DescribeScript(
      "CREATE TABLE parent (a TEXT, b TEXT, c TEXT UNIQUE, PRIMARY KEY (b, a));"
      "CREATE TABLE child (x TEXT, y TEXT, z TEXT REFERENCES parent (c) ON DELETE SET NULL,"
      " FOREIGN KEY (x, y) REFERENCES parent ON UPDATE CASCADE);"
      "CREATE INDEX plain ON child (x DESC, y); CREATE UNIQUE INDEX part ON child (x) WHERE y IS NULL;"
      "CREATE INDEX expr ON child (lower(x)); CREATE VIEW v AS SELECT 1; CREATE TABLE _cf_KV (a);"
      "CREATE TABLE counter (id INTEGER PRIMARY KEY AUTOINCREMENT)");
  CHECK(schema.tables.size() == 3);
  CHECK(schema.views.size() == 1);
  auto parent = schema.FindTable("parent");
  auto key = schema.PrimaryKey(parent);
  REQUIRE(key.valid());
  REQUIRE(schema.indexes[key].columns.size() == 2);
  CHECK(schema.columns[schema.indexes[key].columns[0].column].name == "b");
  auto child = schema.FindTable("child");
  const auto& indexes = schema.tables[child].indexes;
  REQUIRE(indexes.size() == 1);  // neither the partial one nor the one on an expression
  CHECK(schema.indexes[indexes[0]].columns[0].sort == migrate::SortOrder::kDescending);
  REQUIRE(schema.foreign_keys.size() == 2);
  for (const auto& foreign_key : schema.foreign_keys) {
    CHECK(foreign_key.referenced_table == parent);
    if (foreign_key.columns.size() == 1) {
      CHECK(foreign_key.on_delete == migrate::ForeignKeyAction::kSetNull);
      continue;
    }
    CHECK(foreign_key.on_update == migrate::ForeignKeyAction::kCascade);
    CHECK(schema.columns[foreign_key.referenced_columns[0]].name == "b");
    CHECK(schema.columns[foreign_key.referenced_columns[1]].name == "a");
  }
}

}  // namespace
}  // namespace prisma::sqlite
