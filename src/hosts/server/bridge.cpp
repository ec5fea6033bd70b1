#include "hosts/server/bridge.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "json/reader.h"
#include "json/writer.h"
#include "value/datetime.h"

namespace prisma::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kOther = "other";

std::string Quoted(std::string_view text) {
  std::string out;
  json::AppendString(out, text);
  return out;
}

// Of equal length for all texts of one length: a token can't be guessed by the clock.
bool IsSame(std::string_view a, std::string_view b) {
  unsigned difference = a.size() != b.size();
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

// The names that metrics are kept under: few, whatever clients send.
std::string_view RouteOf(std::string_view path) {
  static constexpr std::string_view kRoutes[] = {"/",       "/query",   "/transaction/start",
                                                 "/health", "/metrics", "/health/status"};
  for (std::string_view route : kRoutes) {
    if (path == route) return route;
  }
  if (path.starts_with("/transaction/") && path.ends_with("/commit")) return "/transaction/:id/commit";
  if (path.starts_with("/transaction/") && path.ends_with("/rollback")) return "/transaction/:id/rollback";
  return kOther;
}

std::string_view MethodOf(std::string_view method) { return method == "GET" || method == "POST" ? method : kOther; }

// What a request asks for, told apart without reading all of it.
struct Kind {
  std::string model = "none", operation = "unknown";
};

// `name`: the field of a GraphQL request, such as findManyUser or createOneUserAndReturn.
Kind KindOf(std::string_view name, const schema::Schema& schema) {
  Kind kind;
  static constexpr std::string_view kEndings[] = {"OrThrow", "AndReturn"};
  static constexpr std::string_view kActions[] = {"findUnique", "findFirst",  "findMany",  "createOne",  "createMany",
                                                  "updateOne",  "updateMany", "deleteOne", "deleteMany", "upsertOne",
                                                  "aggregate",  "groupBy",    "queryRaw",  "executeRaw"};
  std::string_view ending;
  for (std::string_view candidate : kEndings) {
    if (name.ends_with(candidate)) ending = candidate;
  }
  name.remove_suffix(ending.size());
  for (std::string_view action : kActions) {
    if (!name.starts_with(action)) continue;
    const std::string_view model = name.substr(action.size());
    if (!model.empty() && !schema.FindModel(model).valid()) continue;
    kind.operation = std::string(action) + std::string(ending);
    if (!model.empty()) kind.model = model;
    return kind;
  }
  return kind;
}

bool IsNameByte(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The first field of a GraphQL text, behind its alias.
std::string_view FirstField(std::string_view text) {
  size_t at = text.find('{');
  std::string_view name;
  for (int i = 0; i < 2 && at != std::string_view::npos; ++i) {
    ++at;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) ++at;
    size_t end = at;
    while (end < text.size() && IsNameByte(text[end])) ++end;
    name = text.substr(at, end - at);
    at = end;
    while (at < text.size() && text[at] == ' ') ++at;
    if (at >= text.size() || text[at] != ':') break;
  }
  return name;
}

// Of a text that is no JSON: whether it was meant to be some, as against GraphQL.
bool IsBrokenJson(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t brace = text.find_first_not_of(kSpace);
  if (brace == std::string_view::npos || text[brace] != '{') return false;
  const size_t next = text.find_first_not_of(kSpace, brace + 1);
  return next == std::string_view::npos || text[next] == '"';
}

int StatusOf(std::string_view code) {
  if (code == "P2002" || code == "P2003") return 409;
  if (code == "P2025") return 404;
  if (code == "P2024") return 503;
  return 400;
}

}  // namespace

Bridge::Bridge(const BridgeOptions& options, std::unique_ptr<engine::QueryEngine> engine)
    : options_(options), engine_(std::move(engine)) {
  if (!options_.has_rate_limit) return;
  const std::chrono::milliseconds window(options_.rate_window_ms);
  rate_limit_.emplace(window, options_.rate_max_requests);
  transaction_rate_limit_.emplace(window, std::max(1u, options_.rate_max_requests / 5));
}

