#include "query/plan/planner.h"

#include <algorithm>

#include "base/error.h"
#include "schema/primary_identifier.h"

namespace prisma::query {

using driver::ColumnType;
using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;
using schema::ScalarType;

Planner::Planner(const schema::Schema& schema, const sql::Dialect& dialect, const ShapeKey* key, Plan& plan)
    : schema_(schema), dialect_(dialect), key_(key), plan_(plan) {}

// ── names and columns ──

sql::Table Planner::TableOf(ModelId id, std::string_view alias) const {
  const schema::Model& m = model(id);
  return {.schema = m.schema_name, .name = m.database_name, .alias = alias, .select = nullptr};
}

sql::Table Planner::JoinTableOf(const Link& link, std::string_view alias) const {
  return {
      .schema = model(link.relation->model_a).schema_name, .name = link.join_table, .alias = alias, .select = nullptr};
}

std::string_view Planner::NextAlias() { return arena_.Copy("t" + std::to_string(aliases_++)); }

const sql::Expr* Planner::Column(std::string_view alias, FieldId id) {
  return sql_.Column(alias, field(id).database_name);
}

Link Planner::LinkOf(FieldId relation_field) const {
  const schema::Field& f = field(relation_field);
  PRISMA_CHECK(f.kind == FieldKind::kRelation && f.relation.valid());
  const schema::Relation& relation = schema_.relations[f.relation];
  Link link;
  link.relation = &relation;
  link.field = relation_field;
  link.own_model = f.model;
  link.other_model = f.related_model;
  link.is_list = f.arity == schema::Arity::kList;
  bool is_side_b = f.is_relation_side_b;
  if (relation.is_implicit_many_to_many()) {
    link.is_many_to_many = true;
    link.own = IdFields(link.own_model);
    link.other = IdFields(link.other_model);
    link.join_table = relation.join_table;
    link.own_column = is_side_b ? "B" : "A";
    link.other_column = is_side_b ? "A" : "B";
    return link;
  }
  link.is_own_foreign_key = is_side_b;
  link.own = is_side_b ? relation.fields : relation.references;
  link.other = is_side_b ? relation.references : relation.fields;
  return link;
}

std::vector<FieldId> Planner::IdFields(ModelId id) const {
  std::vector<FieldId> fields;
  if (const schema::Index* identifier = schema::PrimaryIdentifier(schema_, id)) {
    for (const schema::IndexField& part : identifier->fields) fields.push_back(part.field);
    return fields;
  }
  // Views may have no unique field: every scalar stands in.
  for (FieldId f : model(id).fields) {
    if (field(f).kind == FieldKind::kScalar || field(f).kind == FieldKind::kEnum) fields.push_back(f);
  }
  return fields;
}

ColumnType Planner::ColumnTypeOf(FieldId id) const {
  const schema::Field& f = field(id);
  bool is_list = f.arity == schema::Arity::kList;
  if (f.kind == FieldKind::kEnum) return is_list ? ColumnType::kEnumList : ColumnType::kEnum;
  switch (f.scalar) {
    case ScalarType::kInt:
      return is_list ? ColumnType::kIntList : ColumnType::kInt;
    case ScalarType::kBigInt:
      return is_list ? ColumnType::kBigIntList : ColumnType::kBigInt;
    case ScalarType::kFloat:
      return is_list ? ColumnType::kFloatList : ColumnType::kFloat;
    case ScalarType::kBoolean:
      return is_list ? ColumnType::kBoolList : ColumnType::kBool;
    case ScalarType::kString:
      return is_list ? ColumnType::kStringList : ColumnType::kString;
    case ScalarType::kDateTime:
      return is_list ? ColumnType::kDateTimeList : ColumnType::kDateTime;
    case ScalarType::kJson:
      return is_list ? ColumnType::kJsonList : ColumnType::kJson;
    case ScalarType::kBytes:
      return is_list ? ColumnType::kBytesList : ColumnType::kBytes;
    case ScalarType::kDecimal:
      return is_list ? ColumnType::kDecimalList : ColumnType::kDecimal;
  }
  return ColumnType::kAny;
}

SlotType Planner::SlotTypeOf(const schema::Field& f) const {
  SlotType type;
  type.scalar = f.scalar;
  if (f.kind == FieldKind::kEnum) type.enum_id = f.enum_id;
  if (f.scalar == ScalarType::kDateTime) type.date_part = dialect_.DatePartOf(f);
  return type;
}

std::vector<sql::SelectColumn> Planner::Columns(std::span<const FieldId> fields, std::string_view alias) {
  std::vector<sql::SelectColumn> columns;
  columns.reserve(fields.size());
  for (FieldId f : fields) columns.push_back({.expr = Column(alias, f), .alias = {}});
  return columns;
}

std::vector<ColumnType> Planner::Types(std::span<const FieldId> fields) const {
  std::vector<ColumnType> types;
  types.reserve(fields.size());
  for (FieldId f : fields) types.push_back(ColumnTypeOf(f));
  return types;
}

void Planner::NoteFields(StatementPlan& statement, std::span<const FieldId> fields, uint32_t first_cell) const {
  statement.fields.resize(first_cell);
  for (FieldId f : fields) {
    if (field(f).kind == FieldKind::kEnum) {
      statement.enums.push_back({static_cast<uint32_t>(statement.fields.size()), field(f).enum_id});
    }
    if (field(f).arity == schema::Arity::kRequired) {
      statement.required.push_back(static_cast<uint32_t>(statement.fields.size()));
    }
    statement.fields.push_back(f);
  }
}

// ── parameters ──

uint32_t Planner::AddSlot(Slot slot) {
  slots_.push_back(std::move(slot));
  return static_cast<uint32_t>(slots_.size() - 1);
}

const sql::Expr* Planner::Constant(Value value) {
  Slot slot;
  slot.kind = Slot::Kind::kConstant;
  slot.constant = value;
  return Parameter(std::move(slot));
}

Slot Planner::CountSlot(const Operand& operand) {
  SlotType type;
  type.scalar = schema::ScalarType::kInt;
  return OperandSlot(operand, type);
}

void Planner::Page(sql::Select& select, const QueryArguments& arguments) {
  if (arguments.take) {
    Slot slot = CountSlot(*arguments.take);
    slot.transform = Slot::Transform::kAbsolute;
    select.limit = Parameter(std::move(slot));
  }
  if (arguments.skip) select.offset = Parameter(CountSlot(*arguments.skip));
}

Slot Planner::OperandSlot(const Operand& operand, SlotType type) {
  Slot slot;
  slot.type = type;
  slot.is_count = operand.is_count;
  if (operand.kind == Operand::Kind::kParameter && key_ != nullptr) {
    slot.kind = Slot::Kind::kParameter;
    slot.parameter = operand.parameter;
    return slot;
  }
  if (operand.kind == Operand::Kind::kList) return ArraySlot(operand.items, type);
  PRISMA_CHECK(operand.kind == Operand::Kind::kConstant || operand.kind == Operand::Kind::kParameter);
  slot.kind = Slot::Kind::kConstant;
  slot.constant = operand.constant;
  if (type.enum_id.valid() && operand.constant.kind() == ValueKind::kEnum) {
    for (const schema::EnumValue& value : schema_.enums[type.enum_id].values) {
      if (value.name == operand.constant.text()) slot.constant = Value::Text(ValueKind::kEnum, value.database_name);
    }
  }
  return slot;
}

Slot Planner::ArraySlot(std::span<const Operand> items, SlotType type) {
  Slot slot;
  slot.kind = Slot::Kind::kArray;
  slot.type = type;
  for (const Operand& item : items) slot.row_slots.push_back(OperandSlot(item, type));
  return slot;
}

const sql::Expr* Planner::OperandExpr(const Operand& operand, FieldId id, std::string_view alias,
                                      Slot::Transform transform) {
  SlotType type;
  if (id.valid()) {
    type = SlotTypeOf(id);
  } else {
    type.scalar = ScalarType::kInt;
  }
  return TypedOperandExpr(operand, type, alias, transform);
}

const sql::Expr* Planner::TypedOperandExpr(const Operand& operand, SlotType type, std::string_view alias,
                                           Slot::Transform transform) {
  if (operand.kind == Operand::Kind::kField) {
    const sql::Expr* column = Column(alias, operand.field);
    auto concat = [&](const sql::Expr* a, const sql::Expr* b) {
      return features().concat_function ? sql_.Function("CONCAT", sql_.Items({a, b})) : sql_.Binary("||", a, b);
    };
    if (transform == Slot::Transform::kContains || transform == Slot::Transform::kEndsWith) {
      column = concat(sql_.Raw("'%'"), column);
    }
    if (transform == Slot::Transform::kContains || transform == Slot::Transform::kStartsWith) {
      column = concat(column, sql_.Raw("'%'"));
    }
    return column;
  }
  if (operand.constant.is_null() && operand.kind == Operand::Kind::kConstant) return sql_.Null();
  Slot slot = OperandSlot(operand, type);
  slot.transform = transform;
  return Parameter(std::move(slot));
}

uint32_t Planner::GroupOf(uint32_t first_ordinal, uint32_t stride, uint32_t count) {
  if (key_ == nullptr || !key_->is_regular) return kNoIndex;
  for (uint32_t g = 0; g < key_->groups.size(); ++g) {
    const ShapeKey::Group& group = key_->groups[g];
    if (group.first != first_ordinal || group.stride != stride || group.count != count) continue;
    for (uint32_t i = 0; i < plan_.open_lists.size(); ++i) {
      if (plan_.open_lists[i].group == g) return i;
    }
    plan_.open_lists.push_back({g, stride, count});
    return static_cast<uint32_t>(plan_.open_lists.size() - 1);
  }
  return kNoIndex;
}

const sql::Expr* Planner::OperandList(const Operand& operand, FieldId id, std::string_view alias) {
  return TypedOperandList(operand, SlotTypeOf(id), alias);
}

const sql::Expr* Planner::TypedOperandList(const Operand& operand, SlotType type, std::string_view alias) {
  PRISMA_CHECK(operand.kind == Operand::Kind::kList);
  std::span<const Operand> items = operand.items;
  bool is_run = !items.empty() && key_ != nullptr;
  for (size_t i = 0; i < items.size() && is_run; ++i) {
    is_run = items[i].kind == Operand::Kind::kParameter && items[i].parameter == items[0].parameter + i;
  }
  if (is_run) {
    Slot slot;
    slot.kind = Slot::Kind::kParameterList;
    slot.type = type;
    slot.parameter = items[0].parameter;
    slot.count = static_cast<uint32_t>(items.size());
    slot.group = GroupOf(slot.parameter, 1, slot.count);
    return sql_.List(AddSlot(std::move(slot)));
  }
  std::vector<const sql::Expr*> values;
  for (const Operand& item : items) values.push_back(TypedOperandExpr(item, type, alias, Slot::Transform::kNone));
  sql::Expr row{.kind = sql::ExprKind::kRow, .items = arena_.Copy(values)};
  return sql_.Make(row);
}

const sql::Expr* Planner::BindingCell(uint32_t binding, uint32_t column, uint32_t row, bool is_optional) {
  Slot slot;
  slot.kind = Slot::Kind::kBinding;
  slot.binding = binding;
  slot.row = row;
  slot.column = column;
  slot.is_optional = is_optional;
  return Parameter(std::move(slot));
}

const sql::Expr* Planner::InBinding(std::string_view alias, std::span<const FieldId> fields, uint32_t binding,
                                    std::vector<uint32_t> columns) {
  std::vector<const sql::Expr*> left;
  for (FieldId f : fields) left.push_back(Column(alias, f));
  Slot slot;
  slot.kind = Slot::Kind::kBindingList;
  slot.binding = binding;
  slot.columns = std::move(columns);
  slot.is_chunkable = true;
  return sql_.In(sql_.Row(arena_.Copy(left)), sql_.List(AddSlot(std::move(slot))));
}

const sql::Expr* Planner::InParentKeys(sql::ExprList columns) {
  Slot slot;
  slot.kind = Slot::Kind::kParentKeys;
  slot.is_chunkable = true;
  for (uint32_t i = 0; i < columns.size(); ++i) slot.columns.push_back(i);
  return sql_.In(sql_.Row(columns), sql_.List(AddSlot(std::move(slot))));
}

// ── statements ──

StatementPlan Planner::Finish(sql::WrittenSql written, std::vector<ColumnType> types) {
  StatementPlan statement;
  statement.text = std::move(written.text);
  statement.types = std::move(types);
  statement.slots.reserve(written.holes.size());
  for (const sql::WrittenSql::Hole& hole : written.holes) {
    statement.slots.push_back(slots_[hole.slot]);
    if (written.has_lists) statement.cuts.push_back(hole.position);
  }
  return statement;
}

void Planner::MarkChunkable(const sql::Expr* where) {
  if (where == nullptr) return;
  if (where->kind == sql::ExprKind::kAnd) {
    for (const sql::Expr* item : where->items) MarkChunkable(item);
  } else if (where->kind == sql::ExprKind::kIn && where->items[1]->kind == sql::ExprKind::kList) {
    slots_[where->items[1]->slot].is_chunkable = true;
  }
}

StatementPlan Planner::Finish(const sql::Select& s, std::vector<ColumnType> types) {
  return Finish(sql::Write(s, dialect_), std::move(types));
}
StatementPlan Planner::Finish(const sql::Insert& s, std::vector<ColumnType> types) {
  return Finish(sql::Write(s, dialect_), std::move(types));
}
StatementPlan Planner::Finish(const sql::Update& s, std::vector<ColumnType> types) {
  MarkChunkable(s.where);
  return Finish(sql::Write(s, dialect_), std::move(types));
}
StatementPlan Planner::Finish(const sql::Delete& s, std::vector<ColumnType> types) {
  MarkChunkable(s.where);
  return Finish(sql::Write(s, dialect_), std::move(types));
}

std::unique_ptr<PlanNode> Planner::SelectFields(ModelId id, std::span<const FieldId> fields, const Filter* where,
                                                uint32_t binding, std::string_view alias,
                                                const sql::Expr* extra_where) {
  if (alias.empty()) alias = NextAlias();
  std::vector<sql::SelectColumn> columns = Columns(fields, alias);
  sql::Select select;
  select.columns = columns;
  select.from = TableOf(id, alias);
  select.where = sql_.And(FilterExpr(where, alias), extra_where);
  MarkChunkable(select.where);
  StatementPlan statement = Finish(select, Types(fields));
  NoteFields(statement, fields);
  return StatementNode(PlanNode::Verb::kSelect, id, std::move(statement), binding);
}

// ── nodes ──

std::unique_ptr<PlanNode> SequenceNode(std::vector<std::unique_ptr<PlanNode>> children) {
  auto node = std::make_unique<PlanNode>();
  node->kind = PlanNode::Kind::kSequence;
  node->children = std::move(children);
  return node;
}

std::unique_ptr<PlanNode> StatementNode(PlanNode::Verb verb, ModelId model, StatementPlan statement, uint32_t binding) {
  auto node = std::make_unique<PlanNode>();
  node->kind = PlanNode::Kind::kStatement;
  node->verb = verb;
  node->model = model;
  node->statement = std::move(statement);
  node->binding = binding;
  return node;
}

std::unique_ptr<PlanNode> ExpectNode(PlanNode::Condition condition, uint32_t binding, PlanError error,
                                     uint32_t expected) {
  auto node = std::make_unique<PlanNode>();
  node->kind = PlanNode::Kind::kExpect;
  node->condition = condition;
  node->binding = binding;
  node->error = std::move(error);
  node->expected = expected;
  return node;
}

std::unique_ptr<PlanNode> IfNode(PlanNode::Condition condition, uint32_t binding, std::unique_ptr<PlanNode> then,
                                 std::unique_ptr<PlanNode> otherwise) {
  auto node = std::make_unique<PlanNode>();
  node->kind = PlanNode::Kind::kIf;
  node->condition = condition;
  node->binding = binding;
  node->children.push_back(std::move(then));
  if (otherwise != nullptr) node->children.push_back(std::move(otherwise));
  return node;
}

std::unique_ptr<PlanNode> CountNode(std::vector<uint32_t> bindings) {
  auto node = std::make_unique<PlanNode>();
  node->kind = PlanNode::Kind::kCount;
  node->bindings = std::move(bindings);
  return node;
}

// ── the whole ──

namespace {

// Slots know their place in the request the plan was made from; here they learn which open lists come before.
void PlaceParameters(Plan& plan, const ShapeKey* key) {
  if (key == nullptr || !key->is_regular) {
    plan.is_shareable = false;
    return;
  }
  std::vector<uint32_t> order(plan.open_lists.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return plan.open_lists[a].group < plan.open_lists[b].group; });
  std::vector<uint32_t> new_index(order.size());
  std::vector<OpenList> sorted;
  for (uint32_t i = 0; i < order.size(); ++i) {
    new_index[order[i]] = i;
    sorted.push_back(plan.open_lists[order[i]]);
  }
  plan.open_lists = std::move(sorted);
  ForEachSlot(plan, [&](Slot& slot) {
    bool is_list = slot.kind == Slot::Kind::kParameterList || slot.kind == Slot::Kind::kRows;
    if (is_list && slot.group != kNoIndex) slot.group = new_index[slot.group];
    if (slot.kind != Slot::Kind::kParameter && slot.kind != Slot::Kind::kParameterList) return;
    for (uint32_t i = 0; i < plan.open_lists.size(); ++i) {
      const ShapeKey::Group& group = key->groups[plan.open_lists[i].group];
      if (group.first + group.stride * group.count <= slot.parameter) {
        slot.shift = i + 1;
      } else if (group.first <= slot.parameter && slot.group != i && !slot.is_in_rows) {
        plan.is_shareable = false;  // an open list is used as one of fixed length elsewhere
      }
    }
  });
}

void OwnConstants(Plan& plan) {
  ForEachSlot(plan, [&](Slot& slot) {
    if (slot.kind != Slot::Kind::kConstant) return;
    switch (slot.constant.kind()) {
      case ValueKind::kDecimal:
      case ValueKind::kString:
      case ValueKind::kBytes:
      case ValueKind::kJson:
      case ValueKind::kEnum:
      case ValueKind::kUuid:
        slot.constant = Value::Text(slot.constant.kind(), plan.texts.Copy(slot.constant.text()));
        break;
      default:
        break;
    }
  });
}

}  // namespace

