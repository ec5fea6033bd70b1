// Creating, updating and deleting records with all that is nested in the data.
#include <algorithm>
#include <iterator>

#include "query/plan/write_planner.h"

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;

std::vector<FieldId> WritePlanner::FieldsNeeded(ModelId model, std::span<const NestedWrite> nested,
                                                std::vector<FieldId> wanted) {
  Merge(wanted, p_.IdFields(model));
  for (const NestedWrite& write : nested) Merge(wanted, p_.LinkOf(write.relation_field).own);
  return wanted;
}

void WritePlanner::NestedBefore(Nodes& nodes, const WriteData& data, bool is_create,
                                std::vector<ColumnValue>& injected) {
  if (data.nested.empty()) return;
  // What is missing is told at the end.
  std::vector<Nodes> checks_of(data.nested.size());
  std::vector<std::vector<ColumnValue>> values_of(data.nested.size());
  for (size_t i : OrderBefore(data.nested)) {
    const NestedWrite& write = data.nested[i];
    Nodes& checks = checks_of[i];
    const Link link = p_.LinkOf(write.relation_field);
    const bool is_one_to_one = link.relation->kind == schema::RelationKind::kOneToOne;
    if (is_create && is_one_to_one && !link.is_own_foreign_key && write.kind == NestedKind::kConnect) {
      FindForConnect(nodes, link, write, true, &checks);
      continue;
    }
    if (!is_create && is_one_to_one && link.is_own_foreign_key) {
      MakeBefore(nodes, link, write);
      // A record that was made just now is nobody's yet: it is linked at once.
      if (write.kind == NestedKind::kCreate) values_of[i] = ForeignKeyFrom(link, MadeBefore(write), false);
      continue;
    }
    if (!IsBefore(link, write, is_create)) continue;
    Record other;
    switch (write.kind) {
      case NestedKind::kCreate:
        other = CreateRecord(nodes, link.other_model, *write.create, {}, link.other);
        break;
      case NestedKind::kConnect:
      case NestedKind::kConnectOrCreate: {
        std::vector<FieldId> fields = p_.IdFields(link.other_model);
        Merge(fields, link.other);
        other = Select(nodes, link.other_model, fields, Where(link.other_model, write.where));
        Nodes found, missing;
        if (is_one_to_one) {
          // Whoever has the record now lets it go.
          other.fields = fields;
          ReleaseLinked(found, Opposite(link), other);
        }
        if (write.kind == NestedKind::kConnect) {
          const std::string& own = p_.model(link.own_model).name;
          checks.push_back(
              ExpectNode(PlanNode::Condition::kNotEmpty, other.binding,
                         MissingRelated(link, "connect",
                                        is_one_to_one ? "create or connect inlined relation for '" + own + "' record(s)"
                                                      : "inline the relation on '" + own + "' record(s)")));
          if (!found.empty()) {
            nodes.push_back(
                IfNode(PlanNode::Condition::kNotEmpty, other.binding, SequenceNode(std::move(found)), nullptr));
          }
        } else {
          CreateRecord(missing, link.other_model, *write.create, {}, fields, other.binding);
          nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, other.binding, SequenceNode(std::move(found)),
                                 SequenceNode(std::move(missing))));
        }
        break;
      }
      default:
        continue;
    }
    values_of[i] = ForeignKeyFrom(link, other, false);
  }
  for (size_t i : OrderOfChecks(data.nested)) {
    for (auto& check : checks_of[i]) nodes.push_back(std::move(check));
  }
  // Of two writes of one relation the last of the request counts.
  for (auto values = values_of.rbegin(); values != values_of.rend(); ++values) {
    for (ColumnValue& value : *values) {
      const bool is_set = std::any_of(injected.begin(), injected.end(),
                                      [&](const ColumnValue& set) { return set.field == value.field; });
      if (!is_set) injected.push_back(std::move(value));
    }
  }
}

// The other side of a one-to-one relation of a record that is updated: found or made before, linked after it.
void WritePlanner::MakeBefore(Nodes& nodes, const Link& link, const NestedWrite& write) {
  if (write.kind == NestedKind::kCreate) {
    found_.push_back({&write, CreateRecord(nodes, link.other_model, *write.create, {}, link.other)});
  } else if (write.kind == NestedKind::kConnectOrCreate) {
    std::vector<FieldId> fields = p_.IdFields(link.other_model);
    Merge(fields, link.other);
    Record other = Select(nodes, link.other_model, fields, Where(link.other_model, write.where));
    Nodes found, missing;
    ReleaseLinked(found, Opposite(link), other);
    CreateRecord(missing, link.other_model, *write.create, {}, fields, other.binding);
    nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, other.binding, SequenceNode(std::move(found)),
                           SequenceNode(std::move(missing))));
    other.fields = fields;
    found_.push_back({&write, std::move(other)});
  }
}

