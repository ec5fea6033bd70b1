// Compares two SqlSchemas: the steps that turn the one into the other.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/rules.h"
#include "migrate/sql_schema.h"
#include "migrate/steps.h"

namespace prisma::migrate {

// Tables and enums ("name" or "namespace.name") that no step may touch.
struct Filter {
  std::vector<std::string> external_tables;
  std::vector<std::string> external_enums;
};

Steps Diff(const SchemaPair& schemas, const DifferRules& rules, const Filter& filter = {});

// Prisma Migrate's own table: no step touches it.
inline constexpr std::string_view kMigrationsTable = "_prisma_migrations";

// Both schemas with their tables and columns matched by name.
class DifferDatabase {
 public:
  DifferDatabase(const SchemaPair& schemas, const DifferRules& rules, const Filter& filter);

  const SchemaPair& schemas() const { return schemas_; }
  const DifferRules& rules() const { return rules_; }
  const SqlSchema& previous() const { return *schemas_.previous; }
  const SqlSchema& next() const { return *schemas_.next; }

  const std::vector<MigrationPair<TableId>>& table_pairs() const { return table_pairs_; }
  const std::vector<TableId>& created_tables() const { return created_tables_; }
  const std::vector<TableId>& dropped_tables() const { return dropped_tables_; }
  const ColumnChanges& Changes(const MigrationPair<ColumnId>& columns) const;
  bool IsRedefined(const MigrationPair<TableId>& tables) const { return redefined_.contains(tables); }
  bool IsRedefined(TableId previous_table) const;
  bool AnyRedefined() const { return !redefined_.empty(); }

  std::vector<MigrationPair<EnumId>> EnumPairs() const;
  std::vector<EnumId> CreatedEnums() const;
  std::vector<EnumId> DroppedEnums() const;
  std::vector<NamespaceId> CreatedNamespaces() const;
  bool IsExternalEnum(std::string_view name_space, std::string_view name) const;

 private:
  friend class TableDiffer;
  struct ColumnMatch {
    std::string_view name;
    MigrationPair<ColumnId> columns;  // either may be invalid
  };
  bool IsExternalTable(std::string_view name_space, std::string_view name) const;
  ColumnChanges Compare(const MigrationPair<ColumnId>& columns) const;

  SchemaPair schemas_;
  const DifferRules& rules_;
  const Filter& filter_;
  std::vector<MigrationPair<TableId>> table_pairs_;
  std::vector<TableId> created_tables_, dropped_tables_;
  std::map<MigrationPair<TableId>, std::vector<ColumnMatch>> columns_;  // sorted by name
  std::map<MigrationPair<ColumnId>, ColumnChanges> changes_;
  std::set<MigrationPair<TableId>> redefined_;
};

// One table that is in both schemas.
class TableDiffer {
 public:
  TableDiffer(const DifferDatabase& db, MigrationPair<TableId> tables) : db_(db), tables_(tables) {}

  const DifferDatabase& db() const { return db_; }
  const MigrationPair<TableId>& tables() const { return tables_; }
  const SqlSchema& previous() const { return db_.previous(); }
  const SqlSchema& next() const { return db_.next(); }

  // In the order of the columns' names.
  std::vector<MigrationPair<ColumnId>> ColumnPairs() const;
  std::vector<ColumnId> AddedColumns() const;
  std::vector<ColumnId> DroppedColumns() const;
  bool AnyColumnChanged() const;

  std::vector<ForeignKeyId> CreatedForeignKeys() const;
  std::vector<ForeignKeyId> DroppedForeignKeys() const;
  std::vector<MigrationPair<ForeignKeyId>> ForeignKeyPairs() const;
  std::vector<IndexId> CreatedIndexes() const;
  std::vector<IndexId> DroppedIndexes() const;
  std::vector<MigrationPair<IndexId>> IndexPairs() const;

  MigrationPair<IndexId> PrimaryKeys() const;
  bool PrimaryKeyCreated() const;
  bool PrimaryKeyDropped() const;
  bool PrimaryKeyChanged() const;  // there is one on both sides

 private:
  bool ForeignKeysMatch(ForeignKeyId previous, ForeignKeyId next) const;
  bool IndexesMatch(const Index& previous, const Index& next) const;
  const DifferDatabase& db_;
  MigrationPair<TableId> tables_;
};

// Whether a default on both sides means the same; differences that can't be seen don't count.
bool DefaultsMatch(const Column& previous, const Column& next, const DifferRules& rules);

}  // namespace prisma::migrate
