// The interface to a live database. Implemented in connectors/<provider>/driver.cpp. Blocking; one thread uses a
// connection at a time, but not always the same thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "value/value.h"

namespace prisma::driver {

// What went wrong in the database, for the engine to turn into a P-code.
struct DbError {
  enum class Kind : uint8_t {
    kUnknown,
    kUniqueViolation,
    kForeignKeyViolation,
    kNotNullViolation,
    kCheckViolation,
    kValueOutOfRange,
    kOutOfRange,      // a number or time that its column, or this engine, can't hold
    kLengthMismatch,  // a value too long for its column
    kInvalidValue,    // of a parameter: `text` says why it is none of its type
    kTableMissing,
    kColumnMissing,
    kDatabaseMissing,
    kDatabaseExists,
    kAuthenticationFailed,  // `name`: the user
    kAccessDenied,          // `name`: the user, `table`: the database
    kTooManyConnections,
    kTls,
    kConnectionFailed,  // `text`: where to
    kConnectTimeout,    // reached, but no answer; `text`: where
    kConnectionClosed,
    kTimeout,              // busy, lock or socket timeout
    kInterrupted,          // by Connection::Interrupt or a budget
    kSerialization,        // deadlock, write conflict: P2034
    kConversion,           // a cell can't be read as its ColumnType: `column_index`; `text` is the value
    kWrongParameterCount,  // `expected`, `actual`
    kTooManyParameters,
    kAssertion,  // of the driver about what it is given
    kSyntax,
    kReadOnly,
    kCorrupt,
    kDiskFull,
    kInvalidTransaction,
    kMissingFulltextIndex,
    kUnsupportedColumn,  // a cell of a type that can't be read; `text` says so
  };
  Kind kind = Kind::kUnknown;
  std::string native_code;           // SQLite's number, SQLSTATE, …
  std::string text;                  // the database's own words
  std::string constraint;            // name, if known
  std::vector<std::string> columns;  // database names, if known
  std::string table;
  std::string name;                  // of a user or a database
  std::string debug;                 // the error as Prisma's log shows it: `PostgresError { code: "…", … }`
  uint32_t column_index = 0;         // kConversion
  uint32_t position = 0;             // of the fault in the statement's text, in characters from 1; 0: not known
  int64_t expected = 0, actual = 0;  // kWrongParameterCount
};

// Thrown by drivers; `execute` maps it to an Error where it knows the models.
class DbException : public std::exception {
 public:
  explicit DbException(DbError error) : error(std::move(error)) {}
  DbException(DbError::Kind kind, std::string text) {
    error.kind = kind;
    error.text = std::move(text);
  }
  const char* what() const noexcept override { return error.text.c_str(); }
  DbError error;
};

// Of databases that have no lists.
inline constexpr std::string_view kNoListParameter =
    "a list can't be a parameter: give each value one of its own, or all of them as JSON text";

// How a column's cells are to be read; drivers convert while reading.
enum class ColumnType : uint8_t {
  kAny,  // by the database's own type of the cell (raw queries)
  kBool,
  kInt,
  kBigInt,
  kFloat,
  kDecimal,
  kString,
  kBytes,
  kDateTime,
  kJson,
  kEnum,
  kUuid,
  kBoolList,
  kIntList,
  kBigIntList,
  kFloatList,
  kDecimalList,
  kStringList,
  kBytesList,
  kDateTimeList,
  kJsonList,
  kEnumList,
};

// Rows of equal width; cells row by row. Text lives in the arena.
struct RowBatch {
  Arena arena{16384};
  uint32_t columns = 0;
  std::vector<Value> cells;
  size_t rows() const { return columns == 0 ? 0 : cells.size() / columns; }
  std::span<const Value> row(size_t i) const { return {cells.data() + i * columns, columns}; }
};

struct RawColumn {
  std::string name;
  std::string type;  // "int", "string", … of the raw query's answer
};

// What a statement takes and gives, as the database says without running it.
struct DescribedItem {
  std::string name;
  std::string type;  // as RawColumn's, or "unknown"
  bool is_nullable = false;
  std::string enum_name;  // of a type of the user's own
};
struct DescribedStatement {
  std::vector<DescribedItem> parameters;
  std::vector<DescribedItem> columns;
  std::vector<std::string> enum_names;  // all that the database has
};

struct Statement {
  std::string_view sql;
  std::span<const Value> parameters;
  bool cacheable = true;  // keep it prepared, keyed by its text
  bool is_raw = false;    // written by a user: parameters have the types of their values, not of where they stand
};

enum class IsolationLevel : uint8_t {
  kDefault,
  kReadUncommitted,
  kReadCommitted,
  kRepeatableRead,
  kSnapshot,
  kSerializable
};

class Connection {
 public:
  virtual ~Connection() = default;
  // Appends all rows to `rows`; cells are read as `types` says (empty: kAny).
  virtual void Query(const Statement& statement, std::span<const ColumnType> types, RowBatch& rows) = 0;
  // Rows changed.
  virtual uint64_t Execute(const Statement& statement) = 0;
  virtual void QueryRaw(const Statement& statement, std::vector<RawColumn>& columns, RowBatch& rows) = 0;
  // Prepares the statement, and runs it not.
  virtual DescribedStatement Describe(std::string_view sql) = 0;
  // Several statements without parameters.
  virtual void ExecuteScript(std::string_view sql) = 0;
  // The caller's own transaction: `is_write` lets a driver take the write lock at once.
  virtual void Begin(IsolationLevel level, bool is_write) = 0;
  // While set, a statement that has to wait longer than that for a lock which only the engine can wait for (of a file)
  // ends with kTimeout.
  virtual void LimitLockWait(std::optional<std::chrono::milliseconds> /*limit*/) {}
  virtual void Commit() = 0;
  virtual void Rollback() = 0;
  virtual uint64_t changes() const = 0;  // of the last statement that Query ran
  // What the last insert's counting column was given, where an insert can't return it.
  virtual uint64_t last_insert_id() const { return 0; }
  // From any thread: makes the running statement end with kInterrupted.
  virtual void Interrupt() = 0;
  // While set, statements that run longer, or would have to wait for a lock, end with kInterrupted and no effect. Only
  // for work that may be started again.
  virtual void SetBudget(std::optional<std::chrono::microseconds> budget) = 0;
  // Open, and in no transaction.
  virtual bool IsHealthy() = 0;
  // Of a connection that was idle: the other side has not closed it meanwhile, as far as can be told without asking.
  virtual bool IsOpen() { return true; }
};

class Database {
 public:
  virtual ~Database() = default;
  virtual std::unique_ptr<Connection> Connect() = 0;  // throws DbException
  virtual uint32_t default_connection_limit() const = 0;
  virtual std::optional<uint32_t> connection_limit() const = 0;  // of the URL
  virtual std::optional<std::chrono::milliseconds> pool_timeout() const = 0;
  virtual uint32_t max_bind_values() const = 0;
  // Where a dialect has joins of relations but not every server understands them: why this one does not, in words for
  // the caller; empty: it does. None: not known before the first connection.
  virtual std::optional<std::string_view> why_no_joins() const { return ""; }
  // Connections that were idle, or open, for longer are closed. None: never.
  virtual std::optional<std::chrono::milliseconds> max_idle_lifetime() const { return {}; }
  virtual std::optional<std::chrono::milliseconds> max_lifetime() const { return {}; }
  // What connections must be when the process forks: a driver that lives in the process has locks, and knowledge of
  // those of files, which the child inherits as they are.
  enum class AtFork : uint8_t { kAny, kUnused, kClosed };
  virtual AtFork at_fork() const { return AtFork::kAny; }
  // In the child, where that was in vain: the parent was using connections all the time, as in a transaction.
  virtual void WasForkedInUse() {}
};

}  // namespace prisma::driver
