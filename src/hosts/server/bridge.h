// The bridge: the engine as a service of its own that clients reach by HTTP, with the surface of the community's bridge
// for Prisma Client Python.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/query_engine.h"
#include "hosts/server/bridge_metrics.h"
#include "hosts/server/bridge_options.h"
#include "hosts/server/handler.h"
#include "hosts/server/rate_limit.h"

namespace prisma::server {

class Bridge : public Handler {
 public:
  Bridge(const BridgeOptions& options, std::unique_ptr<engine::QueryEngine> engine);

  HttpResponse Answer(const HttpRequest& request) override;
  engine::QueryEngine& engine() { return *engine_; }

 private:
  HttpResponse Route(const HttpRequest& request, std::string_view route);
  std::optional<HttpResponse> Refuse(const HttpRequest& request, std::string_view route);
  HttpResponse AnswerQuery(const HttpRequest& request);
  HttpResponse StartTransaction(const HttpRequest& request);
  HttpResponse EndTransaction(std::string_view id, bool commits);
  HttpResponse Health();
  HttpResponse HealthStatus();
  HttpResponse Fail(int status, std::string_view code, std::string_view message);
  // Empty: the database answers.
  std::string DatabaseFault();

  const BridgeOptions& options_;
  std::unique_ptr<engine::QueryEngine> engine_;
  BridgeMetrics metrics_;
  std::atomic<uint32_t> active_{0};
  std::optional<RateLimit> rate_limit_, transaction_rate_limit_;
};

// Serves until SIGTERM; `argv` after the word `bridge`.
int RunBridge(int argc, char** argv);

}  // namespace prisma::server
