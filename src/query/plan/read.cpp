// Reads: one statement a level; children are found by the keys of their parents' rows.
#include "base/error.h"
#include "query/plan/planner.h"

namespace prisma::query {

using driver::ColumnType;
using schema::FieldId;
using schema::FieldKind;
using sql::Expr;

namespace {

bool HasListThatMustHold(const Filter* filter) {
  if (filter == nullptr) return false;
  if (filter->kind == FilterKind::kIn) return filter->operand.kind == Operand::Kind::kList;
  if (filter->kind != FilterKind::kAnd) return false;
  for (const Filter& child : filter->children) {
    if (HasListThatMustHold(&child)) return true;
  }
  return false;
}

}  // namespace

uint32_t LevelDraft::CellOf(FieldId field) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == field) return first_column() + static_cast<uint32_t>(i);
  }
  columns.push_back(field);
  return first_column() + static_cast<uint32_t>(columns.size() - 1);
}

LevelDraft Planner::DraftLevel(const FieldSelection& selection, ResultShape& shape) {
  LevelDraft draft;
  draft.level = std::make_unique<Level>();
  shape.model = selection.model;
  for (const SelectedField& selected : selection.fields) {
    if (selected.kind == SelectedField::Kind::kRelation && joins_) ++draft.joined_count;
    if (selected.kind != SelectedField::Kind::kRelationCount) continue;
    draft.counts.insert(draft.counts.end(), selected.counts.begin(), selected.counts.end());
  }
  uint32_t count_cell = 0;
  for (const SelectedField& selected : selection.fields) {
    ResultShape::Field& out = shape.fields.emplace_back();
    out.key = selected.key;
    switch (selected.kind) {
      case SelectedField::Kind::kScalar: {
        const schema::Field& f = field(selected.field);
        out.field = selected.field;
        out.scalar = f.scalar;
        out.is_scalar_list = f.arity == schema::Arity::kList;
        out.is_required = f.arity == schema::Arity::kRequired;
        out.is_enum = f.kind == FieldKind::kEnum;
        out.column = draft.CellOf(selected.field);
        break;
      }
      case SelectedField::Kind::kRelationCount:
        out.kind = ResultShape::Field::Kind::kObject;
        out.nested = std::make_unique<ResultShape>();
        for (const SelectedRelationCount& count : selected.counts) {
          ResultShape::Field& item = out.nested->fields.emplace_back();
          item.key = count.key;
          item.column = count_cell++;
        }
        break;
      case SelectedField::Kind::kRelation:
        if (joins_) {
          DraftJoined(draft, selected, out);
        } else {
          PlanChild(draft, selected, out);
        }
        break;
      case SelectedField::Kind::kAggregate:
        throw InternalError("aggregate among fields");
    }
  }
  return draft;
}

void Planner::PlanChild(LevelDraft& draft, const SelectedField& selected, ResultShape::Field& shape) {
  Link link = LinkOf(selected.field);
  shape.kind = ResultShape::Field::Kind::kRelation;
  shape.field = selected.field;
  shape.is_list = link.is_list;
  shape.is_required = field(selected.field).arity == schema::Arity::kRequired;
  shape.child = static_cast<uint32_t>(draft.level->children.size());
  shape.nested = std::make_unique<ResultShape>();

  ChildLevel child;
  if (shape.is_required) child.required_field = field(selected.field).name;
  for (FieldId f : link.own) child.parent_columns.push_back(draft.CellOf(f));
  LevelDraft inner = DraftLevel(*selected.nested, *shape.nested);
  for (FieldId f : link.other) child.child_columns.push_back(inner.CellOf(f));

  QueryArguments none;
  const QueryArguments* asked = selected.arguments != nullptr ? selected.arguments : &none;
  QueryArguments arguments = *asked;
  arguments.model = link.other_model;
  bool is_paged = arguments.take || arguments.skip || !arguments.cursor.empty() || !arguments.distinct.empty();
  if (is_paged) AddProcessing(inner, arguments);

  // The alias must be known before the condition is; each statement has its own.
  auto statement = [&](bool pages_in_sql) {
    std::string_view alias = NextAlias();
    std::vector<const Expr*> keys;
    for (FieldId f : link.other) keys.push_back(Column(alias, f));
    return LevelStatement(inner, arguments, alias, InParentKeys(sql_.Copy(keys)), pages_in_sql);
  };
  inner.level->statement = statement(false);
  if (is_paged && !link.is_many_to_many && !NeedsProcessing(*this, arguments)) {
    child.single_statement = statement(true);
  }
  if (link.is_many_to_many) {
    std::string_view pairs = NextAlias();
    sql::Select select;
    std::vector<sql::SelectColumn> columns{{.expr = sql_.Column(pairs, link.own_column), .alias = {}},
                                           {.expr = sql_.Column(pairs, link.other_column), .alias = {}}};
    select.columns = columns;
    select.from = JoinTableOf(link, pairs);
    select.where = InParentKeys(sql_.Items({sql_.Column(pairs, link.own_column)}));
    child.links = Finish(select, {ColumnTypeOf(link.own[0]), ColumnTypeOf(link.other[0])});
  }
  child.level = std::move(inner.level);
  draft.level->children.push_back(std::move(child));
}

void Planner::AddProcessing(LevelDraft& draft, const QueryArguments& arguments) {
  LevelProcessing& processing = draft.level->processing;
  processing.is_reversed = arguments.take_is_negative;
  for (FieldId f : arguments.distinct) processing.distinct.push_back(draft.CellOf(f));
  for (const CursorField& f : arguments.cursor) {
    processing.cursor_columns.push_back(draft.CellOf(f.field));
    processing.cursor_values.push_back(OperandSlot(f.value, SlotTypeOf(f.field)));
  }
  if (arguments.skip) processing.skip = CountSlot(*arguments.skip);
  if (arguments.take) {
    processing.take = CountSlot(*arguments.take);
    processing.take->transform = Slot::Transform::kAbsolute;
  }
}

