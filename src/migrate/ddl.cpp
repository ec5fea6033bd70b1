#include "migrate/ddl.h"

#include "value/base64.h"

namespace prisma::migrate {

Statements DdlWriter::Write(const Step& step, const SchemaPair& schemas) const {
  using Kind = Step::Kind;
  const SqlSchema& previous = *schemas.previous;
  const SqlSchema& next = *schemas.next;
  switch (step.kind) {
    case Kind::kCreateSchema:
      return CreateNamespace(next, step.name_space);
    case Kind::kDropExtension:
      return DropExtension(previous, step.extension.previous);
    case Kind::kCreateExtension:
      return CreateExtension(next, step.extension.next);
    case Kind::kAlterExtension:
      return AlterExtension(schemas, step);
    case Kind::kAlterSequence:
      return AlterSequence(schemas, step);
    case Kind::kDropView:
      return DropView(previous, step.view);
    case Kind::kDropUserDefinedType:
      return {};
    case Kind::kCreateEnum:
      return CreateEnum(next, step.enumeration.next);
    case Kind::kAlterEnum:
      return AlterEnum(schemas, step);
    case Kind::kDropForeignKey:
      return DropForeignKey(previous, step.foreign_key.previous);
    case Kind::kDropIndex:
      return DropIndex(previous, step.index.previous);
    case Kind::kAlterTable:
      return AlterTable(schemas, step);
    case Kind::kAlterPrimaryKey:
      return AlterPrimaryKey(schemas, step);
    case Kind::kDropTable:
      return DropTable(previous, step.table.previous);
    case Kind::kDropEnum:
      return DropEnum(previous, step.enumeration.previous);
    case Kind::kCreateTable:
      return CreateTable(next, step.table.next);
    case Kind::kRedefineTables:
      return RedefineTables(schemas, step.redefined);
    case Kind::kCreateIndex:
      return CreateIndex(next, step.index.next);
    case Kind::kRenameForeignKey:
      return RenameForeignKey(schemas, step.foreign_key);
    case Kind::kAddForeignKey:
      return AddForeignKey(next, step.foreign_key.next);
    case Kind::kRenameIndex:
      return RenameIndex(schemas, step.index);
    case Kind::kRedefineIndex:
      return RedefineIndex(schemas, step.index);
  }
  return {};
}

Statements DdlWriter::DropTable(const SqlSchema& schema, TableId table) const {
  return {"DROP TABLE " + QuoteDropped(schema.NamespaceOf(table), schema.tables[table].name)};
}

Statements DdlWriter::RedefineIndex(const SchemaPair& schemas, const MigrationPair<IndexId>& indexes) const {
  Statements statements = DropIndex(*schemas.previous, indexes.previous);
  for (std::string& statement : CreateIndex(*schemas.next, indexes.next)) statements.push_back(std::move(statement));
  return statements;
}

Statements DdlWriter::DropView(const SqlSchema& schema, ViewId view) const {
  return {"DROP VIEW " + QuoteDropped(schema.NamespaceName(schema.views[view].name_space), schema.views[view].name)};
}

std::string DdlWriter::Quote(std::string_view name) const {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"' && is_executed_) out += '"';
    out += c;
  }
  return out + '"';
}

std::string DdlWriter::QuoteVariant(std::string_view variant) const {
  return is_executed_ ? QuoteText(variant) : "'" + std::string(variant) + "'";
}

std::string DdlWriter::QuoteDropped(std::string_view name_space, std::string_view name) const {
  return QuoteQualified(name_space == DefaultNamespace() ? "" : name_space, name);
}

std::string DdlWriter::QuoteQualified(std::string_view name_space, std::string_view name) const {
  return name_space.empty() ? Quote(name) : Quote(name_space) + "." + Quote(name);
}

std::string DdlWriter::QuoteTable(const SqlSchema& schema, TableId table) const {
  return QuoteQualified(schema.NamespaceOf(table), schema.tables[table].name);
}

std::string DdlWriter::QuoteColumns(const SqlSchema& schema, const std::vector<ColumnId>& columns,
                                    std::string_view separator) const {
  std::string out;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i) out += separator;
    out += Quote(schema.columns[columns[i]].name);
  }
  return out;
}

std::string WriteScript(const Steps& steps, const SchemaPair& schemas, const DdlWriter& writer,
                        const std::vector<std::string>& unexecutable, const std::vector<std::string>& warnings) {
  std::string script;
  if (!unexecutable.empty() || !warnings.empty()) {
    script += "/*\n  Warnings:\n\n";
    for (const std::string& text : warnings) script += "  - " + text + "\n";
    for (const std::string& text : unexecutable) script += "  - " + text + "\n";
    script += "\n*/\n";
  }
  if (steps.empty()) return script + "-- This is an empty migration.";
  script += writer.ScriptStart();
  bool is_first = true;
  for (const Step& step : steps) {
    Statements statements = writer.Write(step, schemas);
    if (statements.empty()) continue;
    if (!is_first) script += '\n';
    is_first = false;
    script += "-- ";
    script += StepName(step.kind);
    script += '\n';
    for (const std::string& statement : statements) {
      script += statement;
      script += ";\n";
    }
  }
  script += writer.ScriptEnd();
  return script;
}

std::string_view ActionSql(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kCascade:
      return "CASCADE";
    case ForeignKeyAction::kRestrict:
      return "RESTRICT";
    case ForeignKeyAction::kNoAction:
      return "NO ACTION";
    case ForeignKeyAction::kSetNull:
      return "SET NULL";
    case ForeignKeyAction::kSetDefault:
      return "SET DEFAULT";
  }
  return "";
}

std::string QuoteText(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + '\'';
}

std::string HexOf(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (unsigned char c : bytes) {
    out += kDigits[c >> 4];
    out += kDigits[c & 15];
  }
  return out;
}

std::string DateTimeText(const std::string& rfc3339, bool with_t) {
  if (rfc3339.size() < 20) return rfc3339;
  std::string date = rfc3339.substr(0, 10);
  size_t zone = rfc3339.find_first_of("Zz+-", 19);
  if (zone == std::string::npos) return rfc3339;
  std::string time = rfc3339.substr(11, zone - 11);
  std::string offset = rfc3339[zone] == 'Z' || rfc3339[zone] == 'z' ? "+00:00" : rfc3339.substr(zone);
  // Decimals in groups of three, as few as needed.
  if (size_t dot = time.find('.'); dot != std::string::npos) {
    std::string decimals = time.substr(dot + 1).substr(0, 9);
    while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
    decimals.resize((decimals.size() + 2) / 3 * 3, '0');
    time.resize(dot);
    if (!decimals.empty()) time += "." + decimals;
  }
  return date + (with_t ? "T" : " ") + time + (with_t ? "" : " ") + offset;
}

std::string PlainText(const SqlValue& value) {
  if (value.kind == SqlValue::Kind::kBytes) return EncodeBase64(value.text);
  if (value.kind != SqlValue::Kind::kList) return value.text;
  std::string out = "[";
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i) out += ",";
    out += PlainText(value.items[i]);
  }
  return out + "]";
}

}  // namespace prisma::migrate
