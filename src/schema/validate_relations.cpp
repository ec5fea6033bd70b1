// Rules for relations between two fields.
#include <algorithm>

#include "schema/validate.h"

namespace prisma::schema {
namespace {

constexpr std::string_view kRelation = "@relation";

// A side of a relation, with all that messages say of it.
struct Side {
  const Field* field;
  const Model* model;
  const RelationFieldData* data;

  bool has_fields() const { return data->fields && !data->fields->empty(); }
  bool has_references() const { return data->references && !data->references->empty(); }
  bool has_actions() const { return data->on_delete || data->on_update; }
  std::string OnModel() const { return "`" + field->name + "` on Model `" + model->name + "`"; }
};

Side MakeSide(Rules& rules, FieldId id) { return {&rules.field(id), &rules.model(id), &rules.analysis.Data(id)}; }

void RelationError(Rules& rules, const Field& field, std::string_view message) {
  rules.Error(field.span, errors::Attribute(kRelation, message));
}

void MissingOpposite(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  const Model& model = rules.model(id);
  std::string kind(ContainerKind(model));
  rules.Error(field.span, errors::Field(kind, model.name, field.name,
                                        "The relation field `" + field.name + "` on " + kind + " `" + model.name +
                                            "` is missing an opposite relation field on the model `" +
                                            rules.schema.models[field.related_model].name +
                                            "`. Either run `prisma format` or add it manually."));
}

void BothFieldsLack(Rules& rules, const Side& a, const Side& b, std::string_view argument) {
  auto message = [&](const Side& first, const Side& second) {
    return "The relation fields " + first.OnModel() + " and " + second.OnModel() + " do not provide the `" +
           std::string(argument) +
           "` argument in the @relation attribute. You have to provide it on one of the two fields.";
  };
  RelationError(rules, *a.field, message(a, b));
  RelationError(rules, *b.field, message(b, a));
}

void BothFieldsProvide(Rules& rules, const Side& forward, const Side& back, std::string_view argument) {
  std::string message = "The relation fields " + forward.OnModel() + " and " + back.OnModel() + " both provide the `" +
                        std::string(argument) +
                        "` argument in the @relation attribute. You have to provide it only on one of the two fields.";
  RelationError(rules, *forward.field, message);
  RelationError(rules, *back.field, message);
}

void OneToOneActions(Rules& rules, const Side& forward, const Side& back) {
  if (!back.has_actions()) return;
  if (!forward.has_actions()) {
    RelationError(rules, *back.field,
                  "The relation field " + back.OnModel() +
                      " must not specify the `onDelete` or `onUpdate` argument in the @relation attribute. You must "
                      "only specify it on the opposite field `" +
                      forward.field->name + "` on model `" + forward.model->name + "`.");
    return;
  }
  auto message = [](const Side& first, const Side& second) {
    return "The relation fields " + first.OnModel() + " and " + second.OnModel() +
           " both provide the `onDelete` or `onUpdate` argument in the @relation attribute. You have to provide it "
           "only on one of the two fields.";
  };
  RelationError(rules, *back.field, message(back, forward));
  RelationError(rules, *forward.field, message(forward, back));
}

bool SameFieldSet(const Index& index, const std::vector<FieldId>& fields) {
  std::vector<FieldId> a = IndexFieldIds(index), b = fields;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

void OneToOneFieldsAreUnique(Rules& rules, const Relation& relation, const Side& forward) {
  if (!forward.data->fields) return;
  const std::vector<FieldId>& fields = *forward.data->fields;
  auto criteria = UniqueCriteria(rules.schema, relation.model_b);
  bool unique = std::any_of(criteria.begin(), criteria.end(),
                            [&](const Index* index) { return IndexFieldIds(*index) == fields; });
  if (unique) return;
  std::string names = FieldNamesJoined(rules.schema, fields, ", ");
  std::string message = "A one-to-one relation must use unique fields on the defining side. Either add an ";
  if (fields.size() == 1) {
    message += "`@unique` attribute to the field `" + names + "`, or change the relation to one-to-many.";
  } else {
    message += "`@@unique([" + names + "])` attribute to the model, or change the relation to one-to-many.";
  }
  RelationError(rules, *forward.field, message);
}

void OneToOneMixups(Rules& rules, const Side& forward, const Side& back) {
  if (rules.analysis.sink.has_errors()) return;
  auto message = [&](std::string_view mine, std::string_view theirs) {
    return "The relation field " + forward.OnModel() + " provides the `" + std::string(mine) +
           "` argument in the @relation attribute. And the related field " + back.OnModel() + " provides the `" +
           std::string(theirs) + "` argument. You must provide both arguments on the same side.";
  };
  if (forward.has_fields() && back.has_references()) {
    RelationError(rules, *forward.field, message("fields", "references"));
    RelationError(rules, *back.field, message("fields", "references"));
  }
  if (forward.has_references() && back.has_fields()) {
    RelationError(rules, *forward.field, message("references", "fields"));
  }
}

void OneToOneBackIsOptional(Rules& rules, const Side& forward, const Side& back) {
  if (rules.analysis.sink.has_errors() || back.field->arity != Arity::kRequired) return;
  RelationError(rules, *back.field,
                "The relation field " + back.OnModel() +
                    " is required. This is not valid because it's not possible to enforce this constraint on the "
                    "database level. Please change the field type from `" +
                    forward.model->name + "` to `" + forward.model->name + "?` to fix this.");
}

void OneToOneWrongSide(Rules& rules, const Side& forward, const Side& back) {
  if (rules.analysis.sink.has_errors() || forward.field->arity != Arity::kRequired) return;
  if (!back.data->fields && !back.data->references) return;
  RelationError(rules, *back.field,
                "The relation field `" + back.model->name + "." + back.field->name +
                    "` defines the `fields` and/or `references` argument. You must set them on the required side of "
                    "the relation (`" +
                    forward.model->name + "." + forward.field->name +
                    "`) in order for the constraints to be enforced. Alternatively, you can change this field to be "
                    "required and the opposite optional, or make both sides of the relation optional.");
}

bool TypesMatch(const Field& a, const Field& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case FieldKind::kScalar:
      return a.scalar == b.scalar;
    case FieldKind::kEnum:
      return a.enum_id == b.enum_id;
    case FieldKind::kComposite:
      return a.composite_id == b.composite_id;
    case FieldKind::kUnsupported:
      return a.unsupported_type == b.unsupported_type;
    default:
      return false;
  }
}

bool IsSingleIdField(const Rules& rules, ModelId model, FieldId field) {
  IndexId key = rules.schema.models[model].primary_key;
  return key && rules.schema.indexes[key].fields.size() == 1 && rules.schema.indexes[key].fields[0].field == field;
}

void CheckFieldsInReferencedOrder(Rules& rules, const Relation& relation, const std::vector<FieldId>& references) {
  if (references.size() <= 1 || rules.Has(Capability::kRelationFieldsInArbitraryOrder)) return;
  for (const Index* index : UniqueCriteria(rules.schema, relation.model_a)) {
    if (IndexFieldIds(*index) == references) return;
  }
  rules.Error(rules.field(relation.field_b).span,
              errors::Validation("The argument `references` must refer to a unique criterion in the related model `" +
                                 rules.schema.models[relation.model_a].name +
                                 "` using the same order of fields. Please check the ordering in the following fields: "
                                 "`" +
                                 FieldNamesJoined(rules.schema, references, ", ") + "`."));
}

}  // namespace

void SetNullOnRequiredFields(Rules& rules, const Relation& relation) {
  if (!relation.field_b || rules.connector.AllowsSetNullOnRequiredFields(rules.schema.relation_mode)) return;
  const RelationFieldData& data = rules.analysis.Data(relation.field_b);
  // Without `fields` they count as required.
  bool any_required = !data.fields || std::any_of(data.fields->begin(), data.fields->end(), [&](FieldId field) {
    return rules.field(field).arity == Arity::kRequired;
  });
  if (!any_required) return;
  auto check = [&](const auto& action, std::string_view name) {
    if (!action || action->first != ReferentialAction::kSetNull) return;
    RelationError(rules, rules.field(relation.field_b),
                  "The `" + std::string(name) +
                      "` referential action of a relation must not be set to `SetNull` when a referenced field is "
                      "required.\nEither choose another referential action, or make the referenced fields optional.\n");
  };
  check(data.on_delete, "onDelete");
  check(data.on_update, "onUpdate");
}

void ReferencesUniqueFields(Rules& rules, const Relation& relation) {
  if (!relation.field_b) return;
  const RelationFieldData& data = rules.analysis.Data(relation.field_b);
  if (!data.references || data.references->empty()) return;
  const std::vector<FieldId>& references = *data.references;
  for (const Index* index : UniqueCriteria(rules.schema, relation.model_a)) {
    if (!SameFieldSet(*index, references)) continue;
    CheckFieldsInReferencedOrder(rules, relation, references);
    return;
  }
  const std::string& model = rules.schema.models[relation.model_a].name;
  std::string names = FieldNamesJoined(rules.schema, references, ", ");
  std::string message =
      "The argument `references` must refer to a unique criterion in the related model. Consider adding an ";
  if (references.size() == 1) {
    message += "`@unique` attribute to the field `" + names + "` in the model `" + model + "`.";
  } else {
    message += "`@@unique([" + names + "])` attribute to the model `" + model + "`.";
  }
  RelationError(rules, rules.field(relation.field_b), message);
}

void SameNumberOfFieldsAndReferences(Rules& rules, const Relation& relation) {
  if (!relation.field_b) return;
  const RelationFieldData& data = rules.analysis.Data(relation.field_b);
  if (!data.fields || !data.references || data.fields->size() == data.references->size()) return;
  rules.Error(data.attribute->span,
              errors::Validation("You must specify the same number of fields in `fields` and `references`."));
}

void RelationFieldArity(Rules& rules, const Relation& relation) {
  if (!relation.field_b) return;
  const Field& field = rules.field(relation.field_b);
  const RelationFieldData& data = rules.analysis.Data(relation.field_b);
  if (field.arity != Arity::kRequired || !data.fields) return;
  bool any_optional = false;
  for (FieldId scalar : *data.fields) any_optional = any_optional || rules.field(scalar).arity == Arity::kOptional;
  if (!any_optional) return;
  rules.Error(field.span,
              errors::Validation("The relation field `" + field.name + "` uses the scalar fields " +
                                 FieldNamesJoined(rules.schema, *data.fields, ", ") +
                                 ". At least one of those fields is optional. Hence the relation field must be "
                                 "optional as well."));
}

// What a relation without `references` would refer to: the first criterion that tells all records apart.
static std::vector<FieldId> UsualReferences(const Schema& schema, ModelId model) {
  for (const Index* index : UniqueCriteria(schema, model)) {
    std::vector<FieldId> fields = IndexFieldIds(*index);
    bool is_strict = std::all_of(fields.begin(), fields.end(), [&](FieldId id) {
      return schema.fields[id].arity == Arity::kRequired && schema.fields[id].kind != FieldKind::kUnsupported;
    });
    if (is_strict) return fields;
  }
  return {};
}

void RelationFieldTypesMatch(Rules& rules, const Relation& relation) {
  if (!relation.field_b) return;
  const RelationFieldData& data = rules.analysis.Data(relation.field_b);
  if (!data.fields) return;
  std::vector<FieldId> references =
      data.references ? *data.references : UsualReferences(rules.schema, relation.model_a);
  for (size_t i = 0; i < data.fields->size() && i < references.size(); ++i) {
    const Field& referencing = rules.field((*data.fields)[i]);
    const Field& referenced = rules.field(references[i]);
    if (TypesMatch(referencing, referenced)) continue;
    RelationError(rules, rules.field(relation.field_b),
                  "The type of the field `" + referencing.name + "` in the model `" +
                      rules.schema.models[referencing.model].name +
                      "` is not matching the type of the referenced field `" + referenced.name + "` in model `" +
                      rules.schema.models[referenced.model].name + "`.");
  }
}

void ForeignKeyNameIsUnique(Rules& rules, const Relation& relation) {
  const Model& model = rules.schema.models[relation.model_b];
  for (ConstraintScope scope :
       rules.names.Violations(relation.model_b, ConstraintKind::kRelation, relation.constraint_name)) {
    Span span = relation.field_b ? FieldArgumentSpan(rules.field(relation.field_b), "relation", "map")
                                 : rules.schema.models[relation.model_a].span;
    rules.Error(span, errors::Attribute(kRelation, "The given constraint name `" + relation.constraint_name +
                                                       "` has to be unique in the following namespace: " +
                                                       ScopeDescription(scope, model) +
                                                       ". Please provide a different name using the `map` argument."));
  }
}

void OneToOneRules(Rules& rules, const Relation& relation) {
  Side forward = MakeSide(rules, relation.field_b);
  if (!relation.field_a) {
    MissingOpposite(rules, relation.field_b);
    OneToOneFieldsAreUnique(rules, relation, forward);
    return;
  }
  Side back = MakeSide(rules, relation.field_a);
  if (!forward.has_fields() && !back.has_fields()) BothFieldsLack(rules, forward, back, "fields");
  if (!forward.has_references() && !back.has_references()) BothFieldsLack(rules, forward, back, "references");
  if (forward.has_references() && back.has_references()) BothFieldsProvide(rules, forward, back, "references");
  if (forward.has_fields() && back.has_fields()) BothFieldsProvide(rules, forward, back, "fields");
  OneToOneActions(rules, forward, back);
  OneToOneFieldsAreUnique(rules, relation, forward);
  OneToOneMixups(rules, forward, back);
  OneToOneBackIsOptional(rules, forward, back);
  OneToOneWrongSide(rules, forward, back);
}

void OneToManyRules(Rules& rules, const Relation& relation) {
  if (!relation.field_a || !relation.field_b) {
    MissingOpposite(rules, relation.field_b ? relation.field_b : relation.field_a);
    return;
  }
  Side forward = MakeSide(rules, relation.field_b);
  Side back = MakeSide(rules, relation.field_a);
  if (!forward.has_fields()) {
    RelationError(rules, *forward.field,
                  "The relation field " + forward.OnModel() +
                      " must specify the `fields` argument in the @relation attribute. You can run `prisma format` to "
                      "fix this automatically.");
  }
  if (!forward.has_references()) {
    RelationError(rules, *forward.field,
                  "The relation field " + forward.OnModel() +
                      " must specify the `references` argument in the @relation attribute.");
  }
  std::string opposite = "You must only specify it on the opposite field `" + forward.field->name + "` on model `" +
                         forward.model->name + "`";
  if (back.has_fields() || back.has_references()) {
    RelationError(rules, *back.field,
                  "The relation field " + back.OnModel() +
                      " must not specify the `fields` or `references` argument in the @relation attribute. " +
                      opposite + ".");
  }
  if (back.has_actions()) {
    RelationError(rules, *back.field,
                  "The relation field " + back.OnModel() +
                      " must not specify the `onDelete` or `onUpdate` argument in the @relation attribute. " +
                      opposite + ", or in case of a many to many relation, in an explicit join table.");
  }
}

void ImplicitManyToManyRules(Rules& rules, const Relation& relation) {
  const FieldId fields[] = {relation.field_a, relation.field_b};
  if (!rules.Has(Capability::kImplicitManyToManyRelation)) {
    for (FieldId field : fields) {
      rules.Error(rules.field(field).span, errors::Validation("Implicit many-to-many relations are not supported on " +
                                                              std::string(rules.connector.name()) +
                                                              ". Please use the syntax defined in "
                                                              "https://pris.ly/d/document-database-many-to-many"));
    }
  }
  if (rules.model(relation.field_a).is_view || rules.model(relation.field_b).is_view) {
    for (FieldId field : fields) {
      rules.Error(rules.field(field).span,
                  errors::Validation("Implicit many-to-many relations are not supported for views."));
    }
  }
  for (FieldId id : fields) {
    const Field& field = rules.field(id);
    const Model& model = rules.model(id);
    const Model& related = rules.schema.models[field.related_model];
    const auto& references = rules.analysis.Data(id).references;
    bool has_single_id = related.primary_key && rules.schema.indexes[related.primary_key].fields.size() == 1;
    if (!has_single_id) {
      std::string kind(ContainerKind(related));
      rules.Error(field.span,
                  errors::Field(kind, model.name, field.name,
                                "The relation field `" + field.name + "` on " + kind + " `" + model.name +
                                    "` references `" + related.name +
                                    "` which does not have an `@id` field. Models without `@id` cannot be part of a "
                                    "many to many relation. Use an explicit intermediate Model to represent this "
                                    "relationship."));
    } else if (references &&
               !(references->size() == 1 && IsSingleIdField(rules, field.related_model, (*references)[0]))) {
      rules.Error(field.span,
                  errors::Validation("Implicit many-to-many relations must always reference the id field of the "
                                     "related model. Change the argument `references` to use the id field of the "
                                     "related model `" +
                                     related.name +
                                     "`. But it is referencing the following fields that are not the "
                                     "id: " +
                                     FieldNamesJoined(rules.schema, *references, ", ")));
    }
  }
  for (FieldId id : fields) {
    const RelationFieldData& data = rules.analysis.Data(id);
    for (const auto& action : {data.on_delete, data.on_update}) {
      if (!action) continue;
      rules.Error(action->second, errors::Validation("Referential actions on implicit many-to-many relations are not "
                                                     "supported"));
    }
  }
  for (FieldId id : fields) {
    if (!rules.analysis.Data(id).references) continue;
    RelationError(rules, rules.field(id),
                  "Implicit many-to-many relation should not have references argument defined. Either remove it, or "
                  "change the relation to one-to-many.");
  }
}

void EmbeddedManyToManyRules(Rules& rules, const Relation& relation) {
  const FieldId fields[] = {relation.field_a, relation.field_b};
  if (!rules.Has(Capability::kTwoWayEmbeddedManyToManyRelation)) {
    for (FieldId id : fields) {
      rules.Error(rules.field(id).span, errors::Validation("Embedded many-to-many relations are not supported on " +
                                                           std::string(rules.connector.name()) +
                                                           ". Please use the syntax defined in "
                                                           "https://pris.ly/d/relational-database-many-to-many"));
    }
    return;
  }
  auto check_list = [&](std::string_view argument, auto member) {
    for (FieldId id : fields) {
      const RelationFieldData& data = rules.analysis.Data(id);
      const std::optional<std::vector<FieldId>>& list = data.*member;
      if (list && list->size() == 1) continue;
      Span span = data.attribute ? ArgumentSpan(*data.attribute, argument) : rules.field(id).span;
      rules.Error(span, errors::Attribute(kRelation, "The `" + std::string(argument) +
                                                         "` argument must be defined and must point to exactly one "
                                                         "scalar field. https://pris.ly/d/many-to-many-relations"));
    }
  };
  check_list("references", &RelationFieldData::references);
  check_list("fields", &RelationFieldData::fields);
  for (FieldId id : fields) {
    const auto& references = rules.analysis.Data(id).references;
    if (!references || references->empty()) continue;
    if (IsSingleIdField(rules, rules.field(id).related_model, references->front())) continue;
    rules.Error(FieldArgumentSpan(rules.field(id), "relation", "references"),
                errors::Attribute(kRelation, "The `references` argument must point to a singular `id` field"));
  }
  for (FieldId id : fields) {
    const RelationFieldData& data = rules.analysis.Data(id);
    if (!data.fields || data.fields->empty() || !data.references || data.references->empty()) continue;
    const Field& referencing = rules.field(data.fields->front());
    const Field& referenced = rules.field(data.references->front());
    auto native = [](const Field& field) { return field.native_type ? field.native_type->name : std::string(); };
    if (referencing.arity == Arity::kList && referenced.arity != Arity::kList && TypesMatch(referencing, referenced) &&
        native(referencing) == native(referenced)) {
      continue;
    }
    rules.Error(data.attribute->span,
                errors::Attribute(kRelation,
                                  "The scalar field defined in `fields` argument must be an array of the same type "
                                  "defined in `references`"));
  }
  for (FieldId id : fields) {
    const RelationFieldData& data = rules.analysis.Data(id);
    for (const auto& action : {data.on_delete, data.on_update}) {
      if (!action) continue;
      rules.Error(action->second, errors::Validation("Referential actions on two-way embedded many-to-many relations "
                                                     "are not supported"));
    }
  }
}

}  // namespace prisma::schema