StatementPlan Planner::LevelStatement(const LevelDraft& draft, const QueryArguments& arguments, std::string_view alias,
                                      const Expr* extra_where, bool is_paged, bool can_chunk) {
  const sql::Select select = LevelSelect(draft, arguments, alias, extra_where, is_paged, false);
  if (can_chunk) MarkChunkable(select.where);
  StatementPlan statement = Finish(select, LevelTypes(draft));
  NoteFields(statement, draft.columns, draft.first_column());
  return statement;
}

void Planner::SelectLevel(LevelDraft& draft, const QueryArguments& arguments, std::string_view alias,
                          const Expr* extra_where) {
  bool needs_processing = NeedsProcessing(*this, arguments);
  LevelProcessing& processing = draft.level->processing;
  if (needs_processing) {
    AddProcessing(draft, arguments);
  } else {
    processing.turns_round = arguments.take_is_negative;
    if (arguments.take) draft.level->limit = CountSlot(*arguments.take);
  }
  // Rows that come in several pieces are put in order here.
  bool is_whole = !arguments.take && !arguments.skip && arguments.distinct.empty();
  bool can_chunk = HasListThatMustHold(arguments.where) && (needs_processing || is_whole);
  for (const OrderBy& order : ImplicitOrder(*this, arguments)) {
    if (!can_chunk) break;
    if (order.kind != OrderBy::Kind::kField || !order.path.empty()) {
      can_chunk = false;
      break;
    }
    LevelProcessing::SortKey key;
    key.cell = draft.CellOf(order.field);
    key.is_descending = order.is_descending != arguments.take_is_negative;
    key.nulls_first = order.nulls == Nulls::kDefault ? key.is_descending == features().nulls_are_largest
                                                     : (order.nulls == Nulls::kFirst) != arguments.take_is_negative;
    processing.sort.push_back(key);
  }
  if (!can_chunk) processing.sort.clear();
  draft.level->statement = LevelStatement(draft, arguments, alias, extra_where, !needs_processing, can_chunk);
  reads_one_ = false;
}

std::unique_ptr<PlanNode> Planner::ReadByBinding(const FieldSelection& selection, uint32_t binding,
                                                 std::vector<uint32_t> id_columns, ResultShape& shape) {
  joins_ = wants_joins_;
  LevelDraft draft = DraftLevel(selection, shape);
  QueryArguments arguments;
  arguments.model = selection.model;
  std::string_view alias = NextAlias();
  std::vector<FieldId> ids = IdFields(selection.model);
  PRISMA_CHECK(ids.size() == id_columns.size());
  const Expr* where = nullptr;
  for (size_t i = 0; i < ids.size(); ++i) {
    // An update that returns nothing may have lost its record: an id that the database has rounded.
    const Expr* id = BindingCell(binding, id_columns[i], 0, !features().update_returning);
    where = sql_.And(where, sql_.Equals(Column(alias, ids[i]), id));
  }
  reads_one_ = true;
  SelectLevel(draft, arguments, alias, where);
  joins_ = false;
  return ReadNode(std::move(draft.level));
}

std::unique_ptr<PlanNode> ReadNode(std::unique_ptr<Level> level) {
  auto node = std::make_unique<PlanNode>();
  node->kind = PlanNode::Kind::kRead;
  node->level = std::move(level);
  return node;
}

PlanError NotFoundError(std::string_view verb) {
  PlanError error;
  std::string cause = "No record was found for ";
  cause.append(verb).append(".");
  error.code = "P2025";
  error.message =
      "An operation failed because it depends on one or more records that were required but not found. " + cause;
  error.meta = "{\"cause\":\"" + cause + "\"}";
  return error;
}

void PlanRead(Planner& planner, const Operation& operation) {
  Plan& plan = planner.plan();
  auto shape = std::make_shared<ResultShape>();
  planner.joins_ = planner.wants_joins_;
  LevelDraft draft = planner.DraftLevel(operation.selection, *shape);
  QueryArguments arguments = operation.arguments;
  arguments.model = operation.model;
  std::string_view alias = planner.NextAlias();
  std::vector<OrderBy> orders;
  switch (operation.action) {
    case Action::kFindMany:
      plan.answer = Plan::Answer::kList;
      planner.SelectLevel(draft, arguments, alias, nullptr);
      break;
    case Action::kFindUnique:
    case Action::kFindUniqueOrThrow:
      plan.answer = Plan::Answer::kObjectOrNull;
      planner.reads_one_ = true;
      planner.SelectLevel(draft, arguments, alias, nullptr);
      break;
    default: {
      // The first record: the order is that of the request as it was, one record is taken.
      plan.answer = Plan::Answer::kObjectOrNull;
      orders = ImplicitOrder(planner, arguments);
      arguments.order_by = orders;
      Operand one;
      one.kind = Operand::Kind::kConstant;
      one.constant = Value::Int(1);
      // Of the distinct records from the end Prisma answers the first in the request's order.
      arguments.take.reset();
      const bool is_plain = !arguments.skip && arguments.cursor.empty();
      if (!arguments.take_is_negative || arguments.distinct.empty() || !is_plain) arguments.take = one;
      planner.SelectLevel(draft, arguments, alias, nullptr);
    }
  }
  if (operation.action == Action::kFindUniqueOrThrow || operation.action == Action::kFindFirstOrThrow) {
    plan.not_found = NotFoundError("a query");
  }
  plan.root = ReadNode(std::move(draft.level));
  plan.shape = std::move(shape);
}

}  // namespace prisma::query
