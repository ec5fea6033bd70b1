#include "query/plan/write_graph.h"

#include <algorithm>

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;

WriteGraph::WriteGraph(const Planner& planner, const Operation& operation) : p_(planner) {
  const bool is_read_first =
      !p_.features().update_returning || p_.schema().relation_mode == schema::RelationMode::kPrisma;
  switch (operation.action) {
    case Action::kCreateOne: {
      const Node record = Create(*operation.create);
      const Node answer = Add();
      nodes_[answer].is_result = true;
      Connect(record, answer, Dependency::kData);
      break;
    }
    case Action::kUpdateOne: {
      const Node record = Update(*operation.update);
      if (is_read_first) Connect(Add(), record, Dependency::kData);
      const Node answer = Add();
      nodes_[answer].is_result = true;
      Connect(record, answer, Dependency::kData);
      break;
    }
    case Action::kUpsertOne: {
      const Node found = Add();
      const Node created = Create(*operation.create);
      const Node updated = Update(*operation.update);
      const Node answer_created = Add(), answer_updated = Add();
      nodes_[answer_created].is_result = nodes_[answer_updated].is_result = true;
      const Node branch = Add(Kind::kIf);
      Connect(found, branch, Dependency::kData);
      ThenUpdate(branch, found, updated);
      Connect(branch, created, Dependency::kElse);
      Connect(found, updated, Dependency::kData);
      Connect(updated, answer_updated, Dependency::kData);
      Connect(created, answer_created, Dependency::kData);
      break;
    }
    default:
      return;
  }
  DoSwaps();
  RenewReturns();
  AddReloads();
  OrderBranches();
  MarkResults();
  std::vector<Node> roots;
  for (Node node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].in.empty()) roots.push_back(node);
  }
  for (Node root : roots) Visit(root);
}

uint32_t WriteGraph::PlaceIn(const Tags& tags, const NestedWrite& write) const {
  const auto found = tags.find(&write);
  return found == tags.end() ? kNoIndex : nodes_[found->second].place;
}

uint32_t WriteGraph::PlaceOfCheck(const NestedWrite& write) const {
  const auto node = before_.find(&write);
  const auto parent = parents_.find(&write);
  if (node == before_.end() || parent == parents_.end()) return kNoIndex;
  for (EdgeId edge : nodes_[parent->second].in) {
    if (edges_[edge].from == node->second) return edges_[edge].number;
  }
  return kNoIndex;
}

// ── the graph as a whole ──

WriteGraph::Node WriteGraph::Add(Kind kind) {
  nodes_.push_back({});
  nodes_.back().kind = kind;
  return static_cast<Node>(nodes_.size() - 1);
}

WriteGraph::EdgeId WriteGraph::Connect(Node from, Node to, Dependency dependency, bool is_beyond_id) {
  const EdgeId edge = static_cast<EdgeId>(edges_.size());
  edges_.push_back({from, to, dependency, is_beyond_id, static_cast<uint32_t>(by_number_.size())});
  by_number_.push_back(edge);
  nodes_[from].out.push_back(edge);
  nodes_[to].in.push_back(edge);
  return edge;
}

// The edge that was numbered last gets the number that becomes free.
void WriteGraph::Remove(EdgeId edge) {
  const uint32_t number = edges_[edge].number;
  const EdgeId last = by_number_.back();
  by_number_[number] = last;
  edges_[last].number = number;
  by_number_.pop_back();
  std::erase(nodes_[edges_[edge].from].out, edge);
  std::erase(nodes_[edges_[edge].to].in, edge);
}

std::vector<WriteGraph::EdgeId> WriteGraph::Sorted(std::vector<EdgeId> edges) const {
  std::sort(edges.begin(), edges.end(), [&](EdgeId a, EdgeId b) { return edges_[a].number < edges_[b].number; });
  return edges;
}

