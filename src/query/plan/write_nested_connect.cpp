// Nested connect, connectOrCreate and set.
#include <algorithm>

#include "base/error.h"
#include "query/plan/write_planner.h"

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;

// What tells two unique criteria apart.
PlanNode::Choice WritePlanner::ChoiceOf(const Filter* where) {
  PlanNode::Choice choice;
  const auto add = [&](const Filter& filter, const auto& self) -> void {
    choice.form += std::to_string(static_cast<int>(filter.kind)) + (filter.is_insensitive ? "i" : "") + "(";
    if (filter.kind == FilterKind::kEquals && filter.operand.kind == Operand::Kind::kParameter) {
      choice.form += std::to_string(filter.field.index);
      choice.values.push_back(p_.OperandSlot(filter.operand, p_.SlotTypeOf(filter.field)));
    } else if (filter.children.empty()) {
      choice.form += "#" + std::to_string(++unlike_);  // not compared
    }
    for (const Filter& child : filter.children) self(child, self);
    choice.form += ")";
  };
  if (where != nullptr) add(*where, add);
  return choice;
}

void WritePlanner::NestedConnect(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes,
                                 const Record& record) {
  const ModelId other = link.other_model;
  if (link.relation->kind == schema::RelationKind::kOneToOne) {
    return ConnectOneToOne(nodes, link, writes.back(), record);
  }
  std::vector<uint32_t> bindings;
  std::vector<Record> found;
  std::vector<PlanNode::Choice> choices;
  std::vector<Filter> filters;
  for (const NestedWrite& write : writes) {
    choices.push_back(ChoiceOf(write.where));
    if (link.is_many_to_many) {
      found.push_back(Select(nodes, other, link.other, Where(other, write.where)));
      bindings.push_back(found.back().binding);
    } else {
      filters.push_back(*write.where);
    }
  }
  if (!link.is_many_to_many) {
    const Filter any = AnyOf(filters);
    bindings.push_back(p_.NewBinding());
    SetForeignKeyOfOther(nodes, link, record, Where(other, &any), bindings.back());
  }
  std::unique_ptr<PlanNode> expect = ExpectNode(PlanNode::Condition::kRowsEqual, bindings[0], ConnectCount(link),
                                                static_cast<uint32_t>(choices.size()));
  expect->bindings = std::move(bindings);
  expect->choices = std::move(choices);
  nodes.push_back(std::move(expect));
  if (link.is_many_to_many) LinkInJoinTable(nodes, link, record, found);
}

void WritePlanner::RelinkOneToOne(Nodes& nodes, const Link& link, const Record& found, const Record& record) {
  // The other record may have a partner already; so may this one, unless it is new.
  if (IsRequired(link.field) || link.is_own_foreign_key) ReleaseLinked(nodes, Opposite(link), found);
  if (!record.is_created && (!link.is_own_foreign_key || IsRequired(p_.schema().OppositeField(link.field)))) {
    ReleaseLinked(nodes, link, record);
  }
  if (link.is_own_foreign_key) {
    SetForeignKeyOfOwn(nodes, link, record, found);
  } else {
    SetForeignKeyOfOther(nodes, link, record, IsRecord(found), p_.NewBinding());
  }
}

Record WritePlanner::FindForConnect(Nodes& nodes, const Link& link, const NestedWrite& write, bool is_create,
                                    Nodes* later) {
  for (const auto& [found_for, record] : found_) {
    if (found_for == &write) return record;
  }
  const ModelId other = link.other_model;
  std::vector<FieldId> fields = p_.IdFields(other);
  Merge(fields, link.other);
  const Record found = Select(nodes, other, fields, Where(other, write.where));
  const std::string needed =
      is_create ? "create or connect inlined relation for '" + p_.model(link.own_model).name + "' record(s)"
                : std::string();
  Nodes& checks = later != nullptr ? *later : nodes;
  checks.push_back(ExpectNode(PlanNode::Condition::kNotEmpty, found.binding, MissingRelated(link, "connect", needed)));
  found_.push_back({&write, found});
  return found;
}

Record WritePlanner::MadeBefore(const NestedWrite& write) const {
  for (const auto& [made_for, record] : found_) {
    if (made_for == &write) return record;
  }
  throw InternalError("a nested write's record wasn't written before its parent");
}

void WritePlanner::ConnectOneToOne(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record) {
  const ModelId other = link.other_model;
  const Record found = FindForConnect(nodes, link, write, record.is_created);
  if (record.is_created) return RelinkOneToOne(nodes, link, found, record);
  // Nothing happens if the two are linked already.
  const Record same =
      Select(nodes, other, p_.IdFields(other), p_.sql().And(IsRecord(found), IsLinked(link, record, Alias(other))));
  Nodes relink;
  RelinkOneToOne(relink, link, found, record);
  nodes.push_back(IfNode(PlanNode::Condition::kEmpty, same.binding, SequenceNode(std::move(relink)), nullptr));
}

