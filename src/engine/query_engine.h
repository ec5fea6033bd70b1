// The facade that every door uses.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/connection.h"
#include "query/document/node.h"
#include "query/execute/result.h"
#include "schema/schema.h"

namespace prisma::engine {

class Cancellation;

enum class Protocol : uint8_t { kJson, kGraphql };

struct StatementEvent {
  std::string_view sql, parameters;
  std::chrono::microseconds duration;
  bool has_failed;

  // As logs say it.
  std::string_view outcome() const { return has_failed ? "error" : "success"; }
};

struct QueryEngineOptions {
  std::string url;         // overrides the datasource's; empty: resolve the schema's (env)
  std::string config_dir;  // for relative file URLs
  bool log_queries = false;
  bool enable_raw_queries = true;
  bool enable_metrics = false;         // times each statement
  bool enable_tracing = false;         // statements become spans of the current trace
  std::chrono::microseconds quick{0};  // learns which requests take less; 0: does not learn
  // Called from the thread that runs the statement.
  std::function<void(const StatementEvent&)> on_query;
};

struct TransactionOptions {
  std::chrono::milliseconds max_wait{2000};
  std::chrono::milliseconds timeout{5000};
  std::string isolation_level;  // "" none
};

// Reads {"max_wait":2000,"timeout":5000,"isolation_level":"Serializable"}. False: it is not of this form.
bool ReadTransactionOptions(std::string_view text, TransactionOptions& options);

// What may end a request before its work is done.
struct RequestLimits {
  std::optional<std::chrono::milliseconds> timeout = {};
  Cancellation* cancellation = nullptr;
  // For a caller that can wait only so long, on an engine that learns costs: without an answer (`status` is then 0) if
  // the work is not done in this time, or was known not to be. Nothing has changed then.
  std::optional<std::chrono::microseconds> budget = {};
};

struct PoolLimits {
  uint32_t connections = 0;
  std::chrono::milliseconds timeout{0};
};

class QueryEngine {
 public:
  // Throws Error (P1012 with the rendered text) if the schema has faults.
  static std::unique_ptr<QueryEngine> Create(std::shared_ptr<const schema::Schema> schema, QueryEngineOptions options);
  virtual ~QueryEngine() = default;

  virtual void Connect() = 0;  // opens one connection; throws Error P1xxx
  virtual void Disconnect() = 0;
  // Asks the database for a sign of life; throws Error.
  virtual void CheckConnection() = 0;
  virtual size_t OpenTransactions() = 0;
  virtual PoolLimits Limits() const = 0;
  virtual const schema::Schema& schema() const = 0;
  virtual std::string PoolMessage() const = 0;  // for the log: "Starting a sqlite pool with 5 connections."

  // One HTTP body of the protocol → one JSON answer (single or batch; errors are in the answer). `transaction_id` may
  // be empty. Sets `status` to the HTTP status (200, 422 for a body that can't be read, 408 if `limits` ended it).
  virtual std::string Handle(std::string_view body, Protocol protocol, std::string_view transaction_id, int& status,
                             const RequestLimits& limits) = 0;
  std::string Handle(std::string_view body, Protocol protocol, std::string_view transaction_id, int& status) {
    return Handle(body, protocol, transaction_id, status, {});
  }

  // In-process: a request that a door has already read into nodes. Throws Error. The result outlives the request's
  // arena. With `budget`, throws driver::DbException kInterrupted when the work could not be done in that time (nothing
  // changed then).
  virtual std::unique_ptr<query::Result> Execute(const query::Request& request, Arena& arena,
                                                 std::string_view transaction_id,
                                                 std::optional<std::chrono::microseconds> budget = {}) = 0;

  // Several requests as one transaction, or in the interactive one. All are checked before the first one runs. Throws
  // Error, of a request that fails while it runs with its place in the batch.
  struct BatchItem {
    const query::Request* request;
    Arena* arena;
  };
  virtual std::vector<std::unique_ptr<query::Result>> ExecuteBatch(std::span<const BatchItem> items,
                                                                   std::string_view transaction_id,
                                                                   std::string_view isolation_level) = 0;

  virtual std::string StartTransaction(const TransactionOptions& options) = 0;  // id; throws Error
  virtual void CommitTransaction(std::string_view id) = 0;
  virtual void RollbackTransaction(std::string_view id) = 0;

  // What may be asked of the schema, in the language of GraphQL.
  virtual std::string Sdl() = 0;
  virtual std::string MetricsJson(std::string_view global_labels_json) = 0;
  virtual std::string MetricsPrometheus(std::string_view global_labels_json) = 0;
};

}  // namespace prisma::engine
