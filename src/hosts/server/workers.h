// The threads of a server.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace prisma::server {

// Threads that run one io_context. Whoever starts to answer a request makes sure that another thread is left to wait
// for events; the one that answers needs no hand-over. Surplus threads end after a while without work.
class Workers {
 public:
  explicit Workers(boost::asio::io_context& context) : context_(context) {}

  // Runs the context on this thread, too, until it is stopped. False: other threads have not ended after a second.
  bool Run();

  template <class Work>
  auto Busy(Work&& work) {
    if (++busy_ >= threads_) Spawn();
    struct Done {
      std::atomic<int>& busy;
      ~Done() { --busy; }
    } done{busy_};
    return work();
  }

  void Post(std::function<void()> work);  // to any of the threads

  // A place for a request that may wait for others. False: all are taken; `resume` is called with one later.
  template <class Resume>
  bool Enter(Resume&& resume) {
    std::lock_guard lock(places_mutex_);
    if (taken_ < kMaxWaiting) {
      ++taken_;
      return true;
    }
    parked_.emplace_back(std::forward<Resume>(resume));
    return false;
  }
  void Leave();

 private:
  static constexpr int kMaxWaiting = 192;  // threads of requests that may wait for a connection of the database

  void Spawn();
  void RunThread();

  boost::asio::io_context& context_;
  std::atomic<int> busy_{0};
  std::atomic<int> threads_{0};
  std::mutex mutex_;
  std::condition_variable ended_;

  std::mutex places_mutex_;
  int taken_ = 0;
  std::deque<std::function<void()>> parked_;
};

}  // namespace prisma::server
