#include "hosts/server/bridge_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "json/writer.h"

namespace prisma::server {
namespace {

std::string Label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += '=';
  json::AppendString(text, value);
  return text;
}

std::string Number(double number) {
  if (number == static_cast<double>(static_cast<int64_t>(number))) return std::to_string(static_cast<int64_t>(number));
  std::string text;
  json::AppendFloat(text, number);
  return text;
}

void Head(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

size_t OpenFiles() {
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  size_t count = 0;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count < 3 ? 0 : count - 3;  // ".", ".." and the folder itself
}

double ResidentBytes() {
  long pages = 0, unused = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%ld %ld", &unused, &pages) != 2) pages = 0;
  std::fclose(file);
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

void BridgeMetrics::Histogram::Add(double seconds) {
  for (size_t i = 0; i < kBounds.size(); ++i) buckets[i] += seconds <= kBounds[i];
  ++count;
  sum += seconds;
}

void BridgeMetrics::RequestStarted() {
  std::lock_guard lock(mutex_);
  ++active_;
}

void BridgeMetrics::RequestEnded(std::string_view method, std::string_view route, int status, Seconds duration) {
  std::string labels =
      Label("method", method) + ',' + Label("route", route) + ',' + Label("status_code", std::to_string(status));
  std::lock_guard lock(mutex_);
  --active_;
  requests_[labels].Add(duration.count());
  ++request_counts_[std::move(labels)];
}

void BridgeMetrics::Query(std::string_view model, std::string_view operation, bool is_success, Seconds duration) {
  std::string labels = Label("model", model) + ',' + Label("operation", operation);
  std::lock_guard lock(mutex_);
  queries_[labels].Add(duration.count());
  ++query_counts_[labels + ',' + Label("status", is_success ? "success" : "error")];
}

void BridgeMetrics::Transaction(std::string_view status) {
  std::lock_guard lock(mutex_);
  ++transactions_[Label("status", status)];
}

void BridgeMetrics::ErrorSeen(std::string_view type, std::string_view code) {
  std::lock_guard lock(mutex_);
  ++errors_[Label("type", type) + ',' + Label("code", code)];
}

void BridgeMetrics::Append(std::string& out, std::string_view name, const Histograms& histograms) {
  for (const auto& [labels, histogram] : histograms) {
    for (size_t i = 0; i < kBounds.size(); ++i) {
      out.append(name).append("_bucket{").append(labels).append(",le=\"").append(Number(kBounds[i])).append("\"} ");
      out.append(std::to_string(histogram.buckets[i])).append("\n");
    }
    out.append(name).append("_bucket{").append(labels).append(",le=\"+Inf\"} ");
    out.append(std::to_string(histogram.count)).append("\n");
    out.append(name).append("_sum{").append(labels).append("} ").append(Number(histogram.sum)).append("\n");
    out.append(name).append("_count{").append(labels).append("} ").append(std::to_string(histogram.count)).append("\n");
  }
}

void BridgeMetrics::Append(std::string& out, std::string_view name, const Counters& counters) {
  for (const auto& [labels, count] : counters) {
    out.append(name).append("{").append(labels).append("} ").append(std::to_string(count)).append("\n");
  }
}

std::string BridgeMetrics::Text(size_t active_transactions) const {
  std::string out;
  auto gauge = [&out](std::string_view name, std::string_view help, double value, std::string_view type = "gauge") {
    Head(out, name, help, type);
    out.append(name).append(" ").append(Number(value)).append("\n");
  };
  std::lock_guard lock(mutex_);
  Head(out, "prisma_bridge_http_request_duration_seconds", "Duration of HTTP requests in seconds", "histogram");
  Append(out, "prisma_bridge_http_request_duration_seconds", requests_);
  Head(out, "prisma_bridge_http_requests_total", "Number of HTTP requests", "counter");
  Append(out, "prisma_bridge_http_requests_total", request_counts_);
  gauge("prisma_bridge_active_requests", "HTTP requests being answered", static_cast<double>(active_));
  Head(out, "prisma_bridge_query_duration_seconds", "Duration of queries in seconds", "histogram");
  Append(out, "prisma_bridge_query_duration_seconds", queries_);
  Head(out, "prisma_bridge_queries_total", "Number of queries", "counter");
  Append(out, "prisma_bridge_queries_total", query_counts_);
  Head(out, "prisma_bridge_transactions_total", "Number of interactive transactions", "counter");
  Append(out, "prisma_bridge_transactions_total", transactions_);
  gauge("prisma_bridge_active_transactions", "Interactive transactions that are open",
        static_cast<double>(active_transactions));
  Head(out, "prisma_bridge_errors_total", "Number of errors", "counter");
  Append(out, "prisma_bridge_errors_total", errors_);
  gauge("process_cpu_seconds_total", "User and system CPU time in seconds", CpuSeconds(), "counter");
  gauge("process_resident_memory_bytes", "Resident memory in bytes", ResidentBytes());
  gauge("process_open_fds", "Open file descriptors", static_cast<double>(OpenFiles()));
  return out;
}

}  // namespace prisma::server
