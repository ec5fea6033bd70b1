// The roots of writes: create, update, upsert, delete, of one record or many, and what they answer.
#include <algorithm>

#include "query/plan/write_planner.h"

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;

void PlanWrite(Planner& planner, const Operation& operation) { WritePlanner(planner).Plan(operation); }

void WritePlanner::Plan(const Operation& operation) {
  FindOrder(operation);
  switch (operation.action) {
    case Action::kCreateOne:
      return CreateOne(operation);
    case Action::kCreateMany:
    case Action::kCreateManyAndReturn:
      return CreateMany(operation);
    case Action::kUpdateOne:
      return UpdateOne(operation);
    case Action::kUpdateMany:
    case Action::kUpdateManyAndReturn:
      return UpdateMany(operation);
    case Action::kUpsertOne:
      return UpsertOne(operation);
    case Action::kDeleteOne:
      return DeleteOne(operation);
    default:
      return DeleteMany(operation);
  }
}

namespace {

struct StatementCount {
  uint32_t statements = 0;
  bool has_lists = false;
};

void Count(const StatementPlan& statement, StatementCount& count) {
  ++count.statements;
  count.has_lists = count.has_lists || statement.has_lists();
}

void Count(const Level& level, StatementCount& count) {
  if (level.statement) ++count.statements;
  for (const ChildLevel& child : level.children) {
    if (child.links) ++count.statements;
    Count(*child.level, count);
  }
}

void Count(const PlanNode& node, StatementCount& count) {
  if (node.kind == PlanNode::Kind::kStatement) Count(node.statement, count);
  if (node.level != nullptr) Count(*node.level, count);
  for (const auto& child : node.children) Count(*child, count);
}

}  // namespace

void WritePlanner::Finish(Nodes nodes, Plan::Answer answer) {
  query::Plan& plan = p_.plan();
  plan.answer = answer;
  plan.root = nodes.size() == 1 ? std::move(nodes[0]) : SequenceNode(std::move(nodes));
  StatementCount count;
  Count(*plan.root, count);
  // A statement with an open list may have to be run in parts.
  plan.needs_transaction = count.statements > 1 || count.has_lists;
}

void WritePlanner::ReadRows(Nodes& nodes, LevelDraft draft, uint32_t binding) {
  auto node = std::make_unique<PlanNode>();
  node->kind = PlanNode::Kind::kRead;
  node->level = std::move(draft.level);
  node->level->source_binding = binding;
  nodes.push_back(std::move(node));
}

void WritePlanner::ReadBack(Nodes& nodes, const FieldSelection& selection, const Record& record) {
  ResultShape shape;
  nodes.push_back(p_.ReadByBinding(selection, record.binding, CellsOf(record, p_.IdFields(record.model)), shape));
  auto shared = std::make_shared<ResultShape>(std::move(shape));
  p_.plan().shape = shared;
}

void WritePlanner::MustAnswer() {
  // What is nested may have deleted the record.
  PlanError gone;
  gone.message = "Query " + p_.plan().key + " is required to return data, but found no record(s).";
  p_.plan().not_found = std::move(gone);
}

void WritePlanner::CreateOne(const Operation& operation) {
  Nodes nodes;
  auto shape = std::make_shared<ResultShape>();
  LevelDraft draft = p_.DraftLevel(operation.selection, *shape);
  if (operation.create->nested.empty() && draft.counts.empty() && p_.features().insert_returning) {
    const Record record = CreateRecord(nodes, operation.model, *operation.create, {}, draft.columns);
    ReadRows(nodes, std::move(draft), record.binding);
    p_.plan().shape = std::move(shape);
  } else {
    const Record record = CreateRecord(nodes, operation.model, *operation.create, {}, p_.IdFields(operation.model));
    ReadBack(nodes, operation.selection, record);
    MustAnswer();
  }
  Finish(std::move(nodes), query::Plan::Answer::kObjectOrNull);
}

