// The counters, gauges and histograms that Prisma's engines show. Safe for all threads.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "driver/pool.h"

namespace prisma::engine {

class Metrics {
 public:
  // Counts a client's request while it lives.
  class Timer {
   public:
    explicit Timer(Metrics& metrics) : metrics_(metrics), start_(std::chrono::steady_clock::now()) {
      metrics_.active_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Timer() {
      metrics_.active_.fetch_sub(1, std::memory_order_relaxed);
      if (!is_forgotten_) metrics_.client_.Add(elapsed());
    }
    std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }
    void Forget() { is_forgotten_ = true; }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    Metrics& metrics_;
    std::chrono::steady_clock::time_point start_;
    bool is_forgotten_ = false;
  };

  void Statement(std::chrono::nanoseconds duration) { statements_.Add(duration); }
  void Wait(std::chrono::nanoseconds duration) { wait_.Add(duration); }

  // `labels`: JSON text of an object of strings, else ignored.
  std::string Json(driver::Pool& pool, std::string_view labels) const;
  std::string Prometheus(driver::Pool& pool, std::string_view labels) const;

 private:
  static constexpr size_t kBuckets = 10;
  struct Histogram {
    std::atomic<uint64_t> buckets[kBuckets + 1] = {};
    std::atomic<uint64_t> count{0};
    std::atomic<uint64_t> nanoseconds{0};
    void Add(std::chrono::nanoseconds duration);
  };
  struct Sample;

  std::atomic<int64_t> active_{0};
  Histogram client_, statements_, wait_;
};

}  // namespace prisma::engine