void WritePlanner::NestedAfter(Nodes& nodes, const WriteData& data, const Record& record) {
  const std::vector<size_t> order = OrderAfter(data.nested);
  // Whom new records take the place of is let go before, and not always just before.
  std::vector<const NestedWrite*> replacing;
  for (const NestedWrite& write : data.nested) {
    const Link link = p_.LinkOf(write.relation_field);
    if (!record.is_created && write.kind == NestedKind::kCreate && !link.is_own_foreign_key &&
        link.relation->kind == schema::RelationKind::kOneToOne) {
      replacing.push_back(&write);
    }
  }
  std::stable_sort(replacing.begin(), replacing.end(), [&](const NestedWrite* a, const NestedWrite* b) {
    return graph_->PlaceOfRelease(*a) < graph_->PlaceOfRelease(*b);
  });
  for (size_t k = 0; k < order.size(); ++k) {
    const size_t i = order[k];
    const NestedWrite& write = data.nested[i];
    const Link link = p_.LinkOf(write.relation_field);
    std::erase_if(replacing, [&](const NestedWrite* replaced) {
      if (graph_->PlaceOfRelease(*replaced) > graph_->PlaceAfter(write)) return false;
      ReleaseLinked(nodes, p_.LinkOf(replaced->relation_field), record);
      return true;
    });
    if (IsBefore(link, write, record.is_created)) continue;
    // Linked already, and nothing else could have changed that.
    if (write.kind == NestedKind::kCreate && link.is_own_foreign_key && !link.is_many_to_many &&
        data.nested.size() == 1) {
      continue;
    }
    // A list of the request came as several writes of one kind; some kinds take them together.
    const std::span<const NestedWrite> run =
        data.nested.subspan(i, RunLength(data.nested, std::span(order).subspan(k)));
    switch (write.kind) {
      case NestedKind::kCreate:
        NestedCreate(nodes, link, run, record);
        k += run.size() - 1;
        break;
      case NestedKind::kConnect:
        NestedConnect(nodes, link, run, record);
        k += run.size() - 1;
        break;
      case NestedKind::kDelete:
        NestedDelete(nodes, link, run, record);
        k += run.size() - 1;
        break;
      case NestedKind::kCreateMany:
        NestedCreateMany(nodes, link, write, record);
        break;
      case NestedKind::kConnectOrCreate:
        NestedConnectOrCreate(nodes, link, write, record);
        break;
      case NestedKind::kSet:
        NestedSet(nodes, link, write, record);
        break;
      case NestedKind::kDisconnect:
        NestedDisconnect(nodes, link, write, record);
        break;
      case NestedKind::kUpdate:
        NestedUpdate(nodes, link, write, record);
        break;
      case NestedKind::kUpdateMany:
        UpdateRecords(
            nodes, link.other_model,
            p_.sql().And(IsLinked(link, record, Alias(link.other_model)), Where(link.other_model, write.where)),
            write.update->scalars, {}, p_.NewBinding());
        break;
      case NestedKind::kUpsert:
        NestedUpsert(nodes, link, write, record);
        break;
      case NestedKind::kDeleteMany:
        DeleteRecords(
            nodes, link.other_model,
            p_.sql().And(IsLinked(link, record, Alias(link.other_model)), Where(link.other_model, write.where)), {},
            p_.NewBinding(), true);
        break;
    }
  }
  // What the graph puts behind all of them: then the new record loses its place again, as it does with Prisma.
  for (const NestedWrite* replaced : replacing) ReleaseLinked(nodes, p_.LinkOf(replaced->relation_field), record);
}

Record WritePlanner::CreateRecord(Nodes& nodes, ModelId model, const WriteData& data, std::vector<ColumnValue> injected,
                                  std::vector<FieldId> wanted, uint32_t binding) {
  NestedBefore(nodes, data, true, injected);
  const std::vector<ColumnValue> values = InsertValues(model, data.scalars, injected);
  if (data.nested.empty()) return Insert(nodes, model, values, std::move(wanted), binding);
  const Record record = Insert(nodes, model, values, FieldsNeeded(model, data.nested, std::move(wanted)), binding);
  NestedAfter(nodes, data, record);
  return record;
}