void WritePlanner::CreateMany(const Operation& operation) {
  Nodes nodes;
  std::vector<const WriteData*> rows;
  for (const WriteData& row : operation.create_many) rows.push_back(&row);
  std::vector<uint32_t> bindings;
  if (operation.action == Action::kCreateMany) {
    InsertRows(nodes, operation.model, rows, {}, operation.skip_duplicates, {}, bindings);
    nodes.push_back(CountNode(std::move(bindings)));
    return Finish(std::move(nodes), query::Plan::Answer::kCount);
  }
  auto shape = std::make_shared<ResultShape>();
  LevelDraft draft = p_.DraftLevel(operation.selection, *shape);
  InsertRows(nodes, operation.model, rows, {}, operation.skip_duplicates, draft.columns, bindings);
  ReadRows(nodes, std::move(draft), bindings.empty() ? p_.NewBinding() : bindings[0]);
  p_.plan().shape = std::move(shape);
  Finish(std::move(nodes), query::Plan::Answer::kList);
}

// The database carries a change of a key on to the foreign keys, after it has returned the row.
bool WritePlanner::RefersToItself(ModelId model, const WriteData& data) const {
  const auto& relations = p_.schema().relations;
  return std::any_of(relations.begin(), relations.end(), [&](const schema::Relation& relation) {
    if (relation.model_a != model || relation.model_b != model) return false;
    return std::any_of(data.scalars.begin(), data.scalars.end(), [&](const ScalarWrite& write) {
      return std::find(relation.references.begin(), relation.references.end(), write.field) !=
             relation.references.end();
    });
  });
}

void WritePlanner::UpdateOne(const Operation& operation) {
  Nodes nodes;
  const PlanError error = NotFound("No record was found for an update.");
  const bool is_in_update = p_.features().update_returning && !EmulatesActions() && ChangesRow(*operation.update);
  const sql::Expr* where = WhereOfWrite(operation, is_in_update);
  auto shape = std::make_shared<ResultShape>();
  LevelDraft draft = p_.DraftLevel(operation.selection, *shape);
  const bool may_change_again = !draft.level->children.empty() && RefersToItself(operation.model, *operation.update);
  if (operation.update->is_plain() && draft.counts.empty() && !may_change_again) {
    const Record record = UpdateRecord(nodes, operation.model, where, *operation.update, draft.columns, error);
    ReadRows(nodes, std::move(draft), record.binding);
    p_.plan().shape = std::move(shape);
  } else {
    const Record record = UpdateRecord(nodes, operation.model, where, *operation.update, p_.IdFields(operation.model),
                                       error, kNoIndex, UpdatePlace::kRoot);
    ReadBack(nodes, operation.selection, record);
  }
  Finish(std::move(nodes), query::Plan::Answer::kObjectOrNull);
}

const sql::Expr* WritePlanner::WhereOfWrite(const Operation& operation, bool is_in_write) {
  p_.set_filters_write(is_in_write);
  const sql::Expr* where = Where(operation.model, operation.arguments.where);
  p_.set_filters_write(false);
  return where;
}

bool WritePlanner::ChangesRow(const WriteData& data) const {
  return !data.scalars.empty() || std::any_of(data.nested.begin(), data.nested.end(), [&](const NestedWrite& write) {
    const Link link = p_.LinkOf(write.relation_field);
    return IsBefore(link, write, false) ||
           (link.is_own_foreign_key && !link.is_many_to_many && write.kind == NestedKind::kCreate);
  });
}

const sql::Expr* WritePlanner::WhereOfMany(const Operation& operation) {
  const ModelId model = operation.model;
  if (operation.limit) return Limited(model, WhereOfWrite(operation, !EmulatesActions()), *operation.limit);
  return WhereOfWrite(operation, !EmulatesActions());
}

void WritePlanner::UpdateMany(const Operation& operation) {
  Nodes nodes;
  const ModelId model = operation.model;
  const sql::Expr* where = WhereOfMany(operation);
  const uint32_t binding = p_.NewBinding();
  if (operation.action == Action::kUpdateMany) {
    UpdateRecords(nodes, model, where, operation.update->scalars, {}, binding);
    std::vector<uint32_t> counted;
    if (!nodes.empty()) counted.push_back(binding);
    nodes.push_back(CountNode(std::move(counted)));
    return Finish(std::move(nodes), query::Plan::Answer::kCount);
  }
  auto shape = std::make_shared<ResultShape>();
  LevelDraft draft = p_.DraftLevel(operation.selection, *shape);
  UpdateRecords(nodes, model, where, operation.update->scalars, draft.columns, binding);
  ReadRows(nodes, std::move(draft), binding);
  p_.plan().shape = std::move(shape);
  Finish(std::move(nodes), query::Plan::Answer::kList);
}

