// The single statements that writes are made of.
#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "query/plan/write_planner.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::query {

using schema::DefaultValue;
using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;

Filter AnyOf(std::span<const Filter> filters) {
  if (filters.size() == 1) return filters[0];
  Filter any;
  any.kind = FilterKind::kOr;
  any.children = filters;
  return any;
}

void Merge(std::vector<FieldId>& fields, std::span<const FieldId> more) {
  for (FieldId id : more) {
    if (std::find(fields.begin(), fields.end(), id) == fields.end()) fields.push_back(id);
  }
}

namespace {

// The database fills the column when an insert leaves it out.
bool HasDatabaseDefault(const schema::Field& field) {
  if (!field.default_value) return false;
  switch (field.default_value->kind) {
    case DefaultValue::Kind::kAutoincrement:
    case DefaultValue::Kind::kDbGenerated:
    case DefaultValue::Kind::kSequence:
    case DefaultValue::Kind::kAuto:
      return true;
    default:
      return false;
  }
}

Slot ConstantSlot(Value value, SlotType type) {
  Slot slot;
  slot.kind = Slot::Kind::kConstant;
  slot.constant = value;
  slot.type = type;
  return slot;
}

Slot NowSlot(SlotType type) {
  Slot slot;
  slot.kind = Slot::Kind::kGenerated;
  slot.generator = DefaultValue::Kind::kNow;
  slot.type = type;
  return slot;
}

Value LiteralValue(std::string_view text, schema::ScalarType type, Arena& arena) {
  switch (type) {
    case schema::ScalarType::kInt:
    case schema::ScalarType::kBigInt: {
      int64_t number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      return Value::Int(number);
    }
    case schema::ScalarType::kFloat: {
      double number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      return Value::Float(number);
    }
    case schema::ScalarType::kBoolean:
      return Value::Bool(text == "true");
    case schema::ScalarType::kString:
      return Value::String(text);
    case schema::ScalarType::kJson:
      return Value::Text(ValueKind::kJson, text);
    case schema::ScalarType::kDecimal: {
      std::optional<std::string> decimal = ParseDecimal(text);
      return Value::Text(ValueKind::kDecimal, arena.Copy(std::string_view(decimal ? *decimal : std::string(text))));
    }
    case schema::ScalarType::kBytes: {
      std::optional<std::string> bytes = DecodeBase64(text);
      return Value::Text(ValueKind::kBytes, arena.Copy(std::string_view(bytes ? *bytes : std::string())));
    }
    case schema::ScalarType::kDateTime:
      return Value::DateTime(ParseDateTime(text).value_or(0));
  }
  return Value::Null();
}

}  // namespace

// ── conditions ──

Slot WritePlanner::CellSlot(const Record& record, FieldId id) {
  for (uint32_t i = 0; i < record.fields.size(); ++i) {
    if (record.fields[i] != id) continue;
    Slot slot;
    slot.kind = Slot::Kind::kBinding;
    slot.binding = record.binding;
    slot.column = i;
    slot.row = record.row;
    slot.type = p_.SlotTypeOf(id);
    return slot;
  }
  throw InternalError("a record lacks the field " + field(id).name);
}

const sql::Expr* WritePlanner::Cell(const Record& record, FieldId id) { return p_.Parameter(CellSlot(record, id)); }

std::vector<uint32_t> WritePlanner::CellsOf(const Record& record, std::span<const FieldId> fields) const {
  std::vector<uint32_t> cells;
  for (FieldId id : fields) {
    const auto at = std::find(record.fields.begin(), record.fields.end(), id);
    PRISMA_CHECK(at != record.fields.end());
    cells.push_back(static_cast<uint32_t>(at - record.fields.begin()));
  }
  return cells;
}

const sql::Expr* WritePlanner::IsRecord(const Record& record) {
  const sql::Expr* where = nullptr;
  for (FieldId id : p_.IdFields(record.model)) {
    where = p_.sql().And(where, p_.sql().Equals(p_.Column(Alias(record.model), id), Cell(record, id)));
  }
  return where;
}

