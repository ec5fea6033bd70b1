#include "migrate/data_loss.h"

#include <fmt/format.h>

namespace prisma::migrate {
namespace {

using Kind = Check::Kind;

Check NewCheck(Kind kind, size_t step) {
  Check check;
  check.kind = kind;
  check.step = step;
  return check;
}

std::string Join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ",";
    out += name;
  }
  return out;
}

std::string FamilyName(const SqlSchema& schema, const ColumnType& type) {
  switch (type.family) {
    case TypeFamily::kInt:
      return "Int";
    case TypeFamily::kBigInt:
      return "BigInt";
    case TypeFamily::kFloat:
      return "Float";
    case TypeFamily::kDecimal:
      return "Decimal";
    case TypeFamily::kBoolean:
      return "Boolean";
    case TypeFamily::kString:
      return "String";
    case TypeFamily::kDateTime:
      return "DateTime";
    case TypeFamily::kBinary:
      return "Binary";
    case TypeFamily::kJson:
      return "Json";
    case TypeFamily::kUuid:
      return "Uuid";
    case TypeFamily::kEnum:
      return schema.enums[type.enum_id].name;
    case TypeFamily::kUnsupported:
      return "Unsupported(\"" + type.unsupported + "\")";
  }
  return "";
}

std::vector<Check> Plan(const Steps& steps, const SchemaPair& schemas, const DataLossRules& rules) {
  const SqlSchema& previous = *schemas.previous;
  const SqlSchema& next = *schemas.next;
  std::vector<Check> checks;

  auto add_table_check = [&](Kind kind, TableId table, size_t step) {
    Check check = NewCheck(kind, step);
    check.name_space = previous.NamespaceOf(table);
    check.table = previous.tables[table].name;
    checks.push_back(std::move(check));
  };
  auto add_added_column = [&](ColumnId id, size_t step) {
    const Column& column = next.columns[id];
    if (column.type.arity != ColumnArity::kRequired || column.default_value) return;
    checks.push_back(
        CheckOf(column.has_client_default ? Kind::kAddedRequiredColumnWithClientDefault : Kind::kAddedRequiredColumn,
                next, id, step));
  };

  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    switch (step.kind) {
      case Step::Kind::kAlterTable:
        for (const TableChange& change : step.changes) {
          switch (change.kind) {
            case TableChange::Kind::kDropColumn:
              checks.push_back(CheckOf(Kind::kNonEmptyColumnDrop, previous, change.column.previous, i));
              break;
            case TableChange::Kind::kAlterColumn:
              rules.AlterColumn(schemas, change, i, checks);
              break;
            case TableChange::Kind::kAddColumn:
              add_added_column(change.column.next, i);
              break;
            case TableChange::Kind::kDropPrimaryKey:
              add_table_check(Kind::kPrimaryKeyChange, step.table.previous, i);
              break;
            case TableChange::Kind::kDropAndRecreateColumn:
              rules.DropAndRecreateColumn(schemas, change, i, checks);
              break;
            case TableChange::Kind::kAddPrimaryKey:
            case TableChange::Kind::kRenamePrimaryKey:
              break;
          }
        }
        break;
      case Step::Kind::kRedefineTables:
        for (const RedefinedTable& table : step.redefined) {
          if (table.dropped_primary_key) add_table_check(Kind::kPrimaryKeyChange, table.table.previous, i);
          for (ColumnId id : table.added_columns) add_added_column(id, i);
          for (ColumnId id : table.dropped_columns) {
            checks.push_back(CheckOf(Kind::kNonEmptyColumnDrop, previous, id, i));
          }
          for (const RedefinedTable::ColumnPair& pair : table.column_pairs) {
            const Column& after = next.columns[pair.column.next];
            if (pair.changes.arity && after.type.arity == ColumnArity::kRequired && !after.default_value) {
              checks.push_back(CheckOf(Kind::kMadeOptionalColumnRequired, previous, pair.column.previous, i));
            }
            if (!pair.changes.type() || pair.changes.type_change == TypeChange::kSafeCast) continue;
            Check check =
                CheckOf(pair.changes.type_change == TypeChange::kRiskyCast ? Kind::kRiskyCast : Kind::kNotCastable,
                        previous, pair.column.previous, i);
            check.previous_type = rules.TypeName(previous, previous.columns[pair.column.previous]);
            check.next_type = rules.TypeName(next, after);
            checks.push_back(std::move(check));
          }
        }
        break;
      case Step::Kind::kDropTable:
        add_table_check(Kind::kNonEmptyTableDrop, step.table.previous, i);
        break;
      case Step::Kind::kCreateIndex: {
        const Index& index = next.indexes[step.index.next];
        if (!step.table.previous || step.from_drop_and_recreate || !index.is_unique()) break;
        Check check = NewCheck(Kind::kUniqueConstraintAddition, i);
        check.table = next.tables[index.table].name;
        for (const IndexColumn& part : index.columns) check.names.push_back(next.columns[part.column].name);
        checks.push_back(std::move(check));
        break;
      }
      case Step::Kind::kAlterEnum: {
        if (step.enum_change.dropped_variants.empty()) break;
        Check check = NewCheck(Kind::kEnumValueRemoval, i);
        check.table = next.enums[step.enumeration.next].name;
        check.names = step.enum_change.dropped_variants;
        checks.push_back(std::move(check));
        break;
      }
      default:
        break;
    }
  }
  return checks;
}

