#include "hosts/node/workers.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/detached_thread.h"

namespace prisma::node {
namespace {

constexpr size_t kMostThreads = 128;  // for ordinary work
constexpr size_t kMostUrgentThreads = 512;
constexpr std::chrono::seconds kSurplusThreadLife{10};

class Pool {
 public:
  void Add(Lane lane, std::function<void()> job) {
    std::unique_lock lock(mutex_);
    jobs_.Push(lane, std::move(job));
    const size_t most = lane == Lane::kUrgent ? kMostThreads + kMostUrgentThreads : kMostThreads;
    if (idle_ < jobs_.size() && threads_ < most) Spawn();
    lock.unlock();
    wake_.notify_one();
  }

 private:
  // If the system has no thread to give, those that run will come round; the very first must exist.
  void Spawn() {
    if (StartDetachedThread<&Pool::Loop>(this)) ++threads_;
  }

  void Loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      const bool has_work = wake_.wait_for(lock, kSurplusThreadLife, [this] { return !jobs_.empty(); });
      --idle_;
      if (!has_work) {
        if (threads_ <= 2) continue;
        --threads_;
        return;
      }
      std::function<void()> job = jobs_.Pop();
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  LaneQueue jobs_;
  size_t threads_ = 0, idle_ = 0;
};

// Never destroyed: its threads may outlive main.
Pool& ThePool() {
  static Pool* pool = new Pool;
  return *pool;
}

}  // namespace

void RunOnWorker(Lane lane, std::function<void()> job) { ThePool().Add(lane, std::move(job)); }

}  // namespace prisma::node
