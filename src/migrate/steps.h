// What a migration does, step by step. Ids of `previous` and `next` schemas; the order of kinds is the order in which
// steps run: enums before the tables that use them, drops before what may take their names, foreign keys last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/sql_schema.h"

namespace prisma::migrate {

enum class TypeChange : uint8_t { kSafeCast, kRiskyCast, kNotCastable };

// How a column that is in both schemas differs.
struct ColumnChanges {
  std::optional<TypeChange> type_change;
  bool arity = false;
  bool default_value = false;
  bool autoincrement = false;
  bool type() const { return type_change.has_value(); }
  bool any() const { return arity || default_value || autoincrement || type(); }
  bool only_default() const { return default_value && !arity && !autoincrement && !type(); }
  bool only_type() const { return type() && !arity && !autoincrement && !default_value; }
};

struct TableChange {
  enum class Kind : uint8_t {
    kAddColumn,  // column.next
    kAlterColumn,
    kDropColumn,  // column.previous
    kDropAndRecreateColumn,
    kDropPrimaryKey,
    kAddPrimaryKey,
    kRenamePrimaryKey,
  };
  Kind kind = Kind::kAddColumn;
  MigrationPair<ColumnId> column;
  ColumnChanges changes;
};

struct RedefinedTable {
  struct ColumnPair {
    MigrationPair<ColumnId> column;
    ColumnChanges changes;
  };
  MigrationPair<TableId> table;
  std::vector<ColumnId> added_columns;
  std::vector<ColumnId> dropped_columns;
  std::vector<ColumnPair> column_pairs;
  bool dropped_primary_key = false;
};

struct EnumChange {
  // A column whose default is a variant of the enum; `next` is valid if it will be there with such a default again.
  struct DefaultUsage {
    ColumnId previous;
    ColumnId next;
  };
  std::vector<std::string> created_variants;
  std::vector<std::string> dropped_variants;
  std::vector<DefaultUsage> defaults;
};

struct SequenceChange {
  bool min = false, max = false, start = false, cache = false, increment = false;
  bool any() const { return min || max || start || cache || increment; }
};

struct Step {
  enum class Kind : uint8_t {
    kCreateSchema,
    kDropExtension,
    kCreateExtension,
    kAlterExtension,
    kAlterSequence,
    kDropView,
    kDropUserDefinedType,
    kCreateEnum,
    kAlterEnum,
    kDropForeignKey,
    kDropIndex,
    kAlterTable,
    kAlterPrimaryKey,
    kDropTable,
    kDropEnum,
    kCreateTable,
    kRedefineTables,
    kCreateIndex,
    kRenameForeignKey,
    kAddForeignKey,
    kRenameIndex,
    kRedefineIndex,
  };
  Kind kind = Kind::kCreateTable;
  // Which of these are set is clear from `kind`; what is dropped is in `previous`, what is created in `next`.
  NamespaceId name_space;
  MigrationPair<TableId> table;
  MigrationPair<IndexId> index;
  MigrationPair<ForeignKeyId> foreign_key;
  MigrationPair<EnumId> enumeration;
  MigrationPair<ExtensionId> extension;
  MigrationPair<SequenceId> sequence;
  ViewId view;
  std::vector<TableChange> changes;                    // kAlterTable
  std::vector<RedefinedTable> redefined;               // kRedefineTables
  EnumChange enum_change;                              // kAlterEnum
  SequenceChange sequence_change;                      // kAlterSequence
  bool alters_version = false, alters_schema = false;  // kAlterExtension
  bool from_drop_and_recreate = false;                 // kCreateIndex: it was there on a column that is made anew
};

using Steps = std::vector<Step>;

// The heading in a script: "CreateTable".
std::string_view StepName(Step::Kind kind);

}  // namespace prisma::migrate
