// Runs a plan on a connection.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "driver/connection.h"
#include "json/reader.h"
#include "query/execute/parameters.h"
#include "query/execute/result.h"
#include "query/plan/plan.h"
#include "sql/dialect.h"

namespace prisma::query {

using StatementListener = std::function<void(std::string_view sql, std::span<const Value> parameters,
                                             std::chrono::microseconds duration, bool has_failed)>;

// Runs `work`, which sends `sql`, and tells the listener, if there is one.
template <class Work>
void SendTold(const StatementListener& listener, std::string_view sql, std::span<const Value> parameters, Work&& work) {
  if (!listener) return work();
  const auto start = std::chrono::steady_clock::now();
  auto tell = [&](bool has_failed) {
    const auto time = std::chrono::steady_clock::now() - start;
    listener(sql, parameters, std::chrono::duration_cast<std::chrono::microseconds>(time), has_failed);
  };
  try {
    work();
  } catch (const driver::DbException& e) {
    if (e.error.kind != driver::DbError::Kind::kInterrupted) tell(true);
    throw;
  }
  tell(false);
}

struct ExecuteOptions {
  uint32_t max_bind_values = 999;
  // May be empty. Called after each statement, unless it was interrupted.
  StatementListener on_query;
  // May be empty. What to write behind a statement, for those who read the database's log.
  std::function<std::string_view()> comment;
};

class Executor {
 public:
  Executor(const schema::Schema& schema, const sql::Dialect& dialect, driver::Connection& connection,
           const ExecuteOptions& options)
      : schema_(schema), dialect_(dialect), connection_(connection), options_(options) {}

  // No transaction is opened here. Throws Error (DbException only for kInterrupted), CoercionFailed before anything
  // was changed or in the middle of a transaction.
  std::unique_ptr<Result> Run(const std::shared_ptr<const Plan>& plan, Parameters& parameters);

  // queryRaw, executeRaw.
  std::unique_ptr<Result> QueryRaw(std::string_view sql, std::span<const Value> parameters);
  std::unique_ptr<Result> ExecuteRaw(std::string_view sql, std::span<const Value> parameters);

 private:
  struct Binding {
    driver::RowBatch rows;
    uint64_t changed = 0;
    size_t current = 0;  // kForEach: which row is row 0
    const StatementPlan* statement = nullptr;
  };
  // Rows whose cells are the items of an expanded list.
  struct Keys {
    const driver::RowBatch* rows = nullptr;
    std::vector<uint32_t> picked;  // row numbers; distinct
    std::vector<uint32_t> columns;
    const StatementPlan* statement = nullptr;  // that gave the rows
  };

  void RunNode(const PlanNode& node);
  // Of the statement that was just sent: its StatementPlan::kept as a row.
  void KeepValues(const StatementPlan& statement, driver::RowBatch& rows);
  bool Holds(const PlanNode& node);
  uint64_t CountOf(uint32_t binding) const;  // rows, or rows changed
  std::pair<uint64_t, uint64_t> FoundAndExpected(const PlanNode& node);
  uint64_t FoundBy(const PlanNode& node) const;  // of all its bindings
  [[noreturn]] void Throw(const PlanNode& node);
  [[noreturn]] void Throw(const PlanError& error);

  // `keys`: the parents of kParentKeys. Rows are appended to `rows`; returns the number changed.
  uint64_t RunStatement(const StatementPlan& statement, const Keys* keys, driver::RowBatch* rows);
  // Items [from, to) of the list slot `list`; `spare`: how many more placeholders lists may be rounded up with.
  uint64_t RunChunk(const StatementPlan& statement, const Keys* keys, size_t list, uint32_t from, uint32_t to,
                    uint32_t spare, driver::RowBatch* rows);
  uint64_t Send(const StatementPlan& statement, std::string_view sql, std::span<const Value> values, bool is_kept,
                driver::RowBatch* rows);
  uint32_t ListSize(const Slot& slot, const Keys* keys);
  Value SlotValue(const Slot& slot, uint32_t row = 0);
  // A cell that `from` gave, as it is sent to be compared with others of its kind.
  Value CellToSend(const StatementPlan* from, uint32_t column, const Value& cell);

  bool TakesNothing(const Level& level);
  void ReadRoot(const Level& level);
  void ReadChildren(const Level& level, ResultLevel& parent, std::span<const uint32_t> live);
  // `own`: the statement that gave the parent's rows.
  void ReadChild(const ChildLevel& child, const StatementPlan* own, const ResultLevel& parent,
                 std::span<const uint32_t> live, ResultLevel& out);
  // Children that came as JSON in a cell of their parents' rows (joined.cpp).
  void ReadJoined(const ChildLevel& child, const ResultLevel& parent, std::span<const uint32_t> live, ResultLevel& out);
  void AddJoined(const ChildLevel& child, const json::Value& cell, ResultLevel& out);
  void FinishJoined(const ChildLevel& child, ResultLevel& out);
  // Remembers the first child of which a record that must be there is not.
  void CheckRequired(const ChildLevel& child, const ResultLevel& out, std::span<const uint32_t> live);
  void Sort(const std::vector<LevelProcessing::SortKey>& keys, const driver::RowBatch& rows,
            std::vector<uint32_t>& picked);
  void Process(const LevelProcessing& processing, const driver::RowBatch& rows, std::vector<uint32_t>& picked);
  void MapCells(const StatementPlan& statement, driver::RowBatch& rows);

  const schema::Schema& schema_;
  const sql::Dialect& dialect_;
  driver::Connection& connection_;
  const ExecuteOptions& options_;
  Parameters* parameters_ = nullptr;
  Result* result_ = nullptr;
  std::vector<Binding> bindings_;
  std::vector<Value> values_;
  std::vector<Value> pieces_;            // the list that is cut, each value once
  const ChildLevel* missing_ = nullptr;  // whose required record is not there; told when all is done
  bool was_chunked_ = false;             // the last statement
  std::string text_;
};

}  // namespace prisma::query
