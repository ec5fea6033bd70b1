// What the one SQL writer and the planner ask of a database's SQL: flags first, small hooks for the rest. The base is
// ANSI; one constant instance per provider lives in connectors/<provider>/dialect.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/schema.h"
#include "sql/tree.h"

namespace prisma::sql {

// A condition on a JSON column. `path` empty: on the whole of it.
enum class JsonTest : uint8_t {
  kEquals,
  kNotEquals,
  kStringContains,
  kStringStartsWith,
  kStringEndsWith,
  kArrayContains,
  kArrayStartsWith,
  kArrayEndsWith,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};
struct JsonCondition {
  JsonTest test = JsonTest::kEquals;
  const Expr* column = nullptr;
  const Expr* path = nullptr;   // null: none. A text, or an array of texts, as the connector's requests have it
  const Expr* value = nullptr;  // what is compared with: JSON, or for the tests of strings the pattern of a LIKE
  bool value_is_column = false;
  bool value_is_string = false;  // the value is JSON text of a string (of orders)
  bool is_insensitive = false;
  bool is_negated = false;
};

// How related records may come with their parent's row, as JSON: not at all, joined, or selected in the row.
enum class RelationJoins : uint8_t { kNone, kLateral, kSubselect };

struct Features {
  bool insert_returning = false;
  bool update_returning = false;
  bool delete_returning = false;
  bool row_values = true;    // (a, b) IN (SELECT …), (a, b) IN (VALUES …)
  bool on_conflict = false;  // INSERT … ON CONFLICT
  bool insensitive_like = false;
  bool nulls_order = true;         // NULLS FIRST/LAST
  bool nulls_are_largest = false;  // in an order that doesn't say where nulls go
  bool distinct_on = false;        // SELECT DISTINCT ON (…)
  bool concat_function = false;    // CONCAT(a, b) in place of a || b
  bool array_columns = false;      // columns may hold lists
  bool default_in_values = true;   // the keyword DEFAULT in VALUES (…)
  bool limit_in_update = false;
  // A SELECT in the condition of an UPDATE or DELETE must not read the table that is changed, unless it is hidden in
  // another: (SELECT * FROM (SELECT …)).
  bool wraps_selects_of_writes = false;
  bool window_functions = true;
  bool numbered_placeholders = false;
  bool in_list_of_rows_needs_values = false;  // (a, b) IN (VALUES (?, ?), …) in place of IN ((?, ?), …)
  RelationJoins relation_joins = RelationJoins::kNone;
  std::string_view json_array;      // the function that makes a JSON array of its arguments
  std::string_view json_aggregate;  // the one that makes it of the rows of a group
  std::string_view json_text_type;  // what JSON is cast to so that it is sent as text; empty: it is anyway
  std::string_view like_cast;       // written after what LIKE is asked of: ::text
  std::string_view no_limit;        // written for LIMIT where there is only OFFSET; empty: OFFSET may stand alone
  uint32_t max_bind_values = 999;
  uint32_t max_insert_rows = UINT32_MAX;
};

// What of a date-time is sent for a column: the day alone, or the time of day as text.
enum class DatePart : uint8_t { kAll, kDay, kTime };

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual const Features& features() const = 0;
  virtual void WriteIdentifier(std::string& out, std::string_view name) const;  // "name"
  virtual void WritePlaceholder(std::string& out, uint32_t index) const;        // ?; index counts from 0
  virtual void WriteTableName(std::string& out, std::string_view schema, std::string_view name) const;
  virtual void WriteEmptyInsert(std::string& out) const;                    // DEFAULT VALUES
  virtual void WriteBoolean(std::string& out, bool value) const;            // a condition: 1=1, 1=0
  virtual void WriteInsensitiveLike(std::string& out, bool negated) const;  // ILIKE
  // "INSERT INTO" that ignores conflicts where ON CONFLICT isn't known; true: it was written.
  virtual bool WriteInsertIgnore(std::string& out) const;

  // Where the database does not find out by itself what a parameter is compared with.
  virtual DatePart DatePartOf(const schema::Field& field) const;

  // A column as it goes into JSON, so that it can be read again: numbers and truth values as such, JSON as text of its
  // own (its null is none of SQL's), decimals and all else as text, bytes in hexadecimal form.
  virtual const Expr* InJson(Builder& sql, const Expr* column, const schema::Field& field) const;

  // Conditions of which each database has its own form. All are made of the builder's nodes.
  virtual const Expr* Json(Builder& sql, const JsonCondition& condition) const;
  // Full-text search in columns, and how well the text fits the search, for orders.
  virtual const Expr* Search(Builder& sql, ExprList columns, const Expr* query) const;
  virtual const Expr* Relevance(Builder& sql, ExprList columns, const Expr* query) const;
};

}  // namespace prisma::sql
