#include "hosts/node/workers.h"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace prisma::node {
namespace {

constexpr size_t kMostThreads = 128;  // for ordinary work
constexpr size_t kMostUrgentThreads = 512;
constexpr std::chrono::seconds kSurplusThreadLife{10};
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kStackSize = 8 << 20;
#else
constexpr size_t kStackSize = 1 << 20;
#endif

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
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackSize);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    auto body = [](void* self) -> void* {
      static_cast<Pool*>(self)->Loop();
      return nullptr;
    };
    if (pthread_create(&thread, &attributes, body, this) == 0) ++threads_;
    pthread_attr_destroy(&attributes);
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
