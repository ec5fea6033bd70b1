// What the query engine answers to an HTTP request, without HTTP: method, path, headers and body in, status and body
// out. Thread-safe: requests of several connections are answered at once.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/query_engine.h"
#include "hosts/server/log.h"
#include "hosts/server/options.h"

namespace prisma::server {

struct HttpRequest {
  std::string_view method;
  std::string_view path;   // without the query string
  std::string_view query;  // after `?`
  std::string_view body;
  std::function<std::string_view(std::string_view name)> header;  // empty if absent
};

struct HttpResponse {
  int status = 200;
  std::string_view content_type;  // empty: no body
  std::string body;
  bool has_elapsed = true;  // send x-elapsed
};

class Service {
 public:
  Service(const Options& options, std::unique_ptr<engine::QueryEngine> engine);

  HttpResponse Answer(const HttpRequest& request);
  engine::QueryEngine& engine() { return *engine_; }

 private:
  HttpResponse AnswerQuery(const HttpRequest& request);
  HttpResponse AnswerTransaction(const HttpRequest& request);
  HttpResponse AnswerMetrics(const HttpRequest& request);
  HttpResponse AnswerBootTrace();

  const Options& options_;
  std::unique_ptr<engine::QueryEngine> engine_;
  bool has_metrics_ = false;
  std::atomic<bool> is_boot_trace_taken_{false};
};

}  // namespace prisma::server
