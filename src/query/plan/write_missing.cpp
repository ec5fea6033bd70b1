// What an update of a record that isn't there ends with. Without nested writes that is simple; with them, Prisma names
// the first nested write that needed the record.
#include "query/plan/write_planner.h"

namespace prisma::query {

// Nodes to run when the record's binding is empty; the last of them throws.
void WritePlanner::FailForMissing(Nodes& nodes, const Record& record, const WriteData& data, const PlanError& error) {
  const auto fail = [&](Nodes& into, PlanError with) {
    into.push_back(ExpectNode(PlanNode::Condition::kNotEmpty, record.binding, std::move(with)));
  };
  // Where actions are emulated, what they look up needs the record before all that is nested.
  if (EmulatesActions()) return fail(nodes, error);
  const std::vector<size_t> order = OrderAfter(data.nested);
  for (size_t k = 0; k < order.size(); ++k) {
    const size_t i = order[k];
    const NestedWrite& write = data.nested[i];
    if (write.is_nothing) continue;
    const Link link = p_.LinkOf(write.relation_field);
    if (IsBefore(link, write, false)) continue;
    // Prisma has written by then what doesn't need the record; that may fail first.
    const auto write_other = [&](Nodes& into) {
      const auto found = found_;
      if (link.is_many_to_many || link.is_own_foreign_key) {
        CreateRecord(into, link.other_model, *write.create, {}, p_.IdFields(link.other_model));
      } else {
        std::vector<ColumnValue> injected;
        NestedBefore(into, *write.create, true, injected);
      }
      found_ = found;
    };
    const auto update_other = [&](Nodes& into) {
      const auto found = found_;
      std::vector<ColumnValue> injected;
      NestedBefore(into, *write.update, false, injected);
      found_ = found;
    };
    const std::string own = "'" + p_.model(link.own_model).name + "' record(s)";
    const std::string other = "'" + p_.model(link.other_model).name + "' record(s)";
    const auto missing = [&](std::string_view operation, const std::string& needed_for) {
      return Missing(link, link.own_model, "a nested " + std::string(operation), needed_for);
    };
    const auto if_found = [&](const Filter* where, PlanError found, PlanError not_found) {
      std::vector<schema::FieldId> fields = p_.IdFields(link.other_model);
      Merge(fields, link.other);
      const Record record_found = Select(nodes, link.other_model, fields, Where(link.other_model, where));
      Nodes then, otherwise;
      if (write.kind == NestedKind::kConnect && (IsRequired(link.field) || link.is_own_foreign_key)) {
        ReleaseLinked(then, Opposite(link), record_found);
      }
      fail(then, std::move(found));
      if (write.kind == NestedKind::kConnectOrCreate) write_other(otherwise);
      fail(otherwise, std::move(not_found));
      nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, record_found.binding, SequenceNode(std::move(then)),
                             SequenceNode(std::move(otherwise))));
    };
    const bool is_one_to_one = link.relation->kind == schema::RelationKind::kOneToOne;
    if (link.is_many_to_many) {
      switch (write.kind) {
        case NestedKind::kCreate: {
          size_t count = 1;
          if (p_.features().insert_returning) count = RunLength(data.nested, std::span(order).subspan(k));
          const auto found = found_;
          CreateAll(nodes, link, data.nested.subspan(i, count));
          found_ = found;
          return fail(nodes, Missing(link, link.own_model, "a connect", {}));
        }
        case NestedKind::kUpsert:
          write_other(nodes);
          return fail(nodes, Missing(link, link.own_model, "a connect", {}));
        case NestedKind::kConnect:
          return fail(nodes, Missing(link, link.own_model, "a connect", {}));
        case NestedKind::kConnectOrCreate: {
          const Record found =
              Select(nodes, link.other_model, p_.IdFields(link.other_model), Where(link.other_model, write.where));
          Nodes otherwise;
          write_other(otherwise);
          nodes.push_back(
              IfNode(PlanNode::Condition::kEmpty, found.binding, SequenceNode(std::move(otherwise)), nullptr));
          return fail(nodes, Missing(link, link.own_model, "a connect", {}));
        }
        case NestedKind::kDisconnect:
          return fail(nodes, Missing(link, link.own_model, "a disconnect", {}));
        case NestedKind::kSet:
          return fail(nodes, missing("set", "disconnect existing child records"));
        default:
          break;
      }
    }
    switch (write.kind) {
      case NestedKind::kCreate: {
        // An own foreign key's record was written before.
        if (!link.is_own_foreign_key) write_other(nodes);
        if (is_one_to_one) {
          return fail(nodes, missing("create", link.is_own_foreign_key ? "update inlined relation for " + own
                                                                       : "create inlined relation for " + other));
        }
        bool is_list = false, is_plain = write.create->is_plain();
        for (size_t k = i + 1; k < data.nested.size() && data.nested[k].kind == NestedKind::kCreate &&
                               data.nested[k].relation_field == write.relation_field;
             ++k) {
          is_list = true;
          is_plain = is_plain && data.nested[k].create->is_plain();
        }
        is_list = is_list && is_plain;
        return fail(nodes, missing("create", "inline the relation on " + (is_list ? other : own)));
      }
      case NestedKind::kCreateMany:
        return fail(nodes, missing("create", "inline the relation on " + other));
      case NestedKind::kConnect:
        if (is_one_to_one) {
          return if_found(write.where, missing("connect", "update inlined relation for " + other),
                          MissingRelated(link, "connect"));
        }
        return fail(nodes, missing("connect", "inline the relation on " + other));
      case NestedKind::kConnectOrCreate: {
        constexpr std::string_view kOperation = "connect or create";
        if (!is_one_to_one) {
          return if_found(write.where, MissingRelated(link, kOperation, "update inlined relation for " + own),
                          MissingRelated(link, kOperation, "create inlined relation for " + own));
        }
        if (link.is_own_foreign_key) {
          return fail(nodes, MissingRelated(link, kOperation, "update inlined relation for " + own));
        }
        return if_found(write.where, missing(kOperation, "find " + other),
                        missing(kOperation, "create inlined relation for " + other));
      }
      case NestedKind::kUpsert:
        write_other(nodes);
        return fail(nodes, missing("upsert", "update inlined relation for " + (link.is_own_foreign_key ? own : other)));
      case NestedKind::kUpdate:
        if (write.update->is_empty()) break;
        update_other(nodes);
        return fail(nodes, MissingRelated(link, "update"));
      case NestedKind::kDelete:
        return fail(nodes, link.is_list ? NotConnected(link) : MissingRelated(link, "delete"));
      case NestedKind::kSet: {
        if (write.set_filters.empty()) break;
        Filter any;
        any.kind = FilterKind::kOr;
        any.children = write.set_filters;
        const Record chosen =
            Select(nodes, link.other_model, p_.IdFields(link.other_model), Where(link.other_model, &any));
        Nodes then;
        fail(then, missing("set", {}));
        nodes.push_back(IfNode(PlanNode::Condition::kNotEmpty, chosen.binding, SequenceNode(std::move(then)), nullptr));
        break;
      }
      default:
        break;
    }
  }
  fail(nodes, error);
}

}  // namespace prisma::query
