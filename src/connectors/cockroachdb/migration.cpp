// CockroachDB's migrations, where they differ from PostgreSQL's.
#include "connectors/cockroachdb/migration.h"

#include <algorithm>

#include "connectors/postgresql/migration.h"
#include "migrate/differ.h"

namespace prisma::cockroachdb {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

class Calculator final : public postgresql::CalculatorRules {
 public:
  std::optional<NativeType> DefaultNativeType(schema::ScalarType type) const override {
    switch (type) {
      case schema::ScalarType::kInt:
        return NativeType{"Int4", {}};
      case schema::ScalarType::kBigInt:
        return NativeType{"Int8", {}};
      case schema::ScalarType::kFloat:
        return NativeType{"Float8", {}};
      case schema::ScalarType::kBoolean:
        return NativeType{"Bool", {}};
      case schema::ScalarType::kString:
        return NativeType{"String", {}};
      case schema::ScalarType::kBytes:
        return NativeType{"Bytes", {}};
      default:
        return postgresql::CalculatorRules::DefaultNativeType(type);
    }
  }

  std::optional<DefaultValue> AutoincrementDefault() const override {
    DefaultValue value;
    value.kind = DefaultValue::Kind::kUniqueRowid;
    return value;
  }

  bool JoinTableHasPrimaryKey() const override { return false; }
};

class Differ final : public postgresql::DifferRules {
 public:
  Differ() : postgresql::DifferRules(CockroachFlags()) {}

  bool AutoincrementChanged(const Column&, const Column&) const override { return false; }

  // A primary key's column can't be dropped.
  bool MustRedefine(const TableDiffer& table) const override {
    const SqlSchema& previous = table.previous();
    for (const MigrationPair<ColumnId>& pair : table.ColumnPairs()) {
      if (previous.IsSinglePrimaryKey(pair.previous) &&
          table.db().Changes(pair).type_change == TypeChange::kNotCastable) {
        return true;
      }
    }
    for (ColumnId id : table.DroppedColumns()) {
      if (previous.IsSinglePrimaryKey(id)) return true;
    }
    return false;
  }

  void AddSequenceSteps(const DifferDatabase& db, Steps& steps) const override {
    auto find = [](const SqlSchema& schema, const Column& column) -> SequenceId {
      if (!column.default_value || column.default_value->kind != DefaultValue::Kind::kSequence) return {};
      for (size_t i = 0; i < schema.sequences.size(); ++i) {
        if (schema.sequences[SequenceId(i)].name == column.default_value->text) return SequenceId(i);
      }
      return {};
    };
    for (const MigrationPair<TableId>& tables : db.table_pairs()) {
      for (const MigrationPair<ColumnId>& pair : TableDiffer(db, tables).ColumnPairs()) {
        MigrationPair<SequenceId> ids = {find(db.previous(), db.previous().columns[pair.previous]),
                                         find(db.next(), db.next().columns[pair.next])};
        if (!ids.previous || !ids.next) continue;
        const Sequence& before = db.previous().sequences[ids.previous];
        const Sequence& after = db.next().sequences[ids.next];
        SequenceChange change;
        change.min = before.min != after.min;
        change.max = before.max != after.max;
        change.start = before.start != after.start;
        change.cache = before.cache != after.cache;
        change.increment = before.increment != after.increment;
        if (!change.any()) continue;
        Step& step = steps.emplace_back();
        step.kind = Step::Kind::kAlterSequence;
        step.sequence = ids;
        step.sequence_change = change;
      }
    }
  }

 protected:
  static DifferFlags CockroachFlags() {
    DifferFlags flags = Flags();
    flags.can_alter_primary_keys = true;
    return flags;
  }

  std::optional<TypeChange> ListToScalar(const NativeType& after) const override {
    if (after.name == "String") return after.arguments.empty() ? TypeChange::kSafeCast : TypeChange::kRiskyCast;
    return after.name == "Char" ? TypeChange::kRiskyCast : TypeChange::kNotCastable;
  }

  // Few types can be altered, and those not in an index.
  std::optional<TypeChange> NativeTypeChange(const SchemaPair& schemas, const MigrationPair<ColumnId>& columns,
                                             const NativeType& before, const NativeType& after) const override {
    auto is_indexed = [](const SqlSchema& schema, ColumnId id) {
      return schema.IsInSecondaryIndex(id) || schema.IsInPrimaryKey(id);
    };
    bool free = !is_indexed(*schemas.previous, columns.previous) || !is_indexed(*schemas.next, columns.next);
    if (free && before.name == "Int4" && after.name == "String" && after.arguments.empty()) {
      return TypeChange::kSafeCast;
    }
    if (free && before.name == "Int8" && after.name == "Int4") return TypeChange::kRiskyCast;
    if (before == after) return std::nullopt;
    bool is_time =
        before.name == "Time" || before.name == "Timetz" || before.name == "Timestamp" || before.name == "Timestamptz";
    auto precision = [](const NativeType& type) { return type.arguments.empty() ? "6" : type.arguments[0]; };
    if (is_time && before.name == after.name && precision(before) == precision(after)) return std::nullopt;
    return TypeChange::kNotCastable;
  }
};

class Writer final : public postgresql::DdlWriter {
 public:
  using postgresql::DdlWriter::DdlWriter;

