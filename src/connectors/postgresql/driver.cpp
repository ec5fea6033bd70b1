#include "connectors/postgresql/driver.h"

#include <algorithm>
#include <charconv>
#include <list>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "connectors/postgresql/cell_reader.h"
#include "connectors/postgresql/dialect.h"
#include "connectors/postgresql/nullable.h"
#include "connectors/postgresql/parameters.h"
#include "connectors/postgresql/wire.h"

namespace prisma::postgresql {
namespace {

// The highest number of a `$1` that stands anywhere in `sql`: at least as many parameters as it has.
size_t HighestParameter(std::string_view sql) {
  size_t highest = 0;
  for (size_t at = sql.find('$'); at != std::string_view::npos; at = sql.find('$', at + 1)) {
    size_t number = 0;
    std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
    highest = std::max(highest, number);
  }
  return highest;
}

using driver::ColumnType;
using driver::DbError;
using driver::DbException;
using driver::IsolationLevel;
using driver::RawColumn;
using driver::RowBatch;
using driver::Statement;

constexpr size_t kMaxParameters = 32767;

// The types of users' own, by number: shared by all connections, which all talk to one database.
class TypeCache {
 public:
  const TypeInfo* Find(Oid oid) {
    if (const TypeInfo* builtin = BuiltinType(oid)) return builtin;
    std::lock_guard lock(mutex_);
    auto found = types_.find(oid);
    return found == types_.end() ? nullptr : found->second.get();
  }
  const TypeInfo* Add(Oid oid, TypeInfo info) {
    std::lock_guard lock(mutex_);
    std::unique_ptr<TypeInfo>& kept = types_[oid];
    if (kept == nullptr) kept = std::make_unique<TypeInfo>(std::move(info));
    return kept.get();
  }

 private:
  std::mutex mutex_;
  std::unordered_map<Oid, std::unique_ptr<TypeInfo>> types_;
};

class Connection final : public driver::Connection {
 public:
  Connection(const Url& url, std::shared_ptr<TypeCache> types)
      : wire_(url), pq_(wire_.pq()), types_(std::move(types)), max_prepared_(url.statement_cache_size) {
    // Such a proxy would not find a statement again.
    if (url.is_pgbouncer) max_prepared_ = 0;
  }

  void Query(const Statement& statement, std::span<const ColumnType> wanted, RowBatch& rows) override {
    ResultPtr result = Execute(statement, 1);
    PGresult* r = result.get();
    int columns = pq_.Nfields(r), count = pq_.Ntuples(r);
    rows.columns = static_cast<uint32_t>(columns);
    TakeChanges(r);
    if (count == 0) return;
    ReadTypes(r);
    rows.cells.reserve(rows.cells.size() + static_cast<size_t>(count) * rows.columns);
    for (int row = 0; row < count; ++row) {
      for (int column = 0; column < columns; ++column) {
        auto at = static_cast<size_t>(column);
        ColumnType type = at < wanted.size() ? wanted[at] : ColumnType::kAny;
        if (pq_.Getisnull(r, row, column) != 0) {
          rows.cells.push_back(ReadNull(type));
          continue;
        }
        std::string_view cell(pq_.Getvalue(r, row, column), static_cast<size_t>(pq_.Getlength(r, row, column)));
        try {
          rows.cells.push_back(
              ReadCell(*column_types_[at], cell, type, static_cast<uint32_t>(at), pq_.Fname(r, column), rows.arena));
        } catch (DbException& e) {
          e.error.column_index = static_cast<uint32_t>(at);
          throw;
        }
      }
    }
  }

  uint64_t Execute(const Statement& statement) override {
    ResultPtr result = Execute(statement, 1);
    TakeChanges(result.get());
    return changes_;
  }

  void QueryRaw(const Statement& statement, std::vector<RawColumn>& columns, RowBatch& rows) override {
    ResultPtr result = Execute(statement, 1);
    PGresult* r = result.get();
    int count = pq_.Nfields(r);
    ReadTypes(r);
    rows.columns = static_cast<uint32_t>(count);
    for (int i = 0; i < count; ++i) {
      columns.push_back({pq_.Fname(r, i), RawTypeName(*column_types_[static_cast<size_t>(i)])});
    }
    for (int row = 0; row < pq_.Ntuples(r); ++row) {
      for (int column = 0; column < count; ++column) {
        if (pq_.Getisnull(r, row, column) != 0) {
          rows.cells.push_back(Value::Null());
          continue;
        }
        std::string_view cell(pq_.Getvalue(r, row, column), static_cast<size_t>(pq_.Getlength(r, row, column)));
        rows.cells.push_back(ReadNatural(*column_types_[static_cast<size_t>(column)], cell, rows.arena));
      }
    }
  }

