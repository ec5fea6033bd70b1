// How many requests one client may send in a window of time. Safe for all threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace prisma::server {

class RateLimit {
 public:
  RateLimit(std::chrono::milliseconds window, uint32_t max_requests) : window_(window), max_requests_(max_requests) {}

  // Counts a request. Zero: it is welcome; else how long the client has to wait.
  std::chrono::milliseconds Take(std::string_view client);

 private:
  using Clock = std::chrono::steady_clock;
  struct Window {
    Clock::time_point end;
    uint32_t count = 0;
  };
  std::chrono::milliseconds window_;
  uint32_t max_requests_;
  std::mutex mutex_;
  std::unordered_map<std::string, Window> clients_;
};

}  // namespace prisma::server
