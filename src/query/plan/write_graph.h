// In which order the nested writes of an operation are done.
//
// Which of several faults is told, which record gets the lower id, and which of two writes of one relation stays depend
// on it. Prisma keeps a graph of queries, whose edges it numbers as it makes them, turns around for records that must
// be there before others, and then follows by their numbers. What it numbers and turns around is repeated here without
// the queries themselves: the graph tells only when each nested write comes, and the planner goes by that.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "query/document/operation.h"
#include "query/plan/planner.h"

namespace prisma::query {

class WriteGraph {
 public:
  WriteGraph(const Planner& planner, const Operation& operation);

  // The places of nested writes of one record, to be compared: of what is done before the record is written…
  uint32_t PlaceBefore(const NestedWrite& write) const { return PlaceIn(before_, write); }
  // …of what is done after it…
  uint32_t PlaceAfter(const NestedWrite& write) const { return PlaceIn(after_, write); }
  // …of letting go whom a new record takes the place of…
  uint32_t PlaceOfRelease(const NestedWrite& write) const { return PlaceIn(releases_, write); }
  // …and of the check that what was done before gave a record.
  uint32_t PlaceOfCheck(const NestedWrite& write) const;

 private:
  using Node = uint32_t;
  using EdgeId = uint32_t;
  enum class Kind : uint8_t { kQuery, kCreate, kUpdate, kIf, kReturn };
  enum class Dependency : uint8_t { kOrder, kData, kThen, kElse };
  struct NodeInfo {
    Kind kind;
    bool is_result = false;   // what it finds is the answer
    bool has_result = false;  // so it, or something that it leads to
    bool is_visited = false;
    uint32_t place = kNoIndex;
    std::vector<EdgeId> out, in;
  };
  struct Edge {
    Node from, to;
    Dependency dependency;
    bool is_beyond_id;  // asks for more than the id of `from`
    uint32_t number;
  };
  using Writes = std::span<const NestedWrite>;
  using Tags = std::unordered_map<const NestedWrite*, Node>;

  // ── making (the shapes of single nested writes) ──
  Node Add(Kind kind = Kind::kQuery);
  EdgeId Connect(Node from, Node to, Dependency dependency, bool is_beyond_id = false);
  void Remove(EdgeId edge);
  Node Create(const WriteData& data);
  Node Update(const WriteData& data);
  void Nested(Node parent, const WriteData& data);
  void NestedCreate(Node parent, const Link& link, Writes writes);
  void NestedConnect(Node parent, const Link& link, Writes writes);
  void ConnectOneToOne(Node parent, const Link& link, const NestedWrite& write);
  void NestedConnectOrCreate(Node parent, const Link& link, const NestedWrite& write);
  void ConnectOrCreateBefore(Node parent, const Link& link, const NestedWrite& write);
  void ConnectOrCreateOneToOne(Node parent, const Link& link, const NestedWrite& write);
  void NestedUpsert(Node parent, const Link& link, const NestedWrite& write);
  void NestedSet(Node parent, const Link& link, const NestedWrite& write);
  Node FindRelated(Node parent, const Link& link);
  // Finds who has the record now and lets it go.
  Node Release(Node parent, const Link& link);
  // What an upsert does with a record that it found.
  void ThenUpdate(Node branch, Node found, Node updated);
  Node LinkRecords(Node parent, Node other);  // many-to-many
  bool IsCreate(Node node) const { return nodes_[node].kind == Kind::kCreate; }
  bool IsBeyondId(schema::ModelId model, std::span<const schema::FieldId> fields) const;
  bool IsRequired(schema::FieldId relation_field) const;
  // `second` has to be done before `first`, which leads to it now.
  void Swap(Node first, Node second) { swaps_.push_back({first, second}); }

  // ── the same changes to all that was made ──
  std::vector<EdgeId> Sorted(std::vector<EdgeId> edges) const;
  void DoSwaps();
  void RenewReturns();
  void AddReloads();
  void OrderBranches();
  void MarkResults();

  // ── following ──
  void Visit(Node node);
  std::vector<Node> Ready(Node node) const;
  uint32_t PlaceIn(const Tags& tags, const NestedWrite& write) const;

  const Planner& p_;
  std::vector<NodeInfo> nodes_;
  std::vector<Edge> edges_;
  std::vector<EdgeId> by_number_;
  std::vector<std::pair<Node, Node>> swaps_;
  Tags before_, after_, releases_;
  std::unordered_map<const NestedWrite*, Node> parents_;  // of those in before_
  uint32_t places_ = 0;
};

}  // namespace prisma::query
