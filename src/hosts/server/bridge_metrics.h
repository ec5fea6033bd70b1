// What the bridge counts, as Prometheus reads it. Safe for all threads.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace prisma::server {

class BridgeMetrics {
 public:
  using Seconds = std::chrono::duration<double>;

  void RequestStarted();
  void RequestEnded(std::string_view method, std::string_view route, int status, Seconds duration);
  void Query(std::string_view model, std::string_view operation, bool is_success, Seconds duration);
  void Transaction(std::string_view status);  // started, committed, rolled_back, failed
  void ErrorSeen(std::string_view type, std::string_view code);

  std::string Text(size_t active_transactions) const;

 private:
  static constexpr std::array kBounds = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
  struct Histogram {
    std::array<uint64_t, kBounds.size()> buckets{};
    uint64_t count = 0;
    double sum = 0;
    void Add(double seconds);
  };
  // By their labels, as text: method="GET",route="/"
  using Histograms = std::map<std::string, Histogram, std::less<>>;
  using Counters = std::map<std::string, uint64_t, std::less<>>;

  static void Append(std::string& out, std::string_view name, const Histograms& histograms);
  static void Append(std::string& out, std::string_view name, const Counters& counters);

  mutable std::mutex mutex_;
  int64_t active_ = 0;
  Histograms requests_, queries_;
  Counters request_counts_, query_counts_, transactions_, errors_;
};

}  // namespace prisma::server