// What leads to the first of the two leads to the second then, and this to the first.
void WriteGraph::DoSwaps() {
  for (auto swap = swaps_.rbegin(); swap != swaps_.rend(); ++swap) {
    const Node first = swap->first, second = swap->second;  // lambdas of clang don't know structured bindings
    for (EdgeId edge : Sorted(nodes_[first].in)) {
      const Edge before = edges_[edge];
      if (nodes_[before.from].kind != Kind::kIf) {
        Connect(before.from, second, Dependency::kOrder);
      } else if (before.dependency == Dependency::kThen || before.dependency == Dependency::kElse) {
        Remove(edge);
        Connect(before.from, second, before.dependency);
      }
    }
    const std::vector<EdgeId>& out = nodes_[first].out;
    const auto between = std::find_if(out.begin(), out.end(), [&](EdgeId edge) { return edges_[edge].to == second; });
    if (between == out.end()) continue;
    const EdgeId edge = *between;
    Connect(second, first, edges_[edge].dependency, edges_[edge].is_beyond_id);
    Remove(edge);
  }
}

// What a branch returns is asked for anew, with all that is needed of it.
void WriteGraph::RenewReturns() {
  for (Node node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].kind != Kind::kReturn) continue;
    for (EdgeId edge : Sorted(nodes_[node].in)) {
      if (edges_[edge].dependency != Dependency::kData) continue;
      const Edge before = edges_[edge];
      Remove(edge);
      Connect(before.from, node, before.dependency, before.is_beyond_id);
      break;
    }
  }
}

// Where a statement can't return more than the id, a query follows and takes its place.
void WriteGraph::AddReloads() {
  const size_t count = nodes_.size();
  for (Node node = 0; node < count; ++node) {
    const bool is_poor = (nodes_[node].kind == Kind::kCreate && !p_.features().insert_returning) ||
                         (nodes_[node].kind == Kind::kUpdate && !p_.features().update_returning);
    const std::vector<EdgeId> out = Sorted(nodes_[node].out);
    const bool needs_more = std::any_of(out.begin(), out.end(), [&](EdgeId edge) { return edges_[edge].is_beyond_id; });
    if (!is_poor || !needs_more) continue;
    const Node reload = Add();
    Connect(node, reload, Dependency::kData);
    for (EdgeId edge : out) {
      const Edge before = edges_[edge];
      Remove(edge);
      Connect(reload, before.to, before.dependency);
    }
  }
}

// A branch comes before other queries that need what it needs.
void WriteGraph::OrderBranches() {
  for (Node node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].kind != Kind::kIf) continue;
    for (EdgeId in : Sorted(nodes_[node].in)) {
      for (EdgeId out : Sorted(nodes_[edges_[in].from].out)) {
        const Node other = edges_[out].to;
        if (other == node || nodes_[other].kind == Kind::kIf || nodes_[other].kind == Kind::kReturn) continue;
        const auto& to_other = nodes_[other].in;
        if (std::any_of(to_other.begin(), to_other.end(), [&](EdgeId edge) {
              return edges_[edge].from == node || edges_[edge].dependency == Dependency::kThen ||
                     edges_[edge].dependency == Dependency::kElse;
            })) {
          continue;
        }
        Connect(node, other, Dependency::kOrder);
      }
    }
  }
}

void WriteGraph::MarkResults() {
  std::vector<Node> pending;
  for (Node node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].is_result) pending.push_back(node);
  }
  while (!pending.empty()) {
    const Node node = pending.back();
    pending.pop_back();
    if (nodes_[node].has_result) continue;
    nodes_[node].has_result = true;
    for (EdgeId edge : nodes_[node].in) pending.push_back(edges_[edge].from);
  }
}

// What can follow the node at once: all else that it needs is done.
std::vector<WriteGraph::Node> WriteGraph::Ready(Node node) const {
  std::vector<Node> ready;
  for (EdgeId edge : Sorted(nodes_[node].out)) {
    const Node to = edges_[edge].to;
    const std::vector<EdgeId>& in = nodes_[to].in;
    if (!nodes_[to].is_visited && std::all_of(in.begin(), in.end(), [&](EdgeId needed) {
          return edges_[needed].from == node || nodes_[edges_[needed].from].is_visited;
        })) {
      ready.push_back(to);
    }
  }
  return ready;
}

