// The query engine: request → plan (looked up or compiled) → connection → result.
#include "engine/query_engine.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include "base/error.h"
#include "diagnostics/errors.h"
#include "dmmf/sdl.h"
#include "driver/pool.h"
#include "engine/connectors.h"
#include "engine/cost_table.h"
#include "engine/datasource_url.h"
#include "engine/deadline.h"
#include "engine/metrics.h"
#include "engine/protocol.h"
#include "engine/trace.h"
#include "engine/transactions.h"
#include "json/reader.h"
#include "json/writer.h"
#include "query/document/build_operation.h"
#include "query/document/check.h"
#include "query/execute/db_errors.h"
#include "query/execute/executor.h"
#include "query/plan/plan_cache.h"
#include "query/plan/planner.h"
#include "query/response/write.h"
#include "query/schema/query_schema.h"
#include "value/datetime.h"

namespace prisma::engine {
namespace {

using driver::Connection;
using driver::DbError;
using driver::DbException;
using driver::IsolationLevel;
using query::Executor;
using query::Operation;
using query::Plan;
using query::Request;
using query::Result;
using query::ShapeKey;

// Throws the error that validation of the schema gives for a URL of another connector.
std::string CheckedUrl(const schema::Schema& schema, std::string url) {
  std::span<const std::string_view> prefixes = schema.connector->url_prefixes();
  if (std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) { return url.starts_with(prefix); })) {
    return url;
  }
  std::string_view name = schema.datasource ? std::string_view(schema.datasource->name) : "db";
  throw errors::SchemaFaults("error: Error validating datasource `" + std::string(name) + "`: the URL " +
                             std::string(schema.connector->url_message()));
}

std::string ResolveUrl(const schema::Schema& schema, const QueryEngineOptions& options) {
  return CheckedUrl(schema, options.url.empty() ? DatasourceUrl(schema) : options.url);
}

