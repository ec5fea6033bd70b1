// The one SQL tree: statements as plain structs, made by the planner (and by whoever needs SQL text), written by
// sql::Write with a Dialect. Nodes and spans live in an arena that the maker owns; texts are views that outlive the
// tree.
//
// A parameter is an opaque number (`slot`): the writer notes where each slot went, its meaning belongs to the maker.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/arena.h"

namespace prisma::sql {

struct Expr;
struct Select;
using ExprList = std::span<const Expr* const>;

enum class ExprKind : uint8_t {
  kColumn,     // table.text (table may be empty)
  kStar,       // *
  kParameter,  // slot
  kList,  // slot: expands at run time to `?, ?, …` (or `(?, ?), …` of a tuple list); stands in kIn or Insert::rows_slot
  kRaw,     // text as it is
  kBinary,  // items[0] text items[1]; text is the operator: = <> < <= > >= + - * / ||
  kAnd,
  kOr,   // items; empty: true / false
  kNot,  // items[0]
  kIsNull,
  kIsNotNull,
  kIn,
  kNotIn,  // items[0] IN (items[1]); items[1] is kList, kSubselect or kRow
  kLike,
  kNotLike,    // items[0] LIKE items[1]; insensitive if asked for
  kRow,        // (a, b, …)
  kCast,       // CAST(items[0] AS text)
  kFunction,   // text(items); is_distinct: text(DISTINCT …)
  kSubselect,  // (select)
  kExists,
  kNotExists,
  kCase,  // CASE WHEN items[0] THEN items[1] … [ELSE last] END (odd count: the last is ELSE)
  kTrue,
  kFalse,
  kNull,
  kDefault,
  kExcluded,  // the row proposed for insertion: excluded.text
};

struct Expr {
  ExprKind kind = ExprKind::kTrue;
  bool is_insensitive = false;
  bool is_distinct = false;
  uint32_t slot = 0;
  std::string_view table = {};
  std::string_view text = {};
  ExprList items = {};
  const Select* select = nullptr;
};

struct Table {
  std::string_view schema;  // "" none
  std::string_view name;    // empty: `select` in parentheses
  std::string_view alias;   // "" none
  const Select* select = nullptr;
};

enum class JoinKind : uint8_t { kInner, kLeft, kLeftLateral };

struct Join {
  JoinKind kind = JoinKind::kInner;
  Table table;
  const Expr* on = nullptr;
};

enum class NullsOrder : uint8_t { kDefault, kFirst, kLast };

struct Order {
  const Expr* expr = nullptr;
  bool is_descending = false;
  NullsOrder nulls = NullsOrder::kDefault;
};

struct SelectColumn {
  const Expr* expr = nullptr;
  std::string_view alias;
};

struct Select {
  bool is_distinct = false;
  ExprList distinct_on;  // DISTINCT ON (…)
  std::span<const SelectColumn> columns;
  Table from;
  std::span<const Join> joins;
  const Expr* where = nullptr;  // null or kTrue: none
  ExprList group_by;
  const Expr* having = nullptr;
  std::span<const Order> order_by;
  const Expr* limit = nullptr;
  const Expr* offset = nullptr;
};

struct Assignment {
  std::string_view column;
  const Expr* value = nullptr;
};

enum class OnConflict : uint8_t { kFail, kDoNothing, kDoUpdate };

struct Insert {
  Table table;
  std::span<const std::string_view> columns;  // empty: DEFAULT VALUES
  std::span<const ExprList> rows;
  const Expr* row_list = nullptr;  // kList of tuples, in place of `rows`
  const Select* select = nullptr;  // INSERT … SELECT, in place of `rows`
  OnConflict on_conflict = OnConflict::kFail;
  std::span<const std::string_view> conflict_columns;
  std::span<const Assignment> updates;  // kDoUpdate
  const Expr* update_where = nullptr;
  std::span<const SelectColumn> returning;
};

struct Update {
  Table table;
  std::span<const Assignment> assignments;
  const Expr* where = nullptr;
  std::span<const SelectColumn> returning;
};

struct Delete {
  Table table;
  const Expr* where = nullptr;
  std::span<const SelectColumn> returning;
};

// Makers of nodes; everything goes to the arena.
class Builder {
 public:
  explicit Builder(Arena& arena) : arena_(arena) {}
  Arena& arena() { return arena_; }