// One INSERT … ON CONFLICT does it if nothing is nested and `where` names just the fields of one unique index. The
// values of `where` and `create` must be equal too, which only a request can tell.
bool WritePlanner::CanUpsertNatively(const Operation& operation, std::vector<FieldId>& conflict,
                                     std::vector<std::pair<Slot, Slot>>& equal) {
  if (!p_.features().on_conflict || !p_.features().insert_returning || EmulatesActions()) return false;
  if (!operation.create->is_plain() || !operation.update->is_plain()) return false;
  if (operation.update->scalars.empty() || operation.arguments.where == nullptr) return false;
  const Filter& where = *operation.arguments.where;
  std::vector<Filter> parts;
  if (where.kind == FilterKind::kAnd) {
    parts.assign(where.children.begin(), where.children.end());
  } else {
    parts.push_back(where);
  }
  for (const Filter& part : parts) {
    if (part.kind != FilterKind::kEquals || part.operand.kind != Operand::Kind::kParameter || part.is_insensitive) {
      return false;
    }
    const auto created = std::find_if(operation.create->scalars.begin(), operation.create->scalars.end(),
                                      [&](const ScalarWrite& write) { return write.field == part.field; });
    if (created == operation.create->scalars.end() || created->value.kind != Operand::Kind::kParameter) return false;
    const SlotType type = p_.SlotTypeOf(part.field);
    conflict.push_back(part.field);
    equal.push_back({p_.OperandSlot(part.operand, type), p_.OperandSlot(created->value, type)});
  }
  for (schema::IndexId id : p_.model(operation.model).indexes) {
    const schema::Index& index = p_.schema().indexes[id];
    if (index.kind != schema::IndexKind::kPrimaryKey && index.kind != schema::IndexKind::kUnique) continue;
    if (index.fields.size() != conflict.size()) continue;
    if (std::all_of(index.fields.begin(), index.fields.end(), [&](const schema::IndexField& part) {
          return std::find(conflict.begin(), conflict.end(), part.field) != conflict.end();
        })) {
      return true;
    }
  }
  return false;
}

void WritePlanner::NativeUpsert(Nodes& nodes, const Operation& operation, std::span<const FieldId> conflict) {
  const ModelId model = operation.model;
  sql::Builder& sql = p_.sql();
  auto shape = std::make_shared<ResultShape>();
  LevelDraft draft = p_.DraftLevel(operation.selection, *shape);
  const bool is_direct = draft.counts.empty();
  const std::vector<FieldId> returning = is_direct ? draft.columns : p_.IdFields(model);

  const std::vector<ColumnValue> values = InsertValues(model, operation.create->scalars, {});
  std::vector<std::string_view> columns, conflict_columns;
  std::vector<const sql::Expr*> row;
  for (const ColumnValue& value : values) {
    columns.push_back(field(value.field).database_name);
    row.push_back(p_.Parameter(value.slot));
  }
  for (FieldId id : conflict) conflict_columns.push_back(field(id).database_name);
  const std::vector<sql::ExprList> rows = {sql.Copy(row)};
  const std::vector<sql::Assignment> updates = Assignments(model, operation.update->scalars, {});
  const std::vector<sql::SelectColumn> cells = p_.Columns(returning, {});
  sql::Insert insert;
  insert.table = p_.TableOf(model);
  insert.columns = columns;
  insert.rows = rows;
  insert.on_conflict = sql::OnConflict::kDoUpdate;
  insert.conflict_columns = conflict_columns;
  insert.updates = updates;
  insert.update_where = Where(model, operation.arguments.where);
  insert.returning = cells;
  StatementPlan statement = p_.Finish(insert, p_.Types(returning));
  p_.NoteFields(statement, returning);
  const Record record{model, p_.NewBinding(), returning, true};
  nodes.push_back(StatementNode(PlanNode::Verb::kInsert, model, std::move(statement), record.binding));
  if (is_direct) {
    ReadRows(nodes, std::move(draft), record.binding);
    p_.plan().shape = std::move(shape);
  } else {
    ReadBack(nodes, operation.selection, record);
  }
}