void WriteGraph::Visit(Node node) {
  if (nodes_[node].is_visited) return;
  nodes_[node].is_visited = true;
  nodes_[node].place = places_++;
  if (nodes_[node].kind == Kind::kIf) {
    const std::vector<Node> ready = Ready(node);
    for (Dependency branch : {Dependency::kThen, Dependency::kElse}) {
      for (EdgeId edge : std::vector<EdgeId>(nodes_[node].out)) {
        const Node to = edges_[edge].to;
        if (edges_[edge].dependency == branch && std::find(ready.begin(), ready.end(), to) != ready.end()) Visit(to);
      }
    }
  }
  // What leads to the answer comes last.
  const std::vector<Node> ready = Ready(node);
  for (Node next : ready) {
    if (!nodes_[next].has_result) Visit(next);
  }
  for (auto next = ready.rbegin(); next != ready.rend(); ++next) {
    if (nodes_[*next].has_result) Visit(*next);
  }
}

// ── the shapes of nested writes ──

bool WriteGraph::IsBeyondId(ModelId model, std::span<const FieldId> fields) const {
  const std::vector<FieldId> ids = p_.IdFields(model);
  return std::any_of(fields.begin(), fields.end(),
                     [&](FieldId field) { return std::find(ids.begin(), ids.end(), field) == ids.end(); });
}

bool WriteGraph::IsRequired(FieldId relation_field) const {
  return relation_field.valid() && p_.field(relation_field).arity == schema::Arity::kRequired;
}

WriteGraph::Node WriteGraph::Create(const WriteData& data) {
  const Node node = Add(Kind::kCreate);
  Nested(node, data);
  return node;
}

WriteGraph::Node WriteGraph::Update(const WriteData& data) {
  const Node node = Add(Kind::kUpdate);
  Nested(node, data);
  return node;
}

WriteGraph::Node WriteGraph::FindRelated(Node parent, const Link& link) {
  const Node found = Add();
  Connect(parent, found, Dependency::kData, IsBeyondId(link.own_model, link.own));
  return found;
}

WriteGraph::Node WriteGraph::Release(Node parent, const Link& link) {
  const Node found = FindRelated(parent, link);
  const Node update = Add();
  const Node branch = Add(Kind::kIf);
  Connect(found, branch, Dependency::kData);
  Connect(branch, update, Dependency::kThen);
  Connect(found, update, Dependency::kData);
  return found;
}

// Emulated actions hang on a node of their own.
void WriteGraph::ThenUpdate(Node branch, Node found, Node updated) {
  if (p_.schema().relation_mode != schema::RelationMode::kPrisma) {
    Connect(branch, updated, Dependency::kThen);
    return;
  }
  const Node actions = Add(Kind::kReturn);
  Connect(found, actions, Dependency::kData);
  Connect(branch, actions, Dependency::kThen);
  Connect(actions, updated, Dependency::kOrder);
}

WriteGraph::Node WriteGraph::LinkRecords(Node parent, Node other) {
  const Node node = Add();
  Connect(parent, node, Dependency::kData);
  Connect(other, node, Dependency::kData);
  return node;
}

void WriteGraph::Nested(Node parent, const WriteData& data) {
  for (size_t i = 0, end; i < data.nested.size(); i = end) {
    const NestedWrite& first = data.nested[i];
    for (end = i + 1; end < data.nested.size() && data.nested[end].relation_field == first.relation_field &&
                      data.nested[end].kind == first.kind;) {
      ++end;
    }
    const Writes writes = data.nested.subspan(i, end - i);
    const Link link = p_.LinkOf(first.relation_field);
    const auto is_beyond_id = [&] { return IsBeyondId(link.own_model, link.own); };
    if (first.is_nothing) continue;
    switch (first.kind) {
      case NestedKind::kCreate:
        NestedCreate(parent, link, writes);
        break;
      case NestedKind::kCreateMany:
        Connect(parent, after_[&first] = Add(), Dependency::kData, is_beyond_id());
        break;
      case NestedKind::kConnect:
        NestedConnect(parent, link, writes);
        break;
      case NestedKind::kConnectOrCreate:
        for (const NestedWrite& write : writes) NestedConnectOrCreate(parent, link, write);
        break;
      case NestedKind::kSet:
        NestedSet(parent, link, first);
        break;
      case NestedKind::kDisconnect: {
        const Node found = FindRelated(parent, link);
        for (const NestedWrite& write : writes) after_[&write] = found;
        if (link.is_many_to_many) {
          LinkRecords(parent, found);
        } else {
          Connect(link.is_own_foreign_key ? parent : found, Add(), Dependency::kData);
        }
        break;
      }
      case NestedKind::kUpdate:
        for (const NestedWrite& write : writes) {
          if (write.update->is_empty()) break;
          const Node found = after_[&write] = FindRelated(parent, link);
          Connect(found, Update(*write.update), Dependency::kData);
        }
        break;
      case NestedKind::kUpdateMany:
      case NestedKind::kDeleteMany:
        for (const NestedWrite& write : writes) {
          const Node found = after_[&write] = FindRelated(parent, link);
          Connect(found, Add(), Dependency::kData);
        }
        break;
      case NestedKind::kUpsert:
        for (const NestedWrite& write : writes) NestedUpsert(parent, link, write);
        break;
      case NestedKind::kDelete: {
        const Node found = FindRelated(parent, link);
        for (const NestedWrite& write : writes) after_[&write] = found;
        Connect(found, Add(), Dependency::kData);
        break;
      }
    }
  }
}