const sql::Expr* WritePlanner::IsUpdated(const Record& before, std::span<const ScalarWrite> scalars,
                                         const std::vector<ColumnValue>& injected) {
  sql::Builder& sql = p_.sql();
  const sql::Expr* where = nullptr;
  for (FieldId id : p_.IdFields(before.model)) {
    const sql::Expr* value = nullptr;
    for (const ScalarWrite& write : scalars) {
      if (write.field != id) continue;
      value = p_.OperandExpr(write.value, id, {});
      if (write.kind == WriteKind::kIncrement) value = sql.Binary("+", Cell(before, id), value);
      if (write.kind == WriteKind::kDecrement) value = sql.Binary("-", Cell(before, id), value);
      if (write.kind == WriteKind::kMultiply) value = sql.Binary("*", Cell(before, id), value);
      if (write.kind == WriteKind::kDivide) value = sql.Binary("/", Cell(before, id), value);
    }
    for (const ColumnValue& set : injected) {
      if (set.field == id) value = p_.Parameter(set.slot);
    }
    where = sql.And(where, sql.Equals(p_.Column(Alias(before.model), id), value != nullptr ? value : Cell(before, id)));
  }
  return where;
}

const sql::Expr* WritePlanner::IsLinked(const Link& link, const Record& record, std::string_view alias) {
  sql::Builder& sql = p_.sql();
  if (!link.is_many_to_many) {
    const sql::Expr* where = nullptr;
    for (size_t i = 0; i < link.own.size(); ++i) {
      where = sql.And(where, sql.Equals(p_.Column(alias, link.other[i]), Cell(record, link.own[i])));
    }
    return where;
  }
  const std::string_view join = p_.NextAlias();
  sql::Select* select = sql.arena().New<sql::Select>();
  select->columns =
      sql.Copy(std::vector<sql::SelectColumn>{{.expr = sql.Column(join, link.other_column), .alias = {}}});
  select->from = p_.JoinTableOf(link, join);
  select->where = sql.Equals(sql.Column(join, link.own_column), Cell(record, link.own[0]));
  return sql.InSelect(p_.Column(alias, link.other[0]), select);
}

const sql::Expr* WritePlanner::Limited(ModelId model, const sql::Expr* where, const Operand& limit) {
  sql::Builder& sql = p_.sql();
  const std::vector<FieldId> ids = p_.IdFields(model);
  std::vector<const sql::Expr*> columns;
  for (FieldId id : ids) columns.push_back(p_.Column(Alias(model), id));
  sql::Select* select = sql.arena().New<sql::Select>();
  select->columns = sql.Copy(p_.Columns(ids, Alias(model)));
  select->from = p_.TableOf(model);
  select->where = where;
  select->limit = p_.OperandExpr(limit, FieldId(), {});
  return sql.InSelect(sql.Row(sql.Copy(columns)), select);
}

// ── values ──

std::optional<Slot> WritePlanner::DefaultSlot(const schema::Field& of) {
  const SlotType type = p_.SlotTypeOf(of);
  if (!of.default_value) {
    if (of.is_updated_at) return NowSlot(type);
    return {};
  }
  if (HasDatabaseDefault(of)) return {};
  const DefaultValue& value = *of.default_value;
  Arena& arena = p_.sql().arena();
  const auto literal = [&](std::string_view text) {
    if (of.kind != FieldKind::kEnum) return LiteralValue(text, of.scalar, arena);
    for (const schema::EnumValue& entry : p_.schema().enums[of.enum_id].values) {
      if (entry.name == text) return Value::Text(ValueKind::kEnum, entry.database_name);
    }
    return Value::Text(ValueKind::kEnum, text);
  };
  switch (value.kind) {
    case DefaultValue::Kind::kLiteral:
    case DefaultValue::Kind::kEnumValue:
      return ConstantSlot(literal(value.text), type);
    case DefaultValue::Kind::kList: {
      Slot slot;
      slot.kind = Slot::Kind::kArray;
      slot.type = type;
      for (const auto& item : value.items) slot.row_slots.push_back(ConstantSlot(literal(item), type));
      return slot;
    }
    default: {
      Slot slot;
      slot.kind = Slot::Kind::kGenerated;
      slot.type = type;
      slot.generator = value.kind;
      if (value.argument) slot.generator_argument = *value.argument;
      return slot;
    }
  }
}