std::shared_ptr<const Plan> Compile(const Operation& operation, const schema::Schema& schema,
                                    const sql::Dialect& dialect, const ShapeKey* key, bool may_join) {
  auto plan = std::make_shared<Plan>();
  plan->action = operation.action;
  plan->model = operation.model;
  plan->key = operation.key;
  Planner planner(schema, dialect, key, *plan);
  planner.set_wants_joins(may_join && planner.WantsJoins(operation));
  switch (operation.action) {
    case Action::kFindUnique:
    case Action::kFindUniqueOrThrow:
    case Action::kFindFirst:
    case Action::kFindFirstOrThrow:
    case Action::kFindMany:
      PlanRead(planner, operation);
      break;
    case Action::kAggregate:
    case Action::kGroupBy:
      PlanAggregate(planner, operation);
      break;
    case Action::kQueryRaw:
    case Action::kExecuteRaw:
      throw InternalError("raw statements have no plan");
    default:
      plan->is_write = true;
      PlanWrite(planner, operation);
  }
  PlaceParameters(*plan, key);
  OwnConstants(*plan);
  ForEachSlot(*plan, [&](Slot& slot) {
    bool takes_value = slot.kind == Slot::Kind::kParameter || slot.kind == Slot::Kind::kParameterList;
    if (takes_value && !slot.is_in_rows) plan->parameters.push_back(&slot);
  });
  return plan;
}

}  // namespace prisma::query
