// Nested create, createMany, update, upsert and delete.
#include <algorithm>

#include "base/error.h"
#include "query/plan/write_planner.h"

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;

// The parent holds the foreign key, whose value must be known before it is written. A one-to-one relation of a record
// that exists already is changed after it, once its present partner is known to be free to go.
bool WritePlanner::IsBefore(const Link& link, const NestedWrite& write, bool is_create) const {
  if (!link.is_own_foreign_key || link.is_many_to_many) return false;
  switch (write.kind) {
    case NestedKind::kCreate:
    case NestedKind::kConnect:
    case NestedKind::kConnectOrCreate:
      return is_create || link.relation->kind != schema::RelationKind::kOneToOne;
    default:
      return false;
  }
}

std::vector<ColumnValue> WritePlanner::ForeignKeyFrom(const Link& link, const Record& source, bool source_is_own) {
  const std::vector<FieldId>& from = source_is_own ? link.own : link.other;
  const std::vector<FieldId>& to = source_is_own ? link.other : link.own;
  std::vector<ColumnValue> values;
  for (size_t i = 0; i < from.size(); ++i) values.push_back({to[i], CellSlot(source, from[i])});
  return values;
}

std::vector<ColumnValue> WritePlanner::NullForeignKey(std::span<const FieldId> fields) {
  std::vector<ColumnValue> values;
  for (FieldId id : fields) {
    Slot slot;
    slot.kind = Slot::Kind::kConstant;
    slot.type = p_.SlotTypeOf(id);
    values.push_back({id, std::move(slot)});
  }
  return values;
}

namespace {

std::vector<sql::Assignment> PlainAssignments(Planner& planner, const std::vector<ColumnValue>& values) {
  std::vector<sql::Assignment> assignments;
  for (const ColumnValue& value : values) {
    assignments.push_back({.column = planner.field(value.field).database_name, .value = planner.Parameter(value.slot)});
  }
  return assignments;
}

}  // namespace

void WritePlanner::SetForeignKeyOfOther(Nodes& nodes, const Link& link, const Record& record, const sql::Expr* where,
                                        uint32_t binding) {
  Update(nodes, link.other_model, PlainAssignments(p_, ForeignKeyFrom(link, record, true)), where, {}, binding);
}

void WritePlanner::SetForeignKeyOfOwn(Nodes& nodes, const Link& link, const Record& record, const Record& other) {
  Update(nodes, link.own_model, PlainAssignments(p_, ForeignKeyFrom(link, other, false)), IsRecord(record), {},
         p_.NewBinding());
}

void WritePlanner::ReleaseLinked(Nodes& nodes, const Link& link, const Record& record) {
  const ModelId other = link.other_model;
  if (IsRequired(p_.schema().OppositeField(link.field))) {
    const Record linked = Select(nodes, other, p_.IdFields(other), IsLinked(link, record, Alias(other)));
    nodes.push_back(ExpectNode(PlanNode::Condition::kEmpty, linked.binding, Violation(*link.relation)));
  } else if (!link.is_own_foreign_key) {
    Update(nodes, other, PlainAssignments(p_, NullForeignKey(link.other)), IsLinked(link, record, Alias(other)), {},
           p_.NewBinding());
  }
}

std::vector<Record> WritePlanner::CreateAll(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes) {
  std::vector<Record> created;
  const bool is_plain =
      std::all_of(writes.begin(), writes.end(), [](const NestedWrite& write) { return write.create->is_plain(); });
  if (writes.size() == 1 || !is_plain || !p_.features().insert_returning) {
    for (const NestedWrite& write : writes) {
      created.push_back(CreateRecord(nodes, link.other_model, *write.create, {}, link.other));
    }
    return created;
  }
  std::vector<const WriteData*> rows;
  for (const NestedWrite& write : writes) rows.push_back(write.create);
  std::vector<uint32_t> bindings;
  counts_rows_ = true;
  InsertRows(nodes, link.other_model, rows, {}, false, link.other, bindings);
  counts_rows_ = false;
  for (uint32_t row = 0; row < rows.size(); ++row) {
    created.push_back({link.other_model, bindings[0], link.other, true, row});
  }
  return created;
}

void WritePlanner::NestedCreate(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes,
                                const Record& record) {
  const ModelId other = link.other_model;
  if (link.is_many_to_many) {
    return LinkInJoinTable(nodes, link, record, CreateAll(nodes, link, writes));
  }
  if (link.relation->kind == schema::RelationKind::kOneToOne) {
    const WriteData& data = *writes.back().create;
    if (link.is_own_foreign_key) {  // of an update
      SetForeignKeyOfOwn(nodes, link, record, MadeBefore(writes.back()));
      return;
    }
    CreateRecord(nodes, other, data, ForeignKeyFrom(link, record, true), p_.IdFields(other));
    return;
  }
  const std::vector<ColumnValue> foreign_key = ForeignKeyFrom(link, record, true);
  const bool is_plain =
      std::all_of(writes.begin(), writes.end(), [](const NestedWrite& w) { return w.create->is_plain(); });
  if (is_plain) {
    std::vector<const WriteData*> rows;
    for (const NestedWrite& write : writes) rows.push_back(write.create);
    std::vector<uint32_t> bindings;
    InsertRows(nodes, other, rows, foreign_key, false, {}, bindings);
    return;
  }
  for (const NestedWrite& write : writes) {
    CreateRecord(nodes, other, *write.create, foreign_key, p_.IdFields(other));
  }
}

void WritePlanner::NestedCreateMany(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record) {
  std::vector<const WriteData*> rows;
  for (const WriteData& row : write.create_many) rows.push_back(&row);
  std::vector<uint32_t> bindings;
  InsertRows(nodes, link.other_model, rows, ForeignKeyFrom(link, record, true), write.skip_duplicates, {}, bindings);
}

