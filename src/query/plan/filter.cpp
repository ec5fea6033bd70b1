// Filter → condition. Relation filters become `key IN (SELECT key of the related records …)`: the sub-select does not
// depend on the outer row, so that the database runs it once and may use indexes on both sides.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "query/plan/planner.h"

namespace prisma::query {

using schema::FieldId;
using schema::FieldKind;
using sql::Expr;
using sql::ExprKind;

namespace {

bool IsNullable(const Planner& planner, FieldId id) { return planner.field(id).arity != schema::Arity::kRequired; }

std::string_view Operator(FilterKind kind) {
  switch (kind) {
    case FilterKind::kEquals:
      return "=";
    case FilterKind::kNotEquals:
      return "<>";
    case FilterKind::kLess:
      return "<";
    case FilterKind::kLessOrEqual:
      return "<=";
    case FilterKind::kGreater:
      return ">";
    case FilterKind::kGreaterOrEqual:
      return ">=";
    default:
      return {};
  }
}

Slot::Transform TransformOf(FilterKind kind) {
  switch (kind) {
    case FilterKind::kContains:
    case FilterKind::kNotContains:
      return Slot::Transform::kContains;
    case FilterKind::kStartsWith:
    case FilterKind::kNotStartsWith:
      return Slot::Transform::kStartsWith;
    case FilterKind::kEndsWith:
    case FilterKind::kNotEndsWith:
      return Slot::Transform::kEndsWith;
    default:
      return Slot::Transform::kNone;
  }
}

}  // namespace

// SQL knows true, false and unknown. What is made here is true exactly where the filter is true (or, if `wants_false`,
// false); where it is unknown neither is.
const Expr* Planner::FilterExpr(const Filter* filter, std::string_view alias, bool wants_false) {
  if (filter == nullptr) return wants_false ? sql_.False() : sql_.True();
  switch (filter->kind) {
    case FilterKind::kTrue:
      return wants_false ? sql_.False() : sql_.True();
    case FilterKind::kFalse:
      return wants_false ? sql_.True() : sql_.False();
    case FilterKind::kAnd:
      return Combined(filter->children, !wants_false, wants_false, alias);
    case FilterKind::kOr:
      return Combined(filter->children, wants_false, wants_false, alias);
    case FilterKind::kNot: {
      is_under_not_ = !is_under_not_;
      const Expr* negated = Combined(filter->children, !wants_false, !wants_false, alias);
      is_under_not_ = !is_under_not_;
      return negated;
    }
    case FilterKind::kSome:
    case FilterKind::kEvery:
    case FilterKind::kNone:
    case FilterKind::kIs:
    case FilterKind::kIsNot:
    case FilterKind::kRelationIsNull:
    case FilterKind::kRelationIsNotNull:
      return RelationFilter(*filter, alias, wants_false);
    case FilterKind::kAggregate: {
      const Expr* having = HavingFilter(*filter, alias);
      return wants_false ? sql_.Not(having) : having;
    }
    case FilterKind::kJsonEquals:
    case FilterKind::kJsonNotEquals:
    case FilterKind::kJsonStringContains:
    case FilterKind::kJsonStringStartsWith:
    case FilterKind::kJsonStringEndsWith:
    case FilterKind::kJsonArrayContains:
    case FilterKind::kJsonArrayStartsWith:
    case FilterKind::kJsonArrayEndsWith:
    case FilterKind::kJsonLess:
    case FilterKind::kJsonLessOrEqual:
    case FilterKind::kJsonGreater:
    case FilterKind::kJsonGreaterOrEqual:
      return JsonFilter(*filter, alias, wants_false);
    case FilterKind::kListEquals:
    case FilterKind::kListHas:
    case FilterKind::kListHasEvery:
    case FilterKind::kListHasSome:
    case FilterKind::kListIsEmpty:
    case FilterKind::kListIsNotEmpty: {
      const Expr* condition = ListFilter(*filter, alias);
      return wants_false ? sql_.Not(condition) : condition;
    }
    default: {
      const Expr* condition = Compare(*filter, Column(alias, filter->field), SlotTypeOf(filter->field), alias);
      return wants_false ? sql_.Not(condition) : condition;
    }
  }
}

namespace {

sql::JsonTest JsonTestOf(FilterKind kind) {
  using sql::JsonTest;
  switch (kind) {
    case FilterKind::kJsonEquals:
      return JsonTest::kEquals;
    case FilterKind::kJsonNotEquals:
      return JsonTest::kNotEquals;
    case FilterKind::kJsonStringContains:
      return JsonTest::kStringContains;
    case FilterKind::kJsonStringStartsWith:
      return JsonTest::kStringStartsWith;
    case FilterKind::kJsonStringEndsWith:
      return JsonTest::kStringEndsWith;
    case FilterKind::kJsonArrayContains:
      return JsonTest::kArrayContains;
    case FilterKind::kJsonArrayStartsWith:
      return JsonTest::kArrayStartsWith;
    case FilterKind::kJsonArrayEndsWith:
      return JsonTest::kArrayEndsWith;
    case FilterKind::kJsonLess:
      return JsonTest::kLess;
    case FilterKind::kJsonLessOrEqual:
      return JsonTest::kLessOrEqual;
    case FilterKind::kJsonGreater:
      return JsonTest::kGreater;
    default:
      return JsonTest::kGreaterOrEqual;
  }
}

}  // namespace

const Expr* Planner::JsonFilter(const Filter& filter, std::string_view alias, bool wants_false) {
  SlotType text_type;
  sql::JsonCondition condition;
  condition.test = JsonTestOf(filter.kind);
  condition.column = Column(alias, filter.field);
  if (filter.json_path) condition.path = TypedOperandExpr(*filter.json_path, text_type, alias);
  condition.value_is_column = filter.operand.kind == Operand::Kind::kField;
  condition.is_insensitive = filter.is_insensitive;
  condition.is_negated = filter.is_negated;
  switch (filter.kind) {
    case FilterKind::kJsonEquals:
    case FilterKind::kJsonNotEquals: {
      // That it is negated is in the kind already.
      condition.is_negated = false;
      condition.value = TypedOperandExpr(filter.operand, SlotTypeOf(filter.field), alias);
      const Expr* test = dialect_.Json(sql_, condition);
      return wants_false ? sql_.Not(test) : test;
    }
    case FilterKind::kJsonStringContains:
    case FilterKind::kJsonStringStartsWith:
    case FilterKind::kJsonStringEndsWith: {
      Slot::Transform transform = filter.kind == FilterKind::kJsonStringContains     ? Slot::Transform::kContains
                                  : filter.kind == FilterKind::kJsonStringStartsWith ? Slot::Transform::kStartsWith
                                                                                     : Slot::Transform::kEndsWith;
      condition.value = TypedOperandExpr(filter.operand, text_type, alias, transform);
      break;
    }
    default:
      condition.value = TypedOperandExpr(filter.operand, SlotTypeOf(filter.field), alias);
  }
  // Tests of a value's type stay outside of the negation by a NOT of the request, not of that by `every` and its like.
  condition.is_negated = filter.is_negated != is_under_not_;
  const Expr* test = dialect_.Json(sql_, condition);
  return wants_false == is_under_not_ ? test : sql_.Not(test);
}

// Of columns that hold lists.
const Expr* Planner::ListFilter(const Filter& filter, std::string_view alias) {
  const Expr* column = Column(alias, filter.field);
  SlotType type = SlotTypeOf(filter.field);
  auto list = [&]() -> const Expr* {
    if (filter.operand.kind == Operand::Kind::kField) return Column(alias, filter.operand.field);
    return Parameter(ArraySlot(filter.operand.items, type));
  };
  switch (filter.kind) {
    case FilterKind::kListHas:
      if (filter.operand.kind != Operand::Kind::kField) {
        return sql_.Binary("@>", column, Parameter(ArraySlot({&filter.operand, 1}, type)));
      }
      return sql_.Equals(Column(alias, filter.operand.field), sql_.Function("ANY", sql_.Items({column})));
    case FilterKind::kListHasEvery:
      return sql_.Binary("@>", column, list());
    case FilterKind::kListHasSome:
      return sql_.Binary("&&", column, list());
    case FilterKind::kListEquals:
      return sql_.Equals(column, list());
    case FilterKind::kListIsEmpty:
      return sql_.Equals(sql_.Function("CARDINALITY", sql_.Items({column})), sql_.Raw("0"));
    default:
      return sql_.Binary(">", sql_.Function("CARDINALITY", sql_.Items({column})), sql_.Raw("0"));
  }
}

const Expr* Planner::SearchFilter(const Filter& filter, const Expr* column, std::string_view alias) {
  SlotType text_type;
  std::vector<const Expr*> columns = {column};
  for (FieldId id : filter.more_fields) columns.push_back(Column(alias, id));
  const Expr* found = dialect_.Search(sql_, sql_.Copy(columns), TypedOperandExpr(filter.operand, text_type, alias));
  return filter.kind == FilterKind::kNotSearch ? sql_.Not(found) : found;
}

// AND (`is_and`) or OR of the children, each wanted false or true.
const Expr* Planner::Combined(std::span<const Filter> children, bool is_and, bool wants_false, std::string_view alias) {
  std::vector<const Expr*> items;
  ExprKind neutral = is_and ? ExprKind::kTrue : ExprKind::kFalse;
  ExprKind decisive = is_and ? ExprKind::kFalse : ExprKind::kTrue;
  for (const Filter& child : children) {
    const Expr* item = FilterExpr(&child, alias, wants_false);
    if (item->kind == decisive) return item;
    if (item->kind != neutral) items.push_back(item);
  }
  if (items.empty()) return is_and ? sql_.True() : sql_.False();
  return is_and ? sql_.And(sql_.Copy(items)) : sql_.Or(sql_.Copy(items));
}

const Expr* Planner::Compare(const Filter& filter, const Expr* left, SlotType type, std::string_view alias) {
  switch (filter.kind) {
    case FilterKind::kTrue:
      return sql_.True();
    case FilterKind::kFalse:
      return sql_.False();
    case FilterKind::kEquals:
    case FilterKind::kNotEquals:
    case FilterKind::kLess:
    case FilterKind::kLessOrEqual:
    case FilterKind::kGreater:
    case FilterKind::kGreaterOrEqual: {
      if (filter.operand.kind != Operand::Kind::kField && filter.operand.constant.is_null()) {
        if (filter.kind == FilterKind::kEquals) return sql_.Unary(ExprKind::kIsNull, left);
        if (filter.kind == FilterKind::kNotEquals) return sql_.Unary(ExprKind::kIsNotNull, left);
      }
      const Expr* right = TypedOperandExpr(filter.operand, type, alias);
      if (filter.is_insensitive && features().insensitive_like) {
        if (filter.kind == FilterKind::kEquals || filter.kind == FilterKind::kNotEquals) {
          // As Prisma does it: a pattern.
          return sql_.Make({.kind = filter.kind == FilterKind::kEquals ? ExprKind::kLike : ExprKind::kNotLike,
                            .is_insensitive = true,
                            .items = sql_.Items({left, right})});
        }
        left = sql_.Function("LOWER", sql_.Items({left}));
        right = sql_.Function("LOWER", sql_.Items({right}));
      }
      return sql_.Binary(Operator(filter.kind), left, right);
    }
    case FilterKind::kIn:
    case FilterKind::kNotIn: {
      bool negated = filter.kind == FilterKind::kNotIn;
      if (filter.operand.kind == Operand::Kind::kField) {
        const Expr* right = TypedOperandExpr(filter.operand, type, alias);
        if (field(filter.operand.field).arity == schema::Arity::kList && filter.is_insensitive &&
            features().insensitive_like) {
          return sql_.Make({.kind = negated ? ExprKind::kNotLike : ExprKind::kLike,
                            .is_insensitive = true,
                            .items = sql_.Items({left, sql_.Function(negated ? "ALL" : "ANY", sql_.Items({right}))})});
        }
        if (field(filter.operand.field).arity == schema::Arity::kList) {
          return sql_.Binary(negated ? "<>" : "=", left, sql_.Function(negated ? "ALL" : "ANY", sql_.Items({right})));
        }
        return sql_.Binary(negated ? "<>" : "=", left, right);
      }
      if (filter.is_insensitive && features().insensitive_like && filter.operand.kind == Operand::Kind::kList) {
        std::vector<const Expr*> values;
        for (const Operand& item : filter.operand.items) {
          values.push_back(sql_.Function("LOWER", sql_.Items({TypedOperandExpr(item, type, alias)})));
        }
        if (values.empty()) return negated ? sql_.True() : sql_.False();
        const Expr* row = sql_.Make({.kind = ExprKind::kRow, .items = sql_.Copy(values)});
        return sql_.In(sql_.Function("LOWER", sql_.Items({left})), row, negated);
      }
      if (filter.operand.items.empty()) return negated ? sql_.True() : sql_.False();
      const Expr* list = TypedOperandList(filter.operand, type, alias);
      return sql_.In(left, list, negated);
    }
    case FilterKind::kContains:
    case FilterKind::kStartsWith:
    case FilterKind::kEndsWith:
    case FilterKind::kNotContains:
    case FilterKind::kNotStartsWith:
    case FilterKind::kNotEndsWith: {
      bool negated = filter.kind == FilterKind::kNotContains || filter.kind == FilterKind::kNotStartsWith ||
                     filter.kind == FilterKind::kNotEndsWith;
      const Expr* right = TypedOperandExpr(filter.operand, type, alias, TransformOf(filter.kind));
      return sql_.Make({.kind = negated ? ExprKind::kNotLike : ExprKind::kLike,
                        .is_insensitive = filter.is_insensitive,
                        .items = sql_.Items({left, right})});
    }
    case FilterKind::kSearch:
    case FilterKind::kNotSearch:
      return SearchFilter(filter, left, alias);
    case FilterKind::kIsNull:
      return sql_.Unary(ExprKind::kIsNull, left);
    case FilterKind::kIsNotNull:
      return sql_.Unary(ExprKind::kIsNotNull, left);
    case FilterKind::kAnd:
    case FilterKind::kOr:
    case FilterKind::kNot: {
      // Of an aggregate: the comparisons of its children.
      std::vector<const Expr*> items;
      for (const Filter& child : filter.children) {
        const Expr* item = Compare(child, left, type, alias);
        items.push_back(filter.kind == FilterKind::kNot ? sql_.Not(item) : item);
      }
      if (filter.kind == FilterKind::kOr) return items.empty() ? sql_.False() : sql_.Or(sql_.Copy(items));
      return items.empty() ? sql_.True() : sql_.And(sql_.Copy(items));
    }
    default:
      throw Error("", "This filter is not supported by the database.");
  }
}

const Expr* Planner::AggregateExpr(Aggregation aggregation, FieldId id, std::string_view alias) {
  static constexpr std::string_view kNames[] = {"COUNT", "AVG", "SUM", "MIN", "MAX"};
  const Expr* argument = id.valid() ? Column(alias, id) : sql_.Star();
  return sql_.Function(kNames[static_cast<size_t>(aggregation)], sql_.Items({argument}));
}

SlotType Planner::AggregateType(Aggregation aggregation, FieldId id) const {
  SlotType type;
  if (aggregation == Aggregation::kCount || !id.valid()) {
    type.scalar = schema::ScalarType::kInt;
    return type;
  }
  type = SlotTypeOf(id);
  bool is_integer = type.scalar == schema::ScalarType::kInt || type.scalar == schema::ScalarType::kBigInt;
  if (aggregation == Aggregation::kAvg && is_integer) type.scalar = schema::ScalarType::kFloat;
  return type;
}

const Expr* Planner::HavingFilter(const Filter& filter, std::string_view alias) {
  const Expr* left = AggregateExpr(filter.aggregation, filter.field, alias);
  SlotType type = AggregateType(filter.aggregation, filter.field);
  std::vector<const Expr*> items;
  for (const Filter& child : filter.children) items.push_back(Compare(child, left, type, alias));
  return items.empty() ? sql_.True() : sql_.And(sql_.Copy(items));
}

// SELECT the values that the own side's key has where there is a related record for which `where` is true (or false).
const sql::Select* Planner::RelatedKeys(const Link& link, const Filter* where, bool wants_false) {
  std::string_view related = NextAlias();
  const bool is_of_write = std::exchange(filters_write_, false);
  const Expr* condition = FilterExpr(where, related, wants_false);
  filters_write_ = is_of_write;
  sql::Select select;
  std::vector<sql::SelectColumn> columns;
  if (link.is_many_to_many) {
    std::string_view pairs = NextAlias();
    columns.push_back({.expr = sql_.Column(pairs, link.own_column), .alias = {}});
    select.from = JoinTableOf(link, pairs);
    if (condition->kind != ExprKind::kTrue || schema_.relation_mode == schema::RelationMode::kPrisma) {
      std::vector<sql::Join> joins;
      joins.push_back({.kind = sql::JoinKind::kInner,
                       .table = TableOf(link.other_model, related),
                       .on = sql_.Equals(Column(related, link.other[0]), sql_.Column(pairs, link.other_column))});
      select.joins = sql_.Copy(joins);
    }
  } else {
    columns = Columns(link.other, related);
    select.from = TableOf(link.other_model, related);
    for (FieldId f : link.other) {
      if (IsNullable(*this, f)) {
        condition = sql_.And(condition, sql_.Unary(ExprKind::kIsNotNull, Column(related, f)));
      }
    }
  }
  select.columns = sql_.Copy(columns);
  select.where = condition;
  return arena_.New<sql::Select>(select);
}

const Expr* Planner::OwnKey(const Link& link, std::string_view alias) {
  std::vector<const Expr*> columns;
  for (FieldId f : link.own) columns.push_back(Column(alias, f));
  return sql_.Row(sql_.Copy(columns));
}

// True also where the own key is null: such a record has no related ones.
const Expr* Planner::NotInKeys(const Link& link, std::string_view alias, const sql::Select* keys) {
  std::vector<const Expr*> items{sql_.InSelect(OwnKey(link, alias), keys, true)};
  for (FieldId f : link.own) {
    if (IsNullable(*this, f)) items.push_back(sql_.Unary(ExprKind::kIsNull, Column(alias, f)));
  }
  return sql_.Or(sql_.Copy(items));
}

// No related record: the key is null, or no record has it.
const Expr* Planner::NoRelated(const Link& link, std::string_view alias) {
  bool is_enforced = schema_.relation_mode == schema::RelationMode::kForeignKeys;
  if (!link.is_own_foreign_key || !is_enforced) return NotInKeys(link, alias, RelatedKeys(link, nullptr, false));
  std::vector<const Expr*> items;
  for (FieldId f : link.own) items.push_back(sql_.Unary(ExprKind::kIsNull, Column(alias, f)));
  return sql_.Or(sql_.Copy(items));
}

const Expr* Planner::RelationFilter(const Filter& filter, std::string_view alias, bool wants_false) {
  Link link = LinkOf(filter.field);
  const Filter* where = filter.children.empty() ? nullptr : &filter.children[0];
  auto has = [&](bool with_false) -> const Expr* {
    const sql::Select* keys = RelatedKeys(link, where, with_false);
    if (keys->where != nullptr && keys->where->kind == ExprKind::kFalse) return sql_.False();
    return sql_.InSelect(OwnKey(link, alias), keys);
  };
  auto has_none = [&](bool with_false) -> const Expr* {
    const sql::Select* keys = RelatedKeys(link, where, with_false);
    if (keys->where != nullptr && keys->where->kind == ExprKind::kFalse) return sql_.True();
    return NotInKeys(link, alias, keys);
  };
  switch (filter.kind) {
    case FilterKind::kSome:
      return wants_false ? has_none(false) : has(false);
    case FilterKind::kNone:
      return wants_false ? has(false) : has_none(false);
    case FilterKind::kEvery:
      return wants_false ? has(true) : has_none(true);
    case FilterKind::kIs:
    case FilterKind::kIsNot: {
      const bool is_not = filter.kind == FilterKind::kIsNot && !filters_write_;
      is_under_not_ = is_under_not_ != is_not;
      const bool is_positive = (filter.kind == FilterKind::kIs) != wants_false;
      const Expr* differs = is_positive || filters_write_ ? nullptr : has(true);
      const Expr* plain = differs != nullptr ? nullptr : is_positive ? has(false) : has_none(false);
      is_under_not_ = is_under_not_ != is_not;
      if (plain != nullptr) return plain;
      const Expr* missing = NoRelated(link, alias);
      return differs->kind == ExprKind::kFalse ? missing : sql_.Or(sql_.Items({differs, missing}));
    }
    case FilterKind::kRelationIsNull:
    case FilterKind::kRelationIsNotNull: {
      const bool wants_null = (filter.kind == FilterKind::kRelationIsNull) != wants_false;
      if (!link.is_own_foreign_key) return wants_null ? NoRelated(link, alias) : has(false);
      // Prisma looks at the foreign key alone; of a compound one all columns must be null.
      std::vector<const Expr*> items;
      for (FieldId f : link.own) {
        items.push_back(sql_.Unary(wants_null ? ExprKind::kIsNull : ExprKind::kIsNotNull, Column(alias, f)));
      }
      return wants_null ? sql_.And(sql_.Copy(items)) : sql_.Or(sql_.Copy(items));
    }
    default:
      throw InternalError("not a relation filter");
  }
}

namespace {

// An index of `other_model` begins with the link's columns.
bool HasIndex(const Planner& planner, const Link& link) {
  for (schema::IndexId id : planner.model(link.other_model).indexes) {
    const schema::Index& index = planner.schema().indexes[id];
    if (index.kind == schema::IndexKind::kFulltext || index.fields.size() < link.other.size()) continue;
    bool begins = true;
    for (size_t i = 0; i < link.other.size(); ++i) {
      begins &= std::find(link.other.begin(), link.other.end(), index.fields[i].field) != link.other.end();
    }
    if (begins) return true;
  }
  return false;
}

}  // namespace

// Number of related records: a sub-select over the row of `alias`; where that would read the whole table for each row
// and `joins` is given, one joined table of all the counts.
const Expr* Planner::CountExpr(FieldId relation_field, const Filter* where, std::string_view alias,
                               std::vector<sql::Join>* joins) {
  Link link = LinkOf(relation_field);
  bool is_joined = joins != nullptr && !link.is_many_to_many && !HasIndex(*this, link);
  std::string_view related = NextAlias();
  const Expr* condition = FilterExpr(where, related);
  const Expr* count = sql_.Function("COUNT", sql_.Items({sql_.Star()}));
  std::string_view counts = is_joined ? NextAlias() : std::string_view();
  sql::Select select;
  std::vector<sql::SelectColumn> columns;
  std::vector<sql::Join> own_joins;
  const Expr* linked = nullptr;
  if (link.is_many_to_many) {
    std::string_view pairs = NextAlias();
    select.from = JoinTableOf(link, pairs);
    // Without foreign keys there may be links to records that are gone.
    if (condition->kind != ExprKind::kTrue || schema_.relation_mode == schema::RelationMode::kPrisma) {
      own_joins.push_back({.kind = sql::JoinKind::kInner,
                           .table = TableOf(link.other_model, related),
                           .on = sql_.Equals(Column(related, link.other[0]), sql_.Column(pairs, link.other_column))});
    }
    linked = sql_.Equals(sql_.Column(pairs, link.own_column), Column(alias, link.own[0]));
  } else {
    select.from = TableOf(link.other_model, related);
    std::vector<const Expr*> keys;
    for (size_t i = 0; i < link.own.size(); ++i) {
      const Expr* key = Column(is_joined ? counts : related, link.other[i]);
      linked = sql_.And(linked, sql_.Equals(key, Column(alias, link.own[i])));
      if (is_joined) {
        keys.push_back(Column(related, link.other[i]));
        columns.push_back({.expr = keys.back(), .alias = {}});
      }
    }
    select.group_by = sql_.Copy(keys);
  }
  columns.push_back({.expr = count, .alias = is_joined ? "count" : std::string_view()});
  select.columns = sql_.Copy(columns);
  select.joins = sql_.Copy(own_joins);
  select.where = is_joined ? condition : sql_.And(linked, condition);
  const sql::Select* made = arena_.New<sql::Select>(select);
  if (!is_joined) return sql_.Subselect(made);
  joins->push_back({.kind = sql::JoinKind::kLeft,
                    .table = {.schema = {}, .name = {}, .alias = counts, .select = made},
                    .on = linked});
  return sql_.Function("COALESCE", sql_.Items({sql_.Column(counts, "count"), sql_.Raw("0")}));
}

}  // namespace prisma::query