  const Expr* Make(Expr e) { return arena_.New<Expr>(e); }
  const Expr* Column(std::string_view table, std::string_view name) {
    return Make({.kind = ExprKind::kColumn, .table = table, .text = name});
  }
  const Expr* Parameter(uint32_t slot) { return Make({.kind = ExprKind::kParameter, .slot = slot}); }
  const Expr* List(uint32_t slot) { return Make({.kind = ExprKind::kList, .slot = slot}); }
  const Expr* Raw(std::string_view text) { return Make({.kind = ExprKind::kRaw, .text = text}); }
  const Expr* Star() { return Make({.kind = ExprKind::kStar}); }
  const Expr* True() { return Make({.kind = ExprKind::kTrue}); }
  const Expr* False() { return Make({.kind = ExprKind::kFalse}); }
  const Expr* Null() { return Make({.kind = ExprKind::kNull}); }
  const Expr* Binary(std::string_view op, const Expr* a, const Expr* b) {
    return Make({.kind = ExprKind::kBinary, .text = op, .items = Items({a, b})});
  }
  const Expr* Equals(const Expr* a, const Expr* b) { return Binary("=", a, b); }
  // Flattens: one item stands for itself.
  const Expr* And(ExprList items) { return Junction(ExprKind::kAnd, items); }
  const Expr* And(const Expr* a, const Expr* b) {
    if (a == nullptr || a->kind == ExprKind::kTrue) return b;
    if (b == nullptr || b->kind == ExprKind::kTrue) return a;
    return Make({.kind = ExprKind::kAnd, .items = Items({a, b})});
  }
  const Expr* Or(ExprList items) { return Junction(ExprKind::kOr, items); }
  const Expr* Not(const Expr* a) {
    if (a->kind == ExprKind::kTrue) return False();
    if (a->kind == ExprKind::kFalse) return True();
    return Unary(ExprKind::kNot, a);
  }
  const Expr* Unary(ExprKind kind, const Expr* a) { return Make({.kind = kind, .items = Items({a})}); }
  const Expr* In(const Expr* a, const Expr* set, bool negated = false) {
    return Make({.kind = negated ? ExprKind::kNotIn : ExprKind::kIn, .items = Items({a, set})});
  }
  const Expr* InSelect(const Expr* a, const Select* select, bool negated = false) {
    return In(a, Subselect(select), negated);
  }
  const Expr* Subselect(const Select* select) { return Make({.kind = ExprKind::kSubselect, .select = select}); }
  // One item stands for itself.
  const Expr* Row(ExprList items) {
    return items.size() == 1 ? items[0] : Make({.kind = ExprKind::kRow, .items = items});
  }
  const Expr* Cast(const Expr* a, std::string_view type) {
    return Make({.kind = ExprKind::kCast, .text = type, .items = Items({a})});
  }
  const Expr* Function(std::string_view name, ExprList items) {
    return Make({.kind = ExprKind::kFunction, .text = name, .items = items});
  }
  ExprList Items(std::initializer_list<const Expr*> items) {
    std::span<const Expr*> copy = arena_.NewSpan<const Expr*>(items.size());
    size_t i = 0;
    for (const Expr* e : items) copy[i++] = e;
    return copy;
  }
  template <class T>
  std::span<const T> Copy(const std::vector<T>& items) {
    return arena_.Copy(items);
  }

 private:
  const Expr* Junction(ExprKind kind, ExprList items) {
    return items.size() == 1 ? items[0] : Make({.kind = kind, .items = items});
  }
  Arena& arena_;
};

}  // namespace prisma::sql
