// SQLite's DDL.
#include "connectors/sqlite/migration.h"

namespace prisma::sqlite {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

std::string_view TypeText(const ColumnType& type) {
  switch (type.family) {
    case TypeFamily::kBoolean:
      return "BOOLEAN";
    case TypeFamily::kDateTime:
      return "DATETIME";
    case TypeFamily::kFloat:
      return "REAL";
    case TypeFamily::kDecimal:
      return "DECIMAL";
    case TypeFamily::kInt:
      return "INTEGER";
    case TypeFamily::kBigInt:
      return "BIGINT";
    case TypeFamily::kBinary:
      return "BLOB";
    case TypeFamily::kJson:
      return "JSONB";
    case TypeFamily::kUnsupported:
      return type.unsupported;
    case TypeFamily::kString:
    case TypeFamily::kUuid:
    case TypeFamily::kEnum:
      break;
  }
  return "TEXT";
}

class Writer final : public DdlWriter {
 public:
  using DdlWriter::DdlWriter;

 protected:
  Statements CreateTable(const SqlSchema& schema, TableId table) const override {
    return {CreateTableAs(schema, table, schema.tables[table].name)};
  }

  // No order of dropping fits tables that refer to each other; without the pragma one of them could not be dropped.
  Statements DropTable(const SqlSchema& schema, TableId table) const override {
    return {"PRAGMA foreign_keys=off", "DROP TABLE " + Quote(schema.tables[table].name), "PRAGMA foreign_keys=on"};
  }

  Statements AlterTable(const SchemaPair& schemas, const Step& step) const override {
    Statements statements;
    for (const TableChange& change : step.changes) {
      if (change.kind != TableChange::Kind::kAddColumn) continue;  // no other change gets here
      statements.push_back("ALTER TABLE " + Quote(schemas.previous->tables[step.table.previous].name) + " ADD COLUMN " +
                           ColumnText(*schemas.next, change.column.next));
    }
    return statements;
  }

  Statements RedefineTables(const SchemaPair& schemas, const std::vector<RedefinedTable>& tables) const override {
    Statements statements = {"PRAGMA defer_foreign_keys=ON", "PRAGMA foreign_keys=OFF"};
    for (const RedefinedTable& table : tables) {
      const std::string& old_name = schemas.previous->tables[table.table.previous].name;
      const std::string& name = schemas.next->tables[table.table.next].name;
      std::string temporary = "new_" + name;
      statements.push_back(CreateTableAs(*schemas.next, table.table.next, temporary));
      if (!table.column_pairs.empty()) statements.push_back(CopyRows(schemas, table, temporary));
      statements.push_back("DROP TABLE " + Quote(old_name));
      statements.push_back("ALTER TABLE " + Quote(temporary) + " RENAME TO " + Quote(name));
      for (IndexId id : schemas.next->tables[table.table.next].indexes) {
        if (schemas.next->indexes[id].is_primary_key()) continue;
        for (std::string& statement : CreateIndex(*schemas.next, id)) statements.push_back(std::move(statement));
      }
    }
    statements.push_back("PRAGMA foreign_keys=ON");
    statements.push_back("PRAGMA defer_foreign_keys=OFF");
    return statements;
  }

  Statements CreateIndex(const SqlSchema& schema, IndexId id) const override {
    const Index& index = schema.indexes[id];
    std::string sql = index.is_unique() ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    sql += Quote(index.name) + " ON " + Quote(schema.tables[index.table].name) + "(";
    for (size_t i = 0; i < index.columns.size(); ++i) {
      const IndexColumn& part = index.columns[i];
      if (i) sql += ", ";
      sql += Quote(schema.columns[part.column].name);
      if (part.sort) sql += *part.sort == SortOrder::kAscending ? " ASC" : " DESC";
    }
    sql += ")";
    // An index that the database made for a UNIQUE of the table's own.
    if (index.name.starts_with("sqlite_")) return {"Pragma writable_schema=1", sql, "Pragma writable_schema=0"};
    return {sql};
  }

  Statements DropIndex(const SqlSchema& schema, IndexId index) const override {
    return {"DROP INDEX " + Quote(schema.indexes[index].name)};
  }

