// Filters: of models, of unique records, of scalars, lists and JSON.
#include "query/schema/builders.h"

namespace prisma::query {

using schema::Capability;
using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;
using schema::ScalarType;

void InputBuilder::Booleans(const InputObject* where) {
  InputType type;
  type.kind = InputType::Kind::kObject;
  type.object = where;
  Add("AND", ListUnion(type, true));
  Add("OR", {List(type)});
  Add("NOT", ListUnion(type, true));
}

void InputBuilder::FilterField(FieldId id, bool with_aggregates) {
  const schema::Field& of = field(id);
  bool is_list = of.arity == schema::Arity::kList;
  bool is_nullable = of.arity == schema::Arity::kOptional;
  uint8_t nullable = of.arity != schema::Arity::kRequired ? InputObject::kNullable : 0;
  if (of.kind == FieldKind::kRelation) {
    if (is_list) {
      Add(of.name, {ModelObject(InputKind::kToManyRelationFilter, of.related_model)});
    } else {
      Add(of.name,
          {ModelObject(InputKind::kToOneRelationFilter, of.related_model, is_nullable ? InputObject::kFlag : 0),
           ModelObject(InputKind::kWhere, of.related_model)},
          false, is_nullable);
    }
    return;
  }
  if (of.kind == FieldKind::kComposite) {
    FilterComposite(of, is_list, is_nullable);
    return;
  }
  if (is_list) {
    Add(of.name, {Object(InputKind::kScalarListFilter, KeyOf(of), UINT32_MAX, nullable, OwnerName(of))});
    return;
  }
  uint8_t flags = nullable | (with_aggregates ? InputObject::kAggregates : 0);
  std::string_view own_name = schema_.connector->ScalarFilterName(of);
  if (!own_name.empty()) flags |= InputObject::kNamed;
  InputType filter = Object(InputKind::kScalarFilter, KeyOf(of), UINT32_MAX, flags);
  if (!own_name.empty()) const_cast<InputObject*>(filter.object)->own_filter_name = own_name;
  if (of.kind == FieldKind::kScalar && of.scalar == ScalarType::kJson) {
    Add(of.name, {filter});
  } else {
    Add(of.name, {filter, ElementType(of)}, false, is_nullable);
  }
}

void InputBuilder::Where(ModelId model, bool is_scalar_only, bool with_aggregates) {
  Booleans(&object_);
  for (FieldId id : of_.VisibleFields(model)) {
    bool is_scalar = field(id).kind != FieldKind::kRelation && field(id).kind != FieldKind::kComposite;
    if (!is_scalar_only || is_scalar) FilterField(id, with_aggregates);
  }
}

void InputBuilder::WhereUnique(ModelId model) {
  std::vector<std::string_view> keys, constrained;  // by the primary key, by uniques
  auto is_unique_index = [&](const schema::Index& index) {
    return index.kind == schema::IndexKind::kUnique || index.kind == schema::IndexKind::kPrimaryKey;
  };
  auto compound_name = [&](const schema::Index& index) {
    std::string name = index.name;
    if (!name.empty()) return name;
    for (const schema::IndexField& part : index.fields) name += (name.empty() ? "" : "_") + field(part.field).name;
    return name;
  };
  auto is_unique = [&](FieldId id) {
    return IsSoleFieldOf(id, schema::IndexKind::kPrimaryKey) || IsSoleFieldOf(id, schema::IndexKind::kUnique);
  };
  std::vector<FieldId> rest;
  for (FieldId id : of_.VisibleFields(model)) {
    if (field(id).kind == FieldKind::kRelation || !is_unique(id)) {
      rest.push_back(id);
      continue;
    }
    Add(field(id).name, {FieldType(field(id))});
  }
  for (schema::IndexId index_id : schema_.models[model].indexes) {
    const schema::Index& index = schema_.indexes[index_id];
    if (!is_unique_index(index)) continue;
    auto& names = index.kind == schema::IndexKind::kPrimaryKey ? keys : constrained;
    bool is_compound = index.fields.size() > 1;
    names.push_back(is_compound ? arena_.Copy(compound_name(index))
                                : std::string_view(field(index.fields[0].field).name));
  }
  // Compounds: uniques first, then the primary key.
  for (schema::IndexKind kind : {schema::IndexKind::kUnique, schema::IndexKind::kPrimaryKey}) {
    for (schema::IndexId index_id : schema_.models[model].indexes) {
      const schema::Index& index = schema_.indexes[index_id];
      if (index.kind != kind || index.fields.size() < 2) continue;
      bool is_usable = true;
      for (const schema::IndexField& part : index.fields) {
        if (field(part.field).kind == FieldKind::kUnsupported) is_usable = false;
      }
      if (!is_usable) continue;
      Add(arena_.Copy(compound_name(index)),
          {Object(InputKind::kCompoundUnique, model.index, index_id.index, 0, model)});
    }
  }
  Booleans(ModelObject(InputKind::kWhere, model).object);
  for (FieldId id : rest) FilterField(id, false);
  object_.min_fields = 1;
  keys.insert(keys.end(), constrained.begin(), constrained.end());
  object_.constrained_fields = arena_.Copy(keys);
}

void InputBuilder::CompoundUnique() {
  for (const schema::IndexField& part : schema_.indexes[schema::IndexId(object_.b)].fields) {
    Add(field(part.field).name, {FieldType(field(part.field))}, true);
  }
}

void InputBuilder::ScalarFilter() {
  uint32_t key = object_.a;
  bool is_nullable = object_.is(InputObject::kNullable);
  bool is_scalar = key < 0x100;
  ScalarType scalar = static_cast<ScalarType>(is_scalar ? key : 0);
  bool is_string = is_scalar && scalar == ScalarType::kString;
  bool is_json = is_scalar && scalar == ScalarType::kJson;
  bool is_number = is_scalar && (scalar == ScalarType::kInt || scalar == ScalarType::kBigInt ||
                                 scalar == ScalarType::kFloat || scalar == ScalarType::kDecimal);
  bool has_order = is_string || is_number || (is_scalar && scalar == ScalarType::kDateTime);
  InputType type = TypeOf(key);
  Types with_reference = WithReference(type, key);
  if (is_json) {
    JsonFilters();
  } else {
    Add("equals", with_reference, false, is_nullable);
    if (!is_scalar || scalar != ScalarType::kBoolean) {
      Types list = {List(type)};
      if (of_.Has(Capability::kScalarLists)) list = WithReference(List(type), key);
      Add("in", list, false, is_nullable);
      Add("notIn", list, false, is_nullable);
    }
    if (has_order) {
      for (const char* name : {"lt", "lte", "gt", "gte"}) Add(name, with_reference);
    }
    if (is_string) {
      if (!object_.is(InputObject::kNamed)) {
        for (const char* name : {"contains", "startsWith", "endsWith"}) Add(name, with_reference);
      }
      if (of_.CanSearchFulltext()) Add("search", {type});
      if (!object_.is(InputObject::kNested) && of_.Has(Capability::kInsensitiveFilters)) {
        Add("mode", {TypeOf(kQueryModeKey)});
      }
    }
    uint8_t flags = object_.flags | InputObject::kNested;
    InputType nested = Object(InputKind::kScalarFilter, key, UINT32_MAX, flags);
    const_cast<InputObject*>(nested.object)->own_filter_name = object_.own_filter_name;
    Add("not", {type, nested}, false, is_nullable);
  }
  if (object_.is(InputObject::kAggregates)) {
    auto aggregate = [&](const char* name, uint32_t type_key) {
      uint8_t flags = InputObject::kNested | (is_nullable ? InputObject::kNullable : 0);
      Add(name, {Object(InputKind::kScalarFilter, type_key, UINT32_MAX, flags)});
    };
    aggregate("_count", TypeKey(ScalarType::kInt));
    if (is_number) {
      aggregate("_avg", scalar == ScalarType::kDecimal ? key : TypeKey(ScalarType::kFloat));
      aggregate("_sum", key);
    }
    aggregate("_min", key);
    aggregate("_max", key);
  }
  // A field may be absent, which is not the same as null there.
  if (is_nullable && of_.Has(Capability::kUndefinedType)) Add("isSet", {Scalar(InputScalar::kBoolean)});
}

void InputBuilder::JsonFilters() {
  uint32_t key = TypeKey(ScalarType::kJson);
  bool is_nullable = object_.is(InputObject::kNullable);
  bool has_null_enum = of_.Has(Capability::kAdvancedJsonNullability);
  Types json = WithReference(Scalar(InputScalar::kJson), key);
  Types equality = json;
  if (has_null_enum) equality.push_back(NullFilterEnum());
  Add("equals", equality, false, is_nullable && !has_null_enum);
  bool has_json_path = of_.Has(Capability::kJsonFilteringJsonPath);
  if (has_json_path || of_.Has(Capability::kJsonFilteringArrayPath)) {
    Types text = WithReference(Scalar(InputScalar::kString), TypeKey(ScalarType::kString));
    Add("path", {has_json_path ? Scalar(InputScalar::kString) : List(Scalar(InputScalar::kString))});
    Add("mode", WithReference(TypeOf(kQueryModeKey), kQueryModeKey));
    for (const char* name : {"string_contains", "string_starts_with", "string_ends_with"}) Add(name, text);
    for (const char* name : {"array_starts_with", "array_ends_with"}) Add(name, json, false, true);
    if (of_.Has(Capability::kJsonArrayContains)) Add("array_contains", json, false, true);
    if (of_.Has(Capability::kJsonFilteringAlphanumeric)) {
      Types compared = json;
      if (!of_.Has(Capability::kJsonFilteringAlphanumericFieldRef)) compared.resize(1);
      for (const char* name : {"lt", "lte", "gt", "gte"}) Add(name, compared);
    }
  }
  Add("not", equality, false, is_nullable && !has_null_enum);
}

void InputBuilder::ScalarListFilter() {
  uint32_t key = object_.a;
  bool is_nullable = object_.is(InputObject::kNullable);
  Types item = WithReference(TypeOf(key), key), list = WithReference(List(TypeOf(key)), key);
  Add("equals", list, false, is_nullable);
  Add("has", item, false, is_nullable);
  Add("hasEvery", list);
  Add("hasSome", list);
  Add("isEmpty", {Scalar(InputScalar::kBoolean)});
  object_.min_fields = object_.max_fields = 1;
}

}  // namespace prisma::query
