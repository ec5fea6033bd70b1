// Referential actions where the database has no foreign keys (relationMode = "prisma").
#include <algorithm>

#include "query/plan/write_planner.h"

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;
using schema::ReferentialAction;
using schema::RelationId;

namespace {

// Fields of `relation` that are set anew, paired with what is written.
std::vector<std::pair<FieldId, const ScalarWrite*>> ChangedReferences(const schema::Relation& relation,
                                                                      std::span<const ScalarWrite> scalars) {
  std::vector<std::pair<FieldId, const ScalarWrite*>> changed;
  for (size_t i = 0; i < relation.references.size(); ++i) {
    for (const ScalarWrite& write : scalars) {
      if (write.field == relation.references[i]) changed.push_back({relation.fields[i], &write});
    }
  }
  return changed;
}

}  // namespace

// The relations whose foreign key refers to the model, in the order of the fields that have it or from the last on.
// Which of the two tells which of several violations Prisma finds first: see the callers.
std::vector<RelationId> WritePlanner::RelationsTo(ModelId model, bool is_forward) const {
  const auto& relations = p_.schema().relations;
  std::vector<RelationId> ids;
  for (size_t i = 0; i < relations.size(); ++i) {
    const schema::Relation& relation = relations[RelationId(i)];
    if (!relation.is_implicit_many_to_many() && relation.model_a == model) ids.push_back(RelationId(i));
  }
  std::sort(ids.begin(), ids.end(),
            [&](RelationId a, RelationId b) { return relations[a].field_b < relations[b].field_b; });
  if (!is_forward) std::reverse(ids.begin(), ids.end());
  return ids;
}

// Rows of the relation's model_b whose foreign key is that of one of the records (of model_a).
const sql::Expr* WritePlanner::RefersTo(const schema::Relation& relation, const Record& records) {
  return p_.InBinding(Alias(relation.model_b), relation.fields, records.binding, CellsOf(records, relation.references));
}

// What SET NULL or SET DEFAULT writes into the relation's foreign key.
std::vector<ScalarWrite> WritePlanner::Replacements(const schema::Relation& relation, bool is_default) {
  std::vector<ScalarWrite> writes;
  for (FieldId foreign_key : relation.fields) {
    const schema::Field& of = field(foreign_key);
    ScalarWrite write{foreign_key, WriteKind::kSet, {}};
    if (is_default) {
      const std::optional<Slot> slot = DefaultSlot(of);
      if (slot && slot->kind == Slot::Kind::kConstant) write.value.constant = slot->constant;
    } else if (of.arity == schema::Arity::kRequired) {
      continue;  // a compound key may share required fields
    }
    writes.push_back(write);
  }
  return writes;
}

void WritePlanner::EmulatedWrite(Nodes& nodes, ModelId model, const sql::Expr* where,
                                 const std::vector<ScalarWrite>& writes) {
  if (writes.empty()) return;
  const auto update = [&](Nodes& into, const sql::Expr* of) {
    Update(into, model, Assignments(model, writes, {}, false), of, {}, p_.NewBinding());
  };
  const std::optional<Record> records = EmulateUpdate(nodes, model, where, writes, true);
  records ? ThenToRecords(nodes, *records, update) : update(nodes, where);
}

std::optional<Record> WritePlanner::EmulateDelete(Nodes& nodes, ModelId model, const sql::Expr* where,
                                                  bool is_forward) {
  std::vector<FieldId> fields = p_.IdFields(model);
  bool is_referenced = false;
  for (const schema::Relation& relation : p_.schema().relations) {
    if (relation.is_implicit_many_to_many() || relation.model_a != model) continue;
    is_referenced = true;
    Merge(fields, relation.references);
  }
  if (!is_referenced) return {};
  Nodes actions;
  const Record records = Select(nodes, model, fields, where);
  EmulateDeleteOf(actions, records, is_forward);
  if (actions.empty()) {
    nodes.pop_back();
    return {};
  }
  nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, records.binding, SequenceNode(std::move(actions)), nullptr));
  return records;
}

