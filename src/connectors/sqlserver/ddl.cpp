// SQL Server's DDL.
#include <set>

#include "connectors/sqlserver/migration.h"

namespace prisma::sqlserver {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

class Writer final : public DdlWriter {
 public:
  using DdlWriter::DdlWriter;

  std::string_view ScriptStart() const override { return "BEGIN TRY\n\nBEGIN TRAN;\n\n"; }
  std::string_view ScriptEnd() const override {
    return "\nCOMMIT TRAN;\n\nEND TRY\nBEGIN CATCH\n\nIF @@TRANCOUNT > 0\nBEGIN\n    ROLLBACK TRAN;\nEND;\nTHROW\n\n"
           "END CATCH\n";
  }

  std::string Quote(std::string_view name) const override {
    std::string out = "[";
    for (char c : name) {
      if (c == ']' && is_executed()) out += ']';
      out += c;
    }
    return out + ']';
  }
  std::string_view DefaultNamespace() const override { return "dbo"; }

 protected:
  Statements CreateNamespace(const SqlSchema& schema, NamespaceId id) const override {
    const std::string& name = schema.namespaces[id];
    return {"IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'" + name +
            "') EXEC sp_executesql N'CREATE SCHEMA " + Quote(name) + ";'"};
  }

  Statements CreateTable(const SqlSchema& schema, TableId table) const override {
    return {CreateTableAs(schema, table, TableName(schema, table))};
  }

  Statements DropTable(const SqlSchema& schema, TableId table) const override {
    return {"DROP TABLE " + TableName(schema, table)};
  }

  Statements AlterTable(const SchemaPair& schemas, const Step& step) const override {
    return TableChanges(*this, schemas, step).Run();
  }

  Statements RedefineTables(const SchemaPair& schemas, const std::vector<RedefinedTable>& tables) const override {
    const SqlSchema& previous = *schemas.previous;
    const SqlSchema& next = *schemas.next;
    Statements statements = {"BEGIN TRANSACTION"};
    for (const RedefinedTable& table : tables) {
      const Table& before = previous.tables[table.table.previous];
      const Table& after = next.tables[table.table.next];
      std::string temporary_name = "_prisma_new_" + after.name;
      std::string temporary = Quote(NamespaceText(next, table.table.next)) + "." + Quote(temporary_name);
      bool has_identity = false;
      std::string columns;
      for (const RedefinedTable::ColumnPair& pair : table.column_pairs) {
        const Column& column = next.columns[pair.column.next];
        has_identity |= column.auto_increment;
        if (!columns.empty()) columns += ",";
        columns += Quote(column.name);
      }
      for (IndexId id : before.indexes) {
        if (!previous.indexes[id].is_primary_key()) statements.push_back(DropIndex(previous, id)[0]);
      }
      statements.push_back(
          "DECLARE @SQL NVARCHAR(MAX) = N''\n"
          "SELECT @SQL += N'ALTER TABLE '\n"
          "    + QUOTENAME(OBJECT_SCHEMA_NAME(PARENT_OBJECT_ID))\n"
          "    + '.'\n"
          "    + QUOTENAME(OBJECT_NAME(PARENT_OBJECT_ID))\n"
          "    + ' DROP CONSTRAINT '\n"
          "    + OBJECT_NAME(OBJECT_ID) + ';'\n"
          "FROM SYS.OBJECTS\n"
          "WHERE TYPE_DESC LIKE '%CONSTRAINT'\n"
          "    AND OBJECT_NAME(PARENT_OBJECT_ID) = '" +
          before.name + "'\n    AND SCHEMA_NAME(SCHEMA_ID) = '" +
          std::string(NamespaceText(previous, table.table.previous)) + "'\nEXEC sp_executesql @SQL\n");
      statements.push_back(CreateTableAs(next, table.table.next, temporary));
      if (has_identity) statements.push_back("SET IDENTITY_INSERT " + temporary + " ON");
      std::string old_table = TableName(previous, table.table.previous);
      statements.push_back("IF EXISTS(SELECT * FROM " + old_table + ")\n    EXEC('INSERT INTO " + temporary + " (" +
                           columns + ") SELECT " + columns + " FROM " + old_table + " WITH (holdlock tablockx)')");
      if (has_identity) statements.push_back("SET IDENTITY_INSERT " + temporary + " OFF");
      statements.push_back("DROP TABLE " + old_table);
      statements.push_back("EXEC SP_RENAME N'" + std::string(NamespaceText(next, table.table.next)) + "." +
                           temporary_name + "', N'" + after.name + "'");
      for (IndexId id : after.indexes) {
        const Index& index = next.indexes[id];
        if (!index.is_primary_key() && !index.is_unique()) statements.push_back(CreateIndex(next, id)[0]);
      }
    }
    statements.push_back("COMMIT");
    return statements;
  }