HttpResponse Bridge::Answer(const HttpRequest& request) {
  const Clock::time_point start = Clock::now();
  const std::string_view route = RouteOf(request.path);
  metrics_.RequestStarted();
  struct Active {
    std::atomic<uint32_t>& count;
    uint32_t now;
    ~Active() { --count; }
  } active{active_, ++active_};
  HttpResponse response;
  try {
    const bool is_probe = route == "/health" || route == "/health/status" || route == "/metrics";
    if (active.now > options_.max_concurrency && !is_probe) {
      response = Fail(503, "OVERLOADED",
                      "The bridge answers as many requests as it may at once (" +
                          std::to_string(options_.max_concurrency) + "). Try again.");
      response.headers.emplace_back("retry-after", "1");
    } else if (std::optional<HttpResponse> refusal = Refuse(request, route)) {
      response = *std::move(refusal);
    } else {
      response = Route(request, route);
    }
  } catch (const Error& error) {
    response = Fail(500, error.code().empty() ? "INTERNAL_ERROR" : error.code(), error.message());
  } catch (const std::exception& error) {
    response = Fail(500, "INTERNAL_ERROR", error.what());
  }
  metrics_.RequestEnded(MethodOf(request.method), route, response.status, Clock::now() - start);
  return response;
}

std::optional<HttpResponse> Bridge::Refuse(const HttpRequest& request, std::string_view route) {
  if (route == "/health" || route == "/health/status") return std::nullopt;
  if (!options_.token.empty()) {
    std::string_view given = request.header("authorization");
    static constexpr std::string_view kBearer = "Bearer ";
    if (!given.starts_with(kBearer) || !IsSame(given.substr(kBearer.size()), options_.token)) {
      HttpResponse response = Fail(401, "UNAUTHORIZED", "The bridge needs the header `Authorization: Bearer TOKEN`.");
      response.headers.emplace_back("www-authenticate", "Bearer");
      return response;
    }
  }
  if (request.body.size() > options_.max_body) {
    return Fail(413, "PAYLOAD_TOO_LARGE",
                "The request has " + std::to_string(request.body.size()) + " bytes; the bridge takes up to " +
                    std::to_string(options_.max_body) + ".");
  }
  if (!rate_limit_) return std::nullopt;
  std::string_view client = request.client;
  if (options_.trusts_proxy) {
    // Each proxy adds the address that it sees at the end: the last one is the proxy's that we trust.
    std::string_view forwarded = request.header("x-forwarded-for");
    if (size_t comma = forwarded.rfind(','); comma != std::string_view::npos) forwarded.remove_prefix(comma + 1);
    while (forwarded.starts_with(' ')) forwarded.remove_prefix(1);
    if (!forwarded.empty()) client = forwarded;
  }
  auto wait = rate_limit_->Take(client);
  if (wait.count() == 0 && route.starts_with("/transaction")) wait = transaction_rate_limit_->Take(client);
  if (wait.count() == 0) return std::nullopt;
  HttpResponse response = Fail(429, "RATE_LIMIT_EXCEEDED", "Too many requests. Try again later.");
  response.headers.emplace_back("retry-after", std::to_string((wait.count() + 999) / 1000));
  return response;
}

HttpResponse Bridge::Route(const HttpRequest& request, std::string_view route) {
  if (request.method == "GET") {
    if (route == "/health") return Health();
    if (route == "/health/status") return HealthStatus();
    if (route == "/metrics") {
      if (request.query == "format=json") return {200, kJson, engine_->MetricsJson({}), false};
      return {200, "text/plain; version=0.0.4",
              metrics_.Text(engine_->OpenTransactions()) + engine_->MetricsPrometheus({}), false};
    }
  }
  if (request.method == "POST") {
    if (route == "/" || route == "/query") return AnswerQuery(request);
    if (route == "/transaction/start") return StartTransaction(request);
    if (route.starts_with("/transaction/:id/")) {
      std::string_view id = request.path.substr(std::string_view("/transaction/").size());
      id = id.substr(0, id.find('/'));
      return EndTransaction(id, route.ends_with("/commit"));
    }
  }
  return Fail(404, "NOT_FOUND", "No such endpoint: " + std::string(request.method) + " " + std::string(request.path));
}

