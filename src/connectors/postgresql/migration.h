// The parts of PostgreSQL's migrations; CockroachDB's are made of the same classes.
#pragma once

#include <string>

#include "migrate/provider.h"

namespace prisma::postgresql {

class CalculatorRules : public migrate::CalculatorRules {
 public:
  std::optional<migrate::NativeType> DefaultNativeType(schema::ScalarType type) const override;
  migrate::NativeType NormalizeNativeType(migrate::NativeType type) const override;
  bool HasEnumTypes() const override { return true; }
  std::optional<migrate::DefaultValue> AutoincrementDefault() const override;
  bool JoinTableHasPrimaryKey() const override { return true; }
  std::string_view DefaultIndexAlgorithm() const override { return "BTree"; }
  void SetOperatorClass(const schema::Index& index, const schema::IndexField& field,
                        migrate::IndexColumn& column) const override;
  void Complete(const schema::Schema& schema, migrate::SqlSchema& out) const override;
};

class DifferRules : public migrate::DifferRules {
 public:
  DifferRules();
  std::optional<migrate::TypeChange> ColumnTypeChange(
      const migrate::SchemaPair& schemas, const migrate::MigrationPair<migrate::ColumnId>& columns) const override;
  bool IndexesMatch(const migrate::SchemaPair& schemas, const migrate::Index& a,
                    const migrate::Index& b) const override;
  bool IgnoresTable(std::string_view name) const override;
  bool StringMatchesBytes(std::string_view text, std::string_view bytes) const override;
  void AddEnumSteps(const migrate::DifferDatabase& db, migrate::Steps& steps) const override;
  void AddExtensionSteps(const migrate::DifferDatabase& db, migrate::Steps& steps) const override;

 protected:
  explicit DifferRules(migrate::DifferFlags flags) : migrate::DifferRules(flags) {}
  static migrate::DifferFlags Flags();
  // Types that are no enums, neither of them changing from or to a list.
  virtual std::optional<migrate::TypeChange> NativeTypeChange(const migrate::SchemaPair& schemas,
                                                              const migrate::MigrationPair<migrate::ColumnId>& columns,
                                                              const migrate::NativeType& before,
                                                              const migrate::NativeType& after) const;
  virtual std::optional<migrate::TypeChange> ListToScalar(const migrate::NativeType& after) const;
};

class DdlWriter : public migrate::DdlWriter {
 public:
  using migrate::DdlWriter::DdlWriter;
  std::string_view DefaultNamespace() const override { return "public"; }

 protected:
  using Statements = migrate::Statements;
  using SqlSchema = migrate::SqlSchema;
  using SchemaPair = migrate::SchemaPair;

  Statements CreateNamespace(const SqlSchema& schema, migrate::NamespaceId id) const override;
  Statements CreateExtension(const SqlSchema& schema, migrate::ExtensionId id) const override;
  Statements DropExtension(const SqlSchema& schema, migrate::ExtensionId id) const override;
  Statements AlterExtension(const SchemaPair& schemas, const migrate::Step& step) const override;
  Statements CreateEnum(const SqlSchema& schema, migrate::EnumId id) const override;
  Statements DropEnum(const SqlSchema& schema, migrate::EnumId id) const override;
  Statements AlterEnum(const SchemaPair& schemas, const migrate::Step& step) const override;
  Statements CreateTable(const SqlSchema& schema, migrate::TableId table) const override;
  Statements AlterTable(const SchemaPair& schemas, const migrate::Step& step) const override;
  Statements RedefineTables(const SchemaPair& schemas,
                            const std::vector<migrate::RedefinedTable>& tables) const override;
  Statements AlterPrimaryKey(const SchemaPair& schemas, const migrate::Step& step) const override;
  Statements CreateIndex(const SqlSchema& schema, migrate::IndexId id) const override;
  Statements DropIndex(const SqlSchema& schema, migrate::IndexId id) const override;
  Statements RenameIndex(const SchemaPair& schemas, const migrate::MigrationPair<migrate::IndexId>& ids) const override;
  Statements AddForeignKey(const SqlSchema& schema, migrate::ForeignKeyId id) const override;
  Statements DropForeignKey(const SqlSchema& schema, migrate::ForeignKeyId id) const override;
  Statements RenameForeignKey(const SchemaPair& schemas,
                              const migrate::MigrationPair<migrate::ForeignKeyId>& ids) const override;

  // How a native type is written; `is_serial`: the column counts up.
  virtual std::string NativeTypeText(const migrate::NativeType& type, bool is_serial) const;
  // After the default: GENERATED … AS IDENTITY.
  virtual std::string IdentityText(const SqlSchema&, const migrate::Column&) const { return {}; }
  // Several changes in one ALTER TABLE.
  virtual Statements JoinClauses(const std::string& table, const std::vector<std::string>& clauses) const;

  std::string TypeText(const SqlSchema& schema, const migrate::Column& column) const;
  std::string DefaultText(const migrate::DefaultValue& value, const std::string& type) const;
  std::string ColumnText(const SqlSchema& schema, migrate::ColumnId id) const;
  std::string VariantList(const std::vector<std::string>& variants) const;
  std::string EnumText(const SqlSchema& schema, migrate::EnumId id) const;

 private:
  struct Clauses {
    Statements before, after;
    std::vector<std::string> clauses;
  };
  std::string CreateTableAs(const SqlSchema& schema, migrate::TableId table, const std::string& quoted_name) const;
  void AlterColumn(const SchemaPair& schemas, const migrate::TableChange& change, Clauses& out) const;
  std::string ConstantText(const migrate::SqlValue& value, const std::string& type) const;
};

class DataLossRules : public migrate::DataLossRules {
 public:
  void AlterColumn(const migrate::SchemaPair& schemas, const migrate::TableChange& change, size_t step,
                   std::vector<migrate::Check>& checks) const override;
  void DropAndRecreateColumn(const migrate::SchemaPair& schemas, const migrate::TableChange& change, size_t step,
                             std::vector<migrate::Check>& checks) const override;
  std::string TypeName(const migrate::SqlSchema& schema, const migrate::Column& column) const override;
};

// Before the name of a table that takes the place of another.
inline constexpr std::string_view kTemporaryPrefix = "_prisma_new_";

migrate::Provider MigrationProvider();

}  // namespace prisma::postgresql
