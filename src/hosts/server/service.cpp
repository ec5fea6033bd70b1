#include "hosts/server/service.h"

#include <utility>

#include "engine/schema_documents.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::server {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

HttpResponse Json(int status, std::string body) { return {status, kJson, std::move(body), true}; }
HttpResponse NotFound() { return {404, {}, {}, true}; }

// The status of an error of /transaction/*, by what it says: the codes do not tell these apart.
int TransactionStatus(const Error& error) {
  std::string_view message = error.what();
  if (error.code() != "P2028") return 500;
  if (message.find("Unable to start a transaction in the given time") != std::string_view::npos) return 504;
  if (message.find("Transaction not found") != std::string_view::npos) return 404;
  if (message.find("Transaction already closed") != std::string_view::npos) return 422;
  return 500;
}

constexpr std::string_view kPlayground =
    "<!doctype html><meta charset=utf-8><title>query-engine</title>\n"
    "<style>body{font:14px sans-serif;margin:2em}textarea{width:45%;height:70vh;font-family:monospace}</style>\n"
    "<p><button id=run>Run</button></p><textarea id=q>{ }</textarea> <textarea id=a readonly></textarea>\n"
    "<script>run.onclick=async()=>{const r=await "
    "fetch('/',{method:'POST',body:JSON.stringify({query:q.value,variables:{}})});"
    "a.value=JSON.stringify(await r.json(),null,2)}</script>\n";

}  // namespace

Service::Service(const Options& options, std::unique_ptr<engine::QueryEngine> engine)
    : options_(options), engine_(std::move(engine)) {
  has_metrics_ = options_.enable_metrics || options_.metric_override || engine_->schema().HasPreviewFeature("metrics");
}

HttpResponse Service::Answer(const HttpRequest& request) {
  const bool is_get = request.method == "GET";
  const bool is_post = request.method == "POST";
  try {
    if (is_post && request.path == "/") return AnswerQuery(request);
    if (is_post && request.path.starts_with("/transaction")) return AnswerTransaction(request);
    if ((is_get || is_post) && request.path.starts_with("/metrics") && has_metrics_) return AnswerMetrics(request);
    if (!is_get) return NotFound();
    if (request.path == "/status") return Json(200, R"({"status":"ok"})");
    if (request.path == "/server_info") {
      return Json(200, "{\"commit\":\"" + std::string(kEngineCommit) +
                           "\",\"version\":\"0.1.0\",\"primary_connector\":\"" +
                           std::string(engine_->schema().connector->provider()) + "\"}");
    }
    if (request.path == "/dmmf") return Json(200, engine::DmmfText(engine_->schema()));
    if (request.path == "/boot_trace") return AnswerBootTrace();
    if (request.path == "/" && options_.enable_playground) return {200, "text/html", std::string(kPlayground), true};
    return NotFound();
  } catch (const Error& error) {
    return Json(500, UserFacingError(error));
  } catch (const std::exception& error) {
    return Json(500, UserFacingError(error.what(), true));
  }
}

HttpResponse Service::AnswerQuery(const HttpRequest& request) {
  if (options_.enable_debug &&
      (!request.header("x-debug-fatal").empty() || !request.header("x-debug-non-fatal").empty())) {
    return {200, {}, {}, true};
  }
  int status = 200;
  std::string body =
      engine_->Handle(request.body, options_.is_graphql() ? engine::Protocol::kGraphql : engine::Protocol::kJson,
                      request.header("x-transaction-id"), status);
  return Json(status, WithTelemetry(std::move(body)));
}

HttpResponse Service::AnswerTransaction(const HttpRequest& request) {
  std::string_view path = request.path;
  path.remove_prefix(std::string_view("/transaction").size());
  try {
    if (path == "/start") {
      json::Document document;
      engine::TransactionOptions options;
      json::Value max_wait, timeout, level;
      if (document.Parse(request.body)) {
        max_wait = document.root().Get("max_wait");
        timeout = document.root().Get("timeout");
        level = document.root().Get("isolation_level");
      }
      const bool is_readable = max_wait.kind() == json::Kind::kInt && timeout.kind() == json::Kind::kInt &&
                               max_wait.as_int() >= 0 && timeout.as_int() >= 0 &&
                               (level.is_null() || level.is_string());
      if (!is_readable) return {400, kPlainText, "Invalid transaction options", false};
      options.max_wait = std::chrono::milliseconds(max_wait.as_int());
      options.timeout = std::chrono::milliseconds(timeout.as_int());
      options.isolation_level = level.text();
      std::string id = engine_->StartTransaction(options);
      HttpResponse response = Json(200, WithTelemetry("{\"id\":\"" + id + "\"}"));
      response.has_elapsed = false;
      return response;
    }
    const size_t slash = path.rfind('/');
    const std::string_view verb =
        slash == std::string_view::npos || slash == 0 ? std::string_view() : path.substr(slash + 1);
    if (path.starts_with('/') && (verb == "commit" || verb == "rollback")) {
      const std::string_view id = path.substr(1, slash - 1);
      verb == "commit" ? engine_->CommitTransaction(id) : engine_->RollbackTransaction(id);
      HttpResponse response = Json(200, WithTelemetry("{}"));
      response.has_elapsed = false;
      return response;
    }
  } catch (const Error& error) {
    HttpResponse response = Json(TransactionStatus(error), WithTelemetry(UserFacingError(error)));
    response.has_elapsed = false;
    return response;
  }
  return {400, kPlainText, "wrong transaction handler path: " + std::string(request.path), false};
}

HttpResponse Service::AnswerMetrics(const HttpRequest& request) {
  // The body, if an object of strings, labels every metric; anything else is ignored.
  json::Document labels;
  std::string_view global_labels;
  if (!request.body.empty() && labels.Parse(request.body) && labels.root().is_object()) {
    global_labels = request.body;
    for (json::Member member : labels.root().members()) {
      if (!member.value.is_string()) global_labels = {};
    }
  }
  if (request.query.find("format=json") != std::string_view::npos) {
    return {200, kJson, engine_->MetricsJson(global_labels), false};
  }
  return {200, "text/plain; version=0.0.4", engine_->MetricsPrometheus(global_labels), false};
}

HttpResponse Service::AnswerBootTrace() {
  if (!options_.telemetry_in_response || is_boot_trace_taken_.exchange(true)) return Json(200, "null");
  return Json(200, R"({"spans":[],"events":[]})");
}

std::string Service::WithTelemetry(std::string body) const {
  if (!options_.telemetry_in_response || body.size() < 2 || body.back() != '}') return body;
  body.pop_back();
  if (body.size() > 1) body += ',';
  body += R"("extensions":{"traces":[],"logs":[]}})";
  return body;
}

}  // namespace prisma::server