HttpResponse Bridge::AnswerQuery(const HttpRequest& request) {
  json::Document document;
  engine::Protocol protocol = engine::Protocol::kGraphql;
  std::string rewritten;
  std::string_view body = request.body;
  Kind kind;
  if (document.Parse(request.body) && document.root().is_object()) {
    json::Value root = document.root();
    json::Value first = root;
    if (root.Has("batch")) {
      kind.operation = "batch";
      for (json::Value item : root.Get("batch").items()) {
        first = item;
        break;
      }
    }
    if (first.Has("action")) {
      protocol = engine::Protocol::kJson;
      if (!root.Has("batch")) {
        kind = KindOf(std::string(first.Get("action").text()) + std::string(first.Get("modelName").text()),
                      engine_->schema());
      }
    } else if (!root.Has("batch")) {
      if (!root.Get("query").is_string() || root.Get("query").text().empty()) {
        return Fail(400, "BAD_REQUEST", "The body lacks `query`, the text of a GraphQL query.");
      }
      kind = KindOf(FirstField(root.Get("query").text()), engine_->schema());
      json::Value variables = root.Get("variables"), name = root.Get("operationName");
      rewritten = "{\"query\":" + Quoted(root.Get("query").text()) +
                  ",\"operationName\":" + (name.is_string() ? Quoted(name.text()) : "null") +
                  ",\"variables\":" + (variables.is_object() ? json::ToText(variables) : "{}") + "}";
    }
  } else {
    if (IsBrokenJson(request.body)) {
      return Fail(400, "PARSE_ERROR", "The body is not valid JSON: " + document.error().message);
    }
    if (request.body.find('{') == std::string_view::npos) {
      return Fail(400, "BAD_REQUEST", "The body must be a GraphQL query, or a JSON object with the member `query`.");
    }
    kind = KindOf(FirstField(request.body), engine_->schema());
    rewritten = "{\"query\":" + Quoted(request.body) + ",\"variables\":{}}";
  }
  if (!rewritten.empty()) body = rewritten;

  const Clock::time_point start = Clock::now();
  int status = 200;
  std::string answer = engine_->Handle(body, protocol, request.header("x-transaction-id"), status,
                                       {.cancellation = request.cancellation});
  const bool is_success = status == 200 && !answer.starts_with("{\"errors\"");
  metrics_.Query(kind.model, kind.operation, is_success, Clock::now() - start);
  if (is_success) return {200, kJson, std::move(answer), true};

  // {"errors":[{"error":…,"user_facing_error":{…}}]}, or a bare error of a body that can't be read.
  json::Document faults;
  faults.Parse(answer);
  json::Value fault = faults.root();
  for (json::Value item : faults.root().Get("errors").items()) {
    fault = item;
    break;
  }
  json::Value shown = fault.Has("user_facing_error") ? fault.Get("user_facing_error") : fault;
  std::string code(shown.Get("error_code").text());
  if (code.empty()) {
    const bool is_unreadable = status != 200 || shown.Get("message").text().starts_with("Error parsing");
    code = is_unreadable ? "PARSE_ERROR" : shown.Get("is_panic").as_bool() ? "INTERNAL_ERROR" : "BAD_REQUEST";
  }
  if (code == "P2028" && shown.Get("message").text().find("Transaction not found") != std::string_view::npos) {
    code = "TRANSACTION_NOT_FOUND";
  }
  metrics_.ErrorSeen("query", code);
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Key("data");
  writer.Null();
  writer.Key("errors");
  writer.BeginArray();
  writer.BeginObject();
  writer.Member("code", code);
  writer.Member("message", shown.Get("message").text());
  if (shown.Get("meta").is_object()) {
    writer.Key("meta");
    writer.Raw(json::ToText(shown.Get("meta")));
  }
  // As clients of the engine know it.
  writer.Key("user_facing_error");
  writer.Raw(json::ToText(shown));
  writer.EndObject();
  writer.EndArray();
  writer.EndObject();
  return {code == "INTERNAL_ERROR" ? 500 : StatusOf(code), kJson, std::move(out), true};
}