void WriteGraph::NestedCreate(Node parent, const Link& link, Writes writes) {
  const bool is_one_to_one = link.relation->kind == schema::RelationKind::kOneToOne;
  const bool is_own = link.is_own_foreign_key && !link.is_many_to_many;
  const bool is_own_beyond = IsBeyondId(link.own_model, link.own);
  const bool is_other_beyond = IsBeyondId(link.other_model, link.other);
  const bool is_plain =
      std::all_of(writes.begin(), writes.end(), [](const NestedWrite& write) { return write.create->is_plain(); });
  if (writes.size() > 1 && is_plain && !is_own && !is_one_to_one &&
      (!link.is_many_to_many || p_.features().insert_returning)) {
    const Node node = Add();
    for (const NestedWrite& write : writes) after_[&write] = node;
    if (!link.is_many_to_many) {
      Connect(parent, node, Dependency::kData, is_own_beyond);
    } else {
      Connect(parent, node, Dependency::kOrder);
      LinkRecords(parent, node);
    }
    return;
  }
  std::vector<Node> created;
  for (const NestedWrite& write : writes) {
    created.push_back(Create(*write.create));
    if (is_own) {
      before_[&write] = created.back();
      parents_[&write] = parent;
    } else {
      after_[&write] = created.back();
    }
  }
  if (!is_one_to_one && !is_own) {
    for (Node node : created) {
      if (link.is_many_to_many) {
        Connect(parent, node, Dependency::kOrder);
        LinkRecords(parent, node);
      } else {
        Connect(parent, node, Dependency::kData, is_own_beyond);
      }
    }
    return;
  }
  const Node node = created.back();
  const bool is_relinked = is_one_to_one && !IsCreate(parent);
  if (is_relinked) releases_[&writes.back()] = Release(parent, link);
  if (is_own) Swap(parent, node);
  Connect(parent, node, Dependency::kData, is_own ? is_other_beyond : is_own_beyond);
  if (is_relinked && is_own) {
    const Node update = after_[&writes.back()] = Add();
    Connect(node, update, Dependency::kData, is_other_beyond);
    Connect(parent, update, Dependency::kData);
  }
}

void WriteGraph::NestedConnect(Node parent, const Link& link, Writes writes) {
  if (link.relation->kind == schema::RelationKind::kOneToOne) return ConnectOneToOne(parent, link, writes.back());
  const Node node = Add();
  if (link.is_many_to_many) {
    for (const NestedWrite& write : writes) after_[&write] = node;
    Connect(parent, node, Dependency::kOrder);
    LinkRecords(parent, node);
  } else if (link.is_own_foreign_key) {
    for (const NestedWrite& write : writes) {
      before_[&write] = node;
      parents_[&write] = parent;
    }
    Swap(parent, node);
    Connect(parent, node, Dependency::kData);
  } else {
    for (const NestedWrite& write : writes) after_[&write] = node;
    const Node check = Add();
    Connect(parent, node, Dependency::kData, IsBeyondId(link.own_model, link.own));
    Connect(node, check, Dependency::kData);
  }
}

