// SQLite's tables can't be altered but for added columns: everything else makes the table anew. Types are families
// only, enums are text, and integer primary keys count up by themselves.
#include "connectors/sqlite/migration.h"
#include "migrate/differ.h"

namespace prisma::sqlite {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

class Calculator final : public CalculatorRules {
 public:
  bool IsImplicitAutoincrement(const schema::Schema& schema, const schema::Field& field) const override {
    if (field.kind != schema::FieldKind::kScalar || field.scalar != schema::ScalarType::kInt) return false;
    schema::IndexId key = schema.models[field.model].primary_key;
    if (!key || schema.indexes[key].fields.size() != 1) return false;
    return &schema.fields[schema.indexes[key].fields[0].field] == &field;
  }

  ColumnType EnumColumnType(const schema::Enum&, SqlSchema&) const override { return ColumnType{}; }
  std::string_view DefaultIndexAlgorithm() const override { return "BTree"; }
};

std::string_view WithoutParentheses(std::string_view text) {
  auto trim = [](std::string_view t) {
    while (!t.empty() && (t.front() == ' ' || t.front() == '\n')) t.remove_prefix(1);
    while (!t.empty() && (t.back() == ' ' || t.back() == '\n')) t.remove_suffix(1);
    return t;
  };
  text = trim(text);
  while (text.size() > 1 && text.front() == '(' && text.back() == ')') {
    int depth = 0;
    bool is_around = true;  // the first one is closed by the last one
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')' && --depth == 0 && i + 1 < text.size()) is_around = false;
    }
    if (!is_around || depth != 0) break;
    text = trim(text.substr(1, text.size() - 2));
  }
  return text;
}

constexpr DifferFlags Flags() {
  DifferFlags flags;
  flags.can_rename_foreign_key = false;
  flags.can_redefine_tables_with_inbound_foreign_keys = true;
  flags.can_rename_index = false;
  flags.drops_indexes_of_dropped_tables = true;
  flags.drops_foreign_keys_of_dropped_tables = false;
  flags.adds_foreign_keys_of_new_tables = false;
  flags.has_unnamed_foreign_keys = true;
  return flags;
}

class Differ final : public DifferRules {
 public:
  Differ() : DifferRules(Flags()) {}

  std::optional<TypeChange> ColumnTypeChange(const SchemaPair& schemas,
                                             const MigrationPair<ColumnId>& columns) const override {
    const ColumnType& before = schemas.previous->columns[columns.previous].type;
    const ColumnType& after = schemas.next->columns[columns.next].type;
    if (before.family == after.family && before.unsupported == after.unsupported) return std::nullopt;
    return after.family == TypeFamily::kString ? TypeChange::kSafeCast : TypeChange::kRiskyCast;
  }

  bool AutoincrementChanged(const Column&, const Column&) const override { return false; }

  // SQLite keeps the text after DEFAULT, without parentheses around it.
  bool IsDefaultAsWritten(const DefaultValue& previous, const DefaultValue& next) const override {
    for (bool is_executed : {true, false}) {
      std::string text = DefaultSql(next, is_executed);
      if (!text.empty() && WithoutParentheses(previous.database_text) == WithoutParentheses(text)) return true;
    }
    return false;
  }

  bool MustRedefine(const TableDiffer& table) const override {
    if (table.PrimaryKeyCreated() || table.PrimaryKeyDropped() || table.PrimaryKeyChanged()) return true;
    if (!table.DroppedColumns().empty() || table.AnyColumnChanged()) return true;
    for (ColumnId id : table.AddedColumns()) {
      if (table.next().columns[id].type.arity == ColumnArity::kRequired) return true;
    }
    return !table.CreatedForeignKeys().empty() || !table.DroppedForeignKeys().empty();
  }
};

}  // namespace

const CalculatorRules& SqliteCalculatorRules() {
  static const Calculator kRules;
  return kRules;
}

const DifferRules& SqliteDifferRules() {
  static const Differ kRules;
  return kRules;
}

}  // namespace prisma::sqlite
