#include <algorithm>
#include <cctype>

#include "connectors/postgresql/describer.h"
#include "connectors/postgresql/migration.h"
#include "connectors/postgresql/type_change.h"
#include "migrate/differ.h"

namespace prisma::postgresql {

using namespace migrate;  // NOLINT: this file is about nothing else

namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Where the enum is in the default of a column that was there: ALTER TYPE has to get around it.
std::vector<EnumChange::DefaultUsage> UsagesAsDefault(const DifferDatabase& db, const MigrationPair<EnumId>& enums) {
  auto is_enum = [](const SqlSchema& schema, const Column& column, const std::string& name) {
    return column.type.family == TypeFamily::kEnum && schema.enums[column.type.enum_id].name == name;
  };
  const SqlSchema& previous = db.previous();
  const SqlSchema& next = db.next();
  const std::string& name = previous.enums[enums.previous].name;
  std::vector<EnumChange::DefaultUsage> usages;
  auto uses = [&](ColumnId id) {
    const Column& column = previous.columns[id];
    return is_enum(previous, column, name) && column.default_value.has_value();
  };
  for (TableId table : db.dropped_tables()) {
    for (ColumnId id : previous.tables[table].columns) {
      if (uses(id)) usages.push_back({id, {}});
    }
  }
  for (const MigrationPair<TableId>& tables : db.table_pairs()) {
    TableDiffer differ(db, tables);
    for (ColumnId id : differ.DroppedColumns()) {
      if (uses(id)) usages.push_back({id, {}});
    }
    for (const MigrationPair<ColumnId>& pair : differ.ColumnPairs()) {
      if (!uses(pair.previous)) continue;
      const Column& after = next.columns[pair.next];
      bool stays = is_enum(next, after, next.enums[enums.next].name) && after.default_value.has_value();
      usages.push_back({pair.previous, stays ? pair.next : ColumnId()});
    }
  }
  return usages;
}

std::vector<std::string> Missing(const std::vector<std::string>& from, const std::vector<std::string>& other) {
  std::vector<std::string> missing;
  for (const std::string& item : from) {
    if (std::find(other.begin(), other.end(), item) == other.end()) missing.push_back(item);
  }
  return missing;
}

}  // namespace

DifferFlags DifferRules::Flags() {
  DifferFlags flags;
  flags.indexes_are_dropped_with_columns = true;
  return flags;
}

DifferRules::DifferRules() : migrate::DifferRules(Flags()) {}

std::optional<TypeChange> DifferRules::ColumnTypeChange(const SchemaPair& schemas,
                                                        const MigrationPair<ColumnId>& columns) const {
  const ColumnType& before = schemas.previous->columns[columns.previous].type;
  const ColumnType& after = schemas.next->columns[columns.next].type;
  bool was_enum = before.family == TypeFamily::kEnum, is_enum = after.family == TypeFamily::kEnum;
  if (was_enum && is_enum) {
    const Enum& old_enum = schemas.previous->enums[before.enum_id];
    const Enum& new_enum = schemas.next->enums[after.enum_id];
    bool same = old_enum.name == new_enum.name && schemas.previous->NamespaceName(old_enum.name_space) ==
                                                      schemas.next->NamespaceName(new_enum.name_space);
    return same ? std::nullopt : std::optional(TypeChange::kNotCastable);
  }
  if (was_enum || is_enum) return TypeChange::kNotCastable;
  bool was_list = before.arity == ColumnArity::kList, is_list = after.arity == ColumnArity::kList;
  if (was_list != is_list) {
    if (was_list && after.native) return ListToScalar(*after.native);
    return TypeChange::kNotCastable;
  }
  if (before.native && after.native) return NativeTypeChange(schemas, columns, *before.native, *after.native);
  // How the database writes a type that we don't know can't be compared with how the user writes it.
  if (!before.native && !after.native) return std::nullopt;
  return TypeChange::kRiskyCast;
}

std::optional<TypeChange> DifferRules::ListToScalar(const NativeType& after) const {
  if (after.name == "Text" || (after.name == "VarChar" && after.arguments.empty())) return TypeChange::kSafeCast;
  if (after.name == "VarChar" || after.name == "Char") return TypeChange::kRiskyCast;
  return TypeChange::kNotCastable;
}

std::optional<TypeChange> DifferRules::NativeTypeChange(const SchemaPair&, const MigrationPair<ColumnId>&,
                                                        const NativeType& before, const NativeType& after) const {
  return postgresql::NativeTypeChange(before, after);
}

bool DifferRules::IndexesMatch(const SchemaPair&, const Index& a, const Index& b) const {
  if (a.algorithm != b.algorithm) return false;
  for (size_t i = 0; i < a.columns.size(); ++i) {
    const IndexColumn& left = a.columns[i];
    const IndexColumn& right = b.columns[i];
    if (left.operator_class == right.operator_class) continue;
    bool is_implied = (left.operator_class.empty() && right.is_default_operator_class) ||
                      (right.operator_class.empty() && left.is_default_operator_class);
    if (!is_implied) return false;
  }
  return true;
}

