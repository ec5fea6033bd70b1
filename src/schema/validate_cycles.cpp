// Referential actions that would run in circles or reach a model on several ways, for databases that refuse such keys.
#include <algorithm>
#include <memory>
#include <set>

#include "schema/validate.h"

namespace prisma::schema {
namespace {

bool Modifies(ReferentialAction action) {
  return action != ReferentialAction::kNoAction && action != ReferentialAction::kRestrict;
}

bool Modifies(const Relation& relation) {
  return Modifies(relation.effective_on_delete) || Modifies(relation.effective_on_update);
}

using Path = std::vector<const Relation*>;

std::string PathText(const Schema& schema, const Path& path) {
  std::string text;
  for (const Relation* relation : path) {
    if (!text.empty()) text += " → ";
    text += schema.models[relation->model_b].name + "." + schema.fields[relation->field_b].name;
  }
  return text;
}

void CascadeError(Rules& rules, const Relation& relation, std::string message) {
  bool on_delete = !relation.on_delete && Modifies(relation.effective_on_delete);
  bool on_update = !relation.on_update && Modifies(relation.effective_on_update);
  std::string delete_name(ReferentialActionName(relation.effective_on_delete));
  std::string update_name(ReferentialActionName(relation.effective_on_update));
  if (on_delete && on_update) {
    message += " (Implicit default `onDelete`: `" + delete_name + "`, and `onUpdate`: `" + update_name + "`)";
  } else if (on_delete) {
    message += " (Implicit default `onDelete`: `" + delete_name + "`)";
  } else if (on_update) {
    message += " (Implicit default `onUpdate`: `" + update_name + "`)";
  }
  message += " Read more at https://pris.ly/d/cyclic-referential-actions";
  rules.Error(rules.field(relation.field_b).span, errors::Validation(message));
}

bool IsComplete(const Relation& relation) {
  return relation.kind != RelationKind::kManyToMany && relation.field_a && relation.field_b;
}

}  // namespace

CascadeGraph::CascadeGraph(const Schema& schema) {
  for (const Relation& relation : schema.relations) {
    if (IsComplete(relation)) from_[relation.model_b].push_back(&relation);
  }
  // Which of several circles is told depends on the order.
  for (auto& [model, relations] : from_) {
    std::stable_sort(relations.begin(), relations.end(),
                     [](const Relation* a, const Relation* b) { return a->model_a < b->model_a; });
  }
}

const std::vector<const Relation*>& CascadeGraph::From(ModelId model) const {
  static const std::vector<const Relation*> kNone;
  auto found = from_.find(model);
  return found == from_.end() ? kNone : found->second;
}

void ReferentialActionCycles(Rules& rules, const CascadeGraph& graph, const Relation& relation) {
  bool uses_foreign_keys = rules.schema.relation_mode == RelationMode::kForeignKeys;
  if (!rules.schema.datasource) return;
  if (!rules.Has(Capability::kReferenceCycleDetection) && uses_foreign_keys) return;
  if (!IsComplete(relation)) return;
  std::set<const Relation*> visited;
  std::vector<std::pair<const Relation*, Path>> next = {{&relation, {&relation}}};
  while (!next.empty()) {
    auto [current, path] = std::move(next.back());
    next.pop_back();
    visited.insert(current);
    if (!Modifies(*current)) continue;
    if (current->model_b == current->model_a) {
      CascadeError(rules, relation,
                   "A self-relation must have `onDelete` and `onUpdate` referential actions set to `NoAction` in one "
                   "of the @relation attributes.");
      return;
    }
    if (current->model_a == relation.model_b) {
      CascadeError(rules, relation,
                   "Reference causes a cycle. One of the @relation attributes in this cycle must have `onDelete` and "
                   "`onUpdate` referential actions set to `NoAction`. Cycle path: " +
                       PathText(rules.schema, path) + ".");
      return;
    }
    for (const Relation* following : graph.From(current->model_a)) {
      if (visited.contains(following)) continue;
      Path longer = path;
      longer.push_back(following);
      next.emplace_back(following, std::move(longer));
    }
  }
}

void MultipleCascadePaths(Rules& rules, const CascadeGraph& graph, const Relation& relation) {
  if (!rules.schema.datasource || !rules.Has(Capability::kReferenceCycleDetection)) return;
  if (rules.schema.relation_mode == RelationMode::kPrisma || !IsComplete(relation) || !Modifies(relation)) return;

  // All ways from the model that holds the key to any other, but for circles, which have a rule of their own.
  std::vector<Path> paths;
  std::vector<Path> next;
  for (const Relation* start : graph.From(relation.model_b)) {
    if (Modifies(*start)) next.push_back({start});
  }
  while (!next.empty()) {
    Path path = std::move(next.back());
    next.pop_back();
    const Relation* last = path.back();
    if (last->model_b == last->model_a || last->model_a == relation.model_b) continue;
    bool extended = false;
    for (const Relation* following : graph.From(last->model_a)) {
      if (!Modifies(*following) || std::find(path.begin(), path.end(), following) != path.end()) continue;
      Path longer = path;
      longer.push_back(following);
      next.push_back(std::move(longer));
      extended = true;
    }
    if (!extended) paths.push_back(std::move(path));
  }

  std::map<FieldId, std::set<std::string_view>> seen;  // models reached from each relation field
  for (const Path& path : paths) {
    auto& models = seen[path.front()->field_b];
    for (const Relation* step : path) models.insert(rules.schema.models[step->model_a].name);
  }
  std::set<std::string_view> reachable;
  auto mine = seen.find(relation.field_b);
  if (mine != seen.end()) {
    for (const auto& [field, models] : seen) {
      if (field == relation.field_b) continue;
      for (std::string_view model : models) {
        if (mine->second.contains(model)) reachable.insert(model);
      }
    }
  }
  if (reachable.empty()) return;
  std::string list;
  for (std::string_view model : reachable) list += (list.empty() ? "`" : ", `") + std::string(model) + "`";
  bool one = reachable.size() == 1;
  CascadeError(rules, relation,
               std::string("When any of the records in model") + (one ? " " : "s ") + list + (one ? " is" : " are") +
                   " updated or deleted, the referential actions on the relations cascade to model `" +
                   rules.schema.models[relation.model_b].name +
                   "` through multiple paths. Please break one of these paths by setting the `onUpdate` and `onDelete` "
                   "to `NoAction`.");
}

}  // namespace prisma::schema