  Statements CreateIndex(const SqlSchema& schema, IndexId id) const override {
    const Index& index = schema.indexes[id];
    std::string table = TableName(schema, index.table);
    std::string clustering = IsClustered(index) ? "CLUSTERED " : "NONCLUSTERED ";
    std::string columns = "(" + IndexColumnsText(schema, index, ", ") + ")";
    if (index.is_unique()) {
      return {"ALTER TABLE " + table + " ADD CONSTRAINT " + Quote(index.name) + " UNIQUE " + clustering + columns};
    }
    return {"CREATE " + clustering + "INDEX " + Quote(index.name) + " ON " + table + columns};
  }

  Statements DropIndex(const SqlSchema& schema, IndexId id) const override {
    const Index& index = schema.indexes[id];
    return {"DROP INDEX " + Quote(index.name) + " ON " + TableName(schema, index.table)};
  }

  Statements RenameIndex(const SchemaPair& schemas, const MigrationPair<IndexId>& ids) const override {
    const Index& before = schemas.previous->indexes[ids.previous];
    std::string name = std::string(NamespaceText(*schemas.previous, before.table)) + "." +
                       schemas.previous->tables[before.table].name + "." + before.name;
    return {"EXEC SP_RENAME N'" + name + "', N'" + schemas.next->indexes[ids.next].name + "', N'INDEX'"};
  }

  Statements AddForeignKey(const SqlSchema& schema, ForeignKeyId id) const override {
    const ForeignKey& key = schema.foreign_keys[id];
    std::string sql = "ALTER TABLE " + TableName(schema, key.table) + " ADD CONSTRAINT " + Quote(key.name) +
                      " FOREIGN KEY (" + QuoteColumns(schema, key.columns) + ") REFERENCES " +
                      TableName(schema, key.referenced_table) + "(" +
                      QuoteColumns(schema, key.referenced_columns, ",") + ")";
    sql += " ON DELETE ";
    sql += ActionSql(key.on_delete);
    sql += " ON UPDATE ";
    sql += ActionSql(key.on_update);
    return {sql};
  }

  Statements DropForeignKey(const SqlSchema& schema, ForeignKeyId id) const override {
    const ForeignKey& key = schema.foreign_keys[id];
    return {"ALTER TABLE " + TableName(schema, key.table) + " DROP CONSTRAINT " + Quote(key.name)};
  }

  Statements RenameForeignKey(const SchemaPair& schemas, const MigrationPair<ForeignKeyId>& ids) const override {
    const ForeignKey& before = schemas.previous->foreign_keys[ids.previous];
    return {"EXEC sp_rename '" + std::string(NamespaceText(*schemas.previous, before.table)) + "." + before.name +
            "', '" + schemas.next->foreign_keys[ids.next].name + "', 'OBJECT'"};
  }

  Statements DropView(const SqlSchema& schema, ViewId view) const override {
    std::string_view name_space = schema.NamespaceName(schema.views[view].name_space);
    return {"DROP VIEW " +
            QuoteQualified(name_space.empty() ? DefaultNamespace() : name_space, schema.views[view].name)};
  }

 private:
  // The statements of one ALTER TABLE: constraints go before columns change, and come back after that.
  class TableChanges {
   public:
    TableChanges(const Writer& writer, const SchemaPair& schemas, const Step& step)
        : writer_(writer), previous_(*schemas.previous), next_(*schemas.next), step_(step) {}

