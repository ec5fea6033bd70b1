// Orders and cursors. A cursor's condition says "from the cursor's record on" in the order asked for; where the order
// is not unique it lets more through, and LevelProcessing finds the record itself.
#include <algorithm>

#include "query/plan/planner.h"

namespace prisma::query {

using schema::FieldId;
using sql::Expr;
using sql::ExprKind;

namespace {

bool IsNullable(const Planner& planner, FieldId id) { return planner.field(id).arity != schema::Arity::kRequired; }

bool IsKey(const schema::Index& index) {
  return index.kind == schema::IndexKind::kPrimaryKey || index.kind == schema::IndexKind::kUnique;
}

// By itself.
bool IsUnique(const Planner& planner, FieldId field) {
  const std::vector<schema::IndexId>& indexes = planner.model(planner.field(field).model).indexes;
  return std::any_of(indexes.begin(), indexes.end(), [&](schema::IndexId id) {
    const schema::Index& index = planner.schema().indexes[id];
    return IsKey(index) && index.fields.size() == 1 && index.fields[0].field == field;
  });
}

}  // namespace

std::vector<OrderBy> ImplicitOrder(const Planner& planner, const QueryArguments& arguments) {
  std::vector<OrderBy> orders(arguments.order_by.begin(), arguments.order_by.end());
  bool is_paged = arguments.take || arguments.skip || !arguments.cursor.empty();
  if (!orders.empty() || !is_paged) return orders;
  for (FieldId f : planner.IdFields(arguments.model)) {
    OrderBy order;
    order.field = f;
    orders.push_back(order);
  }
  return orders;
}

// The orders must begin with the distinct fields.
bool DistinctsNatively(const Planner& planner, const QueryArguments& arguments) {
  if (arguments.distinct.empty() || !planner.features().distinct_on) return false;
  if (!planner.schema().HasPreviewFeature("nativeDistinct")) return false;
  if (arguments.take || arguments.skip || !arguments.cursor.empty()) return false;
  const std::span<const OrderBy> orders = arguments.order_by;
  if (orders.empty()) return true;
  if (orders.size() < arguments.distinct.size()) return false;
  for (FieldId f : arguments.distinct) {
    const auto first = orders.first(arguments.distinct.size());
    if (std::none_of(first.begin(), first.end(), [&](const OrderBy& order) {
          return order.kind == OrderBy::Kind::kField && order.path.empty() && order.field == f;
        })) {
      return false;
    }
  }
  return true;
}

bool NeedsProcessing(const Planner& planner, const QueryArguments& arguments) {
  if (!arguments.distinct.empty()) return !DistinctsNatively(planner, arguments);
  if (arguments.cursor.empty()) return false;
  std::vector<OrderBy> orders = ImplicitOrder(planner, arguments);
  // Nulls compare with nothing: the condition of the cursor lets them all through.
  for (const OrderBy& order : orders) {
    if (order.kind != OrderBy::Kind::kField) continue;
    if (IsNullable(planner, order.field)) return true;
    for (FieldId hop : order.path) {
      if (planner.field(hop).arity == schema::Arity::kOptional) return true;
    }
  }
  auto is_ordered = [&](FieldId f) {
    return std::any_of(orders.begin(), orders.end(), [&](const OrderBy& order) {
      return order.kind == OrderBy::Kind::kField && order.path.empty() && order.field == f && !IsNullable(planner, f);
    });
  };
  for (schema::IndexId id : planner.model(arguments.model).indexes) {
    const schema::Index& index = planner.schema().indexes[id];
    // As Prisma does, a compound id does not count.
    if (!IsKey(index) || (index.kind == schema::IndexKind::kPrimaryKey && index.fields.size() > 1)) continue;
    if (std::all_of(index.fields.begin(), index.fields.end(),
                    [&](const schema::IndexField& f) { return is_ordered(f.field); })) {
      return false;
    }
  }
  // What is unique among records that belong to one record each is unique here as well.
  return std::none_of(orders.begin(), orders.end(), [&](const OrderBy& order) {
    return order.kind == OrderBy::Kind::kField && !order.path.empty() && IsUnique(planner, order.field) &&
           std::all_of(order.path.begin(), order.path.end(), [&](FieldId hop) {
             const FieldId back = planner.schema().OppositeField(hop);
             return back.valid() && planner.field(back).arity != schema::Arity::kList;
           });
  });
}

const Expr* Planner::OrderValue(const OrderBy& order, std::string_view alias, std::vector<sql::Join>& joins,
                                std::vector<const Expr*>* nullable_keys) {
  if (order.kind == OrderBy::Kind::kAggregation) return AggregateExpr(order.aggregation, order.field, alias);
  bool is_count = order.kind == OrderBy::Kind::kRelationCount;
  size_t hops = order.path.size() - (is_count && !order.path.empty() ? 1 : 0);
  for (size_t i = 0; i < hops; ++i) {
    Link link = LinkOf(order.path[i]);
    if (nullable_keys != nullptr && i + 1 == hops && link.is_own_foreign_key) {
      for (FieldId f : link.own) {
        if (IsNullable(*this, f)) nullable_keys->push_back(Column(alias, f));
      }
    }
    // Orders and cursors that go the same way share its joins.
    const auto [known, is_new] = joined_.try_emplace({alias, order.path[i].index});
    if (!is_new) {
      alias = known->second;
      continue;
    }
    std::string_view related = NextAlias();
    known->second = related;
    const Expr* on = nullptr;
    for (size_t k = 0; k < link.own.size(); ++k) {
      on = sql_.And(on, sql_.Equals(Column(related, link.other[k]), Column(alias, link.own[k])));
    }
    joins.push_back({.kind = sql::JoinKind::kLeft, .table = TableOf(link.other_model, related), .on = on});
    alias = related;
  }
  if (order.kind == OrderBy::Kind::kRelevance) {
    std::vector<const Expr*> columns;
    for (FieldId f : order.relevance_fields) columns.push_back(Column(alias, f));
    SlotType text_type;
    return dialect_.Relevance(sql_, sql_.Copy(columns), TypedOperandExpr(order.search, text_type, alias));
  }
  if (is_count) return CountExpr(order.path.empty() ? order.field : order.path.back(), nullptr, alias, &joins);
  return Column(alias, order.field);
}

void Planner::OrderExprs(std::span<const OrderBy> orders, std::string_view alias, bool is_reversed,
                         std::vector<sql::Join>& joins, std::vector<sql::Order>& out) {
  for (const OrderBy& order : orders) {
    sql::Order item;
    item.expr = OrderValue(order, alias, joins);
    item.is_descending = order.is_descending != is_reversed;
    if (order.nulls != Nulls::kDefault) {
      bool is_first = (order.nulls == Nulls::kFirst) != is_reversed;
      if (features().nulls_order) {
        item.nulls = is_first ? sql::NullsOrder::kFirst : sql::NullsOrder::kLast;
      } else {
        const Expr* is_null = sql_.Unary(ExprKind::kIsNull, item.expr);
        out.push_back({.expr = sql_.Make({.kind = ExprKind::kCase,
                                          .items = sql_.Items({is_null, sql_.Raw(is_first ? "0" : "1"),
                                                               sql_.Raw(is_first ? "1" : "0")})})});
      }
    }
    out.push_back(item);
  }
}

const Expr* Planner::CursorExpr(const QueryArguments& arguments, std::string_view alias,
                                std::vector<sql::Join>& joins) {
  if (arguments.cursor.empty()) return sql_.True();
  std::vector<OrderBy> orders = ImplicitOrder(*this, arguments);
  struct Key {
    const Expr* value;
    const Expr* at_cursor;  // the cursor's record's value
    bool is_nullable;
    bool is_descending;
    std::vector<const Expr*> nullable_keys;  // of the last relation on the way to the value
  };
  std::vector<Key> keys;
  for (const OrderBy& order : orders) {
    Key key;
    bool is_field = order.kind == OrderBy::Kind::kField;
    key.value = OrderValue(order, alias, joins, is_field ? &key.nullable_keys : nullptr);
    std::string_view inner = NextAlias();
    std::vector<sql::Join> inner_joins;
    std::vector<sql::SelectColumn> columns{{.expr = OrderValue(order, inner, inner_joins), .alias = {}}};
    sql::Select select;
    select.columns = sql_.Copy(columns);
    select.from = TableOf(arguments.model, inner);
    select.joins = sql_.Copy(inner_joins);
    const Expr* where = nullptr;
    for (const CursorField& f : arguments.cursor) {
      where = sql_.And(where, sql_.Equals(Column(inner, f.field), OperandExpr(f.value, f.field, inner)));
    }
    select.where = where;
    key.at_cursor = sql_.Subselect(arena_.New<sql::Select>(select));
    key.is_nullable = is_field && IsNullable(*this, order.field);
    key.is_descending = order.is_descending != arguments.take_is_negative;
    keys.push_back(std::move(key));
  }
  auto or_null = [&](const Key& key, const Expr* condition) {
    if (!key.is_nullable) return condition;
    return sql_.Or(sql_.Items(
        {condition, sql_.Unary(ExprKind::kIsNull, key.value), sql_.Unary(ExprKind::kIsNull, key.at_cursor)}));
  };
  std::vector<const Expr*> any;
  for (size_t n = keys.size(); n-- > 0;) {
    std::vector<const Expr*> all;
    for (size_t i = 0; i < n; ++i) all.push_back(or_null(keys[i], sql_.Equals(keys[i].value, keys[i].at_cursor)));
    bool is_last = n + 1 == keys.size();
    std::string_view op = keys[n].is_descending ? (is_last ? "<=" : "<") : (is_last ? ">=" : ">");
    const Expr* beyond = or_null(keys[n], sql_.Binary(op, keys[n].value, keys[n].at_cursor));
    for (const Expr* key : keys[n].nullable_keys) {
      beyond = sql_.Or(sql_.Items({beyond, sql_.Unary(ExprKind::kIsNull, key)}));
    }
    all.push_back(beyond);
    any.push_back(sql_.And(sql_.Copy(all)));
  }
  return any.empty() ? sql_.True() : sql_.Or(sql_.Copy(any));
}

}  // namespace prisma::query