std::vector<ColumnValue> WritePlanner::InsertValues(ModelId model, std::span<const ScalarWrite> scalars,
                                                    const std::vector<ColumnValue>& injected) {
  std::vector<ColumnValue> values;
  for (FieldId id : p_.model(model).fields) {
    const schema::Field& of = field(id);
    if (of.kind != FieldKind::kScalar && of.kind != FieldKind::kEnum) continue;
    const auto set = std::find_if(injected.begin(), injected.end(), [&](const auto& v) { return v.field == id; });
    if (set != injected.end()) {
      values.push_back(*set);
      continue;
    }
    const auto given = std::find_if(scalars.begin(), scalars.end(), [&](const auto& s) { return s.field == id; });
    if (given != scalars.end()) {
      Slot slot = p_.OperandSlot(given->value, p_.SlotTypeOf(id));
      slot.is_nullable = of.arity != schema::Arity::kRequired;
      values.push_back({id, std::move(slot)});
    } else if (std::optional<Slot> slot = DefaultSlot(of)) {
      values.push_back({id, std::move(*slot)});
    }
  }
  return values;
}

std::vector<sql::Assignment> WritePlanner::Assignments(ModelId model, std::span<const ScalarWrite> scalars,
                                                       const std::vector<ColumnValue>& injected,
                                                       bool touches_updated_at) {
  sql::Builder& sql = p_.sql();
  std::vector<sql::Assignment> assignments;
  for (const ScalarWrite& write : scalars) {
    const schema::Field& of = field(write.field);
    const sql::Expr* value = nullptr;
    if (write.kind == WriteKind::kUnset) {
      value = sql.Null();
    } else {
      const SlotType type = p_.SlotTypeOf(write.field);
      Slot slot;
      if (write.kind == WriteKind::kPush && write.value.kind != Operand::Kind::kList) {
        slot = p_.ArraySlot({&write.value, 1}, type);
      } else {
        slot = p_.OperandSlot(write.value, type);
      }
      slot.is_nullable = of.arity != schema::Arity::kRequired;
      value = p_.Parameter(std::move(slot));
    }
    const sql::Expr* column = p_.Column(Alias(model), write.field);
    switch (write.kind) {
      case WriteKind::kIncrement:
        value = sql.Binary("+", column, value);
        break;
      case WriteKind::kDecrement:
        value = sql.Binary("-", column, value);
        break;
      case WriteKind::kMultiply:
        value = sql.Binary("*", column, value);
        break;
      case WriteKind::kDivide:
        value = sql.Binary("/", column, value);
        break;
      case WriteKind::kPush:
        value = sql.Function("array_cat", sql.Items({column, value}));
        break;
      default:
        break;
    }
    assignments.push_back({.column = of.database_name, .value = value});
  }
  for (const ColumnValue& value : injected) {
    assignments.push_back({.column = field(value.field).database_name, .value = p_.Parameter(value.slot)});
  }
  if (assignments.empty() || !touches_updated_at) return assignments;
  for (FieldId id : p_.model(model).fields) {
    const schema::Field& of = field(id);
    if (!of.is_updated_at) continue;
    const bool is_given =
        std::any_of(scalars.begin(), scalars.end(), [&](const ScalarWrite& write) { return write.field == id; });
    if (is_given) continue;
    assignments.push_back({.column = of.database_name, .value = p_.Parameter(NowSlot(p_.SlotTypeOf(id)))});
  }
  return assignments;
}

// ── statements ──

