#include "hosts/server/service.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

#include "engine/schema_documents.h"
#include "engine/trace.h"
#include "engine/version.h"
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

// Collects what a request's answer tells about its making: with --enable-telemetry-in-response what the header
// x-capture-telemetry asks for, with --enable-open-telemetry alone all spans.
class Telemetry {
 public:
  Telemetry(const Options& options, const HttpRequest& request) : is_on_(options.captures()) {
    if (is_on_) {
      if (options.telemetry_in_response) {
        ReadWishes(request.header("x-capture-telemetry"));
      } else {
        wants_spans_ = true;
      }
    }
    std::string_view parent = request.header("traceparent");
    if (!parent.empty()) trace_.SetParent(parent);
    if (wants_spans_ || trace_.captures_statements || !trace_.comment().empty()) scope_.emplace(&trace_);
  }

  // `body` with the member `extensions`.
  std::string Add(std::string body) const {
    if (!is_on_ || body.size() < 2 || body.back() != '}') return body;
    body.pop_back();
    if (body.size() > 1) body += ',';
    return body + "\"extensions\":{\"traces\":" + (wants_spans_ ? trace_.SpansJson() : "[]") +
           ",\"logs\":" + trace_.LogsJson() + "}}";
  }

 private:
  // "tracing, query, info": with a word that is none of these nothing is wanted.
  void ReadWishes(std::string_view wanted) {
    static constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error"};
    bool wants_spans = false, wants_statements = false;
    while (!wanted.empty()) {
      std::string_view item = wanted.substr(0, wanted.find(','));
      wanted.remove_prefix(std::min(wanted.size(), item.size() + 1));
      while (item.starts_with(' ')) item.remove_prefix(1);
      while (item.ends_with(' ')) item.remove_suffix(1);
      if (item == "tracing") {
        wants_spans = true;
      } else if (item == "query") {
        wants_statements = true;
      } else if (std::find(std::begin(kLevels), std::end(kLevels), item) == std::end(kLevels)) {
        return;
      }
    }
    wants_spans_ = wants_spans;
    trace_.captures_statements = wants_statements;
  }

  bool is_on_;
  bool wants_spans_ = false;
  engine::Trace trace_;
  std::optional<engine::Trace::Scope> scope_;
};

constexpr std::string_view kPlayground =
    "<!doctype html><meta charset=utf-8><title>query-engine</title>\n"
    "<style>body{font:14px sans-serif;margin:2em}textarea{width:45%;height:70vh;font-family:monospace}</style>\n"
    "<p><button id=run>Run</button></p><textarea id=q>{ }</textarea> <textarea id=a readonly></textarea>\n"
    "<script>run.onclick=async()=>{const r=await "
    "fetch('/',{method:'POST',body:JSON.stringify({query:q.value,variables:{}})});"
    "a.value=JSON.stringify(await r.json(),null,2)}</script>\n";

}  // namespace

Service::Service(const Options& options, const Log& log, std::unique_ptr<engine::QueryEngine> engine,
                 std::string boot_spans)
    : options_(options), log_(log), engine_(std::move(engine)), boot_spans_(std::move(boot_spans)) {
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
      return Json(200, "{\"commit\":\"" + std::string(engine::kEngineCommit) +
                           "\",\"version\":\"0.1.0\",\"primary_connector\":\"" +
                           std::string(engine_->schema().connector->provider()) + "\"}");
    }
    if (request.path == "/sdl") return {200, "application/text", engine_->Sdl(), true};
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

HttpResponse Service::AnswerDebug(const HttpRequest& request) {
  if (!request.header("x-debug-fatal").empty()) {
    log_.Write(LogLevel::kInfo, "query_engine::server", "Query engine debug fatal error, shutting down.");
    std::_Exit(1);
  }
  if (!request.header("x-debug-non-fatal").empty()) return Json(200, UserFacingError("Debug panic", true));
  return {200, {}, {}, true};
}

HttpResponse Service::AnswerQuery(const HttpRequest& request) {
  if (options_.enable_debug) return AnswerDebug(request);
  Telemetry telemetry(options_, request);
  std::optional<std::chrono::milliseconds> timeout;
  if (std::string_view text = request.header("x-query-timeout"); !text.empty()) {
    uint32_t milliseconds = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    if (error == std::errc() && end == text.data() + text.size()) timeout.emplace(milliseconds);
  }
  int status = 200;
  std::string body =
      engine_->Handle(request.body, options_.is_graphql() ? engine::Protocol::kGraphql : engine::Protocol::kJson,
                      request.header("x-transaction-id"), status, {timeout, request.cancellation});
  return Json(status, telemetry.Add(std::move(body)));
}

HttpResponse Service::AnswerTransaction(const HttpRequest& request) {
  std::string_view path = request.path;
  path.remove_prefix(std::string_view("/transaction").size());
  Telemetry telemetry(options_, request);
  try {
    if (path == "/start") {
      engine::TransactionOptions options;
      if (!engine::ReadTransactionOptions(request.body, options)) {
        return {400, kPlainText, "Invalid transaction options", false};
      }
      std::string id = engine_->StartTransaction(options);
      HttpResponse response = Json(200, telemetry.Add("{\"id\":\"" + id + "\"}"));
      response.has_elapsed = false;
      return response;
    }
    const size_t slash = path.rfind('/');
    const std::string_view verb =
        slash == std::string_view::npos || slash == 0 ? std::string_view() : path.substr(slash + 1);
    if (path.starts_with('/') && (verb == "commit" || verb == "rollback")) {
      const std::string_view id = path.substr(1, slash - 1);
      verb == "commit" ? engine_->CommitTransaction(id) : engine_->RollbackTransaction(id);
      HttpResponse response = Json(200, telemetry.Add("{}"));
      response.has_elapsed = false;
      return response;
    }
  } catch (const Error& error) {
    HttpResponse response = Json(TransactionStatus(error), telemetry.Add(UserFacingError(error)));
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
  if (boot_spans_.empty() || is_boot_trace_taken_.exchange(true)) return Json(200, "null");
  return Json(200, "{\"spans\":" + boot_spans_ + ",\"events\":[]}");
}

}  // namespace prisma::server
