// The query engine as the Node-API library shows it, without Node-API: texts in, texts out. Thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/query_engine.h"

namespace prisma::node {

class LibraryEngine {
 public:
  // Gets each event as JSON text, from any thread.
  using Log = std::function<void(std::string event)>;

  // `options`: the constructor's first argument as JSON text. Throws Error.
  LibraryEngine(std::string_view options, Log log);

  // All throw Error; answers are JSON text. `request_id` may be empty.
  void Connect(std::string_view request_id);
  void Disconnect(std::string_view request_id);
  // `context`: empty, or {"traceparent":…} of the caller's trace.
  std::string Query(std::string_view body, std::string_view transaction_id, std::string_view request_id,
                    std::string_view context);
  // For the event loop's own thread: the same, if it is done there in less time than threads would take to take over;
  // none: nothing has happened.
  std::optional<std::string> QueryAtOnce(std::string_view body);
  // What goes wrong here is the answer, not thrown.
  std::string StartTransaction(std::string_view options, std::string_view request_id);
  std::string CommitTransaction(std::string_view id, std::string_view request_id);
  std::string RollbackTransaction(std::string_view id, std::string_view request_id);
  std::string Metrics(std::string_view options);
  std::string SdlSchema();
  // {"spans":[…],"events":[…]} of a finished call, once; none if it was not traced.
  std::optional<std::string> Trace(std::string_view request_id);

 private:
  template <class Work>
  auto Traced(std::string_view request_id, Work&& work, std::string_view context = {});
  std::shared_ptr<engine::QueryEngine> Connected();
  void LogEvent(int level, std::string_view target, std::string_view message);
  void LogStatement(const engine::StatementEvent& statement);

  Log log_;
  std::shared_ptr<const schema::Schema> schema_;
  std::unordered_map<std::string, std::string> environment_, url_overrides_;
  std::string config_dir_;
  engine::Protocol protocol_ = engine::Protocol::kJson;
  int log_level_ = 0;  // of the names in kLevels
  bool log_queries_ = false, ignore_env_errors_ = false, is_tracing_ = false;
  // Not where what is told of statements would be told twice, nor where a server's answers have to be waited for.
  bool answers_at_once_ = false;

  std::shared_mutex mutex_;
  std::shared_ptr<engine::QueryEngine> engine_;  // null: not connected

  std::mutex traces_mutex_;
  std::unordered_map<std::string, std::string> traces_;  // by request
  std::deque<std::string> trace_order_;                  // the oldest first
};

// What the library's own functions answer.
std::string DmmfOf(std::string_view datamodel);

}  // namespace prisma::node
