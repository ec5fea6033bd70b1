#include "connectors/sqlite/driver.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "connectors/sqlite/cell_reader.h"
#include "connectors/sqlite/describe_statement.h"
#include "connectors/sqlite/dialect.h"
#include "connectors/sqlite/error_map.h"
#include "connectors/sqlite/url.h"
#include "value/decimal.h"

namespace prisma::sqlite {
namespace {

using driver::ColumnType;
using driver::DbError;
using driver::DbException;
using driver::IsolationLevel;
using driver::RawColumn;
using driver::RowBatch;
using driver::Statement;
using Clock = std::chrono::steady_clock;

constexpr size_t kMaxPrepared = 256;
constexpr auto kDefaultBusyTimeout = std::chrono::milliseconds(5000);

class Connection final : public driver::Connection {
 public:
  explicit Connection(const Url& url) : busy_timeout_(url.socket_timeout.value_or(kDefaultBusyTimeout)) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(url.path.c_str(), &db_, flags, nullptr);
    if (code != SQLITE_OK) {
      DbError error = MapError(code, db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code));
      sqlite3_close(db_);
      if (error.kind == DbError::Kind::kConnectionFailed) error.text += ": " + url.path;
      throw DbException(std::move(error));
    }
    try {
      Prepare(url);
    } catch (...) {
      Close();
      throw;
    }
  }

  ~Connection() override { Close(); }

  void Query(const Statement& statement, std::span<const ColumnType> types, RowBatch& rows) override {
    Running running(*this, statement);
    int columns = sqlite3_column_count(running.statement);
    rows.columns = static_cast<uint32_t>(columns);
    while (Step(running.statement)) {
      for (int i = 0; i < columns; ++i) {
        ColumnType type = static_cast<size_t>(i) < types.size() ? types[static_cast<size_t>(i)] : ColumnType::kAny;
        rows.cells.push_back(ReadCell(running.statement, i, type, rows.arena));
      }
    }
    changes_ = static_cast<uint64_t>(sqlite3_changes64(db_));
  }

  uint64_t Execute(const Statement& statement) override {
    Running running(*this, statement);
    int64_t before = sqlite3_total_changes64(db_);
    while (Step(running.statement)) {
    }
    changes_ = sqlite3_total_changes64(db_) == before ? 0 : static_cast<uint64_t>(sqlite3_changes64(db_));
    return changes_;
  }

  void QueryRaw(const Statement& statement, std::vector<RawColumn>& columns, RowBatch& rows) override {
    Running running(*this, statement);
    int count = sqlite3_column_count(running.statement);
    rows.columns = static_cast<uint32_t>(count);
    std::vector<ColumnType> types(static_cast<size_t>(count));
    bool has_row = Step(running.statement);
    columns.resize(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      auto at = static_cast<size_t>(i);
      columns[at].name = sqlite3_column_name(running.statement, i);
      types[at] = RawColumnType(running.statement, i, columns[at].type);
    }
    for (; has_row; has_row = Step(running.statement)) {
      for (int i = 0; i < count; ++i) {
        rows.cells.push_back(ReadCell(running.statement, i, types[static_cast<size_t>(i)], rows.arena));
      }
    }
  }

  driver::DescribedStatement Describe(std::string_view sql) override {
    sqlite3_stmt* statement = PrepareNew(sql, 0);
    driver::DescribedStatement described;
    if (statement != nullptr) described = DescribeStatement(db_, statement);
    sqlite3_finalize(statement);
    return described;
  }