Record WritePlanner::UpdateRecord(Nodes& nodes, ModelId model, const sql::Expr* where, const WriteData& data,
                                  std::vector<FieldId> wanted, const PlanError& error, uint32_t binding,
                                  UpdatePlace place) {
  const bool returns = p_.features().update_returning;
  // Where an update returns nothing, the record is looked for before anything else is done, and missed only after what
  // has to be there before it.
  Record before;
  if (!returns) {
    before = Select(nodes, model, p_.IdFields(model), where);
    where = IsRecord(before);
  }
  std::vector<ColumnValue> injected;
  Nodes earlier;
  NestedBefore(earlier, data, false, injected);
  const bool may_be_lost = place == UpdatePlace::kRoot || (place == UpdatePlace::kFound && !earlier.empty());
  // So it is where actions are emulated; what comes before may itself change what is found.
  const bool is_found_first = returns && place == UpdatePlace::kRoot && EmulatesActions() && !earlier.empty();
  if (is_found_first) {
    before = Select(nodes, model, p_.IdFields(model), where);
    where = p_.sql().And(IsRecord(before), where);
  }
  std::move(earlier.begin(), earlier.end(), std::back_inserter(nodes));
  if (!returns || is_found_first) {
    nodes.push_back(ExpectNode(PlanNode::Condition::kNotEmpty, before.binding, error));
  }
  std::vector<FieldId> fields =
      data.nested.empty() ? std::move(wanted) : FieldsNeeded(model, data.nested, std::move(wanted));
  std::vector<sql::Assignment> assignments = Assignments(model, data.scalars, injected);
  Record record{model, BindingOr(binding), fields, false};
  const auto expect = [&](uint32_t found) {
    if (!returns) return;
    if (data.nested.empty() || !may_be_lost) {
      nodes.push_back(ExpectNode(PlanNode::Condition::kNotEmpty, found, error));
      return;
    }
    Nodes missing;
    Record absent = record;
    absent.binding = found;
    FailForMissing(missing, absent, data, error);
    nodes.push_back(IfNode(PlanNode::Condition::kEmpty, found, SequenceNode(std::move(missing)), nullptr));
  };
  if (assignments.empty()) {
    Select(nodes, model, fields, where, record.binding);
    expect(record.binding);
  } else {
    if (EmulatesActions()) {
      const std::optional<Record> records = EmulateUpdate(nodes, model, where, data.scalars, false);
      if (returns && records) {
        const std::vector<FieldId> ids = p_.IdFields(model);
        expect(records->binding);
        where = p_.InBinding(Alias(model), ids, records->binding, CellsOf(*records, ids));
      }
    }
    if (returns) {
      Update(nodes, model, std::move(assignments), where, fields, record.binding);
      expect(record.binding);
    } else {
      Update(nodes, model, std::move(assignments), where, {}, p_.NewBinding());
      Select(nodes, model, fields, IsUpdated(before, data.scalars, injected), record.binding);
    }
  }
  NestedAfter(nodes, data, record);
  return record;
}

void WritePlanner::UpdateRecords(Nodes& nodes, ModelId model, const sql::Expr* where,
                                 std::span<const ScalarWrite> scalars, std::span<const FieldId> returning,
                                 uint32_t binding) {
  std::vector<sql::Assignment> assignments = Assignments(model, scalars, {});
  if (assignments.empty()) return;
  if (EmulatesActions()) {
    if (const std::optional<Record> records = EmulateUpdate(nodes, model, where, scalars, true)) {
      return ThenToRecords(nodes, *records, [&](Nodes& into, const sql::Expr* of) {
        Update(into, model, std::move(assignments), of, returning, binding);
      });
    }
  }
  Update(nodes, model, std::move(assignments), where, returning, binding);
}

void WritePlanner::DeleteRecords(Nodes& nodes, ModelId model, const sql::Expr* where,
                                 std::span<const FieldId> returning, uint32_t binding, bool is_forward) {
  if (EmulatesActions()) {
    if (const std::optional<Record> records = EmulateDelete(nodes, model, where, is_forward)) {
      return ThenToRecords(nodes, *records,
                           [&](Nodes& into, const sql::Expr* of) { Delete(into, model, of, returning, binding); });
    }
  }
  Delete(nodes, model, where, returning, binding);
}

}  // namespace prisma::query