void WriteGraph::ConnectOneToOne(Node parent, const Link& link, const NestedWrite& write) {
  const bool is_own = link.is_own_foreign_key;
  const FieldId opposite = p_.schema().OppositeField(link.field);
  const bool is_own_beyond = IsBeyondId(link.own_model, link.own);
  const Node found = before_[&write] = Add();
  parents_[&write] = parent;
  Swap(parent, found);
  if (IsCreate(parent)) {
    if (is_own || IsRequired(link.field)) Release(found, p_.LinkOf(opposite));
    Connect(parent, found, Dependency::kData);
    if (is_own) return;
    const Node update = after_[&write] = Add();
    Connect(found, update, Dependency::kData);
    Connect(parent, update, Dependency::kData, is_own_beyond);
    return;
  }
  // Nothing happens if the two are linked already.
  const Node difference = Add();
  Connect(found, difference, Dependency::kData);
  const Node old = after_[&write] = FindRelated(parent, link);
  Connect(old, difference, Dependency::kData);
  const Node branch = Add(Kind::kIf);
  Connect(difference, branch, Dependency::kData);
  const Node then = Add();
  Connect(branch, then, Dependency::kThen);
  if (is_own || IsRequired(link.field)) {
    Connect(then, Release(found, p_.LinkOf(opposite)), Dependency::kOrder);
  }
  Connect(parent, found, Dependency::kOrder);
  if (!is_own || IsRequired(opposite)) Connect(then, Release(parent, link), Dependency::kOrder);
  const Node update = Add();
  Connect(found, update, Dependency::kData);
  Connect(then, update, Dependency::kOrder);
  Connect(parent, update, Dependency::kData, !is_own && is_own_beyond);
}

void WriteGraph::NestedConnectOrCreate(Node parent, const Link& link, const NestedWrite& write) {
  if (link.is_many_to_many) {
    const Node found = after_[&write] = Add();
    const Node created = Create(*write.create);
    const Node branch = Add(Kind::kIf);
    const Node linked = LinkRecords(parent, found);
    LinkRecords(parent, created);
    Connect(parent, found, Dependency::kOrder);
    Connect(found, branch, Dependency::kData);
    Connect(branch, linked, Dependency::kThen);
    Connect(branch, created, Dependency::kElse);
    return;
  }
  if (link.is_own_foreign_key) return ConnectOrCreateBefore(parent, link, write);
  if (link.relation->kind == schema::RelationKind::kOneToOne) return ConnectOrCreateOneToOne(parent, link, write);
  const bool is_own_beyond = IsBeyondId(link.own_model, link.own);
  const Node found = after_[&write] = Add();
  const Node branch = Add(Kind::kIf);
  const Node update = Add();
  const Node created = Create(*write.create);
  Connect(parent, found, Dependency::kOrder);
  Connect(branch, update, Dependency::kThen);
  Connect(branch, created, Dependency::kElse);
  Connect(found, branch, Dependency::kData);
  Connect(parent, created, Dependency::kData, is_own_beyond);
  Connect(parent, update, Dependency::kData, is_own_beyond);
}

void WriteGraph::ConnectOrCreateBefore(Node parent, const Link& link, const NestedWrite& write) {
  const bool is_one_to_one = link.relation->kind == schema::RelationKind::kOneToOne;
  const bool is_other_beyond = IsBeyondId(link.other_model, link.other);
  const Node found = before_[&write] = Add();
  parents_[&write] = parent;
  Swap(parent, found);
  Connect(parent, found, Dependency::kOrder);
  const Node branch = Add(Kind::kIf);
  const Node created = Create(*write.create);
  const Node return_found = Add(Kind::kReturn), return_created = Add(Kind::kReturn);
  Connect(found, branch, Dependency::kData);
  if (!is_one_to_one) {
    Connect(branch, return_found, Dependency::kThen);
    Connect(branch, created, Dependency::kElse);
    Connect(branch, parent, Dependency::kData);
    Connect(found, return_found, Dependency::kData);
    Connect(created, return_created, Dependency::kData, is_other_beyond);
    return;
  }
  const Node old = Release(found, p_.LinkOf(p_.schema().OppositeField(link.field)));
  Connect(branch, old, Dependency::kThen);
  Connect(old, return_found, Dependency::kOrder);
  Connect(found, return_found, Dependency::kData);
  Connect(branch, created, Dependency::kElse);
  Connect(created, return_created, Dependency::kData, is_other_beyond);
  Connect(branch, parent, IsCreate(parent) ? Dependency::kData : Dependency::kOrder);
  if (IsCreate(parent)) return;
  Release(parent, link);
  const Node update = after_[&write] = Add();
  Connect(parent, update, Dependency::kData);
  Connect(branch, update, Dependency::kData);
}

