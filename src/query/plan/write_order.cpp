// In which order the nested writes of a record are done once it is there.
//
// The reference keeps a graph of queries, whose edges have numbers; what a record leads to is done in the order of
// these. A record that needs others first has its place taken by them: by an edge of a high number, so that they come
// late, the last ones first. But where a branch of the graph returns a record (connectOrCreate for a foreign key of the
// record's own), its edge is taken out, which gives its low number to the edge that was last: that of the first such
// record.
#include <algorithm>

#include "query/plan/write_planner.h"

namespace prisma::query {

// A create that needs other records before, of which Prisma's graph keeps an edge from the parent to the first of them.
bool WritePlanner::IsLate(const NestedWrite& write) const {
  if (write.kind != NestedKind::kCreate || !HasBefore(*write.create)) return false;
  // What holds the parent's foreign key is there already.
  const Link link = p_.LinkOf(write.relation_field);
  return link.is_many_to_many || !link.is_own_foreign_key;
}

// Finds, in the order in which the graph is made, the first record that needs another before, and the first branch that
// returns one.
void WritePlanner::FindEarly(const WriteData& data, bool is_create, std::vector<const NestedWrite*>& path) {
  const auto needs = [&](const Link& link, const NestedWrite& write) {
    const bool is_found = is_create && link.relation->kind == schema::RelationKind::kOneToOne &&
                          !link.is_own_foreign_key && write.kind == NestedKind::kConnect;
    return is_found || IsBefore(link, write, is_create) ||
           (!is_create && link.is_own_foreign_key && !link.is_many_to_many &&
            (write.kind == NestedKind::kCreate || write.kind == NestedKind::kConnectOrCreate));
  };
  const auto mark = [&] {
    if (path.size() == 1) return;  // nothing leads to the root
    if (early_.needs_other == nullptr) early_.needs_other = &data;
    if (early_.needs_other == &data) ++early_.count;
  };
  for (const NestedWrite& write : data.nested) {
    const Link link = p_.LinkOf(write.relation_field);
    const bool is_needed = needs(link, write);
    path.push_back(&write);
    // The record of a create is planned before it is known to be needed.
    if (is_needed && write.kind != NestedKind::kCreate) mark();
    if (write.create != nullptr) FindEarly(*write.create, true, path);
    if (write.update != nullptr && write.kind != NestedKind::kUpdateMany) FindEarly(*write.update, false, path);
    if (is_needed && write.kind == NestedKind::kCreate) mark();
    if (is_needed && write.kind == NestedKind::kConnectOrCreate && early_.returning.empty()) early_.returning = path;
    path.pop_back();
  }
}

std::vector<size_t> WritePlanner::OrderAfter(std::span<const NestedWrite> nested) const {
  const auto is_early = [&](const NestedWrite& write) {
    return write.create == early_.needs_other && early_.count == 1 && !early_.returning.empty();
  };
  const auto returns = [&](const NestedWrite& write) {
    return std::find(early_.returning.begin(), early_.returning.end(), &write) != early_.returning.end();
  };
  std::vector<size_t> order, late;
  size_t early = nested.size();  // found, but has no place yet
  const auto place = [&] {
    if (early < nested.size()) order.push_back(early);
    early = nested.size();
  };
  for (size_t i = 0; i < nested.size(); ++i) {
    const NestedWrite& write = nested[i];
    const bool is_late = IsLate(write);
    if (is_late && is_early(write)) {
      early = i;
    } else if (is_late) {
      late.push_back(i);
    }
    if (returns(write) && write.kind == NestedKind::kCreate) place();
    if (!is_late) order.push_back(i);
    if (returns(write)) place();
  }
  place();
  order.insert(order.end(), late.rbegin(), late.rend());
  return order;
}

}  // namespace prisma::query