Record WritePlanner::Insert(Nodes& nodes, ModelId model, const std::vector<ColumnValue>& values,
                            std::vector<FieldId> returning, uint32_t binding) {
  sql::Builder& sql = p_.sql();
  std::vector<std::string_view> columns;
  std::vector<const sql::Expr*> row;
  for (const ColumnValue& value : values) {
    columns.push_back(field(value.field).database_name);
    row.push_back(p_.Parameter(value.slot));
  }
  const std::vector<sql::ExprList> rows = {sql.Copy(row)};
  const std::vector<sql::SelectColumn> cells = p_.Columns(returning, {});
  sql::Insert insert;
  insert.table = p_.TableOf(model);
  insert.columns = columns;
  if (!columns.empty()) insert.rows = rows;
  if (!p_.features().insert_returning)
    return InsertAndFind(nodes, model, values, insert, std::move(returning), binding);
  insert.returning = cells;
  StatementPlan statement = p_.Finish(insert, p_.Types(returning));
  p_.NoteFields(statement, returning);
  Record record{model, BindingOr(binding), std::move(returning), true};
  nodes.push_back(StatementNode(PlanNode::Verb::kInsert, model, std::move(statement), record.binding));
  return record;
}

Record WritePlanner::InsertAndFind(Nodes& nodes, ModelId model, const std::vector<ColumnValue>& values,
                                   sql::Insert& insert, std::vector<FieldId> returning, uint32_t binding) {
  const std::vector<FieldId> ids = p_.IdFields(model);
  StatementPlan statement = p_.Finish(insert, {});
  for (FieldId id : ids) {
    const auto given = std::find_if(values.begin(), values.end(), [&](const ColumnValue& v) { return v.field == id; });
    if (given != values.end()) {
      statement.kept.push_back(static_cast<uint32_t>(given - values.begin()));
      continue;
    }
    const schema::Field& of = field(id);
    if (!of.default_value || of.default_value->kind != DefaultValue::Kind::kAutoincrement) {
      throw Error("", "Could not figure out an ID in create");
    }
    statement.kept.push_back(StatementPlan::kInsertedId);
  }
  statement.types = p_.Types(ids);
  p_.NoteFields(statement, ids);
  const bool is_all = returning == ids;
  Record inserted{model, is_all ? BindingOr(binding) : p_.NewBinding(), ids, true};
  nodes.push_back(StatementNode(PlanNode::Verb::kInsert, model, std::move(statement), inserted.binding));
  if (is_all) return inserted;
  Record found = Select(nodes, model, std::move(returning), IsRecord(inserted), binding);
  found.is_created = true;
  return found;
}

void WritePlanner::InsertRows(Nodes& nodes, ModelId model, std::span<const WriteData* const> rows,
                              const std::vector<ColumnValue>& injected, bool skip_duplicates,
                              std::span<const FieldId> returning, std::vector<uint32_t>& bindings) {
  if (rows.empty()) return;
  std::vector<std::vector<ColumnValue>> values;
  values.reserve(rows.size());
  for (const WriteData* row : rows) values.push_back(InsertValues(model, row->scalars, injected));
  // Rows go together if the same of the columns that the database would fill are given.
  std::vector<FieldId> filled;
  for (FieldId id : p_.model(model).fields) {
    if (HasDatabaseDefault(field(id))) filled.push_back(id);
  }
  struct Part {
    std::vector<FieldId> given;
    bool is_empty;
    std::vector<std::vector<ColumnValue>*> rows;
  };
  std::vector<Part> parts;
  for (std::vector<ColumnValue>& row : values) {
    std::vector<FieldId> given;
    for (FieldId id : filled) {
      if (std::any_of(row.begin(), row.end(), [&](const ColumnValue& v) { return v.field == id; })) given.push_back(id);
    }
    auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& p) {
      return p.given == given && p.is_empty == row.empty() && !row.empty();
    });
    if (part == parts.end()) {
      parts.push_back({std::move(given), row.empty(), {}});
      part = parts.end() - 1;
    }
    part->rows.push_back(&row);
  }
  uint32_t binding = p_.NewBinding();
  bindings.push_back(binding);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && returning.empty()) {
      binding = p_.NewBinding();
      bindings.push_back(binding);
    }
    InsertRowsTogether(nodes, model, parts[i].rows, skip_duplicates, returning, binding, i > 0 && !returning.empty());
  }
}