// What happens to the records themselves once the actions are done: these may have changed what a filter finds.
void WritePlanner::ThenToRecords(Nodes& nodes, const Record& records,
                                 const std::function<void(Nodes&, const sql::Expr*)>& write) {
  const std::vector<FieldId> ids = p_.IdFields(records.model);
  Nodes then;
  write(then, p_.InBinding(Alias(records.model), ids, records.binding, CellsOf(records, ids)));
  nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, records.binding, SequenceNode(std::move(then)), nullptr));
}

void WritePlanner::EmulateDeleteOf(Nodes& nodes, const Record& records, bool is_forward) {
  for (RelationId id : RelationsTo(records.model, is_forward)) {
    const schema::Relation& relation = p_.schema().relations[id];
    // A cascade that comes back to where it began has no end to plan.
    if (std::find(emulating_.begin(), emulating_.end(), id) != emulating_.end()) continue;
    const ModelId child = relation.model_b;
    switch (relation.effective_on_delete) {
      case ReferentialAction::kRestrict:
      case ReferentialAction::kNoAction: {  // no database is there to look at the end
        const Record linked = Select(nodes, child, p_.IdFields(child), RefersTo(relation, records));
        nodes.push_back(ExpectNode(PlanNode::Condition::kEmpty, linked.binding, Violation(relation)));
        break;
      }
      case ReferentialAction::kCascade: {
        emulating_.push_back(id);
        DeleteRecords(nodes, child, RefersTo(relation, records), {}, p_.NewBinding(), is_forward);
        emulating_.pop_back();
        break;
      }
      case ReferentialAction::kSetNull:
      case ReferentialAction::kSetDefault: {
        emulating_.push_back(id);
        EmulatedWrite(nodes, child, RefersTo(relation, records),
                      Replacements(relation, relation.effective_on_delete == ReferentialAction::kSetDefault));
        emulating_.pop_back();
        break;
      }
    }
  }
}

std::optional<Record> WritePlanner::EmulateUpdate(Nodes& nodes, ModelId model, const sql::Expr* where,
                                                  std::span<const ScalarWrite> scalars, bool is_forward) {
  const auto& relations = p_.schema().relations;
  std::vector<FieldId> fields = p_.IdFields(model);
  bool is_referenced = false;
  for (const schema::Relation& relation : relations) {
    if (relation.is_implicit_many_to_many() || relation.model_a != model) continue;
    if (ChangedReferences(relation, scalars).empty()) continue;
    is_referenced = true;
    Merge(fields, relation.references);
  }
  if (!is_referenced) return {};
  const Record records = Select(nodes, model, fields, where);
  Nodes actions;
  for (RelationId id : RelationsTo(model, is_forward)) {
    const schema::Relation& relation = relations[id];
    if (std::find(emulating_.begin(), emulating_.end(), id) != emulating_.end()) continue;
    const auto changed = ChangedReferences(relation, scalars);
    if (changed.empty()) continue;
    const ModelId child = relation.model_b;
    if (relation.effective_on_update == ReferentialAction::kRestrict ||
        relation.effective_on_update == ReferentialAction::kNoAction) {
      const Record linked = Select(actions, child, p_.IdFields(child), RefersTo(relation, records));
      actions.push_back(ExpectNode(PlanNode::Condition::kEmpty, linked.binding, Violation(relation)));
      continue;
    }
    std::vector<ScalarWrite> writes;
    if (relation.effective_on_update == ReferentialAction::kCascade) {
      // The child's key equals the old one, so that what is done to this can be done to that.
      for (const auto& [foreign_key, write] : changed) writes.push_back({foreign_key, write->kind, write->value});
    } else {
      writes = Replacements(relation, relation.effective_on_update == ReferentialAction::kSetDefault);
    }
    emulating_.push_back(id);
    EmulatedWrite(actions, child, RefersTo(relation, records), writes);
    emulating_.pop_back();
  }
  if (actions.empty()) {
    nodes.pop_back();
    return {};
  }
  nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, records.binding, SequenceNode(std::move(actions)), nullptr));
  return records;
}

}  // namespace prisma::query
