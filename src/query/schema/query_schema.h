// The inputs and outputs that a request may use. Nothing is made until it is asked for: every type is a small key, and
// its fields are made on first use and kept. Safe for all threads; what is handed out lives as long as the QuerySchema.
//
// checked/unchecked: the two forms of data for a model: with relations alone, or with the columns of foreign keys.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "schema/schema.h"

namespace prisma::query {

enum class InputScalar : uint8_t {
  kNull,
  kString,
  kInt,
  kBigInt,
  kFloat,
  kDecimal,
  kBoolean,
  kDateTime,
  kBytes,
  kJson,
  kJsonList,  // parameters of raw queries: the text of a JSON list
};
std::string_view InputScalarName(InputScalar scalar);
InputScalar InputScalarOf(schema::ScalarType type);

struct EnumType {
  std::string_view name;
  std::span<const std::string_view> values;
  bool is_model = false;  // written in the schema, as against made for requests
  schema::EnumId id;      // is_model
  uint32_t number = 0;    // as in InputObject
};

enum class InputKind : uint8_t {
  kArguments,        // a = RootKind, b = model
  kToManyArguments,  // a = model
  kWhereArguments,   // a = model: `where` alone
  kRawArguments,
  kWhere,             // a = model
  kScalarWhere,       // a = model, flag: with aggregates
  kWhereUnique,       // a = model
  kCompoundUnique,    // a = model, b = index
  kOrderBy,           // a = model, flag: of groupBy
  kOrderByAggregate,  // a = model, b = AggregateKind
  kOrderByToMany,     // a = model
  kOrderByRelevance,  // a = model
  kSortOrder,
  kScalarFilter,          // a = type key, flags
  kScalarListFilter,      // a = type key, flag: nullable
  kToManyRelationFilter,  // a = model
  kToOneRelationFilter,   // a = model, flag: nullable
  kFieldReference,        // a = type key, flag: list
  kCreate,                // a = model, b = field left out, flag: unchecked
  kUpdate,                // the same
  kCreateMany,            // a = model, b = field left out
  kUpdateMany,            // a = model, b = field left out, flag: unchecked
  kCreateManyEnvelope,    // a = model, b = field left out
  kCreateRelation,        // a = relation field, flag: unchecked
  kUpdateRelation,        // the same
  kConnectOrCreate,       // a = relation field
  kUpsertRelation,        // a = relation field
  kUpdateOneWhere,        // a = relation field
  kUpdateManyWhere,       // a = relation field
  kCreateList,            // a = scalar field
  kUpdateList,            // a = scalar field
  kUpdateOperations,      // a = type key, flag: nullable
  // a = composite type; flag: a list, kNullable: optional.
  kCompositeFilter,
  kCompositeEquality,
  kCompositeWhere,
  kCompositeOrderBy,
  kCompositeOrderByAggregate,
  kCompositeCreateEnvelope,
  kCompositeCreate,
  kCompositeUpdateEnvelope,
  kCompositeUpdate,
  kCompositeUpsert,
  kCompositeUpdateMany,
  kCompositeDeleteMany,
};

struct InputObject;

struct InputType {
  enum class Kind : uint8_t { kScalar, kEnum, kObject };
  Kind kind = Kind::kScalar;
  bool is_list = false;
  InputScalar scalar = InputScalar::kNull;
  union {  // by kind
    const EnumType* enum_type = nullptr;
    const InputObject* object;
  };
};

struct InputField {
  std::string_view name;
  std::span<const InputType> types;  // the first that fits is taken
  bool is_required = false;
  bool requires_order_by = false;  // DMMF only
  bool is_nullable() const {
    return types.back().kind == InputType::Kind::kScalar && !types.back().is_list &&
           types.back().scalar == InputScalar::kNull;
  }
};

struct InputObject {
  static constexpr uint8_t kFlag = 1;      // see InputKind
  static constexpr uint8_t kNullable = 2;  // kScalarFilter …
  static constexpr uint8_t kNested = 4;
  static constexpr uint8_t kAggregates = 8;
  static constexpr uint8_t kNamed = 16;  // kScalarFilter: the connector's own name for the type

