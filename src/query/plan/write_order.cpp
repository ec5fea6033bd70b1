// In which order what is nested in a record is done: by the places that the graph gives.
#include <algorithm>
#include <numeric>

#include "query/plan/write_planner.h"

namespace prisma::query {

void WritePlanner::FindOrder(const Operation& operation) {
  const auto has_nested = [](const WriteData* data) { return data != nullptr && !data->nested.empty(); };
  if (has_nested(operation.create) || has_nested(operation.update)) {
    graph_ = std::make_unique<const WriteGraph>(p_, operation);
  }
}

template <class Place>
std::vector<size_t> WritePlanner::OrderBy(std::span<const NestedWrite> nested, const Place& place) const {
  std::vector<size_t> order(nested.size());
  std::iota(order.begin(), order.end(), 0);
  if (graph_ == nullptr) return order;
  std::vector<uint32_t> places;
  for (const NestedWrite& write : nested) places.push_back(place(write));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return places[a] < places[b]; });
  return order;
}

std::vector<size_t> WritePlanner::OrderBefore(std::span<const NestedWrite> nested) const {
  return OrderBy(nested, [&](const NestedWrite& write) { return graph_->PlaceBefore(write); });
}

std::vector<size_t> WritePlanner::OrderOfChecks(std::span<const NestedWrite> nested) const {
  return OrderBy(nested, [&](const NestedWrite& write) { return graph_->PlaceOfCheck(write); });
}

std::vector<size_t> WritePlanner::OrderAfter(std::span<const NestedWrite> nested) const {
  return OrderBy(nested, [&](const NestedWrite& write) { return graph_->PlaceAfter(write); });
}

size_t WritePlanner::RunLength(std::span<const NestedWrite> nested, std::span<const size_t> order) const {
  const size_t first = order[0];
  const auto is_alike = [&](size_t i) {
    return nested[i].relation_field == nested[first].relation_field && nested[i].kind == nested[first].kind;
  };
  if (nested[first].kind == NestedKind::kCreate) {
    // Records are only made together if nothing is nested in any of them.
    size_t begin = first, end = first + 1;
    while (begin > 0 && is_alike(begin - 1)) --begin;
    while (end < nested.size() && is_alike(end)) ++end;
    if (!std::all_of(nested.begin() + begin, nested.begin() + end,
                     [](const NestedWrite& write) { return write.create->is_plain(); })) {
      return 1;
    }
  }
  size_t length = 1;
  while (length < order.size() && order[length] == first + length && is_alike(first + length)) ++length;
  return length;
}

}  // namespace prisma::query
