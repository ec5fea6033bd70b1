// Types for fields of composite types: filters, orders and data.
#include "query/schema/builders.h"

namespace prisma::query {

using schema::Arity;
using schema::CompositeTypeId;
using schema::FieldId;
using schema::FieldKind;

// Equality and data are grouped with the owner of the field they were first made for, the rest with the type itself.
InputType InputBuilder::CompositeObject(InputKind kind, const schema::Field& of) const {
  bool is_list = of.arity == Arity::kList;
  bool is_of_owner = kind == InputKind::kCompositeEquality || kind == InputKind::kCompositeCreate;
  bool has_forms = kind == InputKind::kCompositeFilter || kind == InputKind::kCompositeCreateEnvelope ||
                   kind == InputKind::kCompositeUpdateEnvelope;
  uint8_t flags = 0;
  if (has_forms && is_list) flags = InputObject::kFlag;
  if (has_forms && of.arity == Arity::kOptional) flags = InputObject::kNullable;
  return Object(kind, of.composite_id.index, UINT32_MAX, flags,
                is_of_owner ? OwnerName(of) : std::string_view(schema_.composite_types[of.composite_id].name));
}

void InputBuilder::FilterComposite(const schema::Field& of, bool is_list, bool is_nullable) {
  InputType equality = CompositeObject(InputKind::kCompositeEquality, of);
  Add(of.name, {CompositeObject(InputKind::kCompositeFilter, of), is_list ? List(equality) : equality}, false,
      is_nullable);
}

void InputBuilder::CompositeFilter() {
  bool is_list = object_.is(InputObject::kFlag), is_nullable = object_.is(InputObject::kNullable);
  InputType equality = Object(InputKind::kCompositeEquality, object_.a, UINT32_MAX, 0, object_.grouping);
  InputType where = Object(InputKind::kCompositeWhere, object_.a, UINT32_MAX, 0, object_.grouping);
  Add("equals", {is_list ? List(equality) : equality}, false, is_nullable);
  if (is_list) {
    for (const char* name : {"every", "some", "none"}) Add(name, {where});
    Add("isEmpty", {Scalar(InputScalar::kBoolean)});
  } else {
    for (const char* name : {"is", "isNot"}) Add(name, {where}, false, is_nullable);
  }
  if ((is_list || is_nullable) && of_.Has(schema::Capability::kUndefinedType)) {
    Add("isSet", {Scalar(InputScalar::kBoolean)});
  }
  object_.min_fields = object_.max_fields = 1;
}

void InputBuilder::CompositeEquality() {
  for (FieldId id : of_.VisibleFields(CompositeTypeId(object_.a))) {
    const schema::Field& of = field(id);
    InputType type =
        of.kind == FieldKind::kComposite ? CompositeObject(InputKind::kCompositeEquality, of) : FieldType(of);
    type.is_list = of.arity == Arity::kList;
    Add(of.name, {type}, of.arity == Arity::kRequired, of.arity == Arity::kOptional);
  }
}

void InputBuilder::CompositeOrderBy() {
  for (FieldId id : of_.VisibleFields(CompositeTypeId(object_.a))) {
    const schema::Field& of = field(id);
    if (of.kind != FieldKind::kComposite) {
      Add(of.name, {SortOrder()});
      continue;
    }
    bool is_list = of.arity == Arity::kList;
    Add(of.name, {CompositeObject(is_list ? InputKind::kCompositeOrderByAggregate : InputKind::kCompositeOrderBy, of)});
  }
  object_.min_fields = 0;
  object_.max_fields = 1;
}

// Inside of another composite the record itself is given; in a model an envelope may be.
void InputBuilder::CreateComposite(const schema::Field& of, bool is_nested) {
  Types types = ListUnion(CompositeObject(InputKind::kCompositeCreate, of), of.arity == Arity::kList);
  if (!is_nested) types.push_front(CompositeObject(InputKind::kCompositeCreateEnvelope, of));
  Add(of.name, types, of.arity == Arity::kRequired, of.arity == Arity::kOptional);
}

void InputBuilder::UpdateComposite(const schema::Field& of) {
  Types types = ListUnion(CompositeObject(InputKind::kCompositeCreate, of), of.arity == Arity::kList);
  types.push_front(CompositeObject(InputKind::kCompositeUpdateEnvelope, of));
  Add(of.name, types, false, of.arity == Arity::kOptional);
}

void InputBuilder::CompositeCreate() {
  for (FieldId id : of_.VisibleFields(CompositeTypeId(object_.a))) {
    if (field(id).kind == FieldKind::kComposite) {
      CreateComposite(field(id), true);
    } else {
      CreateScalar(id);
    }
  }
}

void InputBuilder::CompositeUpdate() {
  for (FieldId id : of_.VisibleFields(CompositeTypeId(object_.a))) UpdateScalar(id);
  object_.min_fields = 1;
}

void InputBuilder::CompositeEnvelope(bool is_update) {
  bool is_list = object_.is(InputObject::kFlag), is_nullable = object_.is(InputObject::kNullable);
  auto of_type = [&](InputKind kind) { return Object(kind, object_.a, UINT32_MAX, 0, object_.grouping); };
  Types create = ListUnion(of_type(InputKind::kCompositeCreate), is_list);
  Add("set", create, false, is_nullable);
  object_.min_fields = object_.max_fields = 1;
  if (!is_update) return;
  if (is_list) {
    Add("push", create);
    Add("updateMany", {of_type(InputKind::kCompositeUpdateMany)});
    Add("deleteMany", {of_type(InputKind::kCompositeDeleteMany)});
  } else if (is_nullable) {
    Add("upsert", {of_type(InputKind::kCompositeUpsert)});
    Add("unset", {Scalar(InputScalar::kBoolean)});
  } else {
    Add("update", {of_type(InputKind::kCompositeUpdate)});
  }
}

void InputBuilder::CompositeDataWithWhere() {
  auto of_type = [&](InputKind kind) { return Object(kind, object_.a, UINT32_MAX, 0, object_.grouping); };
  InputType update = of_type(InputKind::kCompositeUpdate), where = of_type(InputKind::kCompositeWhere);
  switch (object_.kind) {
    case InputKind::kCompositeUpsert:
      Add("set", {of_type(InputKind::kCompositeCreate)}, true, true);
      Add("update", {update}, true);
      break;
    case InputKind::kCompositeUpdateMany:
      Add("where", {where}, true);
      Add("data", {update}, true);
      break;
    default:
      Add("where", {where}, true);
  }
}

}  // namespace prisma::query