  void ExecuteScript(std::string_view sql) override {
    std::string text(sql);
    if (sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Throw();
  }

  void Begin(IsolationLevel level, bool is_write) override {
    if (level != IsolationLevel::kDefault && level != IsolationLevel::kSerializable) {
      DbError error;
      error.kind = DbError::Kind::kInvalidTransaction;
      static constexpr std::string_view kNames[] = {"",         "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ",
                                                    "SNAPSHOT", "SERIALIZABLE"};
      error.text = kNames[static_cast<size_t>(level)];
      throw DbException(std::move(error));
    }
    Execute({.sql = is_write ? "BEGIN IMMEDIATE" : "BEGIN", .parameters = {}});
  }
  void Commit() override { Execute({.sql = "COMMIT", .parameters = {}}); }
  void Rollback() override {
    if (sqlite3_get_autocommit(db_) != 0) return;  // the database has rolled back by itself
    Execute({.sql = "ROLLBACK", .parameters = {}});
  }

  void Interrupt() override {
    is_interrupted_ = true;  // for a statement that waits for a lock
    sqlite3_interrupt(db_);
  }

  void LimitLockWait(std::optional<std::chrono::milliseconds> limit) override { lock_wait_limit_ = limit; }

  void SetBudget(std::optional<std::chrono::microseconds> budget) override {
    has_budget_ = budget.has_value();
    if (budget) {
      deadline_ = Clock::now() + *budget;
      sqlite3_progress_handler(db_, 2000, &OnProgress, this);
    } else {
      sqlite3_progress_handler(db_, 0, nullptr, nullptr);
    }
  }

  bool IsHealthy() override { return sqlite3_get_autocommit(db_) != 0; }
  uint64_t changes() const override { return changes_; }

 private:
  struct Prepared {
    std::string sql;
    sqlite3_stmt* statement = nullptr;
  };
  using PreparedList = std::list<Prepared>;

  // A statement with its parameters bound; reset or finalized at the end.
  struct Running {
    Running(Connection& connection, const Statement& s) : is_kept(s.cacheable) {
      connection.is_interrupted_ = false;
      statement = is_kept ? connection.Cached(s.sql) : connection.PrepareNew(s.sql, 0);
      if (statement == nullptr) return;
      if (static_cast<size_t>(sqlite3_bind_parameter_count(statement)) != s.parameters.size()) {
        DbError error;
        error.kind = DbError::Kind::kWrongParameterCount;
        error.expected = sqlite3_bind_parameter_count(statement);
        error.actual = static_cast<int64_t>(s.parameters.size());
        error.text = "wrong number of parameters";
        End();
        throw DbException(std::move(error));
      }
      int index = 0;
      for (const Value& value : s.parameters) {
        if (value.kind() == ValueKind::kList || value.kind() == ValueKind::kFieldRef) {
          End();
          throw DbException(DbError::Kind::kUnknown, std::string(driver::kNoListParameter));
        }
        if (Bind(statement, ++index, value) != SQLITE_OK) {
          DbError error = connection.LastError();
          End();
          throw DbException(std::move(error));
        }
      }
    }
    ~Running() { End(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    void End() {
      if (is_kept) {
        sqlite3_reset(statement);
      } else {
        sqlite3_finalize(statement);
      }
      statement = nullptr;
    }
    sqlite3_stmt* statement = nullptr;
    bool is_kept;
  };

  static int Bind(sqlite3_stmt* statement, int index, const Value& value) {
    switch (value.kind()) {
      case ValueKind::kNull:
        return sqlite3_bind_null(statement, index);
      case ValueKind::kBool:
      case ValueKind::kInt:
        return sqlite3_bind_int64(statement, index, value.as_int());
      case ValueKind::kFloat:
        return sqlite3_bind_double(statement, index, value.as_float());
      case ValueKind::kDecimal:
        return sqlite3_bind_double(statement, index, DecimalToDouble(value.text()));
      case ValueKind::kDateTime: {
        int64_t microseconds = value.as_int();
        int64_t milliseconds = microseconds / 1000 - (microseconds % 1000 < 0 ? 1 : 0);
        return sqlite3_bind_int64(statement, index, milliseconds);
      }
      case ValueKind::kBytes: {
        std::string_view bytes = value.text();
        return sqlite3_bind_blob64(statement, index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
      }
      default: {
        std::string_view text = value.text();
        return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
      }
    }
  }

  void Prepare(const Url& url) {
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_handler(db_, &OnBusy, this);
    ExecuteScript("PRAGMA foreign_keys = ON");
    if (!url.journal_mode.empty()) {
      ExecuteScript("PRAGMA journal_mode = " + url.journal_mode);
    } else if (!url.is_memory && IsNew()) {
      ExecuteScript("PRAGMA journal_mode = WAL");
    }
    // FULL is SQLite's own default; said here because a library may be built with another one.
    ExecuteScript("PRAGMA synchronous = " + (url.synchronous.empty() ? std::string("FULL") : url.synchronous));
  }

  // No page was ever written: we are the ones who create the database.
  bool IsNew() {
    sqlite3_stmt* statement = PrepareNew("PRAGMA page_count", 0);
    bool is_new = sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int64(statement, 0) == 0;
    sqlite3_finalize(statement);
    return is_new;
  }

  sqlite3_stmt* PrepareNew(std::string_view sql, unsigned flags) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), flags, &statement, nullptr);
    if (code != SQLITE_OK) {
      DbError error = LastError();
      error.position = PositionAt(sql, sqlite3_error_offset(db_));
      throw DbException(std::move(error));
    }
    return statement;
  }

  // Of a byte, counted in characters from 1.
  static uint32_t PositionAt(std::string_view sql, int offset) {
    if (offset < 0) return 0;
    uint32_t position = 1;
    for (char c : sql.substr(0, static_cast<size_t>(offset))) position += (c & 0xC0) != 0x80 ? 1 : 0;
    return position;
  }

  sqlite3_stmt* Cached(std::string_view sql) {
    auto found = by_text_.find(sql);
    if (found != by_text_.end()) {
      if (found->second != prepared_.begin()) prepared_.splice(prepared_.begin(), prepared_, found->second);
      return found->second->statement;
    }
    sqlite3_stmt* statement = PrepareNew(sql, SQLITE_PREPARE_PERSISTENT);
    if (prepared_.size() >= kMaxPrepared) {
      by_text_.erase(prepared_.back().sql);
      sqlite3_finalize(prepared_.back().statement);
      prepared_.pop_back();
    }
    prepared_.push_front({std::string(sql), statement});
    by_text_.emplace(prepared_.front().sql, prepared_.begin());
    return statement;
  }

  // True: a row is there.
  bool Step(sqlite3_stmt* statement) {
    if (statement == nullptr) return false;  // empty text
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    Throw();
  }

  DbError LastError() {
    DbError error = MapError(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_));
    const bool is_cut = has_budget_ || is_interrupted_;
    if (error.kind == DbError::Kind::kTimeout && is_cut) error.kind = DbError::Kind::kInterrupted;
    return error;
  }

