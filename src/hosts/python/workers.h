// Threads for work that must not run on the caller's thread. They are started when there is work and no idle one.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace prisma::python {

class Workers {
 public:
  explicit Workers(size_t limit) : limit_(limit) {}
  ~Workers() { Stop(); }

  void Submit(std::function<void()> work);
  // Finishes what was submitted and joins. May be called again.
  void Stop();

 private:
  void Run();

  const size_t limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace prisma::python