// The text of a check, or nothing if there is no danger after all.
std::optional<std::string> Evaluate(const Check& check, RowCounter* counter) {
  auto count_rows = [&]() -> std::optional<int64_t> {
    return counter ? counter->Rows(check.name_space, check.table) : std::nullopt;
  };
  auto count_values = [&]() -> std::optional<int64_t> {
    return counter ? counter->NonNullValues(check.name_space, check.table, check.column) : std::nullopt;
  };
  const std::string& table = check.table;
  const std::string& column = check.column;
  std::string cast =
      fmt::format("The data in that column will be cast from `{}` to `{}`.", check.previous_type, check.next_type);
  switch (check.kind) {
    case Kind::kDropAndRecreateColumn: {
      std::optional<int64_t> rows = count_rows(), values = count_values();
      if (rows == 0 || values == 0) return std::nullopt;
      return fmt::format(
          "The `{}` column on the `{}` table would be dropped and recreated. This will lead to data loss{}.", column,
          table, values ? "" : " if there is data in the column");
    }
    case Kind::kNonEmptyColumnDrop: {
      std::optional<int64_t> values = count_values();
      if (values == 0) return std::nullopt;
      if (!values) {
        return fmt::format(
            "You are about to drop the column `{}` on the `{}` table. All the data in the column will be lost.", column,
            table);
      }
      return fmt::format(
          "You are about to drop the column `{}` on the `{}` table, which still contains {} non-null values.", column,
          table, *values);
    }
    case Kind::kNonEmptyTableDrop: {
      std::optional<int64_t> rows = count_rows();
      if (rows == 0) return std::nullopt;
      if (!rows) {
        return fmt::format(
            "You are about to drop the `{}` table. If the table is not empty, all the data it contains will be lost.",
            table);
      }
      return fmt::format("You are about to drop the `{}` table, which is not empty ({} rows).", table, *rows);
    }
    case Kind::kRiskyCast:
    case Kind::kNotCastable: {
      std::optional<int64_t> values = count_values();
      if (values == 0) return std::nullopt;
      bool may_fail = check.kind == Kind::kNotCastable;
      std::string text = fmt::format("You are about to alter the column `{}` on the `{}` table", column, table);
      if (values) {
        text += fmt::format(", which contains {} non-null values. ", *values);
      } else {
        text += may_fail ? ". " : ". The data in that column could be lost. ";
      }
      text += cast;
      if (may_fail) text += " This cast may fail. Please make sure the data in the column can be cast.";
      return text;
    }
    case Kind::kPrimaryKeyChange:
      if (count_rows() == 0) return std::nullopt;
      return fmt::format(
          "The primary key for the `{}` table will be changed. If it partially fails, the table could be left without "
          "primary key constraint.",
          table);
    case Kind::kUniqueConstraintAddition:
      return fmt::format(
          "A unique constraint covering the columns `[{}]` on the table `{}` will be added. If there are existing "
          "duplicate values, this will fail.",
          Join(check.names), table);
    case Kind::kEnumValueRemoval:
      return fmt::format(
          "The values [{}] on the enum `{}` will be removed. If these variants are still used in the database, this "
          "will fail.",
          Join(check.names), table);
    case Kind::kAddedRequiredColumn:
    case Kind::kAddedRequiredColumnWithClientDefault: {
      std::optional<int64_t> rows = count_rows();
      if (rows == 0) return std::nullopt;
      std::string details =
          rows ? fmt::format("There are {} rows in this table, it is not possible to execute this step.", *rows)
               : "This is not possible if the table is not empty.";
      if (check.kind == Kind::kAddedRequiredColumn) {
        return fmt::format("Added the required column `{}` to the `{}` table without a default value. {}", column,
                           table, details);
      }
      return fmt::format(
          "The required column `{}` was added to the `{}` table with a prisma-level default value. {} Please add this "
          "column as optional, then populate it before making it required.",
          column, table, details);
    }
    case Kind::kMadeOptionalColumnRequired: {
      std::optional<int64_t> rows = count_rows(), values = count_values();
      if (rows == 0) return std::nullopt;
      if (!rows || !values) {
        return fmt::format(
            "Made the column `{}` on table `{}` required. This step will fail if there are existing NULL values in "
            "that "
            "column.",
            column, table);
      }
      if (*rows == *values) return std::nullopt;
      return fmt::format("Made the column `{}` on table `{}` required, but there are {} existing NULL values.", column,
                         table, *rows - *values);
    }
    case Kind::kMadeScalarColumnIntoList: {
      std::optional<int64_t> rows = count_rows(), values = count_values();
      if (rows == 0 || values == 0) return std::nullopt;
      std::string details =
          values ? fmt::format("There are {} existing non-null values in that column, this step cannot be executed.",
                               *values)
                 : "If there are non-null values in that column, this step will fail.";
      return fmt::format("Changed the column `{}` on the `{}` table from a scalar field to a list field. {}", column,
                         table, details);
    }
    case Kind::kDropAndRecreateRequiredColumn: {
      std::optional<int64_t> rows = count_rows();
      if (rows == 0) return std::nullopt;
      return fmt::format(
          "Changed the type of `{}` on the `{}` table. No cast exists, the column would be dropped and recreated, "
          "which "
          "cannot be done {}.",
          column, table,
          rows ? "since the column is required and there is data in the table"
               : "if there is data, since the column is required");
    }
  }
  return std::nullopt;
}

}  // namespace