    Statements Run() {
      using Kind = TableChange::Kind;
      bool renames_key = false;
      for (const TableChange& change : step_.changes) {
        switch (change.kind) {
          case Kind::kDropPrimaryKey:
            dropped_constraints_.insert(writer_.Quote(OldKey().name));
            break;
          case Kind::kRenamePrimaryKey:
            renames_key = true;
            break;
          case Kind::kAddPrimaryKey: {
            const Index& key = next_.indexes[next_.PrimaryKey(step_.table.next)];
            std::string name = writer_.is_executed() ? writer_.Quote(key.name) : key.name;
            added_constraints_.insert("CONSTRAINT " + name + " PRIMARY KEY" +
                                      (IsClustered(key) ? " CLUSTERED" : " NONCLUSTERED") + " (" +
                                      writer_.IndexColumnsText(next_, key, ",") + ")");
            break;
          }
          case Kind::kAddColumn:
            added_columns_.push_back(writer_.ColumnText(next_, change.column.next));
            break;
          case Kind::kDropColumn:
            dropped_columns_.push_back(writer_.Quote(previous_.columns[change.column.previous].name));
            break;
          case Kind::kDropAndRecreateColumn:
            dropped_columns_.push_back(writer_.Quote(previous_.columns[change.column.previous].name));
            added_columns_.push_back(writer_.ColumnText(next_, change.column.next));
            break;
          case Kind::kAlterColumn:
            AlterColumn(change);
            break;
        }
      }
      std::string start = "ALTER TABLE " + writer_.TableName(previous_, step_.table.previous);
      Statements statements;
      if (!dropped_constraints_.empty()) {
        statements.push_back(start + " DROP CONSTRAINT " + Join(dropped_constraints_, ",\n"));
      }
      if (renames_key) {
        std::string old_name =
            std::string(writer_.NamespaceText(previous_, step_.table.previous)) + "." + OldKey().name;
        statements.push_back("EXEC SP_RENAME N'" + old_name + "', N'" +
                             next_.indexes[next_.PrimaryKey(step_.table.next)].name + "'");
      }
      for (std::string& sql : modifications_) statements.push_back(std::move(sql));
      if (!dropped_columns_.empty()) statements.push_back(start + " DROP COLUMN " + Join(dropped_columns_, ",\n"));
      if (!added_constraints_.empty()) statements.push_back(start + " ADD " + Join(added_constraints_, ", "));
      if (!added_columns_.empty()) statements.push_back(start + " ADD " + Join(added_columns_, ",\n"));
      return statements;
    }

   private:
    template <class Items>
    static std::string Join(const Items& items, const char* separator) {
      std::string out;
      for (const std::string& item : items) {
        if (!out.empty()) out += separator;
        out += item;
      }
      return out;
    }

    const Index& OldKey() const { return previous_.indexes[previous_.PrimaryKey(step_.table.previous)]; }

    void AlterColumn(const TableChange& change) {
      const Column& before = previous_.columns[change.column.previous];
      const Column& after = next_.columns[change.column.next];
      if (change.changes.default_value && before.default_value) {
        dropped_constraints_.insert(writer_.Quote(before.default_value->constraint_name));
      }
      if (!change.changes.only_default()) {
        modifications_.push_back("ALTER TABLE " + writer_.TableName(previous_, step_.table.previous) +
                                 " ALTER COLUMN " + writer_.Quote(after.name) + " " + writer_.TypeText(after) +
                                 (after.type.arity == ColumnArity::kRequired ? " NOT NULL" : " NULL"));
      }
      if (change.changes.default_value && after.default_value) {
        added_constraints_.insert("CONSTRAINT " + writer_.Quote(writer_.DefaultName(next_, after)) + " DEFAULT " +
                                  writer_.DefaultText(*after.default_value) + " FOR " + writer_.Quote(after.name));
      }
    }

    const Writer& writer_;
    const SqlSchema& previous_;
    const SqlSchema& next_;
    const Step& step_;
    std::set<std::string> dropped_constraints_, added_constraints_;
    std::vector<std::string> added_columns_, dropped_columns_, modifications_;
  };

  static bool IsClustered(const Index& index) { return index.clustered.value_or(index.is_primary_key()); }

