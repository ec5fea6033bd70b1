// MySQL's DDL.
#include "connectors/mysql/migration.h"

namespace prisma::mysql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

class Writer final : public DdlWriter {
 public:
  using DdlWriter::DdlWriter;

  std::string Quote(std::string_view name) const override {
    std::string out = "`";
    for (char c : name) {
      if (c == '`' && is_executed()) out += '`';
      out += c;
    }
    return out + '`';
  }

 protected:
  Statements CreateTable(const SqlSchema& schema, TableId id) const override {
    const Table& table = schema.tables[id];
    std::string sql = "CREATE TABLE " + Quote(table.name) + " (\n";
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (i) sql += ",\n";
      sql += "    " + ColumnText(schema, table.columns[i]);
    }
    bool has_indexes = false;
    for (IndexId index_id : table.indexes) {
      const Index& index = schema.indexes[index_id];
      if (index.is_primary_key()) continue;
      sql += has_indexes ? ",\n    " : ",\n\n    ";
      has_indexes = true;
      sql += IndexKindText(index) + "INDEX " + Quote(index.name) + "(" + IndexColumnsText(schema, index) + ")";
    }
    if (IndexId key = schema.PrimaryKey(id)) {
      sql += has_indexes ? ",\n    " : ",\n\n    ";
      sql += "PRIMARY KEY (" + IndexColumnsText(schema, schema.indexes[key]) + ")";
    }
    return {sql + "\n) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"};
  }

  Statements DropTable(const SqlSchema& schema, TableId table) const override {
    return {"DROP TABLE " + Quote(schema.tables[table].name)};
  }

  Statements AlterTable(const SchemaPair& schemas, const Step& step) const override {
    using Kind = TableChange::Kind;
    const SqlSchema& previous = *schemas.previous;
    const SqlSchema& next = *schemas.next;
    std::string sql;
    auto add = [&](const std::string& clause) { sql += (sql.empty() ? "" : ",\n    ") + clause; };
    for (const TableChange& change : step.changes) {
      switch (change.kind) {
        case Kind::kDropPrimaryKey:
          add("DROP PRIMARY KEY");
          break;
        case Kind::kRenamePrimaryKey:  // it has no name
          break;
        case Kind::kAddPrimaryKey:
          add("ADD PRIMARY KEY (" + IndexColumnsText(next, next.indexes[next.PrimaryKey(step.table.next)]) + ")");
          break;
        case Kind::kAddColumn:
          add("ADD COLUMN " + ColumnText(next, change.column.next));
          break;
        case Kind::kDropColumn:
          add("DROP COLUMN " + Quote(previous.columns[change.column.previous].name));
          break;
        case Kind::kDropAndRecreateColumn:
          add("DROP COLUMN " + Quote(previous.columns[change.column.previous].name));
          add("ADD COLUMN " + ColumnText(next, change.column.next));
          break;
        case Kind::kAlterColumn:
          add(AlterColumn(schemas, change));
          break;
      }
    }
    if (sql.empty()) return {};
    return {"ALTER TABLE " + Quote(previous.tables[step.table.previous].name) + " " + sql};
  }

  // Everything can be altered.
  Statements RedefineTables(const SchemaPair&, const std::vector<RedefinedTable>&) const override { return {}; }

  Statements CreateIndex(const SqlSchema& schema, IndexId id) const override {
    const Index& index = schema.indexes[id];
    return {"CREATE " + IndexKindText(index) + "INDEX " + Quote(index.name) + " ON " +
            Quote(schema.tables[index.table].name) + "(" + IndexColumnsText(schema, index) + ")"};
  }

  Statements DropIndex(const SqlSchema& schema, IndexId id) const override {
    const Index& index = schema.indexes[id];
    return {"DROP INDEX " + Quote(index.name) + " ON " + Quote(schema.tables[index.table].name)};
  }

  Statements RenameIndex(const SchemaPair& schemas, const MigrationPair<IndexId>& ids) const override {
    const Index& before = schemas.previous->indexes[ids.previous];
    return {"ALTER TABLE " + Quote(schemas.previous->tables[before.table].name) + " RENAME INDEX " +
            Quote(before.name) + " TO " + Quote(schemas.next->indexes[ids.next].name)};
  }

  // The new one first: a foreign key may rely on the old one.
  Statements RedefineIndex(const SchemaPair& schemas, const MigrationPair<IndexId>& ids) const override {
    Statements statements = CreateIndex(*schemas.next, ids.next);
    statements.push_back(DropIndex(*schemas.previous, ids.previous)[0]);
    return statements;
  }

  Statements AddForeignKey(const SqlSchema& schema, ForeignKeyId id) const override {
    const ForeignKey& key = schema.foreign_keys[id];
    std::string sql = "ALTER TABLE " + Quote(schema.tables[key.table].name) + " ADD ";
    if (!key.name.empty()) sql += "CONSTRAINT " + Quote(key.name) + " ";
    sql += "FOREIGN KEY (" + QuoteColumns(schema, key.columns) + ") REFERENCES " +
           Quote(schema.tables[key.referenced_table].name) + "(" + QuoteColumns(schema, key.referenced_columns) + ")";
    sql += " ON DELETE ";
    sql += ActionSql(key.on_delete);
    sql += " ON UPDATE ";
    sql += ActionSql(key.on_update);
    return {sql};
  }

  Statements DropForeignKey(const SqlSchema& schema, ForeignKeyId id) const override {
    const ForeignKey& key = schema.foreign_keys[id];
    return {"ALTER TABLE " + Quote(schema.tables[key.table].name) + " DROP FOREIGN KEY " + Quote(key.name)};
  }

 private:
  static std::string IndexKindText(const Index& index) {
    if (index.is_unique()) return "UNIQUE ";
    return index.kind == IndexKind::kFulltext ? "FULLTEXT " : "";
  }

  std::string IndexColumnsText(const SqlSchema& schema, const Index& index) const {
    std::string sql;
    for (const IndexColumn& part : index.columns) {
      if (!sql.empty()) sql += ", ";
      sql += Quote(schema.columns[part.column].name);
      if (part.length) sql += "(" + std::to_string(*part.length) + ")";
      if (part.sort) sql += *part.sort == SortOrder::kAscending ? " ASC" : " DESC";
    }
    return sql;
  }

  std::string TypeText(const SqlSchema& schema, const Column& column) const {
    const ColumnType& type = column.type;
    if (type.family == TypeFamily::kEnum) {
      std::string sql = "ENUM(";
      const std::vector<std::string>& variants = schema.enums[type.enum_id].variants;
      for (size_t i = 0; i < variants.size(); ++i) {
        if (i) sql += ", ";
        sql += QuoteVariant(variants[i]);
      }
      return sql + ")";
    }
    if (type.family == TypeFamily::kUnsupported) return type.unsupported;
    if (!type.native) return type.full_data_type;
    std::string name = type.native->name;
    std::string suffix;
    if (name.starts_with("Unsigned")) {
      name.erase(0, 8);
      suffix = " UNSIGNED";
    }
    if (name == "TinyInt" && suffix.empty() && type.family == TypeFamily::kBoolean) return "BOOLEAN";
    if (name == "Int") name = "INTEGER";
    for (char& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (!type.native->arguments.empty()) {
      name += "(";
      for (size_t i = 0; i < type.native->arguments.size(); ++i) {
        if (i) name += ", ";
        name += type.native->arguments[i];
      }
      name += ")";
    }
    return name + suffix;
  }

  std::string DefaultText(const Column& column, const DefaultValue& value) const {
    switch (value.kind) {
      case DefaultValue::Kind::kDbGenerated:
        return value.has_expression ? value.text : "";
      case DefaultValue::Kind::kNow: {
        // As precise as the column.
        std::string precision = "3";
        if (column.type.native) {
          const NativeType& type = *column.type.native;
          bool is_precise = type.name == "Time" || type.name == "DateTime" || type.name == "Timestamp";
          if (is_precise && !type.arguments.empty()) precision = type.arguments[0];
        }
        return "CURRENT_TIMESTAMP(" + precision + ")";
      }
      case DefaultValue::Kind::kSequence:
      case DefaultValue::Kind::kUniqueRowid:
        return "";
      case DefaultValue::Kind::kValue:
        break;
    }
    switch (value.value.kind) {
      case SqlValue::Kind::kString:
      case SqlValue::Kind::kEnum:
        return QuoteText(is_executed() ? EscapeBackslashes(value.value.text) : value.value.text);
      case SqlValue::Kind::kDateTime:
        return "'" + DateTimeText(value.value.text, true) + "'";
      default:
        return PlainText(value.value);
    }
  }

  static std::string EscapeBackslashes(const std::string& text) {
    std::string out;
    for (char c : text) {
      if (c == '\\') out += '\\';
      out += c;
    }
    return out;
  }

  std::string ColumnText(const SqlSchema& schema, ColumnId id) const {
    const Column& column = schema.columns[id];
    std::string sql = Quote(column.name) + " " + TypeText(schema, column);
    sql += column.type.arity == ColumnArity::kRequired ? " NOT NULL" : " NULL";
    if (column.auto_increment) sql += " AUTO_INCREMENT";
    if (column.default_value && HasDefault(column)) {
      std::string text = DefaultText(column, *column.default_value);
      if (!text.empty()) sql += " DEFAULT " + text;
    }
    return sql;
  }

  // JSON columns can't have any, and binary ones no constants.
  static bool HasDefault(const Column& column) {
    if (column.type.family == TypeFamily::kJson) return false;
    return column.type.family != TypeFamily::kBinary || column.default_value->kind == DefaultValue::Kind::kDbGenerated;
  }

  std::string AlterColumn(const SchemaPair& schemas, const TableChange& change) const {
    const Column& before = schemas.previous->columns[change.column.previous];
    const Column& after = schemas.next->columns[change.column.next];
    if (change.changes.only_default() && !after.default_value) {
      return "ALTER COLUMN " + Quote(before.name) + " DROP DEFAULT";
    }
    std::optional<DefaultValue> value = after.default_value;
    // dbgenerated() doesn't say what: the database knows.
    bool is_unknown = value && value->kind == DefaultValue::Kind::kDbGenerated && value->text.empty();
    if (is_unknown && before.default_value && before.default_value->kind == DefaultValue::Kind::kDbGenerated &&
        !before.default_value->text.empty()) {
      value = before.default_value;
    }
    std::string sql = "MODIFY " + Quote(after.name) + " ";
    sql += after.type.full_data_type.empty() ? TypeText(*schemas.next, after) : after.type.full_data_type;
    sql += after.type.arity == ColumnArity::kRequired ? " NOT NULL" : " NULL";
    if (value && (!is_executed() || HasDefault(after))) {
      std::string text = DefaultText(after, *value);
      if (!text.empty()) sql += " DEFAULT " + text;
    }
    if (after.auto_increment) sql += " AUTO_INCREMENT";
    return sql;
  }
};

}  // namespace

const DdlWriter& MysqlDdlWriter(bool is_executed) {
  static const Writer kScript(false), kExecuted(true);
  return is_executed ? kExecuted : kScript;
}

}  // namespace prisma::mysql
