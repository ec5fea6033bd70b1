// Fourth pass: which fields make up a relation, of which kind it is, and which side holds the foreign key.
#include <algorithm>

#include "schema/analysis.h"

namespace prisma::schema {
namespace {

// What is known of a relation field and of its opposite.
struct Evidence {
  FieldId field, opposite;  // opposite may be invalid
};

// Relation fields of each model, to find opposites without looking at the whole schema.
class OppositeFinder {
 public:
  explicit OppositeFinder(const Analysis& analysis) : analysis_(analysis) {
    for (FieldId field : analysis.relation_fields) by_model_[analysis.schema.fields[field].model].push_back(field);
  }

  FieldId Find(FieldId field_id) const {
    const Field& field = analysis_.schema.fields[field_id];
    auto candidates = by_model_.find(field.related_model);
    if (candidates == by_model_.end()) return {};
    for (FieldId other : candidates->second) {
      if (analysis_.schema.fields[other].related_model != field.model || other == field_id) continue;
      if (Name(other) == Name(field_id)) return other;
    }
    return {};
  }

 private:
  std::optional<std::string_view> Name(FieldId field) const {
    auto data = analysis_.relation_data.find(field);
    if (data == analysis_.relation_data.end() || !data->second.name) return {};
    return *data->second.name;
  }

  const Analysis& analysis_;
  std::unordered_map<ModelId, std::vector<FieldId>> by_model_;
};

bool FieldsAreUnique(const Analysis& analysis, ModelId model, const std::vector<FieldId>& fields) {
  for (IndexId id : analysis.schema.models[model].indexes) {
    const Index& index = analysis.schema.indexes[id];
    if (index.kind != IndexKind::kUnique || index.fields.size() != fields.size()) continue;
    bool same = true;
    for (size_t i = 0; i < fields.size(); ++i) same = same && index.fields[i].field == fields[i];
    if (same) return true;
  }
  return false;
}

// Order of two fields by names of model and field, to choose a side when nothing else decides.
bool ComesAfter(const Schema& schema, FieldId a, FieldId b) {
  auto key = [&](FieldId id) {
    return std::pair<std::string_view, std::string_view>(schema.models[schema.fields[id].model].name,
                                                         schema.fields[id].name);
  };
  return key(a) > key(b);
}

// Makes the relation that starts at this field; nothing if the other field makes it.
std::optional<Relation> MakeRelation(Analysis& analysis, FieldId field_id, FieldId opposite_id) {
  const Schema& schema = analysis.schema;
  const Field& field = schema.fields[field_id];
  const Field* opposite = opposite_id ? &schema.fields[opposite_id] : nullptr;
  const auto& fields = analysis.Data(field_id).fields;
  Relation relation;
  relation.is_self = field.model == field.related_model;

  if (field.arity == Arity::kList) {
    if (opposite && opposite->arity == Arity::kList) {
      const std::string& name = schema.models[field.model].name;
      const std::string& opposite_name = schema.models[field.related_model].name;
      if (name > opposite_name) return {};
      if (relation.is_self && field.name > opposite->name) return {};
      relation.kind = RelationKind::kManyToMany;
      relation.is_embedded = fields || analysis.Data(opposite_id).fields;
      relation.field_a = field_id;
      relation.field_b = opposite_id;
      relation.model_a = field.model;
      relation.model_b = field.related_model;
      return relation;
    }
    if (opposite) return {};
    relation.kind = RelationKind::kOneToMany;
    relation.field_a = field_id;
    relation.model_a = field.model;
    relation.model_b = field.related_model;
    return relation;
  }

  relation.field_b = field_id;
  relation.model_b = field.model;
  relation.field_a = opposite_id;
  relation.model_a = field.related_model;
  if (!opposite) {
    relation.kind =
        fields && FieldsAreUnique(analysis, field.model, *fields) ? RelationKind::kOneToOne : RelationKind::kOneToMany;
    return relation;
  }
  if (opposite->arity == Arity::kList) {
    relation.kind = RelationKind::kOneToMany;
    return relation;
  }
  relation.kind = RelationKind::kOneToOne;
  if (field.arity == Arity::kRequired) {
    // Required on both sides is reported later; which side is which doesn't matter.
    if (opposite->arity == Arity::kRequired && ComesAfter(schema, field_id, opposite_id)) return {};
    return relation;
  }
  if (opposite->arity == Arity::kRequired) return {};
  if (fields) return relation;
  if (analysis.Data(opposite_id).fields || ComesAfter(schema, field_id, opposite_id)) return {};
  return relation;
}

void SetNames(Analysis& analysis, FieldId field_id, Relation& relation) {
  const auto& name = analysis.Data(field_id).name;
  if (name) {
    relation.name = *name;
    relation.is_name_explicit = true;
    return;
  }
  const std::string& a = analysis.schema.models[relation.model_a].name;
  const std::string& b = analysis.schema.models[relation.model_b].name;
  relation.name = a < b ? a + "To" + b : b + "To" + a;
}

void SetForeignKey(Analysis& analysis, Relation& relation) {
  if (relation.is_embedded) {
    auto set = [&](FieldId field, Relation::EmbeddedSide& side) {
      RelationFieldData& data = analysis.Data(field);
      if (data.fields) side.fields = *data.fields;
      if (data.references) side.references = *data.references;
    };
    set(relation.field_a, relation.embedded_a);
    set(relation.field_b, relation.embedded_b);
  }
  if (relation.kind == RelationKind::kManyToMany || !relation.field_b) return;
  RelationFieldData& data = analysis.Data(relation.field_b);
  if (data.fields) relation.fields = *data.fields;
  if (data.references) relation.references = *data.references;
  if (data.on_delete) relation.on_delete = data.on_delete->first;
  if (data.on_update) relation.on_update = data.on_update->first;
  relation.mapped_constraint_name = data.mapped_name;
}

}  // namespace

void InferRelations(Analysis& analysis) {
  Schema& schema = analysis.schema;
  OppositeFinder finder(analysis);
  for (FieldId field_id : analysis.relation_fields) {
    if (const auto& fields = analysis.Data(field_id).fields) {
      for (FieldId scalar : *fields) schema.fields[scalar].is_foreign_key = true;
    }
    auto relation = MakeRelation(analysis, field_id, finder.Find(field_id));
    if (!relation) continue;
    SetNames(analysis, field_id, *relation);
    SetForeignKey(analysis, *relation);
    FieldId a = relation->field_a, b = relation->field_b;
    RelationId id = schema.relations.push_back(std::move(*relation));
    if (a && !schema.fields[a].relation) schema.fields[a].relation = id;
    if (b && !schema.fields[b].relation) {
      schema.fields[b].relation = id;
      schema.fields[b].is_relation_side_b = true;
    }
  }
}

}  // namespace prisma::schema