// The tables of PostGIS.
bool DifferRules::IgnoresTable(std::string_view name) const {
  for (std::string_view table :
       {"spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "raster_overviews"}) {
    if (EqualIgnoringCase(name, table)) return true;
  }
  return false;
}

bool DifferRules::StringMatchesBytes(std::string_view text, std::string_view bytes) const {
  return text.starts_with("\\x") && EqualIgnoringCase(text.substr(2), HexOf(bytes));
}

void DifferRules::AddEnumSteps(const DifferDatabase& db, Steps& steps) const {
  for (const MigrationPair<EnumId>& pair : db.EnumPairs()) {
    const std::vector<std::string>& before = db.previous().enums[pair.previous].variants;
    const std::vector<std::string>& after = db.next().enums[pair.next].variants;
    EnumChange change;
    change.created_variants = Missing(after, before);
    change.dropped_variants = Missing(before, after);
    if (change.created_variants.empty() && change.dropped_variants.empty()) continue;
    change.defaults = UsagesAsDefault(db, pair);
    Step& step = steps.emplace_back();
    step.kind = Step::Kind::kAlterEnum;
    step.enumeration = pair;
    step.enum_change = std::move(change);
  }
  for (EnumId id : db.CreatedEnums()) {
    Step& step = steps.emplace_back();
    step.kind = Step::Kind::kCreateEnum;
    step.enumeration.next = id;
  }
  for (EnumId id : db.DroppedEnums()) {
    Step& step = steps.emplace_back();
    step.kind = Step::Kind::kDropEnum;
    step.enumeration.previous = id;
  }
}

void DifferRules::AddExtensionSteps(const DifferDatabase& db, Steps& steps) const {
  auto differ = [](const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; };
  auto add = [&](Step::Kind kind) -> Step& {
    steps.emplace_back().kind = kind;
    return steps.back();
  };
  const auto& before = db.previous().extensions;
  const auto& after = db.next().extensions;
  for (size_t j = 0; j < after.size(); ++j) {
    const Extension& next = after[ExtensionId(j)];
    size_t i = 0;
    while (i < before.size() && before[ExtensionId(i)].name != next.name) ++i;
    if (i == before.size()) {
      add(Step::Kind::kCreateExtension).extension.next = ExtensionId(j);
      continue;
    }
    const Extension& previous = before[ExtensionId(i)];
    bool version = differ(previous.version, next.version), schema = differ(previous.schema, next.schema);
    if (!version && !schema) continue;
    if (previous.relocatable || next.relocatable) {
      Step& step = add(Step::Kind::kAlterExtension);
      step.extension = {ExtensionId(i), ExtensionId(j)};
      step.alters_version = version;
      step.alters_schema = schema;
    } else {
      add(Step::Kind::kDropExtension).extension.previous = ExtensionId(i);
      add(Step::Kind::kCreateExtension).extension.next = ExtensionId(j);
    }
  }
}

void DataLossRules::AlterColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                                std::vector<Check>& checks) const {
  const ColumnType& before = schemas.previous->columns[change.column.previous].type;
  const ColumnType& after = schemas.next->columns[change.column.next].type;
  auto add = [&](Check::Kind kind) -> Check& {
    checks.push_back(CheckOf(kind, *schemas.previous, change.column.previous, step));
    return checks.back();
  };
  if (before.arity == ColumnArity::kNullable && after.arity == ColumnArity::kRequired) {
    add(Check::Kind::kMadeOptionalColumnRequired);
  }
  if (before.arity != ColumnArity::kList && after.arity == ColumnArity::kList) {
    add(Check::Kind::kMadeScalarColumnIntoList);
  }
  if (!change.changes.type() || change.changes.type_change == TypeChange::kSafeCast) return;
  bool is_risky = change.changes.type_change == TypeChange::kRiskyCast;
  Check& check = add(is_risky ? Check::Kind::kRiskyCast : Check::Kind::kNotCastable);
  check.previous_type = TypeName(*schemas.previous, schemas.previous->columns[change.column.previous]);
  check.next_type = TypeName(*schemas.next, schemas.next->columns[change.column.next]);
}

void DataLossRules::DropAndRecreateColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                                          std::vector<Check>& checks) const {
  const Column& before = schemas.previous->columns[change.column.previous];
  const Column& after = schemas.next->columns[change.column.next];
  Check::Kind kind = Check::Kind::kDropAndRecreateColumn;
  if (after.type.arity == ColumnArity::kRequired && !after.default_value) {
    kind = before.type.arity == ColumnArity::kNullable ? Check::Kind::kAddedRequiredColumn
                                                       : Check::Kind::kDropAndRecreateRequiredColumn;
  }
  checks.push_back(CheckOf(kind, *schemas.previous, change.column.previous, step));
}

std::string DataLossRules::TypeName(const SqlSchema& schema, const Column& column) const {
  if (!column.type.native) {
    if (column.type.family == TypeFamily::kUnsupported) return column.type.unsupported;
    return migrate::DataLossRules::TypeName(schema, column);
  }
  std::string text = column.type.native->name;
  for (size_t i = 0; i < column.type.native->arguments.size(); ++i) {
    text += (i ? "," : "(") + column.type.native->arguments[i];
  }
  return column.type.native->arguments.empty() ? text : text + ")";
}

Provider MigrationProvider() {
  static const CalculatorRules kCalculator;
  static const DifferRules kDiffer;
  static const DdlWriter kDdl(false), kExecutedDdl(true);
  static const DataLossRules kDataLoss;
  return Provider{.name = "postgresql",
                  .calculator = kCalculator,
                  .differ = kDiffer,
                  .ddl = kDdl,
                  .data_loss = kDataLoss,
                  .executed_ddl = kExecutedDdl,
                  .describer = &PostgresqlDescriber(),
                  .admin = &PostgresqlDatabaseAdmin()};
}

}  // namespace prisma::postgresql