  driver::DescribedStatement Describe(std::string_view sql) override {
    wire_.Start();
    running_ = nullptr;
    Prepared prepared;
    prepared.name = "s" + std::to_string(next_name_++);
    ResultPtr result = Prepare(prepared, std::string(sql), {});
    driver::DescribedStatement described;
    if (result != nullptr) {
      for (const TypeInfo* type : prepared.parameters) described.parameters.push_back(ItemOf(*type, type->name));
      const int count = pq_.Nfields(result.get());
      std::vector<Oid> oids;
      for (int i = 0; i < count; ++i) oids.push_back(pq_.Ftype(result.get(), i));
      std::vector<const TypeInfo*> types;
      FindTypes(oids, types);
      for (int i = 0; i < count; ++i) {
        const TypeInfo& type = *types[static_cast<size_t>(i)];
        described.columns.push_back(ItemOf(type, pq_.Fname(result.get(), i)));
        if (type.kind == TypeKind::kUnsupported) FailUnreadable(type, described.columns.back().name);
        described.columns.back().is_nullable = true;
      }
      FindRequired(result.get(), described.columns);
      FindJoined(prepared, described.columns);
      for (const Row& row : Rows("SELECT typname FROM pg_catalog.pg_type WHERE typtype = 'e' ORDER BY typname")) {
        described.enum_names.push_back(row[0]);
      }
    }
    wire_.Run("DEALLOCATE " + prepared.name);
    return described;
  }

  void ExecuteScript(std::string_view sql) override {
    ResultPtr result = wire_.Run(std::string(sql));
    wire_.Check(result.get());
  }

  void Begin(IsolationLevel level, bool) override {
    static constexpr std::string_view kNames[] = {"",         "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ",
                                                  "SNAPSHOT", "SERIALIZABLE"};
    if (level == IsolationLevel::kSnapshot) {
      throw DbException(DbError::Kind::kInvalidTransaction, std::string(kNames[static_cast<size_t>(level)]));
    }
    std::string sql = "BEGIN";
    if (level != IsolationLevel::kDefault) {
      sql.append(" ISOLATION LEVEL ").append(kNames[static_cast<size_t>(level)]);
    }
    ExecuteScript(sql);
  }
  void Commit() override { ExecuteScript("COMMIT"); }
  void Rollback() override {
    if (wire_.is_in_transaction()) ExecuteScript("ROLLBACK");
  }

  void Interrupt() override { wire_.Interrupt(); }
  void SetBudget(std::optional<std::chrono::microseconds> budget) override {
    std::optional<Wire::Clock::time_point> deadline;
    if (budget) deadline = Wire::Clock::now() + *budget;
    wire_.set_budget(deadline);
  }
  bool IsHealthy() override { return wire_.is_idle(); }
  bool IsOpen() override { return wire_.IsOpen(); }
  uint64_t changes() const override { return changes_; }

 private:
  struct Prepared {
    std::string key;   // types of a raw statement's parameters, then the text
    std::string name;  // at the server
    std::vector<const TypeInfo*> parameters;
    std::vector<const TypeInfo*> columns;  // filled by the first result
  };
  using PreparedList = std::list<Prepared>;

  using Row = std::vector<std::string>;

  // The cells as text; none if the statement fails.
  std::vector<Row> Rows(const std::string& sql) {
    ResultPtr result = wire_.Run(sql);
    std::vector<Row> rows;
    if (pq_.ResultStatus(result.get()) != PGRES_TUPLES_OK) return rows;
    for (int row = 0; row < pq_.Ntuples(result.get()); ++row) {
      Row& cells = rows.emplace_back();
      for (int i = 0; i < pq_.Nfields(result.get()); ++i) cells.emplace_back(pq_.Getvalue(result.get(), row, i));
    }
    return rows;
  }

  [[noreturn]] static void FailUnreadable(const TypeInfo& type, const std::string& column) {
    DbError error;
    error.text = "The column `" + column + "` is of the type " + type.name + ", which can't be read. Give its text: `" +
                 column + "::text AS " + column + "`.";
    throw DbException(std::move(error));
  }

