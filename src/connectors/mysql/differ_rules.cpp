#include <algorithm>

#include "connectors/mysql/migration.h"
#include "migrate/differ.h"

namespace prisma::mysql {
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
        return NativeType{"Double", {}};
      case schema::ScalarType::kBoolean:
        return NativeType{"TinyInt", {}};
      case schema::ScalarType::kString:
        return NativeType{"VarChar", {"191"}};
      case schema::ScalarType::kDateTime:
        return NativeType{"DateTime", {"3"}};
      case schema::ScalarType::kJson:
        return NativeType{"Json", {}};
      case schema::ScalarType::kBytes:
        return NativeType{"LongBlob", {}};
      case schema::ScalarType::kDecimal:
        return NativeType{"Decimal", {"65", "30"}};
    }
    return std::nullopt;
  }

  NativeType NormalizeNativeType(NativeType type) const override {
    if (type.name == "Decimal" && type.arguments.size() == 1) type.arguments.push_back("0");
    return type;
  }

  // An enum is part of each column that has it.
  ColumnType EnumColumnType(const schema::Enum& written, SqlSchema& out) const override {
    Enum enumeration;
    enumeration.name = written.database_name;
    for (const schema::EnumValue& value : written.values) enumeration.variants.push_back(value.database_name);
    ColumnType type;
    type.family = TypeFamily::kEnum;
    type.enum_id = out.enums.push_back(std::move(enumeration));
    return type;
  }

  std::string_view DefaultIndexAlgorithm() const override { return "BTree"; }
};

constexpr DifferFlags Flags() {
  DifferFlags flags;
  flags.can_rename_foreign_key = false;
  flags.can_cope_with_foreign_key_column_becoming_non_nullable = false;
  flags.creates_indexes_of_new_tables = false;
  flags.ignores_json_defaults = true;
  flags.has_no_binary_defaults = true;
  flags.foreign_keys_need_indexes = true;
  return flags;
}

class Differ final : public DifferRules {
 public:
  Differ() : DifferRules(Flags()) {}

  std::optional<TypeChange> ColumnTypeChange(const SchemaPair& schemas,
                                             const MigrationPair<ColumnId>& columns) const override {
    const ColumnType& before = schemas.previous->columns[columns.previous].type;
    const ColumnType& after = schemas.next->columns[columns.next].type;
    bool was_enum = before.family == TypeFamily::kEnum, is_enum = after.family == TypeFamily::kEnum;
    if (was_enum != is_enum) return TypeChange::kRiskyCast;
    if (was_enum) {
      const std::vector<std::string>& old_variants = schemas.previous->enums[before.enum_id].variants;
      const std::vector<std::string>& new_variants = schemas.next->enums[after.enum_id].variants;
      if (old_variants == new_variants) return std::nullopt;
      return RemovedVariants(old_variants, new_variants).empty() ? TypeChange::kSafeCast : TypeChange::kRiskyCast;
    }
    if (!before.native || !after.native) return std::nullopt;
    if (!before.full_data_type.empty() && Spelled(*before.native) == Spelled(*after.native)) return std::nullopt;
    return NativeTypeChange(*before.native, *after.native);
  }

  bool IsDefaultAsWritten(const DefaultValue& described, const DefaultValue& written) const override {
    if (written.kind != DefaultValue::Kind::kDbGenerated || !written.has_expression) return false;
    return Bare(described.database_text) == Bare(written.text);
  }

  // With the sizes that the database takes where none are written.
  static NativeType Spelled(NativeType type) {
    bool is_time = type.name == "DateTime" || type.name == "Timestamp" || type.name == "Time";
    if (is_time && type.arguments.empty()) type.arguments = {"0"};
    if (type.name == "Decimal" && type.arguments.empty()) type.arguments = {"10", "0"};
    return type;
  }

  // An expression without blanks, case and parentheses around it.
  static std::string Bare(std::string_view text) {
    std::string out;
    for (char c : text) {
      if (c != ' ' && c != '`') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (out.size() >= 2 && out.front() == '(' && out.back() == ')') out = out.substr(1, out.size() - 2);
    return out;
  }

  static std::vector<std::string> RemovedVariants(const std::vector<std::string>& before,
                                                  const std::vector<std::string>& after) {
    std::vector<std::string> removed;
    for (const std::string& variant : before) {
      if (std::find(after.begin(), after.end(), variant) == after.end()) removed.push_back(variant);
    }
    return removed;
  }
};

class DataLoss final : public DataLossRules {
 public:
  void AlterColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                   std::vector<Check>& checks) const override {
    if (change.changes.only_default()) return;
    const Column& before = schemas.previous->columns[change.column.previous];
    const Column& after = schemas.next->columns[change.column.next];
    auto add = [&](Check::Kind kind) -> Check& {
      checks.push_back(CheckOf(kind, *schemas.previous, change.column.previous, step));
      return checks.back();
    };
    if (change.changes.arity && after.type.arity == ColumnArity::kRequired) {
      add(Check::Kind::kMadeOptionalColumnRequired);
      return;
    }
    if (change.changes.only_type() && before.type.family == TypeFamily::kEnum &&
        after.type.family == TypeFamily::kEnum) {
      const Enum& enumeration = schemas.next->enums[after.type.enum_id];
      std::vector<std::string> removed =
          Differ::RemovedVariants(schemas.previous->enums[before.type.enum_id].variants, enumeration.variants);
      if (removed.empty()) return;
      Check& check = add(Check::Kind::kEnumValueRemoval);
      check.table = schemas.next->tables[after.table].name + "_" + after.name;
      check.names = std::move(removed);
      return;
    }
    if (!change.changes.type() || change.changes.type_change == TypeChange::kSafeCast) return;
    bool is_risky = change.changes.type_change == TypeChange::kRiskyCast;
    Check& check = add(is_risky ? Check::Kind::kRiskyCast : Check::Kind::kNotCastable);
    check.previous_type = TypeName(*schemas.previous, before);
    check.next_type = TypeName(*schemas.next, after);
  }

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
    if (column.type.family == TypeFamily::kEnum) {
      return "Enum(" + schema.enums[column.type.enum_id].name + ")";
    }
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
  return Provider{.name = "mysql",
                  .calculator = kCalculator,
                  .differ = kDiffer,
                  .ddl = MysqlDdlWriter(false),
                  .data_loss = kDataLoss,
                  .executed_ddl = MysqlDdlWriter(true),
                  .describer = &MysqlDescriber(),
                  .admin = &MysqlDatabaseAdmin()};
}

}  // namespace prisma::mysql
