#include "hosts/node/library_engine.h"

#include <algorithm>

#include "diagnostics/diagnostic.h"
#include "diagnostics/errors.h"
#include "engine/datasource_url.h"
#include "engine/schema_documents.h"
#include "engine/trace.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::node {
namespace {

constexpr std::string_view kLevels[] = {"error", "warn", "info", "debug", "trace"};
constexpr std::string_view kLevelTexts[] = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
constexpr int kInfo = 2;
// A hop to a thread and back costs 30 to 60 µs on a quiet machine. An event loop must not be kept much longer than
// that.
constexpr std::chrono::microseconds kLoopBudget{1000};
constexpr size_t kMostAtOnce = 16 << 10;  // of a body: to read more takes time as well
constexpr size_t kKeptTraces = 1000;      // of calls whose traces nobody asked for

int ReadLevel(std::string_view text) {
  auto found = std::find(std::begin(kLevels), std::end(kLevels), text);
  return found == std::end(kLevels) ? 0 : static_cast<int>(found - std::begin(kLevels));
}

std::unordered_map<std::string, std::string> ReadTexts(json::Value object) {
  std::unordered_map<std::string, std::string> texts;
  for (json::Member member : object.members()) {
    if (member.value.is_string()) texts.emplace(member.key, member.value.text());
  }
  return texts;
}

std::shared_ptr<const schema::Schema> ReadSchema(std::string_view text) {
  auto files = std::make_shared<SourceFiles>();
  files->Add("schema.prisma", std::string(text));
  DiagnosticSink sink;
  schema::AnalyzeResult result = schema::Analyze(files, sink);
  if (sink.has_errors()) throw errors::SchemaFaults(Render(*files, sink.errors(), false));
  return result.schema;
}

// Runs `work`; what it throws is the answer.
template <class Work>
std::string ErrorAsAnswer(Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    return errors::UserFacingError(error);
  }
}

}  // namespace

LibraryEngine::LibraryEngine(std::string_view options, Log log) : log_(std::move(log)) {
  json::Document document;
  if (!document.Parse(options) || !document.root().is_object()) {
    throw errors::Unknown("The options of the query engine must be an object.");
  }
  json::Value root = document.root();
  if (!root.Get("datamodel").is_string()) throw errors::Unknown("The options lack `datamodel`, the schema's text.");
  schema_ = ReadSchema(root.Get("datamodel").text());
  environment_ = ReadTexts(root.Get("env"));
  url_overrides_ = ReadTexts(root.Get("datasourceOverrides"));
  config_dir_ = root.Get("configDir").text();
  log_level_ = ReadLevel(root.Get("logLevel").text());
  log_queries_ = root.Get("logQueries").as_bool();
  ignore_env_errors_ = root.Get("ignoreEnvVarErrors").as_bool();
  is_tracing_ = root.Get("enableTracing").as_bool();
  answers_at_once_ =
      schema_->connector->is_embedded() && !is_tracing_ && !log_queries_ && !schema_->HasPreviewFeature("metrics");
  if (root.Get("engineProtocol").text() == "graphql") protocol_ = engine::Protocol::kGraphql;
  // Else the variable may still come: it is looked for when connecting.
  if (!ignore_env_errors_) engine::DatasourceUrl(*schema_, {false, &environment_, url_overrides_});
}

template <class Work>
auto LibraryEngine::Traced(std::string_view request_id, Work&& work, std::string_view context) {
  if (!is_tracing_ || request_id.empty()) return work();
  engine::Trace trace;
  if (json::Document document; !context.empty() && document.Parse(context)) {
    trace.SetParent(document.root().Get("traceparent").text());
  }
  struct Keep {
    LibraryEngine& self;
    engine::Trace& trace;
    std::string id;
    ~Keep() {
      std::lock_guard lock(self.traces_mutex_);
      self.traces_[id] = "{\"spans\":" + trace.SpansJson() + ",\"events\":[]}";
      self.trace_order_.push_back(std::move(id));
      if (self.trace_order_.size() <= kKeptTraces) return;
      self.traces_.erase(self.trace_order_.front());
      self.trace_order_.pop_front();
    }
  } keep{*this, trace, std::string(request_id)};
  engine::Trace::Scope scope(&trace);
  return work();
}

void LibraryEngine::Connect(std::string_view request_id) {
  Traced(request_id, [&] {
    std::lock_guard lock(mutex_);
    if (engine_ != nullptr) throw errors::Unknown("Engine is already connected.");
    engine::TraceSpan span("prisma:engine:connect");
    engine::QueryEngineOptions options;
    options.url = engine::DatasourceUrl(*schema_, {false, &environment_, url_overrides_});
    options.config_dir = config_dir_;
    options.log_queries = log_queries_;
    options.enable_metrics = schema_->HasPreviewFeature("metrics");
    options.enable_tracing = is_tracing_;
    if (answers_at_once_) options.quick = kLoopBudget;
    if (log_queries_) {
      options.on_query = [this](const engine::StatementEvent& event) { LogStatement(event); };
    }
    std::shared_ptr<engine::QueryEngine> engine = engine::QueryEngine::Create(schema_, std::move(options));
    LogEvent(kInfo, "quaint::pooled", engine->PoolMessage());
    engine->Connect();
    engine_ = std::move(engine);
  });
}

