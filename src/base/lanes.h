// A queue of work for threads, in two lanes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

namespace prisma {

enum class Lane : uint8_t {
  kOrdinary,
  // Work of one who holds a connection that others wait for: never queues behind those others.
  kUrgent,
};

// Not thread-safe.
class LaneQueue {
 public:
  void Push(Lane lane, std::function<void()> job) {
    (lane == Lane::kUrgent ? urgent_ : ordinary_).push_back(std::move(job));
  }
  bool empty() const { return urgent_.empty() && ordinary_.empty(); }
  size_t size() const { return urgent_.size() + ordinary_.size(); }
  // Of a queue that is not empty.
  std::function<void()> Pop() {
    std::deque<std::function<void()>>& lane = urgent_.empty() ? ordinary_ : urgent_;
    std::function<void()> job = std::move(lane.front());
    lane.pop_front();
    return job;
  }

 private:
  std::deque<std::function<void()>> urgent_, ordinary_;
};

}  // namespace prisma