  static driver::DescribedItem ItemOf(const TypeInfo& type, std::string name) {
    driver::DescribedItem item;
    item.name = std::move(name);
    item.type = RawTypeName(type);
    if (type.kind == TypeKind::kEnum) {
      // A list of them is one of texts.
      type.is_array ? item.type = "string-array" : item.enum_name = type.name;
    }
    if (type.kind == TypeKind::kUnsupported) item.type = type.is_array ? "string-array" : "string";
    return item;
  }

  // Columns of tables that are NOT NULL there.
  void FindRequired(PGresult* result, std::vector<driver::DescribedItem>& columns) {
    std::string places;
    for (size_t i = 0; i < columns.size(); ++i) {
      const Oid table = pq_.Ftable(result, static_cast<int>(i));
      if (table == 0) continue;
      places += (places.empty() ? "(" : ", (") + std::to_string(i) + ", " + std::to_string(table) + ", " +
                std::to_string(pq_.Ftablecol(result, static_cast<int>(i))) + ")";
    }
    if (places.empty()) return;
    for (const Row& row :
         Rows("SELECT p.i FROM (VALUES " + places + ") AS p (i, t, c) JOIN pg_catalog.pg_attribute a " +
              "ON a.attrelid = p.t AND a.attnum = p.c WHERE a.attnotnull")) {
      size_t at = columns.size();
      std::from_chars(row[0].data(), row[0].data() + row[0].size(), at);
      if (at < columns.size()) columns[at].is_nullable = false;
    }
  }

  // Those of them that a join may leave out. The plan is made for any parameters: with NULL in their place whole joins
  // would be left out of it.
  void FindJoined(const Prepared& prepared, std::vector<driver::DescribedItem>& columns) {
    bool has_required = false;
    for (const driver::DescribedItem& column : columns) has_required = has_required || !column.is_nullable;
    if (!has_required) return;
    std::string sql = "EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE " + prepared.name;
    for (size_t i = 0; i < prepared.parameters.size(); ++i) sql += i == 0 ? "(NULL" : ", NULL";
    if (!prepared.parameters.empty()) sql += ")";
    wire_.Run("BEGIN");
    wire_.Run("SAVEPOINT s");
    wire_.Run("SET LOCAL plan_cache_mode = force_generic_plan");  // of servers that know it
    if (pq_.TransactionStatus(wire_.get()) == PQTRANS_INERROR) wire_.Run("ROLLBACK TO SAVEPOINT s");
    const std::vector<Row> rows = Rows(sql);
    wire_.Run("ROLLBACK");
    if (rows.empty()) return;
    const std::vector<bool> nullable = NullableByJoins(rows[0][0]);
    for (size_t i = 0; i < std::min(nullable.size(), columns.size()); ++i) {
      columns[i].is_nullable = columns[i].is_nullable || nullable[i];
    }
  }

  ResultPtr Execute(const Statement& statement, int format) {
    bool may_retry = !wire_.is_in_transaction();
    for (;;) {
      ResultPtr result = Send(statement, format);
      const char* code = pq_.ResultErrorField(result.get(), PG_DIAG_SQLSTATE);
      // The statement is gone, or the columns that it gives have changed: prepared anew it is good.
      bool is_stale = code != nullptr && running_ != nullptr &&
                      (std::string_view(code) == "26000" || std::string_view(code) == "0A000");
      if (is_stale) {
        Forget(running_);
        if (std::exchange(may_retry, false)) continue;
      }
      wire_.Check(result.get());
      return result;
    }
  }

  ResultPtr Send(const Statement& statement, int format) {
    wire_.Start();
    running_ = nullptr;
    if (statement.parameters.size() > kMaxParameters) {
      DbError error;
      error.kind = DbError::Kind::kAssertion;
      error.text = "too many bind variables in prepared statement, expected maximum of " +
                   std::to_string(kMaxParameters) + ", received " + std::to_string(statement.parameters.size());
      throw DbException(std::move(error));
    }
    std::vector<Oid> types;
    if (statement.is_raw) {
      for (const Value& value : statement.parameters) types.push_back(TypeOfValue(value));
      // The server takes a parameter with a type for one that the statement has.
      const size_t wanted = HighestParameter(statement.sql);
      if (wanted < types.size()) ThrowWrongCount(wanted, types.size());
    }
    BoundParameters bound;
    if (!statement.cacheable || max_prepared_ == 0 || statement.sql.size() > 1000000) {
      std::vector<const TypeInfo*> known;
      for (Oid type : types) known.push_back(types_->Find(type));
      BindParameters(statement.parameters, known, bound);
      std::string sql(statement.sql);
      if (pq_.SendQueryParams(wire_.get(), sql.c_str(), static_cast<int>(bound.values.size()),
                              types.empty() ? nullptr : types.data(), bound.values.data(), bound.lengths.data(),
                              bound.formats.data(), format) == 0) {
        wire_.ThrowClosed();
      }
      return wire_.Finish();
    }
    Prepared& prepared = *Cached(statement.sql, types);
    if (prepared.parameters.size() != statement.parameters.size()) {
      ThrowWrongCount(prepared.parameters.size(), statement.parameters.size());
    }
    BindParameters(statement.parameters, prepared.parameters, bound);
    running_ = &prepared;
    if (pq_.SendQueryPrepared(wire_.get(), prepared.name.c_str(), static_cast<int>(bound.values.size()),
                              bound.values.data(), bound.lengths.data(), bound.formats.data(), format) == 0) {
      wire_.ThrowClosed();
    }
    return wire_.Finish();
  }

