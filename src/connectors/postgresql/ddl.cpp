// PostgreSQL's DDL.
#include <algorithm>
#include <cctype>
#include <map>

#include "connectors/postgresql/migration.h"

namespace prisma::postgresql {

using namespace migrate;  // NOLINT: this file is about nothing else

namespace {

std::string UpperCase(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string_view ListSuffix(const Column& column) { return column.type.arity == ColumnArity::kList ? "[]" : ""; }

}  // namespace

std::string DdlWriter::NativeTypeText(const NativeType& type, bool is_serial) const {
  if (is_serial) {
    if (type.name == "SmallInt") return "SMALLSERIAL";
    if (type.name == "Integer") return "SERIAL";
    if (type.name == "BigInt") return "BIGSERIAL";
  }
  std::string text = type.name == "DoublePrecision" ? "DOUBLE PRECISION" : UpperCase(type.name);
  if (type.arguments.empty()) return text;
  text += "(";
  for (size_t i = 0; i < type.arguments.size(); ++i) {
    if (i) text += ",";
    text += type.arguments[i];
  }
  return text + ")";
}

std::string DdlWriter::VariantList(const std::vector<std::string>& variants) const {
  std::string sql = "(";
  for (size_t i = 0; i < variants.size(); ++i) {
    if (i) sql += ", ";
    sql += QuoteVariant(variants[i]);
  }
  return sql + ")";
}

std::string DdlWriter::EnumText(const SqlSchema& schema, EnumId id) const {
  return QuoteQualified(schema.NamespaceName(schema.enums[id].name_space), schema.enums[id].name);
}

std::string DdlWriter::TypeText(const SqlSchema& schema, const Column& column) const {
  std::string text;
  if (column.type.family == TypeFamily::kEnum) {
    text = EnumText(schema, column.type.enum_id);
  } else if (column.type.family == TypeFamily::kUnsupported) {
    text = column.type.unsupported;
  } else if (column.type.native) {
    text = NativeTypeText(*column.type.native, column.auto_increment);
  } else {
    text = column.type.full_data_type;
  }
  return text.append(ListSuffix(column));
}

std::string DdlWriter::ConstantText(const SqlValue& value, const std::string& type) const {
  switch (value.kind) {
    case SqlValue::Kind::kString:
    case SqlValue::Kind::kEnum:
    case SqlValue::Kind::kJson:
      return QuoteText(value.text);
    case SqlValue::Kind::kDateTime:
      return "'" + DateTimeText(value.text, false) + "'";
    case SqlValue::Kind::kBytes:
      return "'\\x" + HexOf(value.text) + "'";
    case SqlValue::Kind::kList: {
      std::string out = "ARRAY[";
      for (size_t i = 0; i < value.items.size(); ++i) {
        if (i) out += ", ";
        out += ConstantText(value.items[i], type);
      }
      return out + "]::" + type;
    }
    default:
      return PlainText(value);
  }
}

std::string DdlWriter::DefaultText(const DefaultValue& value, const std::string& type) const {
  switch (value.kind) {
    case DefaultValue::Kind::kDbGenerated:
      return value.has_expression ? value.text : "";
    case DefaultValue::Kind::kNow:
      return "CURRENT_TIMESTAMP";
    case DefaultValue::Kind::kUniqueRowid:
      return "unique_rowid()";
    case DefaultValue::Kind::kSequence:
      return "";
    case DefaultValue::Kind::kValue:
      break;
  }
  return ConstantText(value.value, type);
}

std::string DdlWriter::ColumnText(const SqlSchema& schema, ColumnId id) const {
  const Column& column = schema.columns[id];
  std::string type = TypeText(schema, column);
  std::string sql = "    " + Quote(column.name) + " " + type;
  if (column.type.arity == ColumnArity::kRequired) sql += " NOT NULL";
  if (column.default_value) {
    std::string text = DefaultText(*column.default_value, type);
    if (!text.empty()) sql += " DEFAULT " + text;
  }
  return sql + IdentityText(schema, column);
}

Statements DdlWriter::CreateNamespace(const SqlSchema& schema, NamespaceId id) const {
  return {"CREATE SCHEMA IF NOT EXISTS " + Quote(schema.namespaces[id])};
}

Statements DdlWriter::CreateExtension(const SqlSchema& schema, ExtensionId id) const {
  const Extension& extension = schema.extensions[id];
  std::string sql = "CREATE EXTENSION IF NOT EXISTS " + Quote(extension.name);
  if (!extension.version.empty() || !extension.schema.empty()) sql += " WITH";
  if (!extension.schema.empty()) sql += " SCHEMA " + Quote(extension.schema);
  if (!extension.version.empty()) sql += " VERSION " + Quote(extension.version);
  return {sql};
}

Statements DdlWriter::DropExtension(const SqlSchema& schema, ExtensionId id) const {
  return {"DROP EXTENSION " + Quote(schema.extensions[id].name)};
}

Statements DdlWriter::AlterExtension(const SchemaPair& schemas, const Step& step) const {
  std::string start = "ALTER EXTENSION " + Quote(schemas.previous->extensions[step.extension.previous].name);
  const Extension& next = schemas.next->extensions[step.extension.next];
  Statements statements;
  if (step.alters_version) statements.push_back(start + " UPDATE TO " + Quote(next.version));
  if (step.alters_schema) statements.push_back(start + " SET SCHEMA " + Quote(next.schema));
  return statements;
}

Statements DdlWriter::CreateEnum(const SqlSchema& schema, EnumId id) const {
  return {"CREATE TYPE " + EnumText(schema, id) + " AS ENUM " + VariantList(schema.enums[id].variants)};
}

Statements DdlWriter::DropEnum(const SqlSchema& schema, EnumId id) const {
  return {"DROP TYPE " + QuoteDropped(schema.NamespaceName(schema.enums[id].name_space), schema.enums[id].name)};
}

// Variants can be added, but not removed: then there is a new type, and the columns move over to it.
Statements DdlWriter::AlterEnum(const SchemaPair& schemas, const Step& step) const {
  const SqlSchema& previous = *schemas.previous;
  const SqlSchema& next = *schemas.next;
  const EnumChange& change = step.enum_change;
  const Enum& before = previous.enums[step.enumeration.previous];
  const Enum& after = next.enums[step.enumeration.next];
  Statements statements;
  if (change.dropped_variants.empty()) {
    for (const std::string& variant : change.created_variants) {
      statements.push_back("ALTER TYPE " + EnumText(previous, step.enumeration.previous) + " ADD VALUE " +
                           QuoteVariant(variant));
    }
    if (statements.size() > 1) {
      statements[0].insert(0,
                           "-- This migration adds more than one value to an enum.\n"
                           "-- With PostgreSQL versions 11 and earlier, this is not possible\n"
                           "-- in a single migration. This can be worked around by creating\n"
                           "-- multiple migrations, each migration adding only one value to\n"
                           "-- the enum.\n\n\n");
    }
    return statements;
  }
  std::string new_name = QuoteQualified(next.NamespaceName(after.name_space), after.name + "_new");
  statements.push_back("BEGIN");
  statements.push_back("CREATE TYPE " + new_name + " AS ENUM " + VariantList(after.variants));
  for (const EnumChange::DefaultUsage& usage : change.defaults) {
    const Column& column = previous.columns[usage.previous];
    statements.push_back("ALTER TABLE " + QuoteTable(previous, column.table) + " ALTER COLUMN " + Quote(column.name) +
                         " DROP DEFAULT");
  }
  for (const Column& column : next.columns) {
    if (column.type.family != TypeFamily::kEnum || column.type.enum_id != step.enumeration.next) continue;
    std::string type = new_name;
    type += ListSuffix(column);
    statements.push_back("ALTER TABLE " + QuoteTable(next, column.table) + " ALTER COLUMN " + Quote(column.name) +
                         " TYPE " + type + " USING (" + Quote(column.name) + "::text::" + type + ")");
  }
  std::string old_name = before.name + "_old";
  std::string_view old_namespace = previous.NamespaceName(before.name_space);
  statements.push_back("ALTER TYPE " + EnumText(previous, step.enumeration.previous) + " RENAME TO " + Quote(old_name));
  statements.push_back("ALTER TYPE " + new_name + " RENAME TO " + Quote(after.name));
  statements.push_back("DROP TYPE " + QuoteQualified(old_namespace, old_name));
  for (const EnumChange::DefaultUsage& usage : change.defaults) {
    if (!usage.next || !next.columns[usage.next].default_value) continue;
    const Column& column = next.columns[usage.next];
    const Column& old_column = previous.columns[usage.previous];
    statements.push_back("ALTER TABLE " + QuoteTable(previous, old_column.table) + " ALTER COLUMN " +
                         Quote(old_column.name) + " SET DEFAULT " +
                         DefaultText(*column.default_value, TypeText(next, column)));
  }
  statements.push_back("COMMIT");
  return statements;
}

std::string DdlWriter::CreateTableAs(const SqlSchema& schema, TableId id, const std::string& quoted_name) const {
  std::string sql = "CREATE TABLE " + quoted_name + " (\n";
  const Table& table = schema.tables[id];
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (i) sql += ",\n";
    sql += ColumnText(schema, table.columns[i]);
  }
  if (IndexId key = schema.PrimaryKey(id)) {
    std::vector<ColumnId> columns;
    for (const IndexColumn& part : schema.indexes[key].columns) columns.push_back(part.column);
    sql += ",\n\n    CONSTRAINT " + Quote(schema.indexes[key].name) + " PRIMARY KEY (" +
           QuoteColumns(schema, columns, ",") + ")";
  }
  return sql + "\n)";
}

Statements DdlWriter::CreateTable(const SqlSchema& schema, TableId table) const {
  return {CreateTableAs(schema, table, QuoteTable(schema, table))};
}

Statements DdlWriter::JoinClauses(const std::string& table, const std::vector<std::string>& clauses) const {
  std::string sql = "ALTER TABLE " + table + " ";
  for (size_t i = 0; i < clauses.size(); ++i) {
    if (i) sql += ",\n";
    sql += clauses[i];
  }
  return {sql};
}

Statements DdlWriter::AlterTable(const SchemaPair& schemas, const Step& step) const {
  using Kind = TableChange::Kind;
  const SqlSchema& previous = *schemas.previous;
  const SqlSchema& next = *schemas.next;
  auto key_name = [&](const SqlSchema& schema, TableId table) {
    return Quote(schema.indexes[schema.PrimaryKey(table)].name);
  };
  Clauses out;
  for (const TableChange& change : step.changes) {
    switch (change.kind) {
      case Kind::kDropPrimaryKey:
        out.clauses.push_back("DROP CONSTRAINT " + key_name(previous, step.table.previous));
        break;
      case Kind::kRenamePrimaryKey:
        out.clauses.push_back("RENAME CONSTRAINT " + key_name(previous, step.table.previous) + " TO " +
                              key_name(next, step.table.next));
        break;
      case Kind::kAddPrimaryKey: {
        std::vector<ColumnId> columns;
        for (const IndexColumn& part : next.indexes[next.PrimaryKey(step.table.next)].columns) {
          columns.push_back(part.column);
        }
        out.clauses.push_back("ADD CONSTRAINT " + key_name(next, step.table.next) + " PRIMARY KEY (" +
                              QuoteColumns(next, columns) + ")");
        break;
      }
      case Kind::kAddColumn:
        out.clauses.push_back("ADD COLUMN " + ColumnText(next, change.column.next));
        break;
      case Kind::kDropColumn:
        out.clauses.push_back("DROP COLUMN " + Quote(previous.columns[change.column.previous].name));
        break;
      case Kind::kAlterColumn:
        AlterColumn(schemas, change, out);
        break;
      case Kind::kDropAndRecreateColumn:
        out.clauses.push_back("DROP COLUMN " + Quote(previous.columns[change.column.previous].name));
        out.clauses.push_back("ADD COLUMN " + ColumnText(next, change.column.next));
        break;
    }
  }
  if (out.clauses.empty()) return {};
  Statements statements = std::move(out.before);
  for (std::string& sql : JoinClauses(QuoteTable(previous, step.table.previous), out.clauses)) {
    statements.push_back(std::move(sql));
  }
  for (std::string& sql : out.after) statements.push_back(std::move(sql));
  return statements;
}

void DdlWriter::AlterColumn(const SchemaPair& schemas, const TableChange& change, Clauses& out) const {
  const Column& before = schemas.previous->columns[change.column.previous];
  const Column& after = schemas.next->columns[change.column.next];
  std::string prefix = "ALTER COLUMN " + Quote(before.name);
  bool set_type = change.changes.type();

  auto drop_default = [&] {
    out.clauses.push_back(prefix + " DROP DEFAULT");
    // The sequence goes too, unless another column uses it.
    if (!before.default_value || before.default_value->kind != DefaultValue::Kind::kSequence) return;
    for (size_t i = 0; i < schemas.next->columns.size(); ++i) {
      const Column& other = schemas.next->columns[ColumnId(i)];
      if (ColumnId(i) != change.column.next && other.default_value &&
          other.default_value->kind == DefaultValue::Kind::kSequence &&
          other.default_value->text == before.default_value->text) {
        return;
      }
    }
    out.after.push_back("DROP SEQUENCE " + Quote(before.default_value->text));
  };

  if (change.changes.arity) {
    bool was_nullable = before.type.arity == ColumnArity::kNullable;
    bool is_list = after.type.arity == ColumnArity::kList;
    bool was_list = before.type.arity == ColumnArity::kList;
    set_type |= is_list || was_list;
    if (after.type.arity == ColumnArity::kNullable) {
      out.clauses.push_back(prefix + " DROP NOT NULL");
    } else if (after.type.arity == ColumnArity::kRequired && (was_nullable || was_list)) {
      out.clauses.push_back(prefix + " SET NOT NULL");
    }
  }
  if (change.changes.default_value) {
    if (after.default_value) {
      out.clauses.push_back(prefix + " SET DEFAULT " +
                            DefaultText(*after.default_value, TypeText(*schemas.next, after)));
    } else {
      drop_default();
    }
  }
  if (change.changes.autoincrement) {
    if (before.auto_increment) {
      drop_default();
    } else {
      // Just what SERIAL would have made.
      std::string_view name_space = schemas.next->NamespaceOf(after.table);
      std::string sequence = name_space.empty() ? "" : Quote(name_space) + ".";
      sequence = LowerCase(sequence + schemas.next->tables[after.table].name + "_" + after.name + "_seq");
      out.before.push_back("CREATE SEQUENCE " + sequence);
      out.clauses.push_back(prefix + " SET DEFAULT nextval(" + QuoteText(sequence) + ")");
      out.after.push_back("ALTER SEQUENCE " + sequence + " OWNED BY " + QuoteTable(*schemas.previous, before.table) +
                          "." + Quote(before.name));
    }
  }
  if (set_type) out.clauses.push_back(prefix + " SET DATA TYPE " + TypeText(*schemas.next, after));
}

Statements DdlWriter::RedefineTables(const SchemaPair& schemas, const std::vector<RedefinedTable>& tables) const {
  const SqlSchema& previous = *schemas.previous;
  const SqlSchema& next = *schemas.next;
  Statements statements;
  auto append = [&](Statements more) {
    for (std::string& sql : more) statements.push_back(std::move(sql));
  };
  for (const RedefinedTable& table : tables) {
    const Table& after = next.tables[table.table.next];
    std::string temporary =
        QuoteQualified(next.NamespaceName(after.name_space), std::string(kTemporaryPrefix) + after.name);
    statements.push_back(CreateTableAs(next, table.table.next, temporary));
    for (IndexId id : previous.tables[table.table.previous].indexes) {
      if (!previous.indexes[id].is_primary_key()) append(DropIndex(previous, id));
    }
    std::vector<ColumnId> columns;
    for (const RedefinedTable::ColumnPair& pair : table.column_pairs) columns.push_back(pair.column.next);
    if (!columns.empty()) {
      std::string names = QuoteColumns(next, columns, ",");
      statements.push_back("INSERT INTO " + temporary + " (" + names + ") SELECT " + names + " FROM " +
                           Quote(previous.tables[table.table.previous].name));
    }
    statements.push_back("DROP TABLE " + QuoteTable(previous, table.table.previous) + " CASCADE");
    statements.push_back("ALTER TABLE " + temporary + " RENAME TO " + Quote(after.name));
    for (IndexId id : after.indexes) {
      if (!next.indexes[id].is_primary_key()) append(CreateIndex(next, id));
    }
    for (ForeignKeyId id : after.foreign_keys) append(AddForeignKey(next, id));
  }
  return statements;
}

Statements DdlWriter::AlterPrimaryKey(const SchemaPair& schemas, const Step& step) const {
  std::vector<ColumnId> columns;
  for (const IndexColumn& part : schemas.next->indexes[schemas.next->PrimaryKey(step.table.next)].columns) {
    columns.push_back(part.column);
  }
  return {"ALTER TABLE " + QuoteTable(*schemas.previous, step.table.previous) + " ALTER PRIMARY KEY USING COLUMNS (" +
          QuoteColumns(*schemas.next, columns) + ")"};
}

Statements DdlWriter::CreateIndex(const SqlSchema& schema, IndexId id) const {
  const Index& index = schema.indexes[id];
  std::string sql = index.is_unique() ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  sql += Quote(index.name) + " ON " + QuoteTable(schema, index.table);
  if (!index.algorithm.empty()) sql += " USING " + UpperCase(index.algorithm) + " ";
  sql += "(";
  for (size_t i = 0; i < index.columns.size(); ++i) {
    const IndexColumn& part = index.columns[i];
    if (i) sql += ", ";
    sql += Quote(schema.columns[part.column].name);
    if (!part.operator_class.empty()) sql += " " + part.operator_class;
    if (part.sort) sql += *part.sort == SortOrder::kAscending ? " ASC" : " DESC";
  }
  return {sql + ")"};
}

Statements DdlWriter::DropIndex(const SqlSchema& schema, IndexId id) const {
  const Index& index = schema.indexes[id];
  return {"DROP INDEX " + QuoteDropped(schema.NamespaceOf(index.table), index.name)};
}

Statements DdlWriter::RenameIndex(const SchemaPair& schemas, const MigrationPair<IndexId>& ids) const {
  const Index& before = schemas.previous->indexes[ids.previous];
  return {"ALTER INDEX " + QuoteQualified(schemas.previous->NamespaceOf(before.table), before.name) + " RENAME TO " +
          Quote(schemas.next->indexes[ids.next].name)};
}

Statements DdlWriter::AddForeignKey(const SqlSchema& schema, ForeignKeyId id) const {
  const ForeignKey& key = schema.foreign_keys[id];
  std::string sql = "ALTER TABLE " + QuoteTable(schema, key.table) + " ADD ";
  if (!key.name.empty()) sql += "CONSTRAINT " + Quote(key.name) + " ";
  sql += "FOREIGN KEY (" + QuoteColumns(schema, key.columns) + ") REFERENCES " +
         QuoteTable(schema, key.referenced_table) + "(" + QuoteColumns(schema, key.referenced_columns) + ")";
  sql += " ON DELETE ";
  sql += ActionSql(key.on_delete);
  sql += " ON UPDATE ";
  sql += ActionSql(key.on_update);
  return {sql};
}

Statements DdlWriter::DropForeignKey(const SqlSchema& schema, ForeignKeyId id) const {
  const ForeignKey& key = schema.foreign_keys[id];
  return {"ALTER TABLE " + QuoteDropped(schema.NamespaceOf(key.table), schema.tables[key.table].name) +
          " DROP CONSTRAINT " + Quote(key.name)};
}

Statements DdlWriter::RenameForeignKey(const SchemaPair& schemas, const MigrationPair<ForeignKeyId>& ids) const {
  const ForeignKey& before = schemas.previous->foreign_keys[ids.previous];
  return {"ALTER TABLE " + QuoteTable(*schemas.previous, before.table) + " RENAME CONSTRAINT " + Quote(before.name) +
          " TO " + Quote(schemas.next->foreign_keys[ids.next].name)};
}

}  // namespace prisma::postgresql