void WriteGraph::ConnectOrCreateOneToOne(Node parent, const Link& link, const NestedWrite& write) {
  const bool is_own_beyond = IsBeyondId(link.own_model, link.own);
  const Node found = after_[&write] = Add();
  Connect(parent, found, Dependency::kOrder);
  const Node branch = Add(Kind::kIf);
  const Node created = Create(*write.create);
  Connect(found, branch, Dependency::kData);
  Connect(branch, created, Dependency::kElse);
  const Node update = Add();
  Connect(parent, update, Dependency::kData, is_own_beyond);
  Connect(parent, created, Dependency::kData, is_own_beyond);
  Connect(found, update, Dependency::kData);
  if (IsCreate(parent)) {
    Connect(branch, update, Dependency::kThen);
    return;
  }
  const Node old = FindRelated(parent, link);
  Connect(branch, old, Dependency::kThen);
  const Node difference = Add();
  Connect(found, difference, Dependency::kData);
  Connect(old, difference, Dependency::kData);
  const Node differs = Add(Kind::kIf);
  Connect(difference, differs, Dependency::kData);
  const Node release = Add();
  Connect(old, release, Dependency::kData);
  Connect(differs, release, Dependency::kThen);
  Connect(release, update, Dependency::kOrder);
}

void WriteGraph::NestedUpsert(Node parent, const Link& link, const NestedWrite& write) {
  const Node found = after_[&write] = FindRelated(parent, link);
  const Node branch = Add(Kind::kIf);
  const Node created = Create(*write.create);
  const Node updated = Update(*write.update);
  Connect(found, branch, Dependency::kData);
  Connect(found, updated, Dependency::kData);
  ThenUpdate(branch, found, updated);
  Connect(branch, created, Dependency::kElse);
  if (link.is_many_to_many) {
    LinkRecords(parent, created);
  } else if (link.is_own_foreign_key) {
    const Node update = Add();
    Connect(parent, update, Dependency::kData);
    Connect(created, update, Dependency::kData, IsBeyondId(link.other_model, link.other));
  } else {
    Connect(parent, created, Dependency::kData, IsBeyondId(link.own_model, link.own));
  }
}

void WriteGraph::NestedSet(Node parent, const Link& link, const NestedWrite& write) {
  const Node old = after_[&write] = FindRelated(parent, link);
  if (link.is_many_to_many) {
    const Node unlinked = LinkRecords(parent, old);
    if (write.set_filters.empty()) return;
    const Node chosen = Add();
    Connect(unlinked, chosen, Dependency::kOrder);
    LinkRecords(parent, chosen);
    return;
  }
  const Node chosen = Add();
  const Node added = Add(), removed = Add();
  Connect(old, chosen, Dependency::kOrder);
  Connect(chosen, added, Dependency::kData);
  Connect(chosen, removed, Dependency::kData);
  Connect(old, added, Dependency::kData);
  Connect(old, removed, Dependency::kData);
  const Node adds = Add(Kind::kIf);
  const Node update = Add();
  Connect(added, adds, Dependency::kData);
  Connect(adds, update, Dependency::kThen);
  Connect(parent, update, Dependency::kData, IsBeyondId(link.own_model, link.own));
  Connect(added, update, Dependency::kData);
  const Node removes = Add(Kind::kIf);
  const Node release = Add();
  Connect(removed, removes, Dependency::kData);
  Connect(removes, release, Dependency::kThen);
  Connect(removed, release, Dependency::kData);
}

}  // namespace prisma::query
