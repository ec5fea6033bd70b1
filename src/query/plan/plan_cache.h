// Plans by the shape of requests, then by the values that decided about their structure. Bounded; safe for all threads.
#pragma once

#include <array>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "query/document/structural_sink.h"
#include "query/plan/plan.h"
#include "query/plan/shape_key.h"

namespace prisma::query {

class PlanCache {
 public:
  PlanCache();
  ~PlanCache();

  // Null: there is none yet.
  std::shared_ptr<const Plan> Find(const ShapeKey& key);
  // `structural`: the scalars of the request of `key` that decided about the plan's structure.
  void Insert(const ShapeKey& key, std::span<const StructuralScalar> structural, std::shared_ptr<const Plan> plan);

 private:
  struct Entry;
  struct Shard;
  static constexpr size_t kShards = 16;
  std::unique_ptr<std::array<Shard, kShards>> shards_;
};

}  // namespace prisma::query