void WritePlanner::NestedConnectOrCreate(Nodes& nodes, const Link& link, const NestedWrite& write,
                                         const Record& record) {
  const ModelId other = link.other_model;
  if (link.is_own_foreign_key && !link.is_many_to_many) {  // of an update of a one-to-one relation
    return SetForeignKeyOfOwn(nodes, link, record, MadeBefore(write));
  }
  std::vector<FieldId> fields = p_.IdFields(other);
  Merge(fields, link.other);
  const Record found = Select(nodes, other, fields, Where(other, write.where));
  Nodes connect, create;
  if (link.is_many_to_many) {
    CreateRecord(create, other, *write.create, {}, fields, found.binding);
    nodes.push_back(IfNode(PlanNode::Condition::kEmpty, found.binding, SequenceNode(std::move(create)), nullptr));
    LinkInJoinTable(nodes, link, record, {found});
    return;
  }
  if (link.relation->kind == schema::RelationKind::kOneToOne) {
    if (record.is_created) {
      RelinkOneToOne(connect, link, found, record);
    } else {
      const Record same = Select(connect, other, p_.IdFields(other),
                                 p_.sql().And(IsRecord(found), IsLinked(link, record, Alias(other))));
      Nodes relink;
      RelinkOneToOne(relink, link, found, record);
      connect.push_back(IfNode(PlanNode::Condition::kEmpty, same.binding, SequenceNode(std::move(relink)), nullptr));
    }
    // Prisma doesn't let go of the record that is linked now: two are one too many.
    CreateRecord(create, other, *write.create, ForeignKeyFrom(link, record, true), p_.IdFields(other));
  } else {
    SetForeignKeyOfOther(connect, link, record, IsRecord(found), p_.NewBinding());
    CreateRecord(create, other, *write.create, ForeignKeyFrom(link, record, true), p_.IdFields(other));
  }
  nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, found.binding, SequenceNode(std::move(connect)),
                         SequenceNode(std::move(create))));
}

namespace {

bool Mentions(const Filter& filter, std::span<const FieldId> fields) {
  return std::find(fields.begin(), fields.end(), filter.field) != fields.end() ||
         std::any_of(filter.children.begin(), filter.children.end(),
                     [&](const Filter& child) { return Mentions(child, fields); });
}

}  // namespace

void WritePlanner::NestedSet(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record) {
  const ModelId other = link.other_model;
  const std::vector<FieldId> ids = p_.IdFields(other);
  const Filter any = AnyOf(write.set_filters);
  if (link.is_many_to_many) {
    // Without foreign keys there may be links to records that are gone; those stay.
    const Filter all{};
    UnlinkInJoinTable(nodes, link, record, EmulatesActions() ? &all : nullptr);
    if (write.set_filters.empty()) return;
    std::vector<uint32_t> bindings;
    std::vector<Record> found;
    std::vector<PlanNode::Choice> choices;
    for (const Filter& filter : write.set_filters) {
      choices.push_back(ChoiceOf(&filter));
      found.push_back(Select(nodes, other, link.other, Where(other, &filter)));
      bindings.push_back(found.back().binding);
    }
    std::unique_ptr<PlanNode> expect = ExpectNode(PlanNode::Condition::kRowsEqual, bindings[0], ConnectCount(link),
                                                  static_cast<uint32_t>(bindings.size()));
    expect->bindings = std::move(bindings);
    expect->choices = std::move(choices);
    nodes.push_back(std::move(expect));
    LinkInJoinTable(nodes, link, record, found);
    return;
  }
  const bool is_required = IsRequired(p_.schema().OppositeField(link.field));
  const auto release = [&](Nodes& into, const sql::Expr* where) {
    if (is_required) {
      const Record linked = Select(into, other, ids, where);
      into.push_back(ExpectNode(PlanNode::Condition::kEmpty, linked.binding, Violation(*link.relation)));
      return;
    }
    std::vector<sql::Assignment> assignments;
    for (const ColumnValue& value : NullForeignKey(link.other)) {
      assignments.push_back({.column = field(value.field).database_name, .value = p_.Parameter(value.slot)});
    }
    Update(into, other, std::move(assignments), where, {}, p_.NewBinding());
  };
  if (write.set_filters.empty()) return release(nodes, IsLinked(link, record, Alias(other)));
  // By the ids of the chosen: a condition that is unknown for a record doesn't choose it.
  sql::Builder& sql = p_.sql();
  const std::string_view alias = p_.NextAlias();
  sql::Select* chosen = sql.arena().New<sql::Select>();
  chosen->columns = sql.Copy(p_.Columns(ids, alias));
  chosen->from = p_.TableOf(other, alias);
  chosen->where = p_.FilterExpr(&any, alias);
  std::vector<const sql::Expr*> columns;
  for (FieldId id : ids) columns.push_back(p_.Column(Alias(other), id));
  const sql::Expr* is_not_chosen = sql.InSelect(sql.Row(sql.Copy(columns)), chosen, true);
  const sql::Expr* is_dropped = sql.And(IsLinked(link, record, Alias(other)), is_not_chosen);
  const auto connect = [&] { SetForeignKeyOfOther(nodes, link, record, Where(other, &any), p_.NewBinding()); };
  if (is_required) {
    const Record dropped = Select(nodes, other, ids, is_dropped);
    connect();
    nodes.push_back(ExpectNode(PlanNode::Condition::kEmpty, dropped.binding, Violation(*link.relation)));
    return;
  }
  // First come, then go; unless those that have come are no longer those that were chosen.
  const bool changes_choice = Mentions(any, link.other);
  if (!changes_choice) connect();
  release(nodes, is_dropped);
  if (changes_choice) connect();
}

}  // namespace prisma::query
