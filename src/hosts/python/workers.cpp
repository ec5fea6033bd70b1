#include "hosts/python/workers.h"

namespace prisma::python {

void Workers::Submit(std::function<void()> work) {
  bool start = false;
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    start = idle_ < queue_.size() && threads_.size() < limit_;
    if (start) threads_.emplace_back([this] { Run(); });
  }
  if (!start) wake_.notify_one();
}

void Workers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

void Workers::Stop() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (std::thread& thread : threads) thread.join();
  std::lock_guard lock(mutex_);
  stopping_ = false;
}

}  // namespace prisma::python
