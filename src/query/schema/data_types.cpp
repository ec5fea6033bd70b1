// Data of writes: records to be created and updated, and what may be done with related records.
#include <algorithm>

#include "query/schema/builders.h"
#include "schema/primary_identifier.h"

namespace prisma::query {

using schema::Arity;
using schema::Capability;
using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;
using schema::ScalarType;

namespace {

bool IsAutoincrement(const schema::Field& field) {
  return field.default_value && field.default_value->kind == schema::DefaultValue::Kind::kAutoincrement;
}

}  // namespace

bool InputBuilder::IsSoleFieldOf(FieldId id, schema::IndexKind kind) const {
  for (schema::IndexId index_id : schema_.models[field(id).model].indexes) {
    const schema::Index& index = schema_.indexes[index_id];
    if (index.kind == kind && index.fields.size() == 1 && index.fields[0].field == id &&
        index.fields[0].composite_path.empty()) {
      return true;
    }
  }
  return false;
}

// Such ids are left to the database unless asked otherwise.
bool InputBuilder::IsGeneratedIntId(FieldId id) const {
  const schema::Field& of = field(id);
  bool is_generated =
      IsAutoincrement(of) || (of.default_value && of.default_value->kind == schema::DefaultValue::Kind::kSequence);
  return is_generated && of.kind == FieldKind::kScalar && of.scalar == ScalarType::kInt &&
         IsSoleFieldOf(id, schema::IndexKind::kPrimaryKey);
}

// `scalar` is one of the columns of `relation_field`, which is in the same model.
bool InputBuilder::IsLinkOf(FieldId scalar, FieldId relation_field) const {
  if (!relation_field || !schema_.HasForeignKey(relation_field)) return false;
  for (FieldId id : schema_.relations[field(relation_field).relation].fields) {
    if (id == scalar) return true;
  }
  return false;
}

InputBuilder::Types InputBuilder::CreateTypes(ModelId model, FieldId without) {
  return {Object(InputKind::kCreate, model.index, without.index, 0, model),
          Object(InputKind::kCreate, model.index, without.index, InputObject::kFlag, model)};
}

InputBuilder::Types InputBuilder::UpdateTypes(ModelId model, FieldId without) {
  return {Object(InputKind::kUpdate, model.index, without.index, 0, model),
          Object(InputKind::kUpdate, model.index, without.index, InputObject::kFlag, model)};
}

InputBuilder::Types InputBuilder::UpdateManyTypes(ModelId model, FieldId without) {
  return {Object(InputKind::kUpdateMany, model.index, UINT32_MAX, 0, model),
          Object(InputKind::kUpdateMany, model.index, without.index, InputObject::kFlag, model)};
}

void InputBuilder::Create(ModelId model, FieldId without, bool is_unchecked) {
  for (FieldId id : of_.VisibleFields(model)) {
    const schema::Field& of = field(id);
    if (of.kind == FieldKind::kRelation) {
      if (id == without || (is_unchecked && schema_.HasForeignKey(id))) continue;
      CreateRelation(id, is_unchecked);
      continue;
    }
    bool is_left_out = is_unchecked ? IsLinkOf(id, without) : of.is_foreign_key || IsGeneratedIntId(id);
    if (!is_left_out) CreateScalar(id);
  }
}

void InputBuilder::CreateMany(ModelId model, FieldId without) {
  for (FieldId id : of_.VisibleFields(model)) {
    const schema::Field& of = field(id);
    if (of.kind == FieldKind::kRelation || IsLinkOf(id, without)) continue;
    if (IsAutoincrement(of) && !of_.Has(Capability::kCreateManyWriteableAutoIncId)) continue;
    CreateScalar(id);
  }
}

void InputBuilder::CreateScalar(FieldId id) {
  const schema::Field& of = field(id);
  if (of.kind == FieldKind::kComposite) {
    CreateComposite(of, false);
    return;
  }
  if (of.arity == Arity::kList) {
    Add(of.name, {FieldObject(InputKind::kCreateList, id), FieldType(of)});
    return;
  }
  bool is_nullable = of.arity == Arity::kOptional;
  bool is_required = !is_nullable && !of.default_value && !of.is_updated_at;
  if (of.kind == FieldKind::kScalar && of.scalar == ScalarType::kJson &&
      of_.Has(Capability::kAdvancedJsonNullability)) {
    Add(of.name, {NullInputEnum(is_nullable), FieldType(of)}, is_required);
  } else {
    Add(of.name, {FieldType(of)}, is_required, is_nullable);
  }
}

void InputBuilder::CreateRelation(FieldId id, bool is_unchecked) {
  const schema::Field& of = field(id);
  bool is_required = false;
  if (of.arity == Arity::kRequired) {
    // Columns that all have defaults make the relation by themselves.
    for (FieldId link : schema_.relations[of.relation].fields) is_required = is_required || !field(link).default_value;
  }
  Add(of.name, {FieldObject(InputKind::kCreateRelation, id, is_unchecked ? InputObject::kFlag : 0)}, is_required);
}

void InputBuilder::Update(ModelId model, FieldId without, bool is_unchecked, bool is_scalar_only) {
  const bool is_id_fixed = !of_.Has(Capability::kUpdateableId);
  // Checked inputs leave out whatever tells records apart, unchecked ones only what is written as the id.
  const schema::Index* identifier = is_id_fixed && !is_unchecked ? schema::PrimaryIdentifier(schema_, model) : nullptr;
  auto is_fixed = [&](FieldId id) {
    if (!identifier) return is_id_fixed && field(id).is_in_id;
    return std::any_of(identifier->fields.begin(), identifier->fields.end(),
                       [&](const schema::IndexField& part) { return part.field == id; });
  };
  for (FieldId id : of_.VisibleFields(model)) {
    const schema::Field& of = field(id);
    if (of.kind == FieldKind::kRelation) {
      if (is_scalar_only || id == without || (is_unchecked && schema_.HasForeignKey(id))) continue;
      Add(of.name, {FieldObject(InputKind::kUpdateRelation, id, is_unchecked ? InputObject::kFlag : 0)});
      continue;
    }
    if (is_fixed(id)) continue;
    if (is_unchecked) {
      if (IsLinkOf(id, without)) continue;
    } else {
      bool is_counter = of.kind == FieldKind::kScalar && of.scalar == ScalarType::kInt && IsAutoincrement(of) &&
                        IsSoleFieldOf(id, schema::IndexKind::kUnique);
      if (of.is_foreign_key || is_counter || IsGeneratedIntId(id)) continue;
    }
    UpdateScalar(id);
  }
}

void InputBuilder::UpdateScalar(FieldId id) {
  const schema::Field& of = field(id);
  if (of.kind == FieldKind::kComposite) {
    UpdateComposite(of);
    return;
  }
  if (of.arity == Arity::kList) {
    Add(of.name, {FieldObject(InputKind::kUpdateList, id), FieldType(of)});
    return;
  }
  bool is_nullable = of.arity == Arity::kOptional;
  if (of.kind == FieldKind::kScalar && of.scalar == ScalarType::kJson) {
    if (of_.Has(Capability::kAdvancedJsonNullability)) {
      Add(of.name, {NullInputEnum(is_nullable), FieldType(of)});
    } else {
      Add(of.name, {FieldType(of), FieldType(of)}, false, is_nullable);
    }
    return;
  }
  uint8_t flags = is_nullable ? InputObject::kNullable : 0;
  Add(of.name, {FieldType(of), Object(InputKind::kUpdateOperations, KeyOf(of), UINT32_MAX, flags, OwnerName(of))},
      false, is_nullable);
}

void InputBuilder::UpdateOperations() {
  InputType type = TypeOf(object_.a);
  Add("set", {type}, false, object_.is(InputObject::kNullable));
  bool is_number = type.kind == InputType::Kind::kScalar &&
                   (type.scalar == InputScalar::kInt || type.scalar == InputScalar::kBigInt ||
                    type.scalar == InputScalar::kFloat || type.scalar == InputScalar::kDecimal);
  if (is_number) {
    for (const char* name : {"increment", "decrement", "multiply", "divide"}) Add(name, {type});
  }
  if (object_.is(InputObject::kNullable) && of_.Has(Capability::kUndefinedType)) {
    Add("unset", {Scalar(InputScalar::kBoolean)});
  }
  object_.min_fields = object_.max_fields = 1;
}

void InputBuilder::RelationOperations(FieldId id, bool is_update) {
  const schema::Field& of = field(id);
  ModelId other = of.related_model;
  FieldId back = schema_.OppositeField(id);
  bool is_list = of.arity == Arity::kList;
  bool is_optional = of.arity == Arity::kOptional;
  InputType unique = ModelObject(InputKind::kWhereUnique, other);
  if (of_.CanCreate(other)) {
    Types create;
    for (InputType type : CreateTypes(other, back)) {
      for (InputType form : ListUnion(type, is_list)) create.push_back(form);
    }
    Add("create", create);
    Add("connectOrCreate", ListUnion(FieldObject(InputKind::kConnectOrCreate, id), is_list));
    if (is_update) Add("upsert", ListUnion(FieldObject(InputKind::kUpsertRelation, id), is_list));
    if (of_.Has(Capability::kCreateMany) && is_list &&
        schema_.relations[of.relation].kind != schema::RelationKind::kManyToMany) {
      Add("createMany", {Object(InputKind::kCreateManyEnvelope, other.index, back.index, 0, other)});
    }
  }
  if (!is_update) {
    Add("connect", ListUnion(unique, is_list));
    return;
  }
  if (is_list) {
    for (const char* name : {"set", "disconnect", "delete"}) Add(name, ListUnion(unique, true));
  } else if (is_optional) {
    Types disconnect = {Scalar(InputScalar::kBoolean)};
    Types remove = {Scalar(InputScalar::kBoolean), ModelObject(InputKind::kWhere, other)};
    bool may_filter = !schema_.HasForeignKey(id) || of_.Has(Capability::kFilteredInlineChildNestedToOneDisconnect);
    Add("disconnect", may_filter ? remove : disconnect);
    Add("delete", remove);
  }
  Add("connect", ListUnion(unique, is_list));
  InputType update_where = FieldObject(InputKind::kUpdateOneWhere, id);
  if (!is_list) {
    Types update = UpdateTypes(other, back);
    update.push_front(update_where);
    Add("update", update);
    return;
  }
  Add("update", ListUnion(update_where, true));
  Add("updateMany", ListUnion(FieldObject(InputKind::kUpdateManyWhere, id), true));
  Add("deleteMany", ListUnion(ModelObject(InputKind::kScalarWhere, other), true));
}

// `where` together with data.
void InputBuilder::CombinedRelationType() {
  FieldId id(object_.a);
  ModelId other = field(id).related_model;
  FieldId back = schema_.OppositeField(id);
  bool is_list = field(id).arity == Arity::kList;
  InputType unique = ModelObject(InputKind::kWhereUnique, other), where = ModelObject(InputKind::kWhere, other);
  switch (object_.kind) {
    case InputKind::kConnectOrCreate:
      Add("where", {unique}, true);
      Add("create", CreateTypes(other, back), true);
      break;
    case InputKind::kUpsertRelation:
      if (is_list) Add("where", {unique}, true);
      Add("update", UpdateTypes(other, back), true);
      Add("create", CreateTypes(other, back), true);
      if (!is_list) Add("where", {where});
      break;
    case InputKind::kUpdateOneWhere:
      if (is_list) {
        Add("where", {unique}, true);
      } else {
        Add("where", {where});
      }
      Add("data", UpdateTypes(other, back), true);
      break;
    default:
      Add("where", {ModelObject(InputKind::kScalarWhere, other)}, true);
      Add("data", UpdateManyTypes(other, back), true);
  }
}

}  // namespace prisma::query