HttpResponse Bridge::StartTransaction(const HttpRequest& request) {
  engine::TransactionOptions options;
  if (!request.body.empty()) {
    json::Document document;
    if (!document.Parse(request.body) || !document.root().is_object()) {
      return Fail(400, "BAD_REQUEST", "The body must be an object such as {\"timeout\":5000,\"max_wait\":2000}.");
    }
    struct Number {
      std::string_view name;
      std::chrono::milliseconds& target;
    };
    for (const Number& number : {Number{"timeout", options.timeout}, Number{"max_wait", options.max_wait}}) {
      json::Value value = document.root().Get(number.name);
      if (value.is_null()) continue;
      if (value.kind() != json::Kind::kInt || value.as_int() < 0) {
        return Fail(400, "BAD_REQUEST", "`" + std::string(number.name) + "` must be a number of milliseconds.");
      }
      number.target = std::chrono::milliseconds(value.as_int());
    }
    options.isolation_level = document.root().Get("isolation_level").text();
  }
  try {
    std::string id = engine_->StartTransaction(options);
    metrics_.Transaction("started");
    return {200, kJson, "{\"id\":" + Quoted(id) + "}", true};
  } catch (const Error& error) {
    metrics_.Transaction("failed");
    return Fail(500, "TRANSACTION_ERROR", error.message());
  }
}

HttpResponse Bridge::EndTransaction(std::string_view id, bool commits) {
  try {
    commits ? engine_->CommitTransaction(id) : engine_->RollbackTransaction(id);
    metrics_.Transaction(commits ? "committed" : "rolled_back");
    return {200, kJson, "{\"success\":true}", true};
  } catch (const Error& error) {
    metrics_.Transaction("failed");
    return Fail(500, "TRANSACTION_ERROR", error.message());
  }
}

std::string Bridge::DatabaseFault() {
  try {
    engine_->CheckConnection();
    return {};
  } catch (const std::exception& error) {
    return error.what();
  }
}

HttpResponse Bridge::Health() {
  const std::string fault = DatabaseFault();
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Member("status", fault.empty() ? "ok" : "error");
  writer.Member("timestamp", FormatDateTime(NowMicroseconds()));
  writer.Member("database", fault.empty() ? "connected" : "disconnected");
  writer.Key("pool");
  writer.BeginObject();
  engine::PoolLimits limits = engine_->Limits();
  writer.Member("connectionLimit", static_cast<int64_t>(limits.connections));
  writer.Member("poolTimeout", static_cast<int64_t>(limits.timeout.count() / 1000));
  writer.Member("databaseProvider", engine_->schema().connector->provider());
  writer.EndObject();
  if (!fault.empty()) writer.Member("error", fault);
  writer.EndObject();
  return {fault.empty() ? 200 : 503, kJson, std::move(out), true};
}

HttpResponse Bridge::HealthStatus() {
  const std::string fault = DatabaseFault();
  if (fault.empty()) return {200, kJson, R"({"status":"ok"})", true};
  return {503, kJson, "{\"Errors\":[{\"message\":" + Quoted(fault) + "}]}", true};
}

HttpResponse Bridge::Fail(int status, std::string_view code, std::string_view message) {
  metrics_.ErrorSeen("http", code);
  return {status, kJson,
          "{\"data\":null,\"errors\":[{\"code\":" + Quoted(code) + ",\"message\":" + Quoted(message) + "}]}", true};
}

}  // namespace prisma::server