  std::string_view NamespaceText(const SqlSchema& schema, TableId table) const {
    std::string_view name = schema.NamespaceOf(table);
    return name.empty() ? DefaultNamespace() : name;
  }

  std::string TableName(const SqlSchema& schema, TableId table) const {
    return Quote(NamespaceText(schema, table)) + "." + Quote(schema.tables[table].name);
  }

  std::string IndexColumnsText(const SqlSchema& schema, const Index& index, const char* separator) const {
    std::string sql;
    for (const IndexColumn& part : index.columns) {
      if (!sql.empty()) sql += separator;
      sql += Quote(schema.columns[part.column].name);
      if (part.sort) sql += *part.sort == SortOrder::kAscending ? " ASC" : " DESC";
    }
    return sql;
  }

  std::string TypeText(const Column& column) const {
    const ColumnType& type = column.type;
    if (type.family == TypeFamily::kUnsupported) return type.unsupported;
    if (!type.native) return type.full_data_type;
    std::string text = type.native->name;
    for (char& c : text) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    const std::vector<std::string>& arguments = type.native->arguments;
    if (arguments.empty()) return text;
    text += "(";
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (i) text += ",";
      text += arguments[i] == "Max" ? "max" : arguments[i];
    }
    return text + ")";
  }

  std::string DefaultText(const DefaultValue& value) const {
    if (value.kind == DefaultValue::Kind::kDbGenerated) return value.text;
    if (value.kind == DefaultValue::Kind::kNow) return "CURRENT_TIMESTAMP";
    switch (value.value.kind) {
      case SqlValue::Kind::kString:
      case SqlValue::Kind::kEnum:
        return QuoteText(value.value.text);
      case SqlValue::Kind::kBytes:
        return "0x" + HexOf(value.value.text);
      case SqlValue::Kind::kDateTime:
        return "'" + DateTimeText(value.value.text, false) + "'";
      case SqlValue::Kind::kBoolean:
        return value.value.text == "true" ? "1" : "0";
      default:
        return PlainText(value.value);
    }
  }

  std::string DefaultName(const SqlSchema& schema, const Column& column) const {
    const std::string& name = column.default_value->constraint_name;
    return name.empty() ? "DF__" + schema.tables[column.table].name + "__" + column.name : name;
  }

  std::string ColumnText(const SqlSchema& schema, ColumnId id) const {
    const Column& column = schema.columns[id];
    std::string sql = Quote(column.name) + " " + TypeText(column);
    if (column.type.arity == ColumnArity::kRequired) sql += " NOT NULL";
    if (column.auto_increment) return sql + " IDENTITY(1,1)";
    const std::optional<DefaultValue>& value = column.default_value;
    if (value && !(value->kind == DefaultValue::Kind::kDbGenerated && !value->has_expression)) {
      sql += " CONSTRAINT " + Quote(DefaultName(schema, column)) + " DEFAULT " + DefaultText(*value);
    }
    return sql;
  }

  std::string CreateTableAs(const SqlSchema& schema, TableId id, const std::string& quoted_name) const {
    const Table& table = schema.tables[id];
    std::string sql = "CREATE TABLE " + quoted_name + " (\n";
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (i) sql += ",\n";
      sql += "    " + ColumnText(schema, table.columns[i]);
    }
    auto add_constraint = [&](const Index& index, const char* kind) {
      sql += ",\n    CONSTRAINT " + Quote(index.name) + " " + kind +
             (IsClustered(index) ? " CLUSTERED" : " NONCLUSTERED") + " (" + IndexColumnsText(schema, index, ",") + ")";
    };
    if (IndexId key = schema.PrimaryKey(id)) add_constraint(schema.indexes[key], "PRIMARY KEY");
    for (IndexId index : table.indexes) {
      if (schema.indexes[index].is_unique()) add_constraint(schema.indexes[index], "UNIQUE");
    }
    return sql + "\n)";
  }
};

}  // namespace

const DdlWriter& SqlserverDdlWriter(bool is_executed) {
  static const Writer kScript(false), kExecuted(true);
  return is_executed ? kExecuted : kScript;
}

}  // namespace prisma::sqlserver
