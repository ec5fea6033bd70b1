// One piece of work for the engine: read from Python's arguments, run without the GIL, turned into a Python result.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "diagnostics/source.h"
#include "engine/cost_table.h"
#include "engine/query_engine.h"
#include "hosts/python/arguments.h"
#include "hosts/python/objects.h"
#include "hosts/python/python.h"

namespace prisma::python {

// Numbers that Python knows as constants of the module.
enum class ActionCode : int {
  kFindUnique,
  kFindUniqueOrRaise,
  kFindFirst,
  kFindFirstOrRaise,
  kFindMany,
  kCreate,
  kCreateMany,
  kCreateManyAndReturn,
  kUpdate,
  kUpdateMany,
  kUpdateManyAndReturn,
  kUpsert,
  kDelete,
  kDeleteMany,
  kCount,
  kAggregate,
  kGroupBy,
  kQueryRaw,
  kQueryFirst,
  kExecuteRaw,
  kActionCount,
};
const char* ActionConstant(ActionCode code);  // "FIND_UNIQUE"

// A hop to a thread costs 25 µs on a quiet machine and far more on a busy one; making the objects of so long a query
// takes the loop's thread about as long again.
inline constexpr std::chrono::microseconds kLoopBudget{2000};

// A connected engine with what is learned while it works. Shared by a client and its transactions.
struct EngineState {
  std::unique_ptr<engine::QueryEngine> engine;
  // What it was made of, for a process that has forked and needs one of its own.
  std::shared_ptr<SourceFiles> files;
  engine::QueryEngineOptions options;
  std::shared_ptr<const schema::Schema> schema;
  ObjectMaker maker;
  engine::CostTable costs{static_cast<double>(kLoopBudget.count())};
  unsigned fork_count = 0;
  int open_transactions = 0;
  int on_workers = 0;  // pieces of work that are there now
};

// The base of all work.
class Call {
 public:
  explicit Call(std::shared_ptr<EngineState> state) : state_(std::move(state)) {}
  virtual ~Call() = default;

  // Without the GIL. What is thrown is kept for Finish. False: interrupted by the budget, nothing happened.
  bool Run(std::optional<std::chrono::microseconds> budget);
  // The result, or null with an exception set.
  PyObject* Finish();

  virtual bool can_be_interrupted() const { return false; }
  virtual uint64_t shape() const { return 0; }
  // Must not run on the event loop's thread, however quick it was.
  virtual bool needs_worker() const { return false; }
  // Belongs to a transaction that is open, and so to a connection that others may wait for.
  virtual bool has_transaction() const { return false; }
  double microseconds() const { return microseconds_; }
  EngineState& state() { return *state_; }
  virtual const char* name() const { return "query"; }

 protected:
  virtual void Execute(std::optional<std::chrono::microseconds> budget) = 0;
  // Throws PythonError.
  virtual PyObject* Build() = 0;
  // What Python gets instead of this error; null: the error.
  virtual PyObject* BuildFailure(const Error&) { return nullptr; }

  std::shared_ptr<EngineState> state_;

 private:
  std::optional<Error> error_;
  std::string bug_;
  bool has_failed_ = false;
  double microseconds_ = 0;
};

// One request of a model or a raw query.
class QueryCall : public Call {
 public:
  QueryCall(std::shared_ptr<EngineState> state, std::string transaction_id)
      : Call(std::move(state)), transaction_id_(std::move(transaction_id)) {}

  // Throw PythonError. `type`: the class of rows, or null for the model's own.
  void ReadModelQuery(ActionCode code, std::string_view model, PyObject* type, const ClassInfo* info,
                      PyObject* arguments, PyObject* include, PyObject* select, PyObject* omit_or_key);
  void ReadRawQuery(ActionCode code, PyObject* sql, PyObject* parameters, PyObject* model, bool is_typed = false);

  bool can_be_interrupted() const override { return transaction_id_.empty(); }
  bool needs_worker() const override {
    return !transaction_id_.empty() && (state_->open_transactions > 1 || state_->on_workers > 0);
  }
  bool has_transaction() const override { return !transaction_id_.empty(); }
  uint64_t shape() const override { return shape_; }
  const char* name() const override;
  ~QueryCall() override;

  // For batches.
  query::Request& request() { return request_; }
  Arena& arena() { return arena_; }
  void set_result(std::unique_ptr<query::Result> result) { result_ = std::move(result); }
  PyObject* BuildResult() { return Build(); }

 protected:
  void Execute(std::optional<std::chrono::microseconds> budget) override;
  PyObject* Build() override;
  PyObject* BuildFailure(const Error& error) override;

 private:
  ActionCode code_ = ActionCode::kFindMany;
  std::string transaction_id_;
  Arena arena_{2048};
  query::Request request_;
  uint64_t shape_ = 0;
  std::string_view model_;
  PyObject* type_ = nullptr;  // owned
  const ClassInfo* info_ = nullptr;
  bool is_selected_ = false;
  bool is_typed_ = false;  // a raw query's values are of Python's own types
  std::string key_;        // of the part of an aggregate that is asked for
  std::unique_ptr<query::Result> result_;
};

}  // namespace prisma::python