void WritePlanner::NestedUpdate(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record) {
  if (write.update->is_empty()) return;
  const ModelId other = link.other_model;
  const sql::Expr* where = p_.sql().And(IsLinked(link, record, Alias(other)), Where(other, write.where));
  UpdateRecord(nodes, other, where, *write.update, p_.IdFields(other), MissingRelated(link, "update"));
}

void WritePlanner::NestedUpsert(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record) {
  const ModelId other = link.other_model;
  const std::vector<FieldId> ids = p_.IdFields(other);
  const Record found =
      Select(nodes, other, ids, p_.sql().And(IsLinked(link, record, Alias(other)), Where(other, write.where)));
  Nodes update, create;
  if (!write.update->is_empty()) {
    UpdateRecord(update, other, IsRecord(found), *write.update, ids,
                 MissingRelated(link, "upsert", "perform a nested update"));
  }
  if (link.is_many_to_many) {
    const Record created = CreateRecord(create, other, *write.create, {}, ids);
    LinkInJoinTable(create, link, record, {created});
  } else if (link.is_own_foreign_key) {
    const Record created = CreateRecord(create, other, *write.create, {}, link.other);
    SetForeignKeyOfOwn(create, link, record, created);
  } else {
    CreateRecord(create, other, *write.create, ForeignKeyFrom(link, record, true), ids);
  }
  nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, found.binding, SequenceNode(std::move(update)),
                         SequenceNode(std::move(create))));
}

void WritePlanner::NestedDelete(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes,
                                const Record& record) {
  const ModelId other = link.other_model;
  if (writes.size() > 1 && link.is_list) {
    // All of them must be there before one goes.
    std::vector<Filter> filters;
    for (const NestedWrite& write : writes) filters.push_back(*write.where);
    const Filter any = AnyOf(filters);
    const std::vector<FieldId> ids = p_.IdFields(other);
    const Record found =
        Select(nodes, other, ids, p_.sql().And(IsLinked(link, record, Alias(other)), Where(other, &any)));
    std::unique_ptr<PlanNode> expect = ExpectNode(PlanNode::Condition::kRowsEqual, found.binding, NotConnected(link),
                                                  static_cast<uint32_t>(writes.size()));
    // What is emulated comes first, and may find that they can't go.
    const sql::Expr* where = p_.InBinding(Alias(other), ids, found.binding, CellsOf(found, ids));
    std::optional<Record> records;
    if (EmulatesActions()) records = EmulateDelete(nodes, other, where, true);
    nodes.push_back(std::move(expect));
    const auto remove = [&](Nodes& into, const sql::Expr* of) { Delete(into, other, of, {}, p_.NewBinding()); };
    records ? ThenToRecords(nodes, *records, remove) : remove(nodes, where);
    return;
  }
  if (!link.is_own_foreign_key || link.is_many_to_many) {
    for (const NestedWrite& write : writes) {
      const uint32_t binding = p_.NewBinding();
      DeleteRecords(nodes, other, p_.sql().And(IsLinked(link, record, Alias(other)), Where(other, write.where)), {},
                    binding, true);
      nodes.push_back(ExpectNode(PlanNode::Condition::kChanged, binding,
                                 link.is_list ? NotConnected(link) : MissingRelated(link, "delete")));
    }
    return;
  }
  // The record's own foreign key points at what is deleted.
  for (const NestedWrite& write : writes) {
    const Record found = Select(nodes, other, p_.IdFields(other),
                                p_.sql().And(IsLinked(link, record, Alias(other)), Where(other, write.where)));
    nodes.push_back(ExpectNode(PlanNode::Condition::kNotEmpty, found.binding, MissingRelated(link, "delete")));
    DeleteRecords(nodes, other, IsRecord(found), {}, p_.NewBinding(), true);
  }
}

void WritePlanner::NestedDisconnect(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record) {
  const ModelId other = link.other_model;
  if (link.is_many_to_many && write.is_nothing) return;
  if (link.is_many_to_many) return UnlinkInJoinTable(nodes, link, record, write.where);
  if (IsRequired(link.field) || IsRequired(p_.schema().OppositeField(link.field))) {
    const PlanError error = Violation(*link.relation);
    Error violation(error.code, error.message, error.meta);
    // Known before anything runs.
    violation.debug_text = "Error in query graph construction: RelationViolation";
    const size_t details = error.debug_text.find("(RelationViolation {");
    if (details != std::string::npos) {
      violation.debug_text += error.debug_text.substr(details, error.debug_text.find('}', details) + 2 - details);
    }
    throw violation;
  }
  if (write.is_nothing) return;
  if (!link.is_own_foreign_key) {
    Update(nodes, other, PlainAssignments(p_, NullForeignKey(link.other)),
           p_.sql().And(IsLinked(link, record, Alias(other)), Where(other, write.where)), {}, p_.NewBinding());
    return;
  }
  Nodes disconnect;
  Update(disconnect, link.own_model, PlainAssignments(p_, NullForeignKey(link.own)), IsRecord(record), {},
         p_.NewBinding());
  // Of a one-to-many relation Prisma doesn't ask the condition.
  if (write.where == nullptr || link.relation->kind != schema::RelationKind::kOneToOne) {
    for (auto& node : disconnect) nodes.push_back(std::move(node));
    return;
  }
  const Record found = Select(nodes, other, p_.IdFields(other),
                              p_.sql().And(IsLinked(link, record, Alias(other)), Where(other, write.where)));
  nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, found.binding, SequenceNode(std::move(disconnect)), nullptr));
}

}  // namespace prisma::query