void LibraryEngine::Disconnect(std::string_view request_id) {
  Traced(request_id, [&] {
    engine::TraceSpan span("prisma:engine:disconnect");
    std::shared_ptr<engine::QueryEngine> engine;
    {
      std::lock_guard lock(mutex_);
      if (engine_ == nullptr) throw errors::Unknown("Engine is not yet connected.");
      engine.swap(engine_);
    }
    engine->Disconnect();
  });
}

std::shared_ptr<engine::QueryEngine> LibraryEngine::Connected() {
  std::shared_lock lock(mutex_);
  if (engine_ == nullptr) throw errors::Unknown("Engine is not yet connected.");
  return engine_;
}

std::string LibraryEngine::Query(std::string_view body, std::string_view transaction_id, std::string_view request_id,
                                 std::string_view context) {
  return Traced(
      request_id,
      [&] {
        std::shared_ptr<engine::QueryEngine> engine = Connected();
        int status = 200;
        std::string answer = engine->Handle(body, protocol_, transaction_id, status);
        if (status == 200) return answer;
        // A body that can't be read is the only such fault.
        json::Document document;
        document.Parse(answer);
        throw errors::Unknown(std::string(document.root().Get("message").text()));
      },
      context);
}

std::optional<std::string> LibraryEngine::QueryAtOnce(std::string_view body) {
  if (!answers_at_once_ || body.size() > kMostAtOnce) return std::nullopt;
  std::shared_ptr<engine::QueryEngine> engine;
  {
    std::shared_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock() || engine_ == nullptr) return std::nullopt;
    engine = engine_;
  }
  int status = 200;
  std::string answer =
      engine->Handle(body, protocol_, {}, status, {.timeout = {}, .cancellation = nullptr, .budget = kLoopBudget});
  // What is wrong with a body, Query tells.
  return status == 200 ? std::optional(std::move(answer)) : std::nullopt;
}

std::string LibraryEngine::StartTransaction(std::string_view text, std::string_view request_id) {
  return Traced(request_id, [&] {
    std::shared_ptr<engine::QueryEngine> engine = Connected();
    engine::TransactionOptions options;
    if (!engine::ReadTransactionOptions(text, options)) throw errors::Unknown("Invalid transaction options");
    return ErrorAsAnswer([&] { return "{\"id\":\"" + engine->StartTransaction(options) + "\"}"; });
  });
}

std::string LibraryEngine::CommitTransaction(std::string_view id, std::string_view request_id) {
  return Traced(request_id, [&] {
    std::shared_ptr<engine::QueryEngine> engine = Connected();
    return ErrorAsAnswer([&] {
      engine->CommitTransaction(id);
      return std::string("{}");
    });
  });
}

std::string LibraryEngine::RollbackTransaction(std::string_view id, std::string_view request_id) {
  return Traced(request_id, [&] {
    std::shared_ptr<engine::QueryEngine> engine = Connected();
    return ErrorAsAnswer([&] {
      engine->RollbackTransaction(id);
      return std::string("{}");
    });
  });
}

std::string LibraryEngine::Metrics(std::string_view options) {
  if (!schema_->HasPreviewFeature("metrics")) {
    throw errors::Unknown("Metrics is not enabled. First set it in the preview features.");
  }
  std::shared_ptr<engine::QueryEngine> engine = Connected();
  json::Document document;
  if (!document.Parse(options)) throw errors::Unknown("The options of metrics must be JSON.");
  json::Value labels = document.root().Get("globalLabels");
  const std::string label_text = labels.is_object() ? json::ToText(labels) : std::string();
  return document.root().Get("format").text() == "prometheus" ? engine->MetricsPrometheus(label_text)
                                                              : engine->MetricsJson(label_text);
}

std::string LibraryEngine::SdlSchema() { return Connected()->Sdl(); }

std::optional<std::string> LibraryEngine::Trace(std::string_view request_id) {
  std::lock_guard lock(traces_mutex_);
  auto found = traces_.find(std::string(request_id));
  if (found == traces_.end()) return std::nullopt;
  std::string trace = std::move(found->second);
  traces_.erase(found);
  std::erase(trace_order_, std::string(request_id));
  return trace;
}

void LibraryEngine::LogEvent(int level, std::string_view target, std::string_view message) {
  if (level > log_level_) return;
  std::string event;
  json::Writer writer(event);
  writer.BeginObject();
  writer.Member("level", kLevelTexts[level]);
  writer.Member("message", message);
  writer.Member("module_path", target);
  writer.EndObject();
  log_(std::move(event));
}

void LibraryEngine::LogStatement(const engine::StatementEvent& statement) {
  std::string event;
  json::Writer writer(event);
  writer.BeginObject();
  writer.Member("duration_ms", static_cast<int64_t>(statement.duration.count() / 1000));
  writer.Member("is_query", true);
  writer.Member("item_type", "query");
  writer.Member("level", "INFO");
  writer.Member("module_path", "quaint::connector::metrics");
  writer.Member("params", statement.parameters);
  writer.Member("query", statement.sql);
  writer.Member("result", statement.outcome());
  writer.EndObject();
  log_(std::move(event));
}

std::string DmmfOf(std::string_view datamodel) { return engine::DmmfText(*ReadSchema(datamodel)); }

}  // namespace prisma::node