void WritePlanner::UpsertOne(const Operation& operation) {
  const ModelId model = operation.model;
  const std::vector<FieldId> ids = p_.IdFields(model);
  Nodes nodes;
  const Record found = Select(nodes, model, ids, Where(model, operation.arguments.where));
  Nodes update, create;
  const uint32_t binding = p_.NewBinding();
  const sql::Expr* where = IsRecord(found);
  if (!operation.update->nested.empty()) where = p_.sql().And(Where(model, operation.arguments.where), where);
  UpdateRecord(update, model, where, *operation.update, ids, NotFound("No record was found for an upsert."), binding,
               UpdatePlace::kFound);
  CreateRecord(create, model, *operation.create, {}, ids, binding);
  // Both branches leave the ids in the first cells.
  nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, found.binding, SequenceNode(std::move(update)),
                         SequenceNode(std::move(create))));
  ReadBack(nodes, operation.selection, Record{model, binding, ids, false});
  MustAnswer();

  std::vector<FieldId> conflict;
  std::vector<std::pair<Slot, Slot>> equal;
  if (!CanUpsertNatively(operation, conflict, equal))
    return Finish(std::move(nodes), query::Plan::Answer::kObjectOrNull);
  Nodes native, chosen;
  NativeUpsert(native, operation, conflict);
  std::unique_ptr<PlanNode> node = IfNode(PlanNode::Condition::kValuesEqual, kNoIndex, SequenceNode(std::move(native)),
                                          SequenceNode(std::move(nodes)));
  node->equal_values = std::move(equal);
  chosen.push_back(std::move(node));
  Finish(std::move(chosen), query::Plan::Answer::kObjectOrNull);
}

void WritePlanner::DeleteOne(const Operation& operation) {
  Nodes nodes;
  const ModelId model = operation.model;
  const PlanError error = NotFound("No record was found for a delete.");
  auto shape = std::make_shared<ResultShape>();
  LevelDraft draft = p_.DraftLevel(operation.selection, *shape);
  const bool is_plain = draft.counts.empty() && draft.level->children.empty();
  if (is_plain && p_.features().delete_returning && !EmulatesActions()) {
    const uint32_t binding = p_.NewBinding();
    Delete(nodes, model, WhereOfWrite(operation, true), draft.columns, binding);
    nodes.push_back(ExpectNode(PlanNode::Condition::kNotEmpty, binding, error));
    ReadRows(nodes, std::move(draft), binding);
  } else {
    // What the answer shows must be read while it is there.
    QueryArguments arguments;
    arguments.model = model;
    arguments.where = operation.arguments.where;
    const std::string_view alias = p_.NextAlias();
    p_.SelectLevel(draft, arguments, alias, nullptr);
    auto read = std::make_unique<PlanNode>();
    read->kind = PlanNode::Kind::kRead;
    read->level = std::move(draft.level);
    nodes.push_back(std::move(read));
    nodes.push_back(ExpectNode(PlanNode::Condition::kResultNotEmpty, kNoIndex, error));
    DeleteRecords(nodes, model, Where(model, operation.arguments.where), {}, p_.NewBinding(), true);
  }
  p_.plan().shape = std::move(shape);
  Finish(std::move(nodes), query::Plan::Answer::kObjectOrNull);
}

void WritePlanner::DeleteMany(const Operation& operation) {
  Nodes nodes;
  const ModelId model = operation.model;
  const sql::Expr* where = WhereOfMany(operation);
  const uint32_t binding = p_.NewBinding();
  DeleteRecords(nodes, model, where, {}, binding);
  nodes.push_back(CountNode({binding}));
  Finish(std::move(nodes), query::Plan::Answer::kCount);
}

}  // namespace prisma::query
