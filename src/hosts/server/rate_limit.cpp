#include "hosts/server/rate_limit.h"

#include <algorithm>

namespace prisma::server {
namespace {

constexpr size_t kMostClients = 10000;  // then windows that are over are forgotten

}  // namespace

std::chrono::milliseconds RateLimit::Take(std::string_view client) {
  using std::chrono::milliseconds;
  std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (clients_.size() >= kMostClients) {
    std::erase_if(clients_, [now](const auto& item) { return item.second.end <= now; });
    // So many clients at once: better to start anew than to grow.
    if (clients_.size() >= kMostClients) clients_.clear();
  }
  Window& window = clients_[std::string(client)];
  if (window.end <= now) window = {now + window_, 0};
  if (window.count >= max_requests_) {
    return std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(window.end - now));
  }
  ++window.count;
  return milliseconds(0);
}

}  // namespace prisma::server
