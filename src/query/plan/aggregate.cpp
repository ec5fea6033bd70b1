// aggregate and groupBy: one statement, one level of rows.
#include "base/error.h"
#include "diagnostics/errors.h"
#include "query/plan/planner.h"

namespace prisma::query {

using driver::ColumnType;
using schema::FieldId;
using schema::ScalarType;
using sql::Expr;

namespace {

ColumnType CellType(const Planner& planner, SlotType type, FieldId field, Aggregation aggregation) {
  if (aggregation == Aggregation::kMin || aggregation == Aggregation::kMax) return planner.ColumnTypeOf(field);
  switch (type.scalar) {
    case ScalarType::kBigInt:
      return ColumnType::kBigInt;
    case ScalarType::kFloat:
      return ColumnType::kFloat;
    case ScalarType::kDecimal:
      return ColumnType::kDecimal;
    default:
      return ColumnType::kBigInt;  // sums of Int may pass 32 bits; counts too
  }
}

}  // namespace

void PlanAggregate(Planner& planner, const Operation& operation) {
  Plan& plan = planner.plan();
  sql::Builder& sql = planner.sql();
  auto shape = std::make_shared<ResultShape>();
  shape->model = operation.model;
  bool is_grouped = operation.action == Action::kGroupBy;
  QueryArguments arguments = operation.arguments;
  arguments.model = operation.model;

  if (!is_grouped && !arguments.cursor.empty() && NeedsProcessing(planner, arguments)) {
    throw errors::InputError(
        "Unable to process combination of query arguments for aggregation query. Please note that it is not possible "
        "at the moment to have a null-cursor, or a cursor and orderBy combination that not stable (unique).");
  }

  std::string_view table = planner.NextAlias();
  bool is_paged = arguments.take || arguments.skip || !arguments.cursor.empty() || !arguments.distinct.empty();
  // The joins of an order by relations may change how the database goes about it, and what it takes for the least of
  // an enum.
  bool is_joined = std::any_of(arguments.order_by.begin(), arguments.order_by.end(),
                               [](const OrderBy& order) { return !order.path.empty(); });
  bool is_nested = !is_grouped && (is_paged || is_joined);
  std::string_view alias = is_nested ? planner.NextAlias() : table;

  std::vector<sql::SelectColumn> columns;
  std::vector<ColumnType> types;
  StatementPlan notes;
  auto add = [&](const Expr* expr, ColumnType type, FieldId field) {
    columns.push_back({.expr = expr, .alias = {}});
    types.push_back(type);
    notes.fields.push_back(field);
    if (type == ColumnType::kEnum) {
      notes.enums.push_back({static_cast<uint32_t>(columns.size() - 1), planner.field(field).enum_id});
    }
    return static_cast<uint32_t>(columns.size() - 1);
  };
  for (const SelectedField& selected : operation.selection.fields) {
    ResultShape::Field& out = shape->fields.emplace_back();
    out.key = selected.key;
    if (selected.kind == SelectedField::Kind::kScalar) {
      const schema::Field& f = planner.field(selected.field);
      out.field = selected.field;
      out.scalar = f.scalar;
      out.is_enum = f.kind == schema::FieldKind::kEnum;
      out.column = add(planner.Column(alias, selected.field), planner.ColumnTypeOf(selected.field), selected.field);
      continue;
    }
    PRISMA_CHECK(selected.kind == SelectedField::Kind::kAggregate);
    out.kind = ResultShape::Field::Kind::kObject;
    out.nested = std::make_unique<ResultShape>();
    const AggregateSelection& aggregate = selected.aggregate;
    if (aggregate.fields.empty() && aggregate.aggregation == Aggregation::kCount) {
      // `_count` without a selection of its own.
      out.kind = ResultShape::Field::Kind::kScalar;
      out.nested = nullptr;
      out.column = add(planner.AggregateExpr(Aggregation::kCount, FieldId(), alias), ColumnType::kBigInt, FieldId());
      continue;
    }
    for (size_t i = 0; i < aggregate.fields.size(); ++i) {
      FieldId id = aggregate.fields[i];
      SlotType type = planner.AggregateType(aggregate.aggregation, id);
      ResultShape::Field& item = out.nested->fields.emplace_back();
      item.key = aggregate.field_keys[i];
      item.scalar = type.scalar;
      item.is_enum = type.enum_id.valid();
      if (aggregate.aggregation == Aggregation::kMin || aggregate.aggregation == Aggregation::kMax) item.field = id;
      item.column = add(planner.AggregateExpr(aggregate.aggregation, id, alias),
                        CellType(planner, type, id, aggregate.aggregation), item.field);
    }
  }
  if (columns.empty()) add(sql.Raw("1"), ColumnType::kInt, FieldId());

  sql::Select select;
  sql::Select inner;
  std::vector<sql::Join> joins;
  std::vector<sql::Order> orders;
  std::vector<const Expr*> group_by;
  std::vector<sql::SelectColumn> inner_columns;
  select.columns = columns;
  if (is_nested) {
    for (FieldId f : planner.model(operation.model).fields) {
      schema::FieldKind kind = planner.field(f).kind;
      if (kind != schema::FieldKind::kScalar && kind != schema::FieldKind::kEnum) continue;
      inner_columns.push_back({.expr = planner.Column(table, f), .alias = {}});
    }
    std::vector<OrderBy> order_by = ImplicitOrder(planner, arguments);
    inner.columns = inner_columns;
    inner.from = planner.TableOf(operation.model, table);
    inner.where = planner.FilterExpr(arguments.where, table);
    if (!arguments.cursor.empty()) {
      inner.where = sql.And(inner.where, planner.CursorExpr(arguments, table, joins));
    }
    planner.OrderExprs(order_by, table, arguments.take_is_negative, joins, orders);
    inner.joins = joins;
    inner.order_by = orders;
    planner.Page(inner, arguments);
    select.from = {.schema = {}, .name = {}, .alias = alias, .select = &inner};
  } else {
    select.from = planner.TableOf(operation.model, table);
    select.where = planner.FilterExpr(arguments.where, table);
    if (is_grouped) {
      for (FieldId f : operation.group_by) group_by.push_back(planner.Column(table, f));
      std::vector<OrderBy> order_by = ImplicitOrder(planner, arguments);
      planner.OrderExprs(order_by, table, arguments.take_is_negative, joins, orders);
      select.group_by = group_by;
      select.having = planner.FilterExpr(operation.having, table);
      select.joins = joins;
      select.order_by = orders;
      planner.Page(select, arguments);
    }
  }
  StatementPlan statement = planner.Finish(select, std::move(types));
  statement.fields = std::move(notes.fields);
  statement.enums = std::move(notes.enums);
  auto level = std::make_unique<Level>();
  level->statement = std::move(statement);
  level->processing.turns_round = is_grouped && arguments.take_is_negative;
  plan.answer = is_grouped ? Plan::Answer::kList : Plan::Answer::kObjectOrNull;
  plan.root = ReadNode(std::move(level));
  plan.shape = std::move(shape);
}

}  // namespace prisma::query
