#include "connectors/mysql/driver.h"

#include <poll.h>

#include <atomic>
#include <bit>
#include <charconv>
#include <chrono>
#include <list>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/error.h"
#include "connectors/mysql/cell_reader.h"
#include "connectors/mysql/dialect.h"
#include "connectors/mysql/error_map.h"
#include "connectors/mysql/library.h"
#include "connectors/mysql/url.h"
#include "diagnostics/errors.h"
#include "driver/tls_identity.h"

namespace prisma::mysql {
namespace {

using driver::ColumnType;
using driver::DbError;
using driver::DbException;
using driver::IsolationLevel;
using driver::RawColumn;
using driver::RowBatch;
using driver::Statement;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr unsigned kMaxPreparedStatementsReached = 1461, kNeedsReprepare = 1615, kUnknownStatement = 1243;
constexpr unsigned kServerLost = 2013;  // also: no answer in time

unsigned Seconds(milliseconds limit) { return static_cast<unsigned>((limit.count() + 999) / 1000); }

// An open connection, or DbException.
MYSQL* Open(const Url& url, milliseconds connect_timeout) {
  const Library& lib = Lib();
  const driver::TlsIdentity identity(url.identity, url.identity_password);
  MYSQL* db = lib.init_(nullptr);
  if (db == nullptr) throw std::bad_alloc();
  auto set = [&](mysql_option option, unsigned value) { lib.options_(db, option, &value); };
  if (connect_timeout.count() != 0) set(MYSQL_OPT_CONNECT_TIMEOUT, Seconds(connect_timeout));
  if (url.socket_timeout) {
    set(MYSQL_OPT_READ_TIMEOUT, Seconds(*url.socket_timeout));
    set(MYSQL_OPT_WRITE_TIMEOUT, Seconds(*url.socket_timeout));
  }
  set(MYSQL_OPT_LOCAL_INFILE, 0);  // a server must not ask for files of ours
  set(MYSQL_OPT_PROTOCOL, url.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET);
  lib.options_(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (url.uses_tls) {
    my_bool yes = 1, checks = url.checks_certificate ? 1 : 0;
    lib.options_(db, MYSQL_OPT_SSL_ENFORCE, &yes);
    lib.options_(db, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &checks);
    const char* authority = url.certificate_authority.empty() ? nullptr : url.certificate_authority.c_str();
    lib.options_(db, MYSQL_OPT_SSL_CA, authority);
    if (!identity.empty()) {
      lib.options_(db, MYSQL_OPT_SSL_CERT, identity.path().c_str());
      lib.options_(db, MYSQL_OPT_SSL_KEY, identity.path().c_str());
      if (!identity.password().empty()) lib.options_(db, MARIADB_OPT_TLS_PASSPHRASE, identity.password().c_str());
    }
  }
  Clock::time_point start = Clock::now();
  if (lib.real_connect_(db, url.host.c_str(), url.user.c_str(), url.password.c_str(),
                        url.database.empty() ? nullptr : url.database.c_str(), url.port,
                        url.socket.empty() ? nullptr : url.socket.c_str(),
                        CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS) != nullptr) {
    return db;
  }
  DbError error = MapError(lib.errno_(db), lib.sqlstate_(db), lib.error_(db));
  lib.close_(db);
  if (error.kind == DbError::Kind::kConnectionFailed || error.kind == DbError::Kind::kConnectionClosed) {
    bool is_timeout = connect_timeout.count() != 0 && Clock::now() - start >= connect_timeout;
    error.kind = is_timeout && error.native_code == std::to_string(kServerLost) ? DbError::Kind::kConnectTimeout
                                                                                : DbError::Kind::kConnectionFailed;
    error.text = url.socket.empty() ? url.Location() : url.socket;
  }
  throw DbException(std::move(error));
}

void SetTime(int64_t microseconds, MYSQL_TIME& time) {
  using namespace std::chrono;  // NOLINT: dates
  sys_time<std::chrono::microseconds> moment{std::chrono::microseconds(microseconds)};
  sys_days day = floor<days>(moment);
  year_month_day date(day);
  hh_mm_ss clock(moment - day);
  time = {};
  time.year = static_cast<unsigned>(static_cast<int>(date.year()));
  time.month = static_cast<unsigned>(date.month());
  time.day = static_cast<unsigned>(date.day());
  time.hour = static_cast<unsigned>(clock.hours().count());
  time.minute = static_cast<unsigned>(clock.minutes().count());
  time.second = static_cast<unsigned>(clock.seconds().count());
  time.second_part = static_cast<unsigned long>(clock.subseconds().count());
  time.time_type = MYSQL_TIMESTAMP_DATETIME;
}

// The columns of a kept statement must stay as many as they were: those of `SELECT *` and of procedures may change.
bool CanKeep(const Statement& statement) {
  if (!statement.is_raw) return statement.cacheable;
  std::string_view sql = statement.sql;
  for (size_t at = sql.find('*'); at != std::string_view::npos; at = sql.find('*', at + 1)) {
    bool is_count = at > 0 && sql[at - 1] == '(' && at + 1 < sql.size() && sql[at + 1] == ')';
    if (!is_count) return false;
  }
  std::string_view word = sql.substr(std::min(sql.find_first_not_of(" \t\r\n("), sql.size()));
  return statement.cacheable && !word.starts_with("CALL") && !word.starts_with("call");
}

class Connection final : public driver::Connection {
 public:
  explicit Connection(const Url& url)
      : lib_(Lib()), url_(url), db_(Open(url, url.connect_timeout)), thread_id_(lib_.thread_id_(db_)) {}

  ~Connection() override {
    for (Prepared& prepared : prepared_) lib_.stmt_close_(prepared.statement);
    lib_.close_(db_);
  }

  // Derived tables may use columns of the query around them, since MySQL 8.0.14.
  bool CanJoin() const {
    std::string_view version = lib_.get_server_info_(db_);
    if (version.find("MariaDB") != std::string_view::npos) return false;
    unsigned parts[3] = {};
    for (unsigned& part : parts) {
      auto [end, code] = std::from_chars(version.data(), version.data() + version.size(), part);
      version.remove_prefix(static_cast<size_t>(end - version.data()));
      if (version.starts_with('.')) version.remove_prefix(1);
    }
    return parts[0] != 8 ? parts[0] > 8 : parts[1] > 0 || parts[2] >= 14;
  }

  void Query(const Statement& statement, std::span<const ColumnType> types, RowBatch& rows) override {
    Running running(*this, statement);
    ReadRows(running.statement, types, rows);
    running.Finish();
  }

  uint64_t Execute(const Statement& statement) override {
    Running running(*this, statement);
    running.Finish();
    return changes_;
  }

  void QueryRaw(const Statement& statement, std::vector<RawColumn>& columns, RowBatch& rows) override {
    Running running(*this, statement);
    MYSQL_STMT* s = running.statement;
    std::vector<ColumnType> types(s->field_count);
    columns.resize(s->field_count);
    for (unsigned i = 0; i < s->field_count; ++i) {
      columns[i].name.assign(s->fields[i].name, s->fields[i].name_length);
      types[i] = RawColumnType(s->fields[i], columns[i].type);
    }
    ReadRows(s, types, rows);
    running.Finish();
  }

  // What the server says of parameters the library doesn't keep: their types are not known.
  driver::DescribedStatement Describe(std::string_view sql) override {
    MYSQL_STMT* s = PrepareNew(sql);
    driver::DescribedStatement described;
    for (size_t i = 0; i < lib_.stmt_param_count_(s); ++i) {
      described.parameters.push_back({"_" + std::to_string(i), "unknown", false, ""});
    }
    for (unsigned i = 0; i < s->field_count; ++i) {
      driver::DescribedItem& column = described.columns.emplace_back();
      column.name.assign(s->fields[i].name, s->fields[i].name_length);
      RawColumnType(s->fields[i], column.type);
      column.is_nullable = (s->fields[i].flags & NOT_NULL_FLAG) == 0;
    }
    lib_.stmt_close_(s);
    return described;
  }

  void ExecuteScript(std::string_view sql) override {
    lib_.set_server_option_(db_, MYSQL_OPTION_MULTI_STATEMENTS_ON);
    try {
      Run(sql);
    } catch (...) {
      lib_.set_server_option_(db_, MYSQL_OPTION_MULTI_STATEMENTS_OFF);
      throw;
    }
    lib_.set_server_option_(db_, MYSQL_OPTION_MULTI_STATEMENTS_OFF);
  }

  void Begin(IsolationLevel level, bool) override {
    switch (level) {
      case IsolationLevel::kDefault:
        break;
      case IsolationLevel::kReadUncommitted:
        Run("SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED");
        break;
      case IsolationLevel::kReadCommitted:
        Run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        break;
      case IsolationLevel::kRepeatableRead:
        Run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        break;
      case IsolationLevel::kSerializable:
        Run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
        break;
      case IsolationLevel::kSnapshot: {
        throw DbException(DbError::Kind::kInvalidTransaction, "SNAPSHOT");
      }
    }
    Run("BEGIN");
  }
  void Commit() override { Run("COMMIT"); }
  void Rollback() override {
    if (!is_broken_) Run("ROLLBACK");
  }

  // The statement is stopped from another connection, for this one is waiting for its answer.
  void Interrupt() override {
    try {
      Url url = url_;
      url.socket_timeout = milliseconds(5000);
      MYSQL* db = Open(url, milliseconds(5000));
      std::string kill = "KILL QUERY " + std::to_string(thread_id_);
      lib_.real_query_(db, kill.data(), kill.size());
      lib_.close_(db);
    } catch (const DbException&) {
      // The server can't be reached: the statement ends by itself, or with the connection.
    }
  }

  // A server elsewhere answers when it answers: what has a budget is for another thread at once.
  void SetBudget(std::optional<std::chrono::microseconds> budget) override {
    if (!budget) return;
    throw DbException(DbError::Kind::kInterrupted, "a server can't be asked within a budget");
  }

  bool IsHealthy() override { return !is_broken_ && (db_->server_status & SERVER_STATUS_IN_TRANS) == 0; }

  // Nothing is to be read from an idle connection, unless the server has closed it.
  bool IsOpen() override {
    if (is_broken_) return false;
    pollfd socket{.fd = static_cast<int>(lib_.get_socket_(db_)), .events = POLLIN, .revents = 0};
    return poll(&socket, 1, 0) == 0;
  }

  uint64_t changes() const override { return changes_; }
  uint64_t last_insert_id() const override { return last_insert_id_; }

 private:
  struct Prepared {
    std::string sql;
    MYSQL_STMT* statement = nullptr;
  };
  using PreparedList = std::list<Prepared>;

  // A statement that was executed; its results are read or thrown away at the end.
  struct Running {
    Running(Connection& c, const Statement& s) : connection(c), is_kept(c.url_.statement_cache_size > 0 && CanKeep(s)) {
      started = Clock::now();
      for (bool is_second = false;; is_second = true) {
        statement = is_kept ? c.Cached(s.sql) : c.PrepareNew(s.sql);
        try {
          c.Bind(statement, s.parameters);
          if (c.lib_.stmt_execute_(statement) == 0) return;
          c.Throw(statement, started);
        } catch (const DbException& e) {
          // The tables have changed since it was prepared: it did not run.
          const std::string& code = e.error.native_code;
          bool is_stale =
              is_kept && (code == std::to_string(kNeedsReprepare) || code == std::to_string(kUnknownStatement));
          if (is_stale) {
            statement = nullptr;
            c.Forget(s.sql);
          } else {
            End();
          }
          if (!is_stale || is_second) throw;
        }
      }
    }
    ~Running() { End(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    // To the end of all results; what a procedure returns may be several.
    void Finish() {
      Connection& c = connection;
      const bool has_rows = statement->field_count != 0;
      c.changes_ = has_rows ? 0 : c.lib_.stmt_affected_rows_(statement);
      c.last_insert_id_ = c.lib_.stmt_insert_id_(statement);
      for (;;) {
        if (statement->field_count != 0 && c.lib_.stmt_free_result_(statement) != 0) c.Throw(statement, started);
        if (!c.lib_.stmt_more_results_(statement)) break;
        if (c.lib_.stmt_next_result_(statement) > 0) c.Throw(statement, started);
      }
      is_finished = true;
    }

    void End() {
      if (statement == nullptr) return;
      if (!is_kept) {
        connection.lib_.stmt_close_(statement);
      } else if (!is_finished && !connection.is_broken_) {
        connection.lib_.stmt_free_result_(statement);
      }
      statement = nullptr;
    }

    Connection& connection;
    MYSQL_STMT* statement = nullptr;
    bool is_kept;
    bool is_finished = false;
    Clock::time_point started;
  };

  // Cells are taken from where they stand in the row as it came: nothing is bound, nothing is copied twice.
  void ReadRows(MYSQL_STMT* s, std::span<const ColumnType> types, RowBatch& rows) {
    const unsigned columns = s->field_count;
    rows.columns = columns;
    if (columns == 0) return;
    for (;;) {
      int code = lib_.stmt_fetch_(s);
      if (code == MYSQL_NO_DATA) return;
      if (code == 1) Throw(s, Clock::now());
      for (unsigned i = 0; i < columns; ++i) {
        ColumnType type = i < types.size() ? types[i] : ColumnType::kAny;
        rows.cells.push_back(ReadCell(s->fields[i], s->bind[i].u.row_ptr, type, i, rows.arena));
      }
    }
  }

  void Bind(MYSQL_STMT* s, std::span<const Value> parameters) {
    size_t expected = lib_.stmt_param_count_(s);
    if (expected != parameters.size()) {
      DbError error;
      error.kind = DbError::Kind::kWrongParameterCount;
      error.expected = static_cast<int64_t>(expected);
      error.actual = static_cast<int64_t>(parameters.size());
      error.text = "wrong number of parameters";
      throw DbException(std::move(error));
    }
    if (parameters.empty()) return;
    binds_.assign(parameters.size(), MYSQL_BIND{});
    if (numbers_.size() < parameters.size()) {
      numbers_.resize(parameters.size());
      times_.resize(parameters.size());
    }
    for (size_t i = 0; i < parameters.size(); ++i) {
      const Value& value = parameters[i];
      MYSQL_BIND& bind = binds_[i];
      auto text = [&](enum_field_types type) {
        bind.buffer_type = type;
        bind.buffer = const_cast<char*>(value.text().data());
        bind.buffer_length = value.text().size();
      };
      switch (value.kind()) {
        case ValueKind::kNull:
          bind.buffer_type = MYSQL_TYPE_NULL;
          break;
        case ValueKind::kBool:
        case ValueKind::kInt:
          numbers_[i] = value.as_int();
          bind.buffer_type = MYSQL_TYPE_LONGLONG;
          bind.buffer = &numbers_[i];
          break;
        case ValueKind::kFloat:
          numbers_[i] = std::bit_cast<int64_t>(value.as_float());
          bind.buffer_type = MYSQL_TYPE_DOUBLE;
          bind.buffer = &numbers_[i];
          break;
        case ValueKind::kDateTime:
          SetTime(value.as_int(), times_[i]);
          bind.buffer_type = MYSQL_TYPE_DATETIME;
          bind.buffer = &times_[i];
          break;
        case ValueKind::kDecimal:
          text(MYSQL_TYPE_NEWDECIMAL);
          break;
        case ValueKind::kBytes:
          text(MYSQL_TYPE_BLOB);
          break;
        case ValueKind::kList:
        case ValueKind::kFieldRef: {
          throw DbException(DbError::Kind::kUnknown, std::string(driver::kNoListParameter));
        }
        default:
          text(MYSQL_TYPE_VAR_STRING);
      }
    }
    if (lib_.stmt_bind_param_(s, binds_.data()) != 0) Throw(s, Clock::now());
  }

  MYSQL_STMT* PrepareNew(std::string_view sql) {
    for (bool is_second = false;; is_second = true) {
      MYSQL_STMT* s = lib_.stmt_init_(db_);
      if (s == nullptr) Throw();
      if (lib_.stmt_prepare_(s, sql.data(), sql.size()) == 0) return s;
      DbError error = ErrorOf(s, Clock::now());
      lib_.stmt_close_(s);
      // The server keeps only so many for all its clients.
      if (is_second || error.native_code != std::to_string(kMaxPreparedStatementsReached) || prepared_.empty()) {
        throw DbException(std::move(error));
      }
      by_text_.clear();
      for (Prepared& prepared : prepared_) lib_.stmt_close_(prepared.statement);
      prepared_.clear();
    }
  }

  MYSQL_STMT* Cached(std::string_view sql) {
    auto found = by_text_.find(sql);
    if (found != by_text_.end()) {
      if (found->second != prepared_.begin()) prepared_.splice(prepared_.begin(), prepared_, found->second);
      return found->second->statement;
    }
    MYSQL_STMT* statement = PrepareNew(sql);
    if (prepared_.size() >= url_.statement_cache_size) {
      std::string last = prepared_.back().sql;
      Forget(last);
    }
    prepared_.push_front({std::string(sql), statement});
    by_text_.emplace(prepared_.front().sql, prepared_.begin());
    return statement;
  }

  void Forget(std::string_view sql) {
    auto found = by_text_.find(sql);
    if (found == by_text_.end()) return;
    PreparedList::iterator prepared = found->second;
    by_text_.erase(found);
    lib_.stmt_close_(prepared->statement);
    prepared_.erase(prepared);
  }

  // As text, without parameters.
  void Run(std::string_view sql) {
    Clock::time_point started = Clock::now();
    if (lib_.real_query_(db_, sql.data(), sql.size()) != 0) Throw(started);
    for (;;) {
      if (MYSQL_RES* result = lib_.store_result_(db_); result != nullptr) {
        lib_.free_result_(result);
      } else if (lib_.field_count_(db_) != 0) {
        Throw(started);
      }
      int more = lib_.next_result_(db_);
      if (more < 0) return;
      if (more > 0) Throw(started);
    }
  }

  DbError Noted(unsigned code, const char* state, const char* text, Clock::time_point started) {
    DbError error = MapError(code, state, text);
    if (error.kind == DbError::Kind::kConnectionClosed) {
      is_broken_ = true;
      bool is_timeout = url_.socket_timeout && code == kServerLost && Clock::now() - started >= *url_.socket_timeout;
      if (is_timeout) {
        error.kind = DbError::Kind::kTimeout;
        Interrupt();
      }
    } else if (code >= 2000 && code < 3000) {
      is_broken_ = true;  // of the client library: out of step with the server
    }
    return error;
  }
  DbError ErrorOf(MYSQL_STMT* s, Clock::time_point started) {
    unsigned code = lib_.stmt_errno_(s);
    // What ends the rows halfway is noted with the connection alone.
    if (code == 0) return Noted(lib_.errno_(db_), lib_.sqlstate_(db_), lib_.error_(db_), started);
    return Noted(code, lib_.stmt_sqlstate_(s), lib_.stmt_error_(s), started);
  }
  [[noreturn]] void Throw(MYSQL_STMT* s, Clock::time_point started) { throw DbException(ErrorOf(s, started)); }
  [[noreturn]] void Throw(Clock::time_point started = Clock::now()) {
    throw DbException(Noted(lib_.errno_(db_), lib_.sqlstate_(db_), lib_.error_(db_), started));
  }

  const Library& lib_;
  Url url_;
  MYSQL* db_;
  unsigned long thread_id_;
  bool is_broken_ = false;
  uint64_t changes_ = 0, last_insert_id_ = 0;
  PreparedList prepared_;  // most recently used first
  std::unordered_map<std::string_view, PreparedList::iterator> by_text_;
  // Of the statement that is being bound.
  std::vector<MYSQL_BIND> binds_;
  std::vector<int64_t> numbers_;
  std::vector<MYSQL_TIME> times_;
};

class Database final : public driver::Database {
 public:
  explicit Database(Url url) : url_(std::move(url)) {}
  std::unique_ptr<driver::Connection> Connect() override {
    auto connection = std::make_unique<Connection>(url_);
    joins_ = connection->CanJoin() ? Joins::kYes : Joins::kNo;
    return connection;
  }
  uint32_t default_connection_limit() const override {
    return std::max(1u, std::thread::hardware_concurrency()) * 2 + 1;
  }
  std::optional<uint32_t> connection_limit() const override { return url_.connection_limit; }
  std::optional<milliseconds> pool_timeout() const override { return url_.pool_timeout; }
  uint32_t max_bind_values() const override { return MysqlDialect().features().max_bind_values; }
  std::optional<std::string_view> why_no_joins() const override {
    if (joins_ == Joins::kUnknown) return {};
    if (joins_ == Joins::kYes) return "";
    return "`relationLoadStrategy: join` is not available for MySQL < 8.0.14 and MariaDB.";
  }
  std::optional<milliseconds> max_idle_lifetime() const override { return url_.max_idle_lifetime; }
  std::optional<milliseconds> max_lifetime() const override { return url_.max_lifetime; }

 private:
  enum class Joins : uint8_t { kUnknown, kNo, kYes };
  Url url_;
  std::atomic<Joins> joins_ = Joins::kUnknown;
};

}  // namespace

std::unique_ptr<driver::Database> OpenDatabase(std::string_view url, std::string_view config_dir) {
  return std::make_unique<Database>(ParseUrl(url, config_dir));
}

std::unique_ptr<driver::Database> OpenServer(std::string_view text, std::string_view config_dir) {
  Url url = ParseUrl(text, config_dir);
  url.database.clear();
  return std::make_unique<Database>(std::move(url));
}

}  // namespace prisma::mysql
