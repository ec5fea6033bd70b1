// Arguments and orders.
#include <algorithm>

#include "query/schema/builders.h"

namespace prisma::query {

using schema::Capability;
using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;
using schema::ScalarType;

// ── tools ──

InputField& InputBuilder::Add(std::string_view name, const Types& types, bool is_required, bool is_nullable) {
  const std::span<const InputType> given = types;
  const std::span<InputType> kept = arena_.NewSpan<InputType>(given.size() + is_nullable);
  std::copy(given.begin(), given.end(), kept.begin());
  if (is_nullable) kept.back() = Scalar(InputScalar::kNull);
  InputField& field = fields_.emplace_back();
  field.name = name;
  field.types = kept;
  field.is_required = is_required;
  return field;
}

InputType InputBuilder::Object(InputKind kind, uint32_t a, uint32_t b, uint8_t flags, ModelId grouping) const {
  return Object(kind, a, b, flags, schema_.models[grouping].name);
}

InputType InputBuilder::Object(InputKind kind, uint32_t a, uint32_t b, uint8_t flags, std::string_view grouping) const {
  InputType type;
  type.kind = InputType::Kind::kObject;
  type.object = of_.Input(kind, a, b, flags, grouping);
  return type;
}

InputType InputBuilder::ModelObject(InputKind kind, ModelId model, uint8_t flags) const {
  return Object(kind, model.index, UINT32_MAX, flags, model);
}

InputType InputBuilder::FieldObject(InputKind kind, FieldId id, uint8_t flags) const {
  const schema::Field& of = field(id);
  bool is_relation = of.kind == FieldKind::kRelation;
  return Object(kind, id.index, UINT32_MAX, flags,
                is_relation ? std::string_view(schema_.models[of.related_model].name) : OwnerName(of));
}

std::string_view InputBuilder::OwnerName(const schema::Field& of) const {
  return of.owner_composite ? schema_.composite_types[of.owner_composite].name : schema_.models[of.model].name;
}

InputType InputBuilder::Scalar(InputScalar scalar) {
  InputType type;
  type.scalar = scalar;
  return type;
}

InputType InputBuilder::EnumOf(const EnumType* enum_type) {
  InputType type;
  type.kind = InputType::Kind::kEnum;
  type.enum_type = enum_type;
  return type;
}

InputType InputBuilder::List(InputType type) {
  type.is_list = true;
  return type;
}

InputBuilder::Types InputBuilder::ListUnion(InputType type, bool is_list) {
  if (!is_list) return {type};
  return {type, List(type)};
}

InputType InputBuilder::SortOrder() const {
  constexpr std::string_view kValues[] = {"asc", "desc"};
  if (!of_.sort_order_) of_.sort_order_ = of_.Enum("SortOrder", kValues);
  return EnumOf(of_.sort_order_);
}

InputType InputBuilder::NullFilterEnum() const {
  constexpr std::string_view kValues[] = {"DbNull", "JsonNull", "AnyNull"};
  return EnumOf(of_.Enum("JsonNullValueFilter", kValues));
}

InputType InputBuilder::NullInputEnum(bool is_nullable) const {
  constexpr std::string_view kNullable[] = {"DbNull", "JsonNull"};
  constexpr std::string_view kRequired[] = {"JsonNull"};
  if (is_nullable) return EnumOf(of_.Enum("NullableJsonNullValueInput", kNullable));
  return EnumOf(of_.Enum("JsonNullValueInput", kRequired));
}

uint32_t InputBuilder::KeyOf(const schema::Field& field) {
  return field.kind == FieldKind::kEnum ? TypeKey(field.enum_id) : TypeKey(field.scalar);
}

InputType InputBuilder::TypeOf(uint32_t type_key) const {
  constexpr std::string_view kModes[] = {"default", "insensitive"};
  if (type_key == kQueryModeKey) return EnumOf(of_.Enum("QueryMode", kModes));
  if (type_key >= 0x100) return EnumOf(of_.ModelEnum(schema::EnumId(type_key - 0x100)));
  return Scalar(InputScalarOf(static_cast<ScalarType>(type_key)));
}

InputType InputBuilder::ElementType(const schema::Field& field) const { return TypeOf(KeyOf(field)); }

InputType InputBuilder::FieldType(const schema::Field& field) const {
  InputType type = ElementType(field);
  type.is_list = field.arity == schema::Arity::kList;
  return type;
}

InputBuilder::Types InputBuilder::WithReference(InputType type, uint32_t type_key) const {
  uint8_t flag = type.is_list ? InputObject::kFlag : 0;
  return {type, Object(InputKind::kFieldReference, type_key, UINT32_MAX, flag)};
}

InputType QuerySchema::ReferencedType(const InputObject& field_reference) const {
  std::lock_guard lock(mutex_);
  InputType type;
  uint32_t key = field_reference.a;
  if (key >= 0x100) {
    type.kind = InputType::Kind::kEnum;
    type.enum_type = ModelEnum(schema::EnumId(key - 0x100));
  } else if (key == kQueryModeKey) {
    type.kind = InputType::Kind::kEnum;
    type.enum_type = Enum("QueryMode", {});
  } else {
    type.scalar = InputScalarOf(static_cast<ScalarType>(key));
  }
  type.is_list = field_reference.is(InputObject::kFlag);
  return type;
}

// ── arguments ──

void InputBuilder::LoadStrategy() {
  constexpr std::string_view kValues[] = {"query", "join"};
  if (of_.HasLoadStrategies()) Add("relationLoadStrategy", {EnumOf(of_.Enum("RelationLoadStrategy", kValues))});
}

void InputBuilder::SelectionArguments(ModelId model, bool with_distinct) {
  bool has_unique = of_.HasUnique(model);
  InputType order = ModelObject(InputKind::kOrderBy, model);
  Add("where", {ModelObject(InputKind::kWhere, model)});
  Add("orderBy", {List(order), order});
  if (has_unique) Add("cursor", {ModelObject(InputKind::kWhereUnique, model)});
  // Without a unique criterion the records have no order of their own.
  Add("take", {Scalar(InputScalar::kInt)}).requires_order_by = !has_unique;
  Add("skip", {Scalar(InputScalar::kInt)}).requires_order_by = !has_unique;
  if (with_distinct) Add("distinct", ListUnion(EnumOf(of_.FieldEnum(model)), true));
}

void InputBuilder::GroupByArguments(ModelId model) {
  bool has_unique = of_.HasUnique(model);
  InputType order = ModelObject(InputKind::kOrderBy, model, InputObject::kFlag);
  InputType field_enum = EnumOf(of_.FieldEnum(model));
  Add("where", {ModelObject(InputKind::kWhere, model)});
  Add("orderBy", {List(order), order});
  Add("by", {List(field_enum), field_enum}, true);
  Add("having", {ModelObject(InputKind::kScalarWhere, model, InputObject::kFlag)});
  Add("take", {Scalar(InputScalar::kInt)}).requires_order_by = !has_unique;
  Add("skip", {Scalar(InputScalar::kInt)}).requires_order_by = !has_unique;
}

void InputBuilder::Arguments() {
  ModelId model(object_.b);
  InputType where = ModelObject(InputKind::kWhere, model);
  RootKind kind = static_cast<RootKind>(object_.a);
  switch (kind) {
    case RootKind::kFindFirst:
    case RootKind::kFindFirstOrThrow:
    case RootKind::kFindMany:
      SelectionArguments(model, true);
      LoadStrategy();
      break;
    case RootKind::kAggregate:
      SelectionArguments(model, false);
      break;
    case RootKind::kGroupBy:
      GroupByArguments(model);
      break;
    case RootKind::kFindUnique:
    case RootKind::kFindUniqueOrThrow:
    case RootKind::kDeleteOne:
      Add("where", {ModelObject(InputKind::kWhereUnique, model)}, true);
      LoadStrategy();
      break;
    case RootKind::kCreateOne: {
      bool is_required = false;
      for (FieldId id : of_.VisibleFields(model)) {
        const schema::Field& of = field(id);
        if (of.arity == schema::Arity::kRequired && !of.default_value) is_required = true;
      }
      Add("data", CreateTypes(model, {}), is_required);
      LoadStrategy();
      break;
    }
    case RootKind::kUpsertOne:
      Add("where", {ModelObject(InputKind::kWhereUnique, model)}, true);
      Add("create", CreateTypes(model, {}), true);
      Add("update", UpdateTypes(model, {}), true);
      LoadStrategy();
      break;
    case RootKind::kCreateMany:
    case RootKind::kCreateManyAndReturn:
      Add("data", ListUnion(ModelObject(InputKind::kCreateMany, model), true), true);
      if (of_.Has(Capability::kCreateSkipDuplicates)) Add("skipDuplicates", {Scalar(InputScalar::kBoolean)});
      break;
    case RootKind::kUpdateOne:
      Add("data", UpdateTypes(model, {}), true);
      Add("where", {ModelObject(InputKind::kWhereUnique, model)}, true);
      LoadStrategy();
      break;
    case RootKind::kUpdateMany:
    case RootKind::kUpdateManyAndReturn:
      Add("data", UpdateManyTypes(model, {}), true);
      Add("where", {where});
      Add("limit", {Scalar(InputScalar::kInt)});
      break;
    case RootKind::kDeleteMany:
      Add("where", {where});
      Add("limit", {Scalar(InputScalar::kInt)});
      break;
    case RootKind::kFindRaw:
      Add("filter", {Scalar(InputScalar::kJson)});
      Add("options", {Scalar(InputScalar::kJson)});
      break;
    case RootKind::kAggregateRaw:
      Add("pipeline", {List(Scalar(InputScalar::kJson))});
      Add("options", {Scalar(InputScalar::kJson)});
      break;
    default:
      break;
  }
}

// ── orders ──

void InputBuilder::OrderBy(ModelId model, bool is_group_by) {
  bool has_text = false, has_scalars = false, has_numbers = false, has_ordered = false;
  for (FieldId id : of_.VisibleFields(model)) {
    const schema::Field& of = field(id);
    bool is_list = of.arity == schema::Arity::kList;
    if (of.kind == FieldKind::kRelation) {
      if (is_group_by) continue;
      Add(of.name, {ModelObject(is_list ? InputKind::kOrderByToMany : InputKind::kOrderBy, of.related_model)});
      continue;
    }
    if (of.kind == FieldKind::kComposite) {
      InputKind kind = is_list ? InputKind::kCompositeOrderByAggregate : InputKind::kCompositeOrderBy;
      if (!is_group_by) Add(of.name, {CompositeObject(kind, of)});
      continue;
    }
    has_scalars = true;
    has_numbers = has_numbers || IsNumeric(of);
    has_ordered = has_ordered || IsAggregatable(of);
    has_text = has_text || (of.kind == FieldKind::kScalar && of.scalar == ScalarType::kString);
    Types types = {SortOrder()};
    if (of_.Has(Capability::kOrderByNullsFirstLast) && of.arity == schema::Arity::kOptional) {
      types.push_back(Object(InputKind::kSortOrder));
    }
    Add(of.name, types);
  }
  if (is_group_by) {
    auto aggregate = [&](AggregateKind kind, bool is_there) {
      if (!is_there) return;
      uint32_t b = static_cast<uint32_t>(kind);
      Add(AggregateName(kind), {Object(InputKind::kOrderByAggregate, model.index, b, 0, model)});
    };
    aggregate(AggregateKind::kCount, has_scalars);
    aggregate(AggregateKind::kAvg, has_numbers);
    aggregate(AggregateKind::kMax, has_ordered);
    aggregate(AggregateKind::kMin, has_ordered);
    aggregate(AggregateKind::kSum, has_numbers);
  } else if (has_text && of_.CanSearchFulltext()) {
    Add("_relevance", {ModelObject(InputKind::kOrderByRelevance, model)});
  }
  object_.min_fields = 0;
  object_.max_fields = 1;
}

void InputBuilder::OrderByAggregate() {
  AggregateKind kind = static_cast<AggregateKind>(object_.b);
  for (FieldId id : of_.VisibleFields(ModelId(object_.a))) {
    const schema::Field& of = field(id);
    bool fits = of.kind != FieldKind::kRelation && of.kind != FieldKind::kComposite;
    if (kind == AggregateKind::kAvg || kind == AggregateKind::kSum) fits = IsNumeric(of);
    if (kind == AggregateKind::kMin || kind == AggregateKind::kMax) fits = IsAggregatable(of);
    if (fits) Add(of.name, {SortOrder()});
  }
  object_.min_fields = object_.max_fields = 1;
}

void InputBuilder::OrderByRelevance(ModelId model) {
  Add("fields", ListUnion(EnumOf(of_.RelevanceEnum(model)), true), true);
  Add("sort", {SortOrder()}, true);
  Add("search", {Scalar(InputScalar::kString)}, true);
}

// ── all ──

void InputBuilder::Fill() {
  ModelId model(object_.a);
  FieldId a_field(object_.a);
  FieldId without(object_.b);
  bool flag = object_.is(InputObject::kFlag);
  switch (object_.kind) {
    case InputKind::kArguments:
      Arguments();
      break;
    case InputKind::kToManyArguments:
      SelectionArguments(model, true);
      break;
    case InputKind::kWhereArguments:
      Add("where", {ModelObject(InputKind::kWhere, model)});
      break;
    case InputKind::kRawArguments:
      if (static_cast<RootKind>(object_.a) == RootKind::kRunCommandRaw) {
        Add("command", {Scalar(InputScalar::kJson)}, true);
        break;
      }
      Add("query", {Scalar(InputScalar::kString)}, true);
      Add("parameters", {Scalar(InputScalar::kJsonList)});
      break;
    case InputKind::kWhere:
      Where(model, false, false);
      break;
    case InputKind::kScalarWhere:
      Where(model, true, flag);
      break;
    case InputKind::kWhereUnique:
      WhereUnique(model);
      break;
    case InputKind::kCompoundUnique:
      CompoundUnique();
      break;
    case InputKind::kOrderBy:
      OrderBy(model, flag);
      break;
    case InputKind::kOrderByAggregate:
      OrderByAggregate();
      break;
    case InputKind::kOrderByToMany:
      Add("_count", {SortOrder()});
      object_.min_fields = object_.max_fields = 1;
      break;
    case InputKind::kOrderByRelevance:
      OrderByRelevance(model);
      break;
    case InputKind::kSortOrder: {
      constexpr std::string_view kNulls[] = {"first", "last"};
      Add("sort", {SortOrder()}, true);
      Add("nulls", {EnumOf(of_.Enum("NullsOrder", kNulls))});
      break;
    }
    case InputKind::kScalarFilter:
      ScalarFilter();
      break;
    case InputKind::kScalarListFilter:
      ScalarListFilter();
      break;
    case InputKind::kToManyRelationFilter:
      for (const char* name : {"every", "some", "none"}) Add(name, {ModelObject(InputKind::kWhere, model)});
      break;
    case InputKind::kToOneRelationFilter:
      for (const char* name : {"is", "isNot"}) Add(name, {ModelObject(InputKind::kWhere, model)}, false, flag);
      break;
    case InputKind::kFieldReference:
      Add("_ref", {Scalar(InputScalar::kString)}, true);
      Add("_container", {Scalar(InputScalar::kString)}, true);
      break;
    case InputKind::kCreate:
      Create(model, without, flag);
      break;
    case InputKind::kUpdate:
      Update(model, without, flag, false);
      break;
    case InputKind::kCreateMany:
      CreateMany(model, without);
      break;
    case InputKind::kUpdateMany:
      Update(model, without, flag, true);
      break;
    case InputKind::kCreateManyEnvelope:
      Add("data", ListUnion(Object(InputKind::kCreateMany, object_.a, object_.b, 0, model), true), true);
      if (of_.Has(Capability::kCreateSkipDuplicates)) Add("skipDuplicates", {Scalar(InputScalar::kBoolean)});
      break;
    case InputKind::kCreateRelation:
      RelationOperations(a_field, false);
      break;
    case InputKind::kUpdateRelation:
      RelationOperations(a_field, true);
      break;
    case InputKind::kConnectOrCreate:
    case InputKind::kUpsertRelation:
    case InputKind::kUpdateOneWhere:
    case InputKind::kUpdateManyWhere:
      CombinedRelationType();
      break;
    case InputKind::kCreateList:
      Add("set", {FieldType(field(a_field))}, true);
      object_.min_fields = object_.max_fields = 1;
      break;
    case InputKind::kUpdateList: {
      const schema::Field& of = field(a_field);
      Add("set", {FieldType(of)});
      if (of.kind != FieldKind::kEnum || of_.Has(Capability::kEnumArrayPush))
        Add("push", ListUnion(ElementType(of), true));
      object_.min_fields = object_.max_fields = 1;
      break;
    }
    case InputKind::kUpdateOperations:
      UpdateOperations();
      break;
    case InputKind::kCompositeFilter:
      CompositeFilter();
      break;
    case InputKind::kCompositeEquality:
      CompositeEquality();
      break;
    case InputKind::kCompositeWhere:
      Booleans(&object_);
      for (FieldId id : of_.VisibleFields(schema::CompositeTypeId(object_.a))) FilterField(id, false);
      break;
    case InputKind::kCompositeOrderBy:
      CompositeOrderBy();
      break;
    case InputKind::kCompositeOrderByAggregate:
      Add("_count", {SortOrder()});
      object_.min_fields = object_.max_fields = 1;
      break;
    case InputKind::kCompositeCreateEnvelope:
      CompositeEnvelope(false);
      break;
    case InputKind::kCompositeUpdateEnvelope:
      CompositeEnvelope(true);
      break;
    case InputKind::kCompositeCreate:
      CompositeCreate();
      break;
    case InputKind::kCompositeUpdate:
      CompositeUpdate();
      break;
    case InputKind::kCompositeUpsert:
    case InputKind::kCompositeUpdateMany:
    case InputKind::kCompositeDeleteMany:
      CompositeDataWithWhere();
      break;
  }
}

}  // namespace prisma::query