Check CheckOf(Check::Kind kind, const SqlSchema& schema, ColumnId column, size_t step) {
  Check check = NewCheck(kind, step);
  TableId table = schema.columns[column].table;
  check.name_space = schema.NamespaceOf(table);
  check.table = schema.tables[table].name;
  check.column = schema.columns[column].name;
  return check;
}

void DataLossRules::AlterColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                                std::vector<Check>& checks) const {
  const Column& after = schemas.next->columns[change.column.next];
  const Column& before = schemas.previous->columns[change.column.previous];
  if (change.changes.arity && after.type.arity == ColumnArity::kRequired && !after.default_value) {
    checks.push_back(CheckOf(Kind::kMadeOptionalColumnRequired, *schemas.previous, change.column.previous, step));
  }
  if (before.type.arity != ColumnArity::kList && after.type.arity == ColumnArity::kList) {
    checks.push_back(CheckOf(Kind::kMadeScalarColumnIntoList, *schemas.previous, change.column.previous, step));
  }
  if (!change.changes.type() || change.changes.type_change == TypeChange::kSafeCast) return;
  Check check = CheckOf(change.changes.type_change == TypeChange::kRiskyCast ? Kind::kRiskyCast : Kind::kNotCastable,
                        *schemas.previous, change.column.previous, step);
  check.previous_type = TypeName(*schemas.previous, before);
  check.next_type = TypeName(*schemas.next, after);
  checks.push_back(std::move(check));
}

void DataLossRules::DropAndRecreateColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                                          std::vector<Check>& checks) const {
  const Column& after = schemas.next->columns[change.column.next];
  bool fails = after.type.arity == ColumnArity::kRequired && !after.default_value;
  checks.push_back(CheckOf(fails ? Kind::kDropAndRecreateRequiredColumn : Kind::kDropAndRecreateColumn,
                           *schemas.previous, change.column.previous, step));
}

std::string DataLossRules::TypeName(const SqlSchema& schema, const Column& column) const {
  return FamilyName(schema, column.type);
}

DataLoss CheckDataLoss(const Steps& steps, const SchemaPair& schemas, const DataLossRules& rules, RowCounter* counter) {
  DataLoss result;
  for (const Check& check : Plan(steps, schemas, rules)) {
    std::optional<std::string> text = Evaluate(check, counter);
    if (!text) continue;
    (check.is_warning() ? result.warnings : result.unexecutable).push_back({std::move(*text), check.step});
  }
  return result;
}

}  // namespace prisma::migrate
