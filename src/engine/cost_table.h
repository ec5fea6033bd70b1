// Which work is quick enough to be done on the thread that asks for it, as an event loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace prisma::engine {

// How long work of one shape has taken lately. For one thread at a time.
class CostTable {
 public:
  explicit CostTable(double quick_microseconds) : quick_microseconds_(quick_microseconds) {}

  // Unless it is known to be slow.
  bool IsQuick(uint64_t shape) const {
    auto found = costs_.find(shape);
    return found == costs_.end() || found->second < quick_microseconds_;
  }
  void Add(uint64_t shape, double microseconds) {
    constexpr size_t kMostShapes = 20000;
    if (costs_.size() > kMostShapes) costs_.clear();
    auto [entry, is_new] = costs_.try_emplace(shape, microseconds);
    if (!is_new) entry->second += (microseconds - entry->second) * 0.25;
  }
  void AddInterrupted(uint64_t shape) { Add(shape, quick_microseconds_ * 4); }

 private:
  double quick_microseconds_;
  std::unordered_map<uint64_t, double> costs_;
};

}  // namespace prisma::engine
