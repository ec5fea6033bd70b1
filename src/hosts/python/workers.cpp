#include "hosts/python/workers.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace prisma::python {

namespace {

constexpr size_t kMostThreads = 64;  // for ordinary work
constexpr size_t kMostUrgentThreads = 512;

class Pool {
 public:
  void Add(Lane lane, std::function<void()> job) {
    std::lock_guard lock(mutex_);
    jobs_.Push(lane, std::move(job));
    const size_t most = lane == Lane::kUrgent ? kMostThreads + kMostUrgentThreads : kMostThreads;
    if (idle_ < jobs_.size() && threads_.size() < most && !is_stopping_) {
      threads_.emplace_back([this] { Loop(); });
    }
    wake_.notify_one();
  }

  void Stop() {
    {
      std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    is_stopping_ = false;
  }

 private:
  void Loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      wake_.wait(lock, [this] { return !jobs_.empty() || is_stopping_; });
      --idle_;
      if (jobs_.empty()) return;
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
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool is_stopping_ = false;
};

Pool* pool = nullptr;
unsigned fork_count = 0;

// The threads stayed with the parent; their pool is left alone.
void AfterFork() {
  pool = nullptr;
  ++fork_count;
}

Pool& ThePool() {
  if (pool == nullptr) pool = new Pool;
  return *pool;
}

}  // namespace

void WatchForks() { pthread_atfork(nullptr, nullptr, AfterFork); }

void RunOnWorker(Lane lane, std::function<void()> job) { ThePool().Add(lane, std::move(job)); }

void StopWorkers() {
  if (pool != nullptr) pool->Stop();
}

unsigned ForkCount() { return fork_count; }

}  // namespace prisma::python