void WritePlanner::InsertRowsTogether(Nodes& nodes, ModelId model, const std::vector<std::vector<ColumnValue>*>& rows,
                                      bool skip_duplicates, std::span<const FieldId> returning, uint32_t binding,
                                      bool is_appended) {
  // The columns of all rows, in the model's order; a row that lacks one has null there.
  std::vector<FieldId> columns;
  bool is_uniform = true;
  for (const ColumnValue& value : *rows[0]) columns.push_back(value.field);
  for (const std::vector<ColumnValue>* row : rows) {
    is_uniform = is_uniform && row->size() == columns.size() &&
                 std::equal(row->begin(), row->end(), columns.begin(),
                            [](const ColumnValue& value, FieldId id) { return value.field == id; });
  }
  if (!is_uniform) {
    columns.clear();
    for (FieldId id : p_.model(model).fields) {
      for (const std::vector<ColumnValue>* row : rows) {
        if (std::any_of(row->begin(), row->end(), [&](const ColumnValue& v) { return v.field == id; })) {
          columns.push_back(id);
          break;
        }
      }
    }
  }
  const uint32_t width = static_cast<uint32_t>(columns.size());
  const uint32_t count = static_cast<uint32_t>(rows.size());

  Slot list;
  list.kind = Slot::Kind::kRows;
  list.width = width;
  list.count = count;
  list.is_chunkable = true;
  // One list of the request, item by item: its length is left open.
  if (is_uniform && width > 0 && !counts_rows_) {
    const std::vector<ColumnValue>& first = *rows[0];
    uint32_t lowest = UINT32_MAX, parameters = 0;
    for (const ColumnValue& value : first) {
      if (value.slot.kind != Slot::Kind::kParameter) continue;
      lowest = std::min(lowest, value.slot.parameter);
      ++parameters;
    }
    bool is_run = parameters > 0 && std::none_of(first.begin(), first.end(), [](const ColumnValue& value) {
                    return value.slot.kind == Slot::Kind::kArray;
                  });
    for (uint32_t i = 0; i < count && is_run; ++i) {
      for (uint32_t c = 0; c < width && is_run; ++c) {
        const Slot& slot = (*rows[i])[c].slot;
        is_run = slot.kind == first[c].slot.kind &&
                 (slot.kind == Slot::Kind::kParameter
                      ? slot.parameter == first[c].slot.parameter + i * parameters
                      : slot.kind != Slot::Kind::kConstant || slot.constant == first[c].slot.constant);
      }
    }
    if (is_run) {
      list.group = p_.GroupOf(lowest, parameters, count);
      list.stride = parameters;
    }
  }
  if (list.group != kNoIndex) {
    for (ColumnValue& value : *rows[0]) {
      value.slot.is_in_rows = true;
      value.slot.stride = list.stride;
      list.row_slots.push_back(std::move(value.slot));
    }
  } else if (width > 0) {
    list.row_slots.reserve(size_t{count} * width);
    for (std::vector<ColumnValue>* row : rows) {
      auto next = row->begin();
      for (FieldId id : columns) {
        if (next != row->end() && next->field == id) {
          list.row_slots.push_back(std::move(next->slot));
          ++next;
        } else {
          list.row_slots.push_back(ConstantSlot(Value::Null(), p_.SlotTypeOf(id)));
        }
      }
    }
  }

  sql::Builder& sql = p_.sql();
  std::vector<std::string_view> names;
  for (FieldId id : columns) names.push_back(field(id).database_name);
  const std::vector<sql::SelectColumn> cells = p_.Columns(returning, {});
  sql::Insert insert;
  insert.table = p_.TableOf(model);
  insert.columns = names;
  if (width > 0) insert.row_list = sql.List(p_.AddSlot(std::move(list)));
  insert.on_conflict = skip_duplicates ? sql::OnConflict::kDoNothing : sql::OnConflict::kFail;
  insert.returning = cells;
  StatementPlan statement = p_.Finish(insert, p_.Types(returning));
  p_.NoteFields(statement, returning);
  std::unique_ptr<PlanNode> node = StatementNode(PlanNode::Verb::kInsert, model, std::move(statement), binding);
  node->is_appended = is_appended;
  nodes.push_back(std::move(node));
}