 private:
  std::string ColumnText(const SqlSchema& schema, ColumnId id) const {
    const Column& column = schema.columns[id];
    bool is_key = schema.IsSinglePrimaryKey(id);
    std::string sql = Quote(column.name) + " ";
    sql += TypeText(column.type);
    if (column.type.arity != ColumnArity::kNullable) sql += " NOT NULL";
    if (is_key) sql += " PRIMARY KEY";
    if (is_key && column.type.family == TypeFamily::kInt) sql += " AUTOINCREMENT";
    if (column.default_value) {
      std::string text = DefaultSql(*column.default_value, is_executed());
      if (!text.empty()) sql += " DEFAULT " + text;
    }
    return sql;
  }

  std::string CreateTableAs(const SqlSchema& schema, TableId id, const std::string& name) const {
    const Table& table = schema.tables[id];
    std::string sql = "CREATE TABLE " + Quote(name) + " (\n";
    bool is_first = true;
    for (ColumnId column : table.columns) {
      if (!is_first) sql += ",\n";
      is_first = false;
      sql += "    " + ColumnText(schema, column);
    }
    IndexId key = schema.PrimaryKey(id);
    if (key && schema.indexes[key].columns.size() > 1) {
      std::vector<ColumnId> columns;
      for (const IndexColumn& part : schema.indexes[key].columns) columns.push_back(part.column);
      sql += ",\n\n    PRIMARY KEY (" + QuoteColumns(schema, columns) + ")";
    }
    for (ForeignKeyId foreign_key : table.foreign_keys) sql += ",\n    " + ForeignKeyText(schema, foreign_key);
    return sql + "\n)";
  }

  std::string ForeignKeyText(const SqlSchema& schema, ForeignKeyId id) const {
    const ForeignKey& key = schema.foreign_keys[id];
    std::string sql;
    if (!key.name.empty()) sql += "CONSTRAINT " + Quote(key.name) + " ";
    sql += "FOREIGN KEY (" + QuoteColumns(schema, key.columns) + ") REFERENCES ";
    sql += Quote(schema.tables[key.referenced_table].name) + " (" + QuoteColumns(schema, key.referenced_columns) + ")";
    sql += " ON DELETE ";
    sql += ActionSql(key.on_delete);
    sql += " ON UPDATE ";
    sql += ActionSql(key.on_update);
    return sql;
  }

  // A column that became required takes its default where it was NULL: there is no DEFAULT in an INSERT's SELECT.
  std::string CopyRows(const SchemaPair& schemas, const RedefinedTable& table, const std::string& temporary) const {
    std::string to, from;
    for (const RedefinedTable::ColumnPair& pair : table.column_pairs) {
      const Column& after = schemas.next->columns[pair.column.next];
      std::string name = Quote(schemas.previous->columns[pair.column.previous].name);
      if (!to.empty()) {
        to += ", ";
        from += ", ";
      }
      to += Quote(after.name);
      if (pair.changes.arity && after.type.arity == ColumnArity::kRequired && after.default_value) {
        from += "coalesce(" + name + ", " + DefaultSql(*after.default_value, is_executed()) + ") AS " + name;
      } else {
        from += name;
      }
    }
    return "INSERT INTO " + Quote(temporary) + " (" + to + ") SELECT " + from + " FROM " +
           Quote(schemas.previous->tables[table.table.previous].name);
  }
};

}  // namespace

std::string DefaultSql(const migrate::DefaultValue& value, bool is_executed) {
  switch (value.kind) {
    case DefaultValue::Kind::kDbGenerated:
      return value.has_expression ? value.text : "";
    case DefaultValue::Kind::kNow:
      return "CURRENT_TIMESTAMP";
    case DefaultValue::Kind::kSequence:
    case DefaultValue::Kind::kUniqueRowid:
      return "";
    case DefaultValue::Kind::kValue:
      break;
  }
  switch (value.value.kind) {
    case SqlValue::Kind::kString:
    case SqlValue::Kind::kEnum:
      return QuoteText(value.value.text);
    case SqlValue::Kind::kJson:
      return is_executed ? QuoteText(value.value.text) : value.value.text;
    case SqlValue::Kind::kBytes:
      return "'" + HexOf(value.value.text) + "'";
    case SqlValue::Kind::kDateTime:
      return "'" + DateTimeText(value.value.text, false) + "'";
    default:
      return PlainText(value.value);
  }
}

const DdlWriter& SqliteDdlWriter(bool is_executed) {
  static const Writer kScript(false), kExecuted(true);
  return is_executed ? kExecuted : kScript;
}

}  // namespace prisma::sqlite
