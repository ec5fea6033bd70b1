// A checked request: what is to be done, in terms of the Schema. Everything refers to models and fields by id. Lives in
// the request's arena. Values that come from the request stay parameters, so that one plan serves every request of the
// same shape.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "query/document/node.h"
#include "schema/schema.h"

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;
using schema::RelationId;

enum class Action : uint8_t {
  kFindUnique,
  kFindUniqueOrThrow,
  kFindFirst,
  kFindFirstOrThrow,
  kFindMany,
  kCreateOne,
  kCreateMany,
  kCreateManyAndReturn,
  kUpdateOne,
  kUpdateMany,
  kUpdateManyAndReturn,
  kUpsertOne,
  kDeleteOne,
  kDeleteMany,
  kAggregate,
  kGroupBy,
  kQueryRaw,
  kExecuteRaw,
};

// A value in an operation: a parameter of the request, a constant, or a column (field reference).
struct Operand {
  enum class Kind : uint8_t { kParameter, kConstant, kList, kField };
  Kind kind = Kind::kConstant;
  uint32_t parameter = 0;          // ordinal of the scalar in the request
  Value constant;                  // also the coerced value of the parameter of *this* request
  std::span<const Operand> items;  // kList
  FieldId field;                   // kField
  bool is_count = false;           // skip, limit: must not be negative
};

enum class FilterKind : uint8_t {
  kTrue,
  kFalse,
  kAnd,
  kOr,
  kNot,  // children
  kEquals,
  kNotEquals,
  kIn,
  kNotIn,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kContains,
  kNotContains,
  kStartsWith,
  kNotStartsWith,
  kEndsWith,
  kNotEndsWith,
  kSearch,
  kNotSearch,
  kIsNull,
  kIsNotNull,  // equals null
  kListEquals,
  kListHas,
  kListHasEvery,
  kListHasSome,
  kListIsEmpty,
  kListIsNotEmpty,
  kJsonEquals,
  kJsonNotEquals,
  kJsonStringContains,
  kJsonStringStartsWith,
  kJsonStringEndsWith,
  kJsonArrayContains,
  kJsonArrayStartsWith,
  kJsonArrayEndsWith,
  kJsonLess,
  kJsonLessOrEqual,
  kJsonGreater,
  kJsonGreaterOrEqual,  // `json_path` may be set; is_negated
  kSome,
  kEvery,
  kNone,  // to-many relation, one child
  kIs,
  kIsNot,  // to-one relation, one child
  kRelationIsNull,
  kRelationIsNotNull,
  kAggregate,  // having: `aggregate` of the field compared by one child
};

enum class Aggregation : uint8_t { kCount, kAvg, kSum, kMin, kMax };

struct Filter {
  FilterKind kind = FilterKind::kTrue;
  FieldId field;  // scalar or relation field; invalid with kCount of `_all`
  bool is_insensitive = false;
  bool is_negated = false;  // JSON filters
  Aggregation aggregation = Aggregation::kCount;
  Operand operand;
  std::optional<Operand> json_path;
  std::span<const FieldId> more_fields;  // searched together with `field`
  std::span<const Filter> children;
};

enum class Nulls : uint8_t { kDefault, kFirst, kLast };

struct OrderBy {
  enum class Kind : uint8_t { kField, kRelationCount, kAggregation, kRelevance };
  Kind kind = Kind::kField;
  std::span<const FieldId> path;  // relation fields walked first (to-one; the last is the counted list)
  FieldId field;                  // kField, kAggregation (invalid: _all)
  Aggregation aggregation = Aggregation::kCount;
  std::span<const FieldId> relevance_fields;
  Operand search;
  bool is_descending = false;
  Nulls nulls = Nulls::kDefault;
};

struct CursorField {
  FieldId field;
  Operand value;
};

// How related records are read: by statements of their own, or with their parents' rows.
enum class LoadStrategy : uint8_t { kDefault, kQuery, kJoin };

// What selects and shapes a list of records.
struct QueryArguments {
  ModelId model;
  const Filter* where = nullptr;  // null: all
  std::span<const OrderBy> order_by;
  std::span<const CursorField> cursor;
  std::optional<Operand> take;  // negative: from the end; `constant` holds this request's value
  std::optional<Operand> skip;
  bool take_is_negative = false;
  std::span<const FieldId> distinct;
  LoadStrategy load_strategy = LoadStrategy::kDefault;
};

struct SelectedField;

// `_count: { select: { posts: { where } } }`
struct SelectedRelationCount {
  FieldId relation_field;
  const Filter* where = nullptr;
  std::string_view key;
};

struct AggregateSelection {
  Aggregation aggregation;
  std::string_view key;             // "_count"
  std::span<const FieldId> fields;  // an invalid id stands for _all
  std::span<const std::string_view> field_keys;
};

struct SelectedField {
  enum class Kind : uint8_t { kScalar, kRelation, kRelationCount, kAggregate };
  Kind kind = Kind::kScalar;
  std::string_view key;  // in the response: alias or name
  FieldId field;
  const struct FieldSelection* nested = nullptr;  // kRelation
  const QueryArguments* arguments = nullptr;      // kRelation
  std::span<const SelectedRelationCount> counts;  // kRelationCount
  AggregateSelection aggregate;                   // kAggregate
};

// In the order of the response.
struct FieldSelection {
  ModelId model;
  std::span<const SelectedField> fields;
};

enum class WriteKind : uint8_t { kSet, kIncrement, kDecrement, kMultiply, kDivide, kPush, kUnset };

struct ScalarWrite {
  FieldId field;
  WriteKind kind = WriteKind::kSet;
  Operand value;
};

struct NestedWrite;

struct WriteData {
  std::span<const ScalarWrite> scalars;
  std::span<const NestedWrite> nested;
  bool names_relations = false;  // with or without writes in them
  bool is_plain() const { return !names_relations; }
  bool is_empty() const { return scalars.empty() && !names_relations; }
};

enum class NestedKind : uint8_t {
  kCreate,
  kCreateMany,
  kConnect,
  kConnectOrCreate,
  kSet,
  kDisconnect,
  kUpdate,
  kUpdateMany,
  kUpsert,
  kDelete,
  kDeleteMany,
};

// One element of a nested write on `relation_field`; a list in the request becomes several of these, in order
// (kSet keeps its list in `set_filters`, so that `set: []` exists).
struct NestedWrite {
  FieldId relation_field;
  NestedKind kind = NestedKind::kCreate;
  bool is_nothing = false;        // an empty list: only checked
  const Filter* where = nullptr;  // unique or ordinary filter, null if none (`disconnect: true`, to-one update)
  std::span<const Filter> set_filters;
  const WriteData* create = nullptr;
  const WriteData* update = nullptr;
  std::span<const WriteData> create_many;
  bool skip_duplicates = false;
};

struct Operation {
  Action action = Action::kFindMany;
  ModelId model;
  std::string_view key;      // of the response: "findManyUser" or the alias
  QueryArguments arguments;  // where, orderBy, …
  FieldSelection selection;
  const WriteData* create = nullptr;  // createOne, upsertOne
  const WriteData* update = nullptr;  // update*, upsertOne
  std::span<const WriteData> create_many;
  bool skip_duplicates = false;
  std::optional<Operand> limit;  // updateMany, deleteMany
  std::span<const FieldId> group_by;
  const Filter* having = nullptr;
  // raw
  std::string_view raw_sql;
  std::span<const Value> raw_parameters;
};

}  // namespace prisma::query