// "ReadCommitted", "READ COMMITTED", "Read Committed".
IsolationLevel ReadIsolationLevel(std::string_view text) {
  static constexpr std::pair<std::string_view, IsolationLevel> kNames[] = {
      {"readuncommitted", IsolationLevel::kReadUncommitted}, {"readcommitted", IsolationLevel::kReadCommitted},
      {"repeatableread", IsolationLevel::kRepeatableRead},   {"snapshot", IsolationLevel::kSnapshot},
      {"serializable", IsolationLevel::kSerializable},
  };
  if (text.empty()) return IsolationLevel::kDefault;
  std::string word;
  for (char c : text) {
    if (c != ' ') word.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  for (const auto& [name, level] : kNames) {
    if (name == word) return level;
  }
  throw errors::InconsistentColumnData("Conversion failed: Invalid isolation level `" + std::string(text) + "`");
}

bool IsInterrupted(const DbException& e) { return e.error.kind == DbError::Kind::kInterrupted; }

DbException Interrupted(std::string text) { return {DbError::Kind::kInterrupted, std::move(text)}; }

class Engine final : public QueryEngine {
 public:
  Engine(std::shared_ptr<const schema::Schema> schema, QueryEngineOptions options)
      : schema_(std::move(schema)),
        options_(std::move(options)),
        parts_(PartsOf(*schema_->connector)),
        url_(ResolveUrl(*schema_, options_)),
        dialect_(parts_.dialect_of(url_)),
        query_schema_(schema_, options_.enable_raw_queries),
        pool_(parts_.open(url_, options_.config_dir)),
        transactions_(
            [this](std::chrono::milliseconds max_wait) { return Taken([&] { return pool_.Acquire(max_wait); }); },
            [this](std::string_view sql, const std::function<void()>& work) { Send(sql, work); }) {
    execute_options_.comment = [] {
      Trace* trace = Trace::Current();
      return trace != nullptr ? trace->comment() : std::string_view();
    };
    execute_options_.max_bind_values = pool_.database().max_bind_values();
    if (const char* size = std::getenv("QUERY_BATCH_SIZE")) {
      int n = std::atoi(size);
      if (n > 0) execute_options_.max_bind_values = static_cast<uint32_t>(n);
    }
    if (options_.on_query || options_.enable_metrics || options_.enable_tracing) {
      execute_options_.on_query = [this](std::string_view sql, std::span<const Value> parameters,
                                         std::chrono::microseconds duration, bool has_failed) {
        metrics_.Statement(duration);
        if (options_.on_query) options_.on_query({sql, ParametersText(parameters), duration, has_failed});
        if (Trace* trace = Trace::Current()) {
          const uint64_t span = trace->AddFinished(
              "prisma:engine:db_query", duration, true,
              {{"db.system", std::string(schema_->connector->provider())}, {"db.query.text", std::string(sql)}});
          if (trace->captures_statements) {
            trace->AddStatement(span, sql, ParametersText(parameters), duration, has_failed);
          }
        }
      };
    }
  }

  void Connect() override {
    Guarded([&] { Taken([&] { return pool_.Acquire(); }); });
  }
  std::string PoolMessage() const override {
    return "Starting a " + std::string(schema_->connector->provider()) + " pool with " + std::to_string(pool_.limit()) +
           " connections.";
  }
  void CheckConnection() override {
    Guarded([&] {
      driver::Pool::Lease lease = pool_.Acquire();
      driver::RowBatch rows;
      lease->Query({.sql = "SELECT 1", .parameters = {}}, {}, rows);
    });
  }
  size_t OpenTransactions() override { return transactions_.open_count(); }
  PoolLimits Limits() const override { return {pool_.limit(), pool_.timeout()}; }
  void Disconnect() override {
    transactions_.Close();
    pool_.Close();
  }
  const schema::Schema& schema() const override { return *schema_; }

  std::unique_ptr<Result> Execute(const Request& request, Arena& arena, std::string_view transaction_id,
                                  std::optional<std::chrono::microseconds> budget) override {
    std::unique_ptr<Result> result;
    if (!transaction_id.empty()) {
      Guarded([&] {
        transactions_.Use(transaction_id, "A query",
                          [&](Connection& connection) { result = Run(request, arena, &connection, true, {}); });
      });
      return result;
    }
    return Run(request, arena, nullptr, false, budget);
  }

  std::string Handle(std::string_view body, Protocol protocol, std::string_view transaction_id, int& status,
                     const RequestLimits& limits) override {
    std::optional<Deadline> deadline;
    if (limits.timeout || limits.cancellation != nullptr) {
      deadline.emplace(watchdog_, limits.timeout, limits.cancellation);
    }
    Runner runner;
    bool is_over_budget = false;
    runner.is_in_transaction = !transaction_id.empty();
    runner.schema = schema_.get();
    runner.check_root = [&](const Request& request) { query::CheckRoot(request, query_schema_); };
    runner.check = [&](const Request& request, Arena& arena) { CheckAll(request, arena); };
    runner.single = [&](const Request& request, Arena& arena) {
      if (is_over_budget) throw Interrupted("the time is over");
      try {
        return Execute(request, arena, transaction_id, limits.budget);
      } catch (const DbException& e) {
        is_over_budget = limits.budget && IsInterrupted(e);
        throw;
      }
    };
    runner.batch = [&](std::span<const BatchItem> items, std::string_view isolation_level) {
      is_over_budget = limits.budget.has_value();
      if (is_over_budget) throw Interrupted("a batch may take long");
      return ExecuteBatch(items, transaction_id, isolation_level);
    };
    TraceSpan span("prisma:engine:query");
    std::string answer = AnswerBody(runner, body, protocol, status);
    if (is_over_budget) {
      status = 0;
      return {};
    }
    if (!deadline || !deadline->has_cut()) return answer;
    status = 408;
    return errors::UserFacingError(errors::Unknown("Query timed out"));
  }

  std::string StartTransaction(const TransactionOptions& options) override {
    TraceSpan span("prisma:engine:start_transaction");
    std::string id;
    IsolationLevel level = ReadIsolationLevel(options.isolation_level);
    Guarded([&] { id = transactions_.Start(options.max_wait, options.timeout, level); });
    return id;
  }
  void CommitTransaction(std::string_view id) override {
    TraceSpan span("prisma:engine:commit_transaction");
    Guarded([&] { transactions_.Commit(id); });
  }
  void RollbackTransaction(std::string_view id) override {
    TraceSpan span("prisma:engine:rollback_transaction");
    Guarded([&] { transactions_.Rollback(id); });
  }

  std::string Sdl() override { return dmmf::SdlText(query_schema_); }
  std::string MetricsJson(std::string_view labels) override { return metrics_.Json(pool_, labels); }
  std::string MetricsPrometheus(std::string_view labels) override { return metrics_.Prometheus(pool_, labels); }

  std::vector<std::unique_ptr<Result>> ExecuteBatch(std::span<const BatchItem> items, std::string_view transaction_id,
                                                    std::string_view isolation_level) override {
    for (const BatchItem& item : items) query::CheckRoot(*item.request, query_schema_);
    for (const BatchItem& item : items) CheckAll(*item.request, *item.arena);
    std::vector<std::unique_ptr<Result>> results;
    Guarded([&] {
      auto run_on = [&](Connection& connection) {
        for (const BatchItem& item : items) {
          try {
            results.push_back(Run(*item.request, *item.arena, &connection, true, {}));
          } catch (Error& e) {
            // What is wrong with a request itself is told without its place in the batch.
            const bool is_of_request = std::string_view(e.debug_text).starts_with("Error in query graph construction");
            if (!is_of_request) e.batch_request_index = static_cast<int>(results.size());
            throw;
          }
        }
      };
      if (!transaction_id.empty()) {
        if (!isolation_level.empty()) {
          throw errors::Unknown(
              "Unsupported feature: Can not set batch isolation level within interactive transaction");
        }
        transactions_.Use(transaction_id, "A batch query", run_on);
        return;
      }
      IsolationLevel level = ReadIsolationLevel(isolation_level);
      driver::Pool::Lease lease = Acquire({});
      Limited(*lease, [&] { InTransaction(*lease, level, [&] { run_on(*lease); }); });
    });
    return results;
  }

 private:
  // Database errors outside of a statement (connect, begin, commit) become the user's; kInterrupted stays.
  template <class Work>
  void Guarded(Work&& work) {
    try {
      work();
    } catch (const DbException& e) {
      if (IsInterrupted(e)) throw;
      throw query::ToError(e.error, *schema_, nullptr);
    }
  }

  // Runs `work`, which sends `sql`, and tells those who listen to statements.
  template <class Work>
  void Send(std::string_view sql, Work&& work) {
    query::SendTold(execute_options_.on_query, sql, {}, std::forward<Work>(work));
  }

  template <class Work>
  void InTransaction(Connection& connection, IsolationLevel level, Work&& work) {
    Send("BEGIN", [&] { connection.Begin(level, true); });
    try {
      work();
      Send("COMMIT", [&] { connection.Commit(); });
    } catch (...) {
      try {
        Send("ROLLBACK", [&] { connection.Rollback(); });
      } catch (const DbException&) {
        // What went wrong first counts; the pool drops a connection that it can't roll back.
      }
      throw;
    }
  }

  // `connection` null: one of the pool. `is_in_transaction`: the caller's.
  std::unique_ptr<Result> Run(const Request& request, Arena& arena, Connection* connection, bool is_in_transaction,
                              std::optional<std::chrono::microseconds> budget) {
    if (IsRaw(request)) {
      const Operation& operation = *Prepare(request, arena);
      return Paced(operation.raw_sql, budget, [&] { return RunRaw(operation, connection, budget); });
    }
    Planned planned = Look(request, arena);
    return Paced(planned.key.bytes, budget, [&] {
      try {
        return RunPlan(planned.plan, planned.key, arena, connection, is_in_transaction, budget);
      } catch (const query::CoercionFailed&) {
        // The checker either says what is wrong with the value, or knows better how to take it.
        if (planned.operation == nullptr) planned.operation = Prepare(request, arena);
        planned.plan = query::Compile(*planned.operation, *schema_, dialect_, nullptr, MayJoin(*planned.operation));
        return RunPlan(planned.plan, planned.key, arena, connection, is_in_transaction, budget);
      }
    });
  }

  // Runs `work`, counts it, and learns how long it takes; with a budget, only if it is not known to be slow.
  template <class Work>
  std::unique_ptr<Result> Paced(std::string_view shape_text, std::optional<std::chrono::microseconds> budget,
                                Work&& work) {
    if (options_.quick.count() == 0) {
      Metrics::Timer timer(metrics_);
      return work();
    }
    const uint64_t shape = std::hash<std::string_view>()(shape_text);
    if (budget) {
      std::lock_guard lock(costs_mutex_);
      if (!costs_.IsQuick(shape)) throw Interrupted("it takes long");
    }
    Metrics::Timer timer(metrics_);
    try {
      std::unique_ptr<Result> result = work();
      const std::chrono::duration<double, std::micro> time = timer.elapsed();
      std::lock_guard lock(costs_mutex_);
      costs_.Add(shape, time.count());
      return result;
    } catch (const DbException& e) {
      if (budget && IsInterrupted(e)) {
        std::lock_guard lock(costs_mutex_);
        costs_.AddInterrupted(shape);
        timer.Forget();  // it will be run again
      }
      throw;
    }
  }

  struct Planned {
    std::shared_ptr<const Plan> plan;
    const Operation* operation = nullptr;  // null: the plan was known
    ShapeKey& key;                         // of this thread; good until the next request
  };

  // The plan of a request; throws what is wrong with the request.
  Planned Look(const Request& request, Arena& arena) {
    static thread_local ShapeKey key;
    query::MakeShapeKey(request, key);
    Planned planned{cache_.Find(key), nullptr, key};
    if (planned.plan != nullptr) return planned;
    query::StructuralScalars structural;
    Request checked = request;
    if (query::Check(checked, query_schema_, arena, structural)) {
      // With JSON trees as values the request may be of a known shape.
      query::MakeShapeKey(checked, key, true);
      planned.plan = cache_.Find(key);
      if (planned.plan != nullptr) return planned;
    }
    planned.operation = query::BuildOperation(checked, *schema_, arena, structural);
    planned.plan = CompileShared(*planned.operation, key, structural.scalars);
    return planned;
  }

  // Throws what is wrong with a request, its values as well.
  void CheckAll(const Request& request, Arena& arena) {
    if (IsRaw(request)) {
      Prepare(request, arena);
      return;
    }
    const Planned planned = Look(request, arena);
    if (planned.operation != nullptr) return;  // just checked
    try {
      query::Parameters(*planned.plan, planned.key, *schema_, arena).CheckAll(*planned.plan);
    } catch (const query::CoercionFailed&) {
      Prepare(request, arena);
    }
  }

  std::shared_ptr<const Plan> CompileShared(const Operation& operation, const ShapeKey& key,
                                            std::span<const query::StructuralScalar> structural) {
    const bool may_join = MayJoin(operation);
    std::shared_ptr<const Plan> plan =
        query::Compile(operation, *schema_, dialect_, key.is_regular ? &key : nullptr, may_join);
    if (plan->is_shareable) {
      cache_.Insert(key, structural, plan);
    } else if (key.is_regular) {
      plan = query::Compile(operation, *schema_, dialect_, nullptr, may_join);
    }
    return plan;
  }

  // Whether the server knows the SQL of joined relations, where the schema and the database's kind have them.
  bool MayJoin(const Operation& operation) {
    if (!query::HasJoins(*schema_, dialect_)) return false;
    std::optional<std::string_view> why_not = pool_.database().why_no_joins();
    if (!why_not) {
      Guarded([&] { pool_.Acquire(); });
      why_not = pool_.database().why_no_joins();
    }
    if (!why_not || why_not->empty()) return why_not.has_value();
    if (operation.arguments.load_strategy == query::LoadStrategy::kJoin) throw errors::InputError(*why_not);
    return false;
  }

  static bool IsRaw(const Request& request) {
    const std::string_view name = request.action.empty() ? request.root.name : request.action;
    return name == "queryRaw" || name == "executeRaw";
  }

  // Changes the request's nodes.
  const Operation* Prepare(const Request& request, Arena& arena) {
    query::StructuralScalars unused;
    Request checked = request;
    query::Check(checked, query_schema_, arena, unused);
    return query::BuildOperation(checked, *schema_, arena, unused);
  }

  // Runs `work`, which uses `connection`, within the time that the request may take.
  template <class Work>
  static void Limited(Connection& connection, Work&& work) {
    Deadline* deadline = Deadline::Current();
    if (deadline == nullptr) return work();
    deadline->Run(connection, work);
  }

  driver::Pool::Lease Wait() {
    Deadline* deadline = Deadline::Current();
    if (deadline == nullptr) return pool_.Acquire();
    const std::chrono::milliseconds left = deadline->left(), usual = pool_.timeout();
    if (usual.count() != 0 && usual < left) return pool_.Acquire();
    try {
      return pool_.Acquire(left);
    } catch (const Error& error) {
      if (error.code() == "P2024") deadline->Cut();
      throw;
    }
  }

  driver::Pool::Lease Acquire(std::optional<std::chrono::microseconds> budget) {
    return Taken([&] { return budget ? AcquireAtOnce() : Wait(); });
  }

  // The connection that `take` gives; what that takes is told.
  template <class Take>
  driver::Pool::Lease Taken(Take&& take) {
    TraceSpan span("prisma:engine:connection");
    span.SetAttribute("db.system", schema_->connector->provider());
    if (!options_.enable_metrics) return take();
    const auto start = std::chrono::steady_clock::now();
    driver::Pool::Lease lease = take();
    metrics_.Wait(std::chrono::steady_clock::now() - start);
    return lease;
  }

  // Throws kInterrupted where that would take long.
  driver::Pool::Lease AcquireAtOnce() {
    // To open a connection over a network may take long.
    if (!schema_->connector->is_embedded()) {
      if (driver::Pool::Lease lease = pool_.TryAcquire(); lease) return lease;
      throw Interrupted("no connection is idle");
    }
    try {
      return pool_.Acquire(std::chrono::milliseconds(0));
    } catch (const Error&) {
      throw Interrupted("no connection is free");
    }
  }

  struct Budget {
    Connection* connection = nullptr;
    Budget(Connection& c, std::optional<std::chrono::microseconds> budget) {
      if (!budget) return;
      connection = &c;
      c.SetBudget(budget);
    }
    ~Budget() {
      if (connection != nullptr) connection->SetBudget({});
    }
  };

  std::unique_ptr<Result> RunPlan(const std::shared_ptr<const Plan>& plan, const ShapeKey& key, Arena& arena,
                                  Connection* connection, bool is_in_transaction,
                                  std::optional<std::chrono::microseconds> budget) {
    query::Parameters parameters(*plan, key, *schema_, arena);
    std::unique_ptr<Result> result;
    Guarded([&] {
      driver::Pool::Lease lease;
      if (connection == nullptr) {
        lease = Acquire(budget);
        connection = lease.get();
      }
      Budget limited(*connection, budget);
      Executor executor(*schema_, dialect_, *connection, execute_options_);
      Limited(*connection, [&] {
        if (plan->needs_transaction && !is_in_transaction) {
          InTransaction(*connection, IsolationLevel::kDefault, [&] { result = executor.Run(plan, parameters); });
        } else {
          result = executor.Run(plan, parameters);
        }
      });
    });
    return result;
  }

  std::unique_ptr<Result> RunRaw(const Operation& operation, Connection* connection,
                                 std::optional<std::chrono::microseconds> budget) {
    if (!options_.enable_raw_queries) {
      throw errors::Unknown("Raw queries are not enabled. Enable them with the flag --enable-raw-queries.");
    }
    std::unique_ptr<Result> result;
    Guarded([&] {
      driver::Pool::Lease lease;
      if (connection == nullptr) {
        lease = Acquire(budget);
        connection = lease.get();
      }
      Budget limited(*connection, budget);
      Executor executor(*schema_, dialect_, *connection, execute_options_);
      Limited(*connection, [&] {
        result = operation.action == query::Action::kQueryRaw
                     ? executor.QueryRaw(operation.raw_sql, operation.raw_parameters)
                     : executor.ExecuteRaw(operation.raw_sql, operation.raw_parameters);
      });
      result->key = operation.key;
    });
    return result;
  }

  // "2024-01-02 03:04:05.006 UTC"
  static std::string DateTimeText(int64_t microseconds) {
    std::string text = FormatDateTime(microseconds);
    if (text.ends_with('Z')) text.replace(text.size() - 1, 1, " UTC");
    if (size_t t = text.find('T'); t != std::string::npos) text[t] = ' ';
    if (size_t zeros = text.find(".000 "); zeros != std::string::npos) text.erase(zeros, 4);
    return text;
  }

  static std::string ParametersText(std::span<const Value> parameters) {
    std::string out;
    json::Writer writer(out);
    writer.BeginArray();
    for (const Value& value : parameters) {
      switch (value.kind()) {
        case ValueKind::kNull:
          writer.Null();
          break;
        case ValueKind::kBool:
          writer.Bool(value.as_bool());
          break;
        case ValueKind::kInt:
          writer.Int(value.as_int());
          break;
        case ValueKind::kDateTime:
          writer.String(DateTimeText(value.as_int()));
          break;
        case ValueKind::kFloat:
          writer.Float(value.as_float());
          break;
        case ValueKind::kBytes:
          writer.String("<" + std::to_string(value.text().size()) + " bytes blob>");
          break;
        case ValueKind::kList:
          writer.String("[…]");
          break;
        default:
          writer.String(value.text());
      }
    }
    writer.EndArray();
    return out;
  }

  std::shared_ptr<const schema::Schema> schema_;
  QueryEngineOptions options_;
  ConnectorParts parts_;
  std::string url_;
  const sql::Dialect& dialect_;
  query::QuerySchema query_schema_;
  driver::Pool pool_;
  query::ExecuteOptions execute_options_;
  query::PlanCache cache_;
  Metrics metrics_;
  Watchdog watchdog_;
  std::mutex costs_mutex_;
  CostTable costs_{static_cast<double>(options_.quick.count())};
  Transactions transactions_;
};

}  // namespace

bool ReadTransactionOptions(std::string_view text, TransactionOptions& options) {
  json::Document document;
  if (!document.Parse(text)) return false;
  json::Value max_wait = document.root().Get("max_wait"), timeout = document.root().Get("timeout"),
              level = document.root().Get("isolation_level");
  const bool is_readable = max_wait.kind() == json::Kind::kInt && timeout.kind() == json::Kind::kInt &&
                           max_wait.as_int() >= 0 && timeout.as_int() >= 0 && (level.is_null() || level.is_string());
  if (!is_readable) return false;
  options.max_wait = std::chrono::milliseconds(max_wait.as_int());
  options.timeout = std::chrono::milliseconds(timeout.as_int());
  options.isolation_level = level.text();
  return true;
}

std::unique_ptr<QueryEngine> QueryEngine::Create(std::shared_ptr<const schema::Schema> schema,
                                                 QueryEngineOptions options) {
  return std::make_unique<Engine>(std::move(schema), std::move(options));
}

}  // namespace prisma::engine
