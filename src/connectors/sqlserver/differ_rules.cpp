#include "connectors/sqlserver/migration.h"
#include "migrate/differ.h"
#include "schema/analysis.h"

namespace prisma::sqlserver {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

class Calculator final : public CalculatorRules {
 public:
  std::optional<NativeType> DefaultNativeType(schema::ScalarType type) const override {
    switch (type) {
      case schema::ScalarType::kInt:
        return NativeType{"Int", {}};
      case schema::ScalarType::kBigInt:
        return NativeType{"BigInt", {}};
      case schema::ScalarType::kFloat:
        return NativeType{"Float", {"53"}};
      case schema::ScalarType::kBoolean:
        return NativeType{"Bit", {}};
      case schema::ScalarType::kString:
      case schema::ScalarType::kJson:
        return NativeType{"NVarChar", {"1000"}};
      case schema::ScalarType::kDateTime:
        return NativeType{"DateTime2", {}};
      case schema::ScalarType::kBytes:
        return NativeType{"VarBinary", {"Max"}};
      case schema::ScalarType::kDecimal:
        return NativeType{"Decimal", {"32", "16"}};
    }
    return std::nullopt;
  }

  NativeType NormalizeNativeType(NativeType type) const override {
    if (type.name == "Decimal" && type.arguments.size() == 1) type.arguments.push_back("0");
    for (std::string& argument : type.arguments) {
      if (argument == "max" || argument == "MAX") argument = "Max";
    }
    return type;
  }

  std::string DefaultConstraintName(const schema::Schema& schema, const schema::Field& field) const override {
    if (!field.default_value->mapped_name.empty()) return field.default_value->mapped_name;
    return schema::DefaultConstraintName(schema.models[field.model].database_name, field.database_name,
                                         *schema.connector);
  }

  // No cycles of cascades.
  ForeignKeyAction JoinTableAction(const schema::Schema&, const schema::Relation& relation) const override {
    return relation.model_a == relation.model_b ? ForeignKeyAction::kNoAction : ForeignKeyAction::kCascade;
  }

  std::string_view DefaultIndexAlgorithm() const override { return "BTree"; }
};

constexpr DifferFlags Flags() {
  DifferFlags flags;
  flags.recreates_primary_key_with_column = true;
  return flags;
}

bool IsClustered(const Index& index) { return index.clustered.value_or(index.is_primary_key()); }

class Differ final : public DifferRules {
 public:
  Differ() : DifferRules(Flags()) {}

  std::optional<TypeChange> ColumnTypeChange(const SchemaPair& schemas,
                                             const MigrationPair<ColumnId>& columns) const override {
    const ColumnType& before = schemas.previous->columns[columns.previous].type;
    const ColumnType& after = schemas.next->columns[columns.next].type;
    if (before.native && after.native) return NativeTypeChange(*before.native, *after.native);
    if (before.family == after.family && before.unsupported == after.unsupported) return std::nullopt;
    if (after.family == TypeFamily::kString) return TypeChange::kSafeCast;
    bool from_text = before.family == TypeFamily::kString;
    if (from_text && (after.family == TypeFamily::kInt || after.family == TypeFamily::kFloat)) {
      return TypeChange::kNotCastable;
    }
    if (before.family == TypeFamily::kDateTime && after.family == TypeFamily::kFloat) return TypeChange::kNotCastable;
    return TypeChange::kRiskyCast;
  }

  bool IndexesMatch(const SchemaPair&, const Index& a, const Index& b) const override {
    return IsClustered(a) == IsClustered(b);
  }

  bool PrimaryKeyChanged(const SchemaPair&, const Index& before, const Index& after) const override {
    return IsClustered(before) != IsClustered(after);
  }

  // They are constraints of the CREATE TABLE.
  bool SkipsIndexOfNewTable(const Index& index) const override { return index.is_unique(); }

  // IDENTITY can't be altered, and a table can't be left without columns.
  bool MustRedefine(const TableDiffer& table) const override {
    bool all_dropped = true;
    for (const MigrationPair<ColumnId>& pair : table.ColumnPairs()) {
      const ColumnChanges& changes = table.db().Changes(pair);
      if (changes.autoincrement) return true;
      all_dropped &= changes.type_change == TypeChange::kNotCastable;
    }
    return all_dropped;
  }

  // An index keeps its columns from changing their types.
  void AddIndexChangesForColumnChange(const TableDiffer& table, const MigrationPair<ColumnId>& column,
                                      const ColumnChanges& changes, Steps& steps) const override {
    if (!changes.type()) return;
    auto has = [](const Index& index, ColumnId id) {
      for (const IndexColumn& part : index.columns) {
        if (part.column == id) return true;
      }
      return false;
    };
    for (const MigrationPair<IndexId>& pair : table.IndexPairs()) {
      if (has(table.previous().indexes[pair.previous], column.previous)) {
        Step& step = steps.emplace_back();
        step.kind = Step::Kind::kDropIndex;
        step.index.previous = pair.previous;
      }
      if (has(table.next().indexes[pair.next], column.next)) {
        Step& step = steps.emplace_back();
        step.kind = Step::Kind::kCreateIndex;
        step.table.next = table.tables().next;
        step.index.next = pair.next;
      }
    }
  }
};

class DataLoss final : public DataLossRules {
 public:
  void DropAndRecreateColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                             std::vector<Check>& checks) const override {
    const Column& before = schemas.previous->columns[change.column.previous];
    const Column& after = schemas.next->columns[change.column.next];
    Check::Kind kind = Check::Kind::kDropAndRecreateColumn;
    if (after.type.arity == ColumnArity::kRequired && !after.default_value) {
      kind = before.type.arity == ColumnArity::kNullable ? Check::Kind::kAddedRequiredColumn
                                                         : Check::Kind::kDropAndRecreateRequiredColumn;
    }
    checks.push_back(CheckOf(kind, *schemas.previous, change.column.previous, step));
  }

  std::string TypeName(const SqlSchema& schema, const Column& column) const override {
    if (!column.type.native) return DataLossRules::TypeName(schema, column);
    std::string text = column.type.native->name;
    const std::vector<std::string>& arguments = column.type.native->arguments;
    for (size_t i = 0; i < arguments.size(); ++i) text += (i ? "," : "(") + arguments[i];
    return arguments.empty() ? text : text + ")";
  }
};

}  // namespace

Provider MigrationProvider() {
  static const Calculator kCalculator;
  static const Differ kDiffer;
  static const DataLoss kDataLoss;
  return Provider{.name = "sqlserver",
                  .calculator = kCalculator,
                  .differ = kDiffer,
                  .ddl = SqlserverDdlWriter(false),
                  .data_loss = kDataLoss,
                  .executed_ddl = SqlserverDdlWriter(true)};
}

}  // namespace prisma::sqlserver
