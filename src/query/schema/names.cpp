// The names that Prisma gives to types.
#include "query/schema/builders.h"

namespace prisma::query {

using schema::FieldId;
using schema::ModelId;

namespace {

std::string TypeKeyName(const schema::Schema& schema, uint32_t key, bool is_short) {
  if (key == kQueryModeKey) return "EnumQueryMode";
  if (key >= 0x100) return "Enum" + schema.enums[schema::EnumId(key - 0x100)].name;
  if (is_short && static_cast<schema::ScalarType>(key) == schema::ScalarType::kBoolean) return "Bool";
  return std::string(InputScalarName(InputScalarOf(static_cast<schema::ScalarType>(key))));
}

std::string_view AggregateWord(uint32_t kind) {
  constexpr std::string_view kWords[] = {"Count", "Avg", "Sum", "Min", "Max"};
  return kWords[kind];
}

}  // namespace

std::string QuerySchema::Name(const InputObject& object) const {
  const schema::Schema& schema = *schema_;
  bool flag = object.is(InputObject::kFlag);
  auto model = [&]() -> const std::string& { return schema.models[ModelId(object.a)].name; };
  auto composite = [&]() -> const std::string& {
    return schema.composite_types[schema::CompositeTypeId(object.a)].name;
  };
  auto nullable = [&] { return object.is(InputObject::kNullable) ? "Nullable" : ""; };
  auto without = [&](std::string_view infix) {
    FieldId id(object.b);
    return id ? std::string(infix) + Capitalized(schema.fields[id].name) : std::string();
  };
  // Of relation types: the related model, and the field that leads back.
  auto related = [&]() -> const std::string& {
    return schema.models[schema.fields[FieldId(object.a)].related_model].name;
  };
  auto back = [&] { return Capitalized(schema.fields[schema.OppositeField(FieldId(object.a))].name); };
  auto arity = [&] { return schema.fields[FieldId(object.a)].arity; };
  std::string unchecked = flag ? "Unchecked" : "";
  switch (object.kind) {
    case InputKind::kArguments:
    case InputKind::kToManyArguments:
    case InputKind::kWhereArguments:
    case InputKind::kRawArguments:
      return {};
    case InputKind::kWhere:
      return model() + "WhereInput";
    case InputKind::kScalarWhere:
      return model() + (flag ? "ScalarWhereWithAggregatesInput" : "ScalarWhereInput");
    case InputKind::kWhereUnique:
      return model() + "WhereUniqueInput";
    case InputKind::kCompoundUnique: {
      const schema::Index& index = schema.indexes[schema::IndexId(object.b)];
      std::string name = Capitalized(index.name);
      if (index.name.empty()) {
        for (const schema::IndexField& part : index.fields) name += Capitalized(schema.fields[part.field].name);
      }
      return model() + name + "CompoundUniqueInput";
    }
    case InputKind::kOrderBy:
      return model() + (flag ? "OrderByWithAggregationInput" : "OrderByWithRelationInput");
    case InputKind::kOrderByAggregate:
      return model() + std::string(AggregateWord(object.b)) + "OrderByAggregateInput";
    case InputKind::kOrderByToMany:
      return model() + "OrderByRelationAggregateInput";
    case InputKind::kOrderByRelevance:
      return model() + "OrderByRelevanceInput";
    case InputKind::kSortOrder:
      return "SortOrderInput";
    case InputKind::kScalarFilter:
    case InputKind::kScalarListFilter: {
      std::string name = object.is(InputObject::kNested) ? "Nested" : "";
      name +=
          object.is(InputObject::kNamed) ? std::string(object.own_filter_name) : TypeKeyName(schema, object.a, true);
      if (object.is(InputObject::kNullable)) name += "Nullable";
      if (object.kind == InputKind::kScalarListFilter) name += "List";
      if (object.is(InputObject::kAggregates)) name += "WithAggregates";
      return name + "Filter";
    }
    case InputKind::kToManyRelationFilter:
      return Capitalized(model()) + "ListRelationFilter";
    case InputKind::kToOneRelationFilter:
      return Capitalized(model()) + (flag ? "NullableScalarRelationFilter" : "ScalarRelationFilter");
    case InputKind::kFieldReference:
      return (flag ? "List" : "") + TypeKeyName(schema, object.a, false) + "FieldRefInput";
    case InputKind::kCreate:
      return model() + unchecked + "Create" + without("Without") + "Input";
    case InputKind::kUpdate:
      return model() + unchecked + "Update" + without("Without") + "Input";
    case InputKind::kCreateMany:
      return model() + "CreateMany" + without("") + "Input";
    case InputKind::kCreateManyEnvelope:
      return model() + "CreateMany" + without("") + "InputEnvelope";
    case InputKind::kUpdateMany:
      return model() + (flag ? "UncheckedUpdateMany" + without("Without") + "Input" : "UpdateManyMutationInput");
    case InputKind::kCreateRelation:
      return related() + unchecked + "CreateNested" + (arity() == schema::Arity::kList ? "Many" : "One") + "Without" +
             back() + "Input";
    case InputKind::kUpdateRelation: {
      std::string_view form = arity() == schema::Arity::kList       ? "Many"
                              : arity() == schema::Arity::kRequired ? "OneRequired"
                                                                    : "One";
      return related() + unchecked + "Update" + std::string(form) + "Without" + back() + "NestedInput";
    }
    case InputKind::kConnectOrCreate:
      return related() + "CreateOrConnectWithout" + back() + "Input";
    case InputKind::kUpsertRelation:
      return related() + (arity() == schema::Arity::kList ? "UpsertWithWhereUniqueWithout" : "UpsertWithout") + back() +
             "Input";
    case InputKind::kUpdateOneWhere:
      return related() +
             (arity() == schema::Arity::kList ? "UpdateWithWhereUniqueWithout" : "UpdateToOneWithWhereWithout") +
             back() + "Input";
    case InputKind::kUpdateManyWhere:
      return related() + "UpdateManyWithWhereWithout" + back() + "Input";
    case InputKind::kCreateList:
    case InputKind::kUpdateList: {
      const schema::Field& field = schema.fields[FieldId(object.a)];
      const std::string& owner =
          field.owner_composite ? schema.composite_types[field.owner_composite].name : schema.models[field.model].name;
      return owner + (object.kind == InputKind::kCreateList ? "Create" : "Update") + field.name + "Input";
    }
    case InputKind::kCompositeFilter:
      return composite() + nullable() + (flag ? "CompositeListFilter" : "CompositeFilter");
    case InputKind::kCompositeEquality:
      return composite() + "ObjectEqualityInput";
    case InputKind::kCompositeWhere:
      return composite() + "WhereInput";
    case InputKind::kCompositeOrderBy:
      return composite() + "OrderByInput";
    case InputKind::kCompositeOrderByAggregate:
      return composite() + "OrderByCompositeAggregateInput";
    case InputKind::kCompositeCreateEnvelope:
      return composite() + (flag ? "List" : nullable()) + "CreateEnvelopeInput";
    case InputKind::kCompositeCreate:
      return composite() + "CreateInput";
    case InputKind::kCompositeUpdateEnvelope:
      return composite() + (flag ? "List" : nullable()) + "UpdateEnvelopeInput";
    case InputKind::kCompositeUpdate:
      return composite() + "UpdateInput";
    case InputKind::kCompositeUpsert:
      return composite() + "UpsertInput";
    case InputKind::kCompositeUpdateMany:
      return composite() + "UpdateManyInput";
    case InputKind::kCompositeDeleteMany:
      return composite() + "DeleteManyInput";
    case InputKind::kUpdateOperations:
      return (object.is(InputObject::kNullable) ? "Nullable" : "") + TypeKeyName(schema, object.a, true) +
             "FieldUpdateOperationsInput";
  }
  return {};
}

std::string QuerySchema::Name(const OutputObject& object) const {
  auto model = [&]() -> const std::string& { return schema_->models[ModelId(object.a)].name; };
  switch (object.kind) {
    case OutputKind::kQuery:
      return "Query";
    case OutputKind::kMutation:
      return "Mutation";
    case OutputKind::kModel:
      return model();
    case OutputKind::kRelationCount:
      return Capitalized(model()) + "CountOutputType";
    case OutputKind::kAggregate:
      return "Aggregate" + Capitalized(model());
    case OutputKind::kGroupBy:
      return Capitalized(model()) + "GroupByOutputType";
    case OutputKind::kAggregateFields:
      return Capitalized(model()) + std::string(AggregateWord(object.b)) + "AggregateOutputType";
    case OutputKind::kComposite:
      return schema_->composite_types[schema::CompositeTypeId(object.a)].name;
    case OutputKind::kAffectedRows:
      return "AffectedRowsOutput";
    case OutputKind::kCreateManyAndReturn:
      return "CreateMany" + model() + "AndReturnOutputType";
    case OutputKind::kUpdateManyAndReturn:
      return "UpdateMany" + model() + "AndReturnOutputType";
  }
  return {};
}

std::string QuerySchema::Name(const InputType& type, const QuerySchema& schema) {
  std::string name;
  switch (type.kind) {
    case InputType::Kind::kScalar:
      name = InputScalarName(type.scalar);
      break;
    case InputType::Kind::kEnum:
      name = type.enum_type->name;
      break;
    case InputType::Kind::kObject:
      name = schema.Name(*type.object);
      break;
  }
  return type.is_list ? name + "[]" : name;
}

}  // namespace prisma::query