  InputKind kind = InputKind::kWhere;
  uint8_t flags = 0;
  uint32_t a = UINT32_MAX, b = UINT32_MAX;
  uint32_t number = 0;               // input objects, output objects and enums are counted together, as they are made
  std::string_view grouping;         // the model or composite type it was first made for; empty if it serves all
  std::string_view own_filter_name;  // kNamed
  bool is(uint8_t flag) const { return (flags & flag) != 0; }

  // Filled with the fields:
  std::span<const InputField> fields;
  int min_fields = -1, max_fields = -1;                  // -1: open
  std::span<const std::string_view> constrained_fields;  // the two count these only, if there are any
  std::atomic<bool> is_ready{false};
};

enum class AggregateKind : uint8_t { kCount, kAvg, kSum, kMin, kMax };
std::string_view AggregateName(AggregateKind kind);  // "_count"

enum class OutputKind : uint8_t {
  kQuery,
  kMutation,
  kModel,            // a = model
  kRelationCount,    // a = model
  kAggregate,        // a = model
  kGroupBy,          // a = model
  kAggregateFields,  // a = model, b = AggregateKind
  kAffectedRows,
  kCreateManyAndReturn,
  kUpdateManyAndReturn,  // a = model
  kComposite,            // a = composite type
};

struct OutputObject;

struct OutputField {
  std::string_view name;
  bool is_list = false;
  bool is_nullable = false;
  InputScalar scalar = InputScalar::kJson;  // if it is neither of these:
  const EnumType* enum_type = nullptr;
  const OutputObject* object = nullptr;
  const InputObject* arguments = nullptr;  // may be null: none
  bool is_relation = false;
};

struct OutputObject {
  OutputKind kind = OutputKind::kModel;
  uint32_t a = UINT32_MAX, b = UINT32_MAX;
  uint32_t number = 0;  // as in InputObject
  std::span<const OutputField> fields;
  std::atomic<bool> is_ready{false};
};

// What can be done at the root, in the order in which the query and mutation types have them for each model.
enum class RootKind : uint8_t {
  kFindFirst,
  kFindFirstOrThrow,
  kFindMany,
  kAggregate,
  kGroupBy,
  kFindUnique,
  kFindUniqueOrThrow,
  kFindRaw,
  kAggregateRaw,
  kCreateOne,
  kUpsertOne,
  kCreateMany,
  kCreateManyAndReturn,
  kDeleteOne,
  kUpdateOne,
  kUpdateMany,
  kUpdateManyAndReturn,
  kDeleteMany,
  kExecuteRaw,  // this and the rest: of no model
  kQueryRaw,
  kRunCommandRaw,
};
inline constexpr RootKind kFirstMutation = RootKind::kCreateOne;
inline constexpr size_t kRootKinds = static_cast<size_t>(RootKind::kRunCommandRaw) + 1;
std::string_view RootName(RootKind kind);  // "findFirst", "createManyAndReturn", …
std::optional<RootKind> FindRootKind(std::string_view action);

// Where the fields of a type stand that is looked at once.
struct InputScratch {
  Arena arena{size_t{1} << 14};
  std::vector<InputField> fields;
};

class QuerySchema {
 public:
  explicit QuerySchema(std::shared_ptr<const schema::Schema> schema, bool enable_raw_queries = true);
  QuerySchema(const QuerySchema&) = delete;
  ~QuerySchema();

  // By name ("findManyUser"), or by model and action; null: there is none.
  const OutputField* FindRootByName(bool is_mutation, std::string_view name) const;
  const OutputField* FindRoot(std::string_view model, std::string_view action) const;

