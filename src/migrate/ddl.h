// Steps → SQL. A provider's DdlWriter (connectors/<provider>/ddl.cpp) knows how each step is written; what is the same
// everywhere is here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql_schema.h"
#include "migrate/steps.h"

namespace prisma::migrate {

using Statements = std::vector<std::string>;

class DdlWriter {
 public:
  // Scripts are as Prisma writes them, to the byte: there, quotes within names and variants of enums are not escaped.
  // What `is_executed` at once must be right instead.
  explicit DdlWriter(bool is_executed = false) : is_executed_(is_executed) {}
  virtual ~DdlWriter() = default;

  // The statements of one step, without the last semicolon of each; none if the provider has nothing to do for it.
  Statements Write(const Step& step, const SchemaPair& schemas) const;

  // Around the steps of a script: "" none.
  virtual std::string_view ScriptStart() const { return ""; }
  virtual std::string_view ScriptEnd() const { return ""; }

  virtual std::string Quote(std::string_view name) const;
  // The namespace that needn't be said when something is dropped.
  virtual std::string_view DefaultNamespace() const { return ""; }

 protected:
  virtual Statements CreateNamespace(const SqlSchema&, NamespaceId) const { return {}; }
  virtual Statements CreateExtension(const SqlSchema&, ExtensionId) const { return {}; }
  virtual Statements DropExtension(const SqlSchema&, ExtensionId) const { return {}; }
  virtual Statements AlterExtension(const SchemaPair&, const Step&) const { return {}; }
  virtual Statements AlterSequence(const SchemaPair&, const Step&) const { return {}; }
  virtual Statements CreateEnum(const SqlSchema&, EnumId) const { return {}; }
  virtual Statements DropEnum(const SqlSchema&, EnumId) const { return {}; }
  virtual Statements AlterEnum(const SchemaPair&, const Step&) const { return {}; }
  virtual Statements CreateTable(const SqlSchema& schema, TableId table) const = 0;
  virtual Statements DropTable(const SqlSchema& schema, TableId table) const;
  virtual Statements AlterTable(const SchemaPair& schemas, const Step& step) const = 0;
  virtual Statements RedefineTables(const SchemaPair& schemas, const std::vector<RedefinedTable>& tables) const = 0;
  virtual Statements AlterPrimaryKey(const SchemaPair&, const Step&) const { return {}; }
  virtual Statements CreateIndex(const SqlSchema& schema, IndexId index) const = 0;
  virtual Statements DropIndex(const SqlSchema& schema, IndexId index) const = 0;
  virtual Statements RenameIndex(const SchemaPair&, const MigrationPair<IndexId>&) const { return {}; }
  virtual Statements RedefineIndex(const SchemaPair& schemas, const MigrationPair<IndexId>& indexes) const;
  virtual Statements AddForeignKey(const SqlSchema&, ForeignKeyId) const { return {}; }
  virtual Statements DropForeignKey(const SqlSchema&, ForeignKeyId) const { return {}; }
  virtual Statements RenameForeignKey(const SchemaPair&, const MigrationPair<ForeignKeyId>&) const { return {}; }
  virtual Statements DropView(const SqlSchema& schema, ViewId view) const;

  // "namespace"."table", or the table alone.
  std::string QuoteTable(const SqlSchema& schema, TableId table) const;
  std::string QuoteQualified(std::string_view name_space, std::string_view name) const;
  // The same without the default namespace: how what is dropped is named.
  std::string QuoteDropped(std::string_view name_space, std::string_view name) const;
  // 'variant'
  std::string QuoteVariant(std::string_view variant) const;
  bool is_executed() const { return is_executed_; }
  std::string QuoteColumns(const SqlSchema& schema, const std::vector<ColumnId>& columns,
                           std::string_view separator = ", ") const;

 private:
  bool is_executed_;
};

// The whole migration as a file: a heading for each step, the warnings in front.
std::string WriteScript(const Steps& steps, const SchemaPair& schemas, const DdlWriter& writer,
                        const std::vector<std::string>& unexecutable = {},
                        const std::vector<std::string>& warnings = {});

// "CASCADE", "SET NULL", …
std::string_view ActionSql(ForeignKeyAction action);
// With every quote doubled, in quotes.
std::string QuoteText(std::string_view text);
// Lower case.
std::string HexOf(std::string_view bytes);
// 2020-01-02 03:04:05.678 +02:00, or with T and no space.
std::string DateTimeText(const std::string& rfc3339, bool with_t);
// Constants that are written alike everywhere: numbers and booleans; bytes as base64, others as they are.
std::string PlainText(const SqlValue& value);

}  // namespace prisma::migrate