  [[noreturn]] static void ThrowWrongCount(size_t expected, size_t actual) {
    DbError error;
    error.kind = DbError::Kind::kWrongParameterCount;
    error.expected = static_cast<int64_t>(expected);
    error.actual = static_cast<int64_t>(actual);
    error.text = "wrong number of parameters";
    throw DbException(std::move(error));
  }

  Prepared* Cached(std::string_view sql, const std::vector<Oid>& types) {
    std::string typed;
    std::string_view key = sql;
    if (!types.empty()) {
      typed.assign(1, '\0');
      typed.append(reinterpret_cast<const char*>(types.data()), types.size() * sizeof(Oid));
      typed.append(sql);
      key = typed;
    }
    auto found = by_key_.find(key);
    if (found != by_key_.end()) {
      if (found->second != prepared_.begin()) prepared_.splice(prepared_.begin(), prepared_, found->second);
      return &*found->second;
    }
    if (prepared_.size() >= max_prepared_) Forget(&prepared_.back());
    Prepared made;
    made.key = key;
    made.name = "s" + std::to_string(next_name_++);
    Prepare(made, std::string(sql), types);
    prepared_.push_front(std::move(made));
    by_key_.emplace(prepared_.front().key, prepared_.begin());
    return &prepared_.front();
  }

  void Forget(Prepared* prepared) {
    auto found = by_key_.find(prepared->key);
    if (found == by_key_.end()) return;
    PreparedList::iterator at = found->second;
    by_key_.erase(found);
    // In a failed transaction nothing can be said to the server; the name is not used again.
    if (!wire_.is_in_transaction()) wire_.Run("DEALLOCATE " + at->name);
    prepared_.erase(at);
    running_ = nullptr;
  }

  // Both messages go together.
  ResultPtr Prepare(Prepared& prepared, const std::string& sql, const std::vector<Oid>& types) {
    PGconn* c = wire_.get();
    bool is_sent = pq_.EnterPipelineMode(c) != 0 &&
                   pq_.SendPrepare(c, prepared.name.c_str(), sql.c_str(), static_cast<int>(types.size()),
                                   types.empty() ? nullptr : types.data()) != 0 &&
                   pq_.SendDescribePrepared(c, prepared.name.c_str()) != 0 && pq_.PipelineSync(c) != 0;
    if (!is_sent) wire_.ThrowClosed();
    ResultPtr failed, described;
    int results = 0;
    for (;;) {
      ResultPtr result = wire_.Next();
      if (result == nullptr) {
        if (++results > 3) break;  // two results, each with its end
        continue;
      }
      ExecStatusType status = pq_.ResultStatus(result.get());
      if (status == PGRES_PIPELINE_SYNC) break;
      if (status == PGRES_FATAL_ERROR && failed == nullptr) {
        failed = std::move(result);
      } else if (pq_.Nparams(result.get()) > 0 || pq_.Nfields(result.get()) > 0) {
        described = std::move(result);
      }
      if (pq_.Status(c) == CONNECTION_BAD) break;
    }
    pq_.ExitPipelineMode(c);
    if (failed != nullptr) wire_.Check(failed.get());
    if (described == nullptr) return nullptr;
    std::vector<Oid> parameters;
    for (int i = 0; i < pq_.Nparams(described.get()); ++i) parameters.push_back(pq_.Paramtype(described.get(), i));
    FindTypes(parameters, prepared.parameters);
    return described;
  }

