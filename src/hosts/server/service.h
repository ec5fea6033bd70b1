// What the query engine answers to an HTTP request, without HTTP: method, path, headers and body in, status and body
// out. Thread-safe: requests of several connections are answered at once.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "engine/query_engine.h"
#include "hosts/server/handler.h"
#include "hosts/server/log.h"
#include "hosts/server/options.h"

namespace prisma::server {

class Service : public Handler {
 public:
  // `boot_spans`: of the start, a JSON array; empty if nobody is to be told.
  Service(const Options& options, const Log& log, std::unique_ptr<engine::QueryEngine> engine, std::string boot_spans);

  HttpResponse Answer(const HttpRequest& request) override;
  engine::QueryEngine& engine() { return *engine_; }

 private:
  HttpResponse AnswerDebug(const HttpRequest& request);
  HttpResponse AnswerQuery(const HttpRequest& request);
  HttpResponse AnswerTransaction(const HttpRequest& request);
  HttpResponse AnswerMetrics(const HttpRequest& request);
  HttpResponse AnswerBootTrace();

  const Options& options_;
  const Log& log_;
  std::unique_ptr<engine::QueryEngine> engine_;
  bool has_metrics_ = false;
  std::string boot_spans_;
  std::atomic<bool> is_boot_trace_taken_{false};
};

}  // namespace prisma::server
