// Reads with their relations in one statement: a related level's rows come as JSON in a cell of the parent's row, a row
// as the list of its cells. Lists are shorter than objects, and no name has to be looked up when they are read.
#include "base/error.h"
#include "query/plan/planner.h"

namespace prisma::query {

using driver::ColumnType;
using schema::FieldId;
using sql::Expr;

namespace {

// A function takes at most this many arguments; a row with more cells is a list of such lists.
constexpr size_t kCellsPerList = 100;

constexpr std::string_view kJoinedColumn = "data";

bool HasCursor(const FieldSelection& selection) {
  for (const SelectedField& selected : selection.fields) {
    if (selected.kind != SelectedField::Kind::kRelation) continue;
    if (selected.arguments != nullptr && !selected.arguments->cursor.empty()) return true;
    if (HasCursor(*selected.nested)) return true;
  }
  return false;
}

}  // namespace

bool HasJoins(const schema::Schema& schema, const sql::Dialect& dialect) {
  return dialect.features().relation_joins != sql::RelationJoins::kNone && schema.HasPreviewFeature("relationJoins");
}

bool Planner::WantsJoins(const Operation& operation) const {
  if (!HasJoins(schema_, dialect_) || operation.arguments.load_strategy == LoadStrategy::kQuery) return false;
  return operation.arguments.cursor.empty() && !HasCursor(operation.selection);
}

void Planner::DraftJoined(LevelDraft& draft, const SelectedField& selected, ResultShape::Field& shape) {
  JoinedDraft joined;
  joined.link = LinkOf(selected.field);
  shape.kind = ResultShape::Field::Kind::kRelation;
  shape.field = selected.field;
  shape.is_list = joined.link.is_list;
  shape.is_required = field(selected.field).arity == schema::Arity::kRequired;
  joined.child = shape.child = static_cast<uint32_t>(draft.level->children.size());
  shape.nested = std::make_unique<ResultShape>();

  ChildLevel child;
  child.joined_cell = static_cast<uint32_t>(draft.counts.size() + draft.joined.size());
  child.is_list = shape.is_list;
  if (shape.is_required) child.required_field = field(selected.field).name;
  joined.draft = DraftLevel(*selected.nested, *shape.nested);
  if (selected.arguments != nullptr) joined.arguments = *selected.arguments;
  joined.arguments.model = joined.link.other_model;
  LevelProcessing& processing = joined.draft.level->processing;
  if (NeedsProcessing(*this, joined.arguments)) {
    AddProcessing(joined.draft, joined.arguments);
  } else {
    processing.turns_round = joined.arguments.take_is_negative;
  }
  // What the cells are; the text stays empty.
  StatementPlan& cells = joined.draft.level->statement.emplace();
  cells.types = LevelTypes(joined.draft);
  NoteFields(cells, joined.draft.columns, joined.draft.first_column());
  child.level = std::move(joined.draft.level);
  draft.level->children.push_back(std::move(child));
  draft.joined.push_back(std::move(joined));
}

std::vector<ColumnType> Planner::LevelTypes(const LevelDraft& draft) const {
  std::vector<ColumnType> types(draft.counts.size(), ColumnType::kInt);
  types.insert(types.end(), draft.joined_count, ColumnType::kString);
  for (FieldId f : draft.columns) types.push_back(ColumnTypeOf(f));
  if (types.empty()) types.push_back(ColumnType::kInt);
  return types;
}

// `is_in_json`: the row is one cell, kJoinedColumn.
sql::Select Planner::LevelSelect(const LevelDraft& draft, const QueryArguments& arguments, std::string_view alias,
                                 const Expr* extra_where, bool is_paged, bool is_in_json) {
  sql::Select select;
  std::vector<sql::SelectColumn> columns;
  std::vector<sql::Join> joins;
  // For the rows of one parent a sub-select per row reads less than all the counts.
  const bool joins_counts = !reads_one_ && !is_in_json;
  for (const SelectedRelationCount& count : draft.counts) {
    const Expr* number = CountExpr(count.relation_field, count.where, alias, joins_counts ? &joins : nullptr);
    columns.push_back({.expr = number, .alias = {}});
  }
  std::vector<sql::Join> laterals;
  for (const JoinedDraft& joined : draft.joined) {
    const Expr* cell = JoinedCell(joined, alias, laterals);
    if (!is_in_json && !features().json_text_type.empty()) cell = sql_.Cast(cell, features().json_text_type);
    columns.push_back({.expr = cell, .alias = {}});
  }
  for (FieldId f : draft.columns) {
    const Expr* column = Column(alias, f);
    columns.push_back({.expr = is_in_json ? dialect_.InJson(sql_, column, field(f)) : column, .alias = {}});
  }
  if (columns.empty()) columns.push_back({.expr = sql_.Raw("1"), .alias = {}});
  if (is_in_json) columns = {{.expr = InOneCell(columns), .alias = kJoinedColumn}};

  std::vector<sql::Order> orders;
  select.columns = sql_.Copy(columns);
  select.from = TableOf(arguments.model, alias);
  select.where = sql_.And(FilterExpr(arguments.where, alias), extra_where);
  if (!arguments.cursor.empty()) {
    const Expr* cursor = CursorExpr(arguments, alias, joins);
    select.where = sql_.And(select.where, cursor);
  }
  std::vector<OrderBy> order_by = ImplicitOrder(*this, arguments);
  OrderExprs(order_by, alias, arguments.take_is_negative, joins, orders);
  joins.insert(joins.end(), laterals.begin(), laterals.end());
  select.joins = sql_.Copy(joins);
  select.order_by = sql_.Copy(orders);
  if (is_paged) {
    if (DistinctsNatively(*this, arguments)) {
      std::vector<const Expr*> distinct;
      for (FieldId f : arguments.distinct) distinct.push_back(Column(alias, f));
      select.distinct_on = sql_.Copy(distinct);
    }
    Page(select, arguments);
  }
  return select;
}

const Expr* Planner::InOneCell(std::span<const sql::SelectColumn> columns) {
  std::vector<const Expr*> cells, lists;
  for (size_t i = 0; i < columns.size(); ++i) {
    cells.push_back(columns[i].expr);
    if (cells.size() < kCellsPerList && i + 1 < columns.size()) continue;
    lists.push_back(sql_.Function(features().json_array, sql_.Copy(cells)));
    cells.clear();
  }
  return lists.size() == 1 ? lists[0] : sql_.Function(features().json_array, sql_.Copy(lists));
}

const Expr* Planner::JoinedCell(const JoinedDraft& joined, std::string_view parent, std::vector<sql::Join>& joins) {
  const Link& link = joined.link;
  std::string_view alias = NextAlias();
  const Expr* linked = nullptr;
  std::vector<sql::Join> pairs;
  if (link.is_many_to_many) {
    std::string_view pair = NextAlias();
    linked = sql_.Equals(sql_.Column(pair, link.own_column), Column(parent, link.own[0]));
    pairs.push_back({.kind = sql::JoinKind::kInner,
                     .table = JoinTableOf(link, pair),
                     .on = sql_.Equals(sql_.Column(pair, link.other_column), Column(alias, link.other[0]))});
  } else {
    for (size_t i = 0; i < link.own.size(); ++i) {
      linked = sql_.And(linked, sql_.Equals(Column(alias, link.other[i]), Column(parent, link.own[i])));
    }
  }
  const bool pages = !NeedsProcessing(*this, joined.arguments);
  sql::Select rows = LevelSelect(joined.draft, joined.arguments, alias, linked, pages, true);
  pairs.insert(pairs.end(), rows.joins.begin(), rows.joins.end());
  rows.joins = sql_.Copy(pairs);
  if (link.is_list) {
    auto aggregate = [&](const Expr* row) {
      std::vector<sql::SelectColumn> all{
          {.expr = sql_.Function(features().json_aggregate, sql_.Items({row})), .alias = kJoinedColumn}};
      return sql_.Copy(all);
    };
    if (rows.order_by.empty() && rows.distinct_on.empty() && rows.limit == nullptr && rows.offset == nullptr) {
      rows.columns = aggregate(rows.columns[0].expr);
    } else {
      std::string_view list = NextAlias();
      sql::Select outer;
      outer.columns = aggregate(sql_.Column(list, kJoinedColumn));
      outer.from = {.schema = {}, .name = {}, .alias = list, .select = arena_.New<sql::Select>(rows)};
      rows = outer;
    }
  }
  // There is one at most; but so no database takes it for a plain join, which would give the parents in another order.
  if (!link.is_list) rows.limit = sql_.Raw("1");
  const sql::Select* select = arena_.New<sql::Select>(rows);
  if (features().relation_joins == sql::RelationJoins::kSubselect) return sql_.Subselect(select);
  std::string_view table = NextAlias();
  joins.push_back({.kind = sql::JoinKind::kLeftLateral,
                   .table = {.schema = {}, .name = {}, .alias = table, .select = select},
                   .on = sql_.True()});
  return sql_.Column(table, kJoinedColumn);
}

}  // namespace prisma::query