  // Of the columns of a result, to column_types_.
  void ReadTypes(PGresult* result) {
    auto columns = static_cast<size_t>(pq_.Nfields(result));
    if (running_ != nullptr && running_->columns.size() == columns) {
      column_types_ = running_->columns;
      return;
    }
    std::vector<Oid> oids;
    for (size_t i = 0; i < columns; ++i) oids.push_back(pq_.Ftype(result, static_cast<int>(i)));
    FindTypes(oids, column_types_);
    if (running_ != nullptr) running_->columns = column_types_;
  }

  void FindTypes(const std::vector<Oid>& oids, std::vector<const TypeInfo*>& out) {
    out.clear();
    bool is_complete = true;
    for (Oid oid : oids) {
      out.push_back(types_->Find(oid));
      is_complete = is_complete && out.back() != nullptr;
    }
    if (is_complete) return;
    std::string sql =
        "SELECT t.oid, t.typname, t.typtype, coalesce(i.typname, ''), coalesce(i.typtype::text, '') FROM "
        "pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type i ON t.typelem = i.oid AND t.typlen = -1 AND t.typelem <> 0 "
        "WHERE t.oid IN (";
    for (size_t i = 0; i < oids.size(); ++i) sql += (i == 0 ? "" : ", ") + std::to_string(oids[i]);
    // The statement that the types are for may have done its work: it must not be taken for one that has to be
    // repeated.
    const auto budget = wire_.budget();
    wire_.set_budget({});
    ResultPtr result = wire_.Run(sql + ")");
    wire_.set_budget(budget);
    // In a failed transaction nothing can be asked: the types are unknown for now.
    const bool is_good = pq_.ResultStatus(result.get()) == PGRES_TUPLES_OK;
    if (!is_good) {
      const char* state = pq_.ResultErrorField(result.get(), PG_DIAG_SQLSTATE);
      if (state == nullptr || std::string_view(state) != "25P02") wire_.Check(result.get());
    }
    for (int row = 0; is_good && row < pq_.Ntuples(result.get()); ++row) {
      auto text = [&](int column) { return std::string_view(pq_.Getvalue(result.get(), row, column)); };
      Oid oid = 0;
      std::from_chars(text(0).data(), text(0).data() + text(0).size(), oid);
      if (types_->Find(oid) != nullptr) continue;
      std::string_view type = text(2), item = text(4);
      types_->Add(oid, CustomType(text(1), type.empty() ? 'b' : type[0], text(3), item.empty() ? 'b' : item[0]));
    }
    static const TypeInfo kUnknown{TypeKind::kUnsupported, false, "unknown"};
    for (size_t i = 0; i < oids.size(); ++i) {
      if (out[i] == nullptr) out[i] = types_->Find(oids[i]);
      if (out[i] == nullptr) out[i] = &kUnknown;
    }
  }

  void TakeChanges(PGresult* result) {
    std::string_view text = pq_.CmdTuples(result);
    changes_ = 0;
    std::from_chars(text.data(), text.data() + text.size(), changes_);
  }

  Wire wire_;
  const Libpq& pq_;
  std::shared_ptr<TypeCache> types_;
  size_t max_prepared_;
  uint64_t next_name_ = 0;
  uint64_t changes_ = 0;
  PreparedList prepared_;  // most recently used first
  std::unordered_map<std::string_view, PreparedList::iterator> by_key_;
  Prepared* running_ = nullptr;
  std::vector<const TypeInfo*> column_types_;
};

class Database final : public driver::Database {
 public:
  explicit Database(Url url) : url_(std::move(url)), types_(std::make_shared<TypeCache>()) {}
  std::unique_ptr<driver::Connection> Connect() override { return std::make_unique<Connection>(url_, types_); }
  uint32_t default_connection_limit() const override {
    return std::max(1u, std::thread::hardware_concurrency()) * 2 + 1;
  }
  std::optional<uint32_t> connection_limit() const override { return url_.connection_limit; }
  std::optional<std::chrono::milliseconds> pool_timeout() const override { return url_.pool_timeout; }
  std::optional<std::chrono::milliseconds> max_idle_lifetime() const override { return url_.max_idle_lifetime; }
  std::optional<std::chrono::milliseconds> max_lifetime() const override { return url_.max_lifetime; }
  uint32_t max_bind_values() const override { return DialectOf({}).features().max_bind_values; }

 private:
  Url url_;
  std::shared_ptr<TypeCache> types_;
};

}  // namespace

std::unique_ptr<driver::Database> OpenDatabase(std::string_view url, std::string_view config_dir) {
  return OpenDatabase(ParseUrl(url, config_dir));
}

std::unique_ptr<driver::Database> OpenDatabase(Url url) { return std::make_unique<Database>(std::move(url)); }

}  // namespace prisma::postgresql