  std::span<const InputField> Fields(const InputObject& object) const;
  // The same without keeping them: they, and the limits of `object`, are good until the next call with this scratch.
  std::span<const InputField> FieldsOnce(const InputObject& object, InputScratch& scratch) const;
  std::span<const OutputField> Fields(const OutputObject& object) const;
  const InputField* FindField(const InputObject& object, std::string_view name) const;
  const OutputField* FindField(const OutputObject& object, std::string_view name) const;

  std::string Name(const InputObject& object) const;
  std::string Name(const OutputObject& object) const;
  static std::string Name(const InputType& type, const QuerySchema& schema);  // "Int", "UserWhereInput[]"

  // The whole, for the DMMF.
  const OutputObject& query() const;
  const OutputObject& mutation() const;
  const EnumType* isolation_levels() const;  // null: none
  // What a field reference may stand for.
  InputType ReferencedType(const InputObject& field_reference) const;
  struct RootInfo {
    RootKind kind;
    schema::ModelId model;  // invalid: raw
  };
  RootInfo InfoOf(const OutputField& root) const;

  const schema::Schema& schema() const { return *schema_; }

 private:
  friend class InputBuilder;
  friend class OutputBuilder;

  // What belongs to one model.
  struct OfModel {
    bool has_visible_fields = false;
    std::vector<schema::FieldId> visible_fields;
    const EnumType* field_enum = nullptr;
    const EnumType* relevance_enum = nullptr;
    std::array<const OutputField*, kRootKinds> roots{};
  };

  const InputObject* Input(InputKind kind, uint32_t a = UINT32_MAX, uint32_t b = UINT32_MAX, uint8_t flags = 0,
                           std::string_view grouping = {}) const;
  const OutputObject* Output(OutputKind kind, uint32_t a = UINT32_MAX, uint32_t b = UINT32_MAX) const;
  // The enum of that name which is made for requests.
  const EnumType* Enum(std::string_view name, std::span<const std::string_view> values) const;
  const EnumType* NewEnum(std::string_view name, std::span<const std::string_view> values) const;
  const EnumType* ModelEnum(schema::EnumId id) const;
  const EnumType* FieldEnum(schema::ModelId model) const;
  const EnumType* RelevanceEnum(schema::ModelId model) const;
  const OutputField* Root(RootKind kind, schema::ModelId model) const;
  bool Offers(RootKind kind, schema::ModelId model) const;

  bool Has(schema::Capability capability) const { return schema_->connector->Has(capability); }
  bool CanSearchFulltext() const;
  bool HasLoadStrategies() const;
  bool IsVisible(schema::ModelId model) const { return !schema_->models[model].is_ignored; }
  bool IsRelationVisible(schema::RelationId relation) const;
  bool HasUnique(schema::ModelId model) const;
  bool CanCreate(schema::ModelId model) const;
  // Scalar, enum and composite fields, then relation fields.
  const std::vector<schema::FieldId>& VisibleFields(schema::ModelId model) const;
  std::vector<schema::FieldId> VisibleFields(schema::CompositeTypeId type) const;

  std::shared_ptr<const schema::Schema> schema_;
  bool enable_raw_queries_;
  mutable std::recursive_mutex mutex_;  // guards all below, and the filling of the objects
  mutable Arena arena_{1024};
  mutable uint32_t types_made_ = 0;
  struct Tables;
  std::unique_ptr<Tables> tables_;                // by what the types are found
  mutable const EnumType* sort_order_ = nullptr;  // the one that is asked for most
  mutable std::vector<const EnumType*> model_enums_;
  mutable std::vector<OfModel> models_;
  mutable std::array<const OutputField*, kRootKinds> raw_roots_{};
  mutable std::vector<InputField> new_input_fields_;  // of the type that is being filled
  mutable std::vector<OutputField> new_output_fields_;
};

// The type key of scalars and enums in InputObject::a.
constexpr uint32_t TypeKey(schema::ScalarType type) { return static_cast<uint32_t>(type); }
constexpr uint32_t TypeKey(schema::EnumId id) { return 0x100 + id.index; }
constexpr uint32_t kQueryModeKey = 0xFF;

}  // namespace prisma::query
