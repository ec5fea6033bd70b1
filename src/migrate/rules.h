// What a provider decides about the shape of a schema and about differences. Implemented in connectors/<provider>/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql_schema.h"
#include "migrate/steps.h"
#include "schema/schema.h"

namespace prisma::migrate {

class TableDiffer;
class DifferDatabase;

// Prisma schema → SqlSchema.
class CalculatorRules {
 public:
  virtual ~CalculatorRules() = default;
  // None: the provider has no native types.
  virtual std::optional<NativeType> DefaultNativeType(schema::ScalarType) const { return std::nullopt; }
  // As the native type is compared and written: with the arguments that are meant when none are written.
  virtual NativeType NormalizeNativeType(NativeType type) const { return type; }
  // Enums are types of their own, made by CREATE TYPE.
  virtual bool HasEnumTypes() const { return false; }
  // The type of a column of an enum where there are no enum types of their own.
  virtual ColumnType EnumColumnType(const schema::Enum&, SqlSchema&) const { return {}; }
  virtual std::optional<DefaultValue> AutoincrementDefault() const { return std::nullopt; }
  // The column gets its values from the database although @default(autoincrement()) isn't written.
  virtual bool IsImplicitAutoincrement(const schema::Schema&, const schema::Field&) const { return false; }
  // Name of the constraint of a default, "" where it has none.
  virtual std::string DefaultConstraintName(const schema::Schema&, const schema::Field&) const { return {}; }
  virtual bool JoinTableHasPrimaryKey() const { return false; }
  virtual ForeignKeyAction JoinTableAction(const schema::Schema&, const schema::Relation&) const {
    return ForeignKeyAction::kCascade;
  }
  // The namespace that tables without @@schema are in; "" where there are none.
  virtual std::string_view DefaultNamespace() const { return ""; }
  virtual std::string_view DefaultIndexAlgorithm() const { return ""; }
  // An operator class as SQL writes it, and whether it is the one that is meant if none is written.
  virtual void SetOperatorClass(const schema::Index&, const schema::IndexField&, IndexColumn&) const {}
  // Whatever else there is: extensions, sequences, clustering.
  virtual void Complete(const schema::Schema&, SqlSchema&) const {}
};

struct DifferFlags {
  bool can_alter_primary_keys = false;
  bool can_redefine_tables_with_inbound_foreign_keys = false;
  bool can_rename_index = true;
  bool can_rename_foreign_key = true;
  // A column with a foreign key may become NOT NULL without dropping the key.
  bool can_cope_with_foreign_key_column_becoming_non_nullable = true;
  bool has_unnamed_foreign_keys = false;
  bool indexes_are_dropped_with_columns = false;
  bool lower_cases_table_names = false;
  bool creates_indexes_of_new_tables = true;
  bool drops_indexes_of_dropped_tables = false;
  bool drops_foreign_keys_of_dropped_tables = true;
  bool adds_foreign_keys_of_new_tables = true;
  bool ignores_json_defaults = false;
  bool has_no_binary_defaults = false;  // constants for bytes are asked for in vain
  // The columns of a foreign key must be indexed as long as it is there.
  bool foreign_keys_need_indexes = false;
  bool recreates_primary_key_with_column = false;
};

class DifferRules {
 public:
  explicit DifferRules(DifferFlags flags) : flags_(flags) {}
  virtual ~DifferRules() = default;
  const DifferFlags& flags() const { return flags_; }

  // None: the types are the same.
  virtual std::optional<TypeChange> ColumnTypeChange(const SchemaPair& schemas,
                                                     const MigrationPair<ColumnId>& columns) const = 0;
  virtual bool AutoincrementChanged(const Column& previous, const Column& next) const {
    return previous.auto_increment != next.auto_increment;
  }
  // More that must be equal for two indexes on the same columns to be the same but for their names.
  virtual bool IndexesMatch(const SchemaPair&, const Index&, const Index&) const { return true; }
  virtual bool PrimaryKeyChanged(const SchemaPair&, const Index&, const Index&) const { return false; }
  virtual bool IndexShouldBeRenamed(const Index& previous, const Index& next) const {
    return previous.name != next.name;
  }
  virtual bool SkipsIndexOfNewTable(const Index&) const { return false; }
  virtual bool TableNamesMatch(std::string_view previous, std::string_view next) const { return previous == next; }
  virtual bool IgnoresTable(std::string_view) const { return false; }
  // Whether no ALTER TABLE can do it: the table is made anew and the rows are copied.
  virtual bool MustRedefine(const TableDiffer&) const { return false; }
  // `previous` is a described default; whether the database would hold just that if `next` were written.
  virtual bool IsDefaultAsWritten(const DefaultValue&, const DefaultValue&) const { return false; }
  virtual bool StringMatchesBytes(std::string_view text, std::string_view bytes) const { return text == bytes; }
  virtual void AddEnumSteps(const DifferDatabase&, Steps&) const {}
  virtual void AddSequenceSteps(const DifferDatabase&, Steps&) const {}
  virtual void AddExtensionSteps(const DifferDatabase&, Steps&) const {}
  virtual void AddIndexChangesForColumnChange(const TableDiffer&, const MigrationPair<ColumnId>&, const ColumnChanges&,
                                              Steps&) const {}

 private:
  DifferFlags flags_;
};

}  // namespace prisma::migrate
