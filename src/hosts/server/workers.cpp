#include "hosts/server/workers.h"

#include <boost/asio/post.hpp>
#include <chrono>

#include "base/detached_thread.h"

namespace prisma::server {
namespace {

constexpr int kMaxThreads = 256;
constexpr std::chrono::seconds kSurplusThreadLife{10};

}  // namespace

bool Workers::Run() {
  threads_ = 1;
  context_.run();
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, std::chrono::seconds(1), [&] { return threads_ == 1; });
}

void Workers::Post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

void Workers::Leave() {
  std::function<void()> next;
  {
    std::lock_guard lock(places_mutex_);
    if (parked_.empty()) {
      --taken_;
      return;
    }
    next = std::move(parked_.front());
    parked_.pop_front();
  }
  Post(std::move(next));
}

void Workers::Spawn() {
  std::lock_guard lock(mutex_);
  if (busy_ < threads_ || threads_ >= kMaxThreads) return;
  // Counted before it runs: it may have taken a request by the time that this call returns.
  ++threads_;
  if (!StartDetachedThread<&Workers::RunThread>(this)) --threads_;
}

void Workers::RunThread() {
  while (!context_.stopped()) {
    // The first extra thread stays: with it, one request at a time never waits for a thread to start.
    if (threads_ <= 2) {
      context_.run_one();
      continue;
    }
    if (context_.run_one_for(kSurplusThreadLife) == 0 && !context_.stopped()) {
      std::lock_guard lock(mutex_);
      if (threads_ > 2 && busy_ + 1 < threads_) break;
    }
  }
  std::lock_guard lock(mutex_);
  --threads_;
  ended_.notify_all();
}

}  // namespace prisma::server