void WritePlanner::Update(Nodes& nodes, ModelId model, std::vector<sql::Assignment> assignments, const sql::Expr* where,
                          std::span<const FieldId> returning, uint32_t binding) {
  const std::vector<sql::SelectColumn> cells = p_.Columns(returning, {});
  sql::Update update;
  update.table = p_.TableOf(model);
  update.assignments = assignments;
  update.where = where;
  update.returning = cells;
  StatementPlan statement = p_.Finish(update, p_.Types(returning));
  p_.NoteFields(statement, returning);
  nodes.push_back(StatementNode(PlanNode::Verb::kUpdate, model, std::move(statement), binding));
}

void WritePlanner::Delete(Nodes& nodes, ModelId model, const sql::Expr* where, std::span<const FieldId> returning,
                          uint32_t binding) {
  const std::vector<sql::SelectColumn> cells = p_.Columns(returning, {});
  sql::Delete statement;
  statement.table = p_.TableOf(model);
  statement.where = where;
  statement.returning = cells;
  StatementPlan plan = p_.Finish(statement, p_.Types(returning));
  p_.NoteFields(plan, returning);
  nodes.push_back(StatementNode(PlanNode::Verb::kDelete, model, std::move(plan), binding));
}

Record WritePlanner::Select(Nodes& nodes, ModelId model, std::vector<FieldId> fields, const sql::Expr* where,
                            uint32_t binding) {
  const std::vector<sql::SelectColumn> cells = p_.Columns(fields, Alias(model));
  sql::Select select;
  select.columns = cells;
  select.from = p_.TableOf(model);
  select.where = where;
  StatementPlan statement = p_.Finish(select, p_.Types(fields));
  p_.NoteFields(statement, fields);
  Record record{model, BindingOr(binding), std::move(fields), false};
  nodes.push_back(StatementNode(PlanNode::Verb::kSelect, model, std::move(statement), record.binding));
  return record;
}

void WritePlanner::LinkInJoinTable(Nodes& nodes, const Link& link, const Record& record,
                                   const std::vector<Record>& others) {
  if (others.empty()) return;
  sql::Builder& sql = p_.sql();
  const std::vector<std::string_view> columns = {link.own_column, link.other_column};
  std::vector<sql::ExprList> rows;
  for (const Record& other : others) {
    rows.push_back(sql.Items({Cell(record, link.own[0]), Cell(other, link.other[0])}));
  }
  sql::Insert insert;
  insert.table = p_.JoinTableOf(link);
  insert.columns = columns;
  insert.rows = rows;
  insert.on_conflict = sql::OnConflict::kDoNothing;
  nodes.push_back(StatementNode(PlanNode::Verb::kInsert, link.own_model, p_.Finish(insert, {}), p_.NewBinding()));
}

// `where` is over the other model; null: all that are linked.
void WritePlanner::UnlinkInJoinTable(Nodes& nodes, const Link& link, const Record& record, const Filter* where) {
  sql::Builder& sql = p_.sql();
  sql::Delete statement;
  statement.table = p_.JoinTableOf(link);
  const std::string_view join = link.join_table;
  statement.where = sql.Equals(sql.Column(join, link.own_column), Cell(record, link.own[0]));
  if (where != nullptr) {
    const std::string_view alias = p_.NextAlias();
    sql::Select* select = sql.arena().New<sql::Select>();
    select->columns = sql.Copy(p_.Columns(link.other, alias));
    select->from = p_.TableOf(link.other_model, alias);
    select->where = p_.FilterExpr(where, alias);
    statement.where = sql.And(statement.where, sql.InSelect(sql.Column(join, link.other_column), select));
  }
  nodes.push_back(StatementNode(PlanNode::Verb::kDelete, link.own_model, p_.Finish(statement, {}), p_.NewBinding()));
}

}  // namespace prisma::query