  [[noreturn]] void Throw() { throw DbException(LastError()); }

  static int OnProgress(void* self) { return Clock::now() > static_cast<Connection*>(self)->deadline_ ? 1 : 0; }

  // SQLite's own steps of waiting, up to the timeout; with a budget there is no waiting.
  static int OnBusy(void* self, int count) {
    auto* connection = static_cast<Connection*>(self);
    if (connection->has_budget_ || connection->is_interrupted_) return 0;
    static constexpr int kDelays[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
    if (count == 0) connection->busy_since_ = Clock::now();
    auto waited = Clock::now() - connection->busy_since_;
    if (waited >= connection->busy_timeout_) return 0;
    if (connection->lock_wait_limit_ && waited >= *connection->lock_wait_limit_) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(kDelays[count < 12 ? count : 11]));
    return 1;
  }

  void Close() {
    for (Prepared& prepared : prepared_) sqlite3_finalize(prepared.statement);
    prepared_.clear();
    by_text_.clear();
    sqlite3_close_v2(db_);
    db_ = nullptr;
  }

  sqlite3* db_ = nullptr;
  std::chrono::milliseconds busy_timeout_;
  std::optional<std::chrono::milliseconds> lock_wait_limit_;
  Clock::time_point busy_since_;
  bool has_budget_ = false;
  std::atomic<bool> is_interrupted_{false};  // since the statement began
  Clock::time_point deadline_;
  uint64_t changes_ = 0;
  PreparedList prepared_;  // most recently used first
  std::unordered_map<std::string_view, PreparedList::iterator> by_text_;
};

class Database final : public driver::Database {
 public:
  explicit Database(Url url) : url_(std::move(url)) {}
  std::unique_ptr<driver::Connection> Connect() override {
    if (std::find(forked_in_use.begin(), forked_in_use.end(), FileOf(url_.path)) != forked_in_use.end()) {
      throw DbException(DbError::Kind::kUnknown,
                        "This process was forked while a transaction of its parent was open on " + url_.path +
                            ", whose locks SQLite takes for its own here. Fork outside of transactions, or connect in "
                            "the child only.");
    }
    return std::make_unique<Connection>(url_);
  }
  uint32_t default_connection_limit() const override {
    return std::max(1u, std::thread::hardware_concurrency()) * 2 + 1;
  }
  std::optional<uint32_t> connection_limit() const override { return url_.connection_limit; }
  std::optional<std::chrono::milliseconds> pool_timeout() const override { return url_.pool_timeout; }
  uint32_t max_bind_values() const override { return SqliteDialect().features().max_bind_values; }
  // The library keeps what it has locked for the whole process: a child would believe that it has the parent's locks,
  // and see the log of the database deleted below it.
  AtFork at_fork() const override { return url_.is_memory ? AtFork::kUnused : AtFork::kClosed; }
  void WasForkedInUse() override {
    if (const File file = FileOf(url_.path); !url_.is_memory && file != File()) forked_in_use.push_back(file);
  }

 private:
  // Device and number; zeros if there is none.
  using File = std::pair<uint64_t, uint64_t>;
  static File FileOf(const std::string& path) {
    struct stat found = {};
    if (stat(path.c_str(), &found) != 0) return {};
    return {found.st_dev, found.st_ino};
  }

  // Written while the child has one thread.
  static inline std::vector<File> forked_in_use;
  Url url_;
};

}  // namespace

std::unique_ptr<driver::Database> OpenDatabase(std::string_view url, std::string_view config_dir) {
  return std::make_unique<Database>(ParseUrl(url, config_dir));
}

}  // namespace prisma::sqlite