 protected:
  std::string NativeTypeText(const NativeType& type, bool) const override {
    if (type.name == "CatalogSingleChar") return "\"char\"";
    return postgresql::DdlWriter::NativeTypeText(type, false);
  }

  std::string IdentityText(const SqlSchema& schema, const Column& column) const override {
    if (!column.default_value || column.default_value->kind != DefaultValue::Kind::kSequence) return {};
    const Sequence* sequence = nullptr;
    for (const Sequence& item : schema.sequences) {
      if (item.name == column.default_value->text) sequence = &item;
    }
    std::string options;
    auto add = [&](const std::string& option) { options += (options.empty() ? "" : " ") + option; };
    if (sequence != nullptr) {
      if (sequence->is_virtual) add("VIRTUAL");
      if (sequence->increment > 1) add("INCREMENT " + std::to_string(sequence->increment));
      if (sequence->cache > 1) add("CACHE " + std::to_string(sequence->cache));
      if (sequence->start > 1) add("START " + std::to_string(sequence->start));
      if (sequence->min > 1) add("MINVALUE " + std::to_string(sequence->min));
      if (sequence->max != 0 && sequence->max != INT64_MAX) add("MAXVALUE " + std::to_string(sequence->max));
    }
    return " GENERATED BY DEFAULT AS IDENTITY" + (options.empty() ? "" : " (" + options + ")");
  }

  Statements JoinClauses(const std::string& table, const std::vector<std::string>& clauses) const override {
    Statements statements;
    for (const std::string& clause : clauses) statements.push_back("ALTER TABLE " + table + " " + clause);
    return statements;
  }

  Statements AlterSequence(const SchemaPair& schemas, const Step& step) const override {
    const Sequence& next = schemas.next->sequences[step.sequence.next];
    const SequenceChange& change = step.sequence_change;
    std::string sql = "ALTER SEQUENCE " + Quote(schemas.previous->sequences[step.sequence.previous].name);
    if (change.min) sql += " MINVALUE " + std::to_string(next.min);
    if (change.max) sql += " MAXVALUE " + std::to_string(next.max);
    if (change.increment) sql += " INCREMENT " + std::to_string(next.increment);
    if (change.start) sql += " START " + std::to_string(next.start);
    if (change.cache) sql += " CACHE " + std::to_string(next.cache);
    return {sql};
  }

  Statements AlterEnum(const SchemaPair& schemas, const Step& step) const override {
    const SqlSchema& previous = *schemas.previous;
    const std::vector<std::string>& variants = schemas.next->enums[step.enumeration.next].variants;
    Statements statements;
    // Defaults that are dropped variants.
    for (const EnumChange::DefaultUsage& usage : step.enum_change.defaults) {
      const Column& column = previous.columns[usage.previous];
      const DefaultValue& value = *column.default_value;
      if (value.kind != DefaultValue::Kind::kValue || value.value.kind != SqlValue::Kind::kEnum) continue;
      if (std::find(variants.begin(), variants.end(), value.value.text) != variants.end()) continue;
      statements.push_back("ALTER TABLE " + QuoteTable(previous, column.table) + " ALTER COLUMN " + Quote(column.name) +
                           " DROP DEFAULT");
    }
    std::string start = "ALTER TYPE " + EnumText(previous, step.enumeration.previous);
    for (const std::string& variant : step.enum_change.created_variants) {
      statements.push_back(start + " ADD VALUE " + QuoteVariant(variant));
    }
    for (const std::string& variant : step.enum_change.dropped_variants) {
      statements.push_back(start + (is_executed() ? " " : "") + "DROP VALUE " + QuoteVariant(variant));
    }
    return statements;
  }
};

}  // namespace

Provider MigrationProvider() {
  static const Calculator kCalculator;
  static const Differ kDiffer;
  static const Writer kDdl(false), kExecutedDdl(true);
  static const postgresql::DataLossRules kDataLoss;
  return Provider{.name = "cockroachdb",
                  .calculator = kCalculator,
                  .differ = kDiffer,
                  .ddl = kDdl,
                  .data_loss = kDataLoss,
                  .executed_ddl = kExecutedDdl};
}

}  // namespace prisma::cockroachdb
