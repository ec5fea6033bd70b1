// Names in use, and helpers that all rules share.
#include <algorithm>

#include "schema/validate.h"

namespace prisma::schema {
namespace {

bool IsGlobal(ConstraintScope scope) {
  return scope == ConstraintScope::kGlobalKeyIndex || scope == ConstraintScope::kGlobalForeignKey ||
         scope == ConstraintScope::kGlobalPrimaryKeyKeyIndex ||
         scope == ConstraintScope::kGlobalPrimaryKeyForeignKeyDefault;
}

bool Contains(ConstraintScope scope, ConstraintKind kind) {
  using enum ConstraintScope;
  switch (kind) {
    case ConstraintKind::kIndex:
      return scope == kGlobalKeyIndex || scope == kGlobalPrimaryKeyKeyIndex || scope == kModelKeyIndex ||
             scope == kModelPrimaryKeyKeyIndex || scope == kModelPrimaryKeyKeyIndexForeignKey;
    case ConstraintKind::kRelation:
      return scope == kGlobalForeignKey || scope == kGlobalPrimaryKeyForeignKeyDefault ||
             scope == kModelPrimaryKeyKeyIndexForeignKey;
    case ConstraintKind::kDefault:
      return scope == kGlobalPrimaryKeyForeignKeyDefault;
    case ConstraintKind::kPrimaryKey:
      return scope == kGlobalPrimaryKeyForeignKeyDefault || scope == kGlobalPrimaryKeyKeyIndex ||
             scope == kModelPrimaryKeyKeyIndex || scope == kModelPrimaryKeyKeyIndexForeignKey;
  }
  return false;
}

// Where a clash of such names is looked for. Indexes are counted with foreign keys per model, but it is the others that
// are told.
bool Checks(ConstraintScope scope, ConstraintKind kind) {
  return Contains(scope, kind) &&
         !(kind == ConstraintKind::kIndex && scope == ConstraintScope::kModelPrimaryKeyKeyIndexForeignKey);
}

std::string ModelKey(ModelId model, std::string_view name) {
  std::string key = std::to_string(model.index) + ' ';
  key += name;
  return key;
}

std::string RelationKey(const Analysis& analysis, FieldId id) {
  const Field& field = analysis.schema.fields[id];
  std::string key = std::to_string(field.model.index) + ' ' + std::to_string(field.related_model.index) + ' ';
  auto data = analysis.relation_data.find(id);
  if (data != analysis.relation_data.end() && data->second.name) return key + *data->second.name;
  const std::string& a = analysis.schema.models[field.model].name;
  const std::string& b = analysis.schema.models[field.related_model].name;
  return key + (a < b ? a + "To" + b : b + "To" + a);
}

}  // namespace

Names::Names(const Analysis& analysis) : analysis_(analysis) {
  const Schema& schema = analysis.schema;
  for (FieldId field : analysis.relation_fields) relation_fields_[RelationKey(analysis, field)].push_back(field);
  for (const Index& index : schema.indexes) {
    if (index.has_name) ++custom_names_[ModelKey(index.model, index.name)];
  }
  for (ConstraintScope scope : schema.connector->constraint_scopes()) AddScope(analysis, scope);
}

std::string Names::Key(ConstraintScope scope, ModelId model, std::string_view name) const {
  std::string key = std::to_string(static_cast<int>(scope)) + ' ';
  if (IsGlobal(scope)) {
    key += analysis_.schema.models[model].schema_name;
  } else {
    key += std::to_string(model.index);
  }
  key += ' ';
  key += name;
  return key;
}

void Names::Add(const Analysis&, ConstraintScope scope, ModelId model, std::string_view name) {
  ++constraints_[Key(scope, model, name)];
}

void Names::AddScope(const Analysis& analysis, ConstraintScope scope) {
  const Schema& schema = analysis.schema;
  for (const Index& index : schema.indexes) {
    bool is_key = index.kind == IndexKind::kPrimaryKey;
    if (!Contains(scope, is_key ? ConstraintKind::kPrimaryKey : ConstraintKind::kIndex)) continue;
    if (is_key && index.constraint_name.empty()) continue;
    Add(analysis, scope, index.model, index.constraint_name);
  }
  if (Contains(scope, ConstraintKind::kRelation)) {
    for (const Relation& relation : schema.relations) {
      if (relation.kind != RelationKind::kManyToMany) Add(analysis, scope, relation.model_b, relation.constraint_name);
    }
  }
  if (Contains(scope, ConstraintKind::kDefault)) {
    for (const Field& field : schema.fields) {
      if (!field.model || !field.default_value) continue;
      const std::string& mapped = field.default_value->mapped_name;
      Add(analysis, scope, field.model,
          mapped.empty()
              ? DefaultConstraintName(schema.models[field.model].database_name, field.database_name, *schema.connector)
              : mapped);
    }
  }
}

const std::vector<FieldId>& Names::RelationFields(FieldId field) const {
  return relation_fields_.at(RelationKey(analysis_, field));
}

bool Names::UniqueNameTaken(ModelId model, std::string_view name) const {
  for (IndexId id : analysis_.schema.models[model].indexes) {
    const Index& index = analysis_.schema.indexes[id];
    if (index.kind == IndexKind::kUnique && index.has_name && index.name == name) return true;
  }
  return false;
}

bool Names::PrimaryKeyNameTaken(ModelId model, std::string_view name) const {
  IndexId id = analysis_.schema.models[model].primary_key;
  return id && analysis_.schema.indexes[id].has_name && analysis_.schema.indexes[id].name == name;
}

bool Names::CustomNameClashes(ModelId model, std::string_view name) const {
  auto found = custom_names_.find(ModelKey(model, name));
  return found != custom_names_.end() && found->second > 1;
}

std::vector<ConstraintScope> Names::Violations(ModelId model, ConstraintKind kind, std::string_view name) const {
  using enum ConstraintScope;
  std::vector<ConstraintScope> violated;
  for (ConstraintScope scope :
       {kGlobalKeyIndex, kGlobalForeignKey, kGlobalPrimaryKeyForeignKeyDefault, kGlobalPrimaryKeyKeyIndex,
        kModelKeyIndex, kModelPrimaryKeyKeyIndex, kModelPrimaryKeyKeyIndexForeignKey}) {
    if (!Checks(scope, kind)) continue;
    auto found = constraints_.find(Key(scope, model, name));
    if (found != constraints_.end() && found->second > 1) violated.push_back(scope);
  }
  return violated;
}

std::string_view ContainerKind(const Model& model) { return model.is_view ? "view" : "model"; }

std::string_view AttributeName(const Index& index) {
  switch (index.kind) {
    case IndexKind::kPrimaryKey:
      return index.is_on_field ? "@id" : "@@id";
    case IndexKind::kUnique:
      return index.is_on_field ? "@unique" : "@@unique";
    case IndexKind::kFulltext:
      return "@@fulltext";
    default:
      return "@@index";
  }
}

const ast::Attribute* FindAttribute(const std::vector<ast::Attribute>& attributes, std::string_view name) {
  for (const ast::Attribute& attribute : attributes) {
    if (attribute.name.name == name) return &attribute;
  }
  return nullptr;
}

Span ArgumentSpan(const ast::Attribute& attribute, std::string_view argument) {
  for (const ast::Argument& item : attribute.arguments) {
    if (item.name && item.name->name == argument) return item.span;
  }
  return attribute.span;
}

Span FieldArgumentSpan(const Field& field, std::string_view attribute_name, std::string_view argument) {
  const ast::Attribute* attribute = FindAttribute(field.ast->attributes, attribute_name);
  if (attribute) {
    for (const ast::Argument& item : attribute->arguments) {
      if (item.name && item.name->name == argument) return item.span;
    }
  }
  return field.span;
}

std::string ScopeDescription(ConstraintScope scope, const Model& model) {
  using enum ConstraintScope;
  std::string on_model = "on model `" + model.name + "` for ";
  switch (scope) {
    case kGlobalKeyIndex:
      return "global for indexes and unique constraints";
    case kGlobalForeignKey:
      return "global for foreign keys";
    case kGlobalPrimaryKeyKeyIndex:
      return "global for primary key, indexes and unique constraints";
    case kGlobalPrimaryKeyForeignKeyDefault:
      return "global for primary keys, foreign keys and default constraints";
    case kModelKeyIndex:
      return on_model + "indexes and unique constraints";
    case kModelPrimaryKeyKeyIndex:
      return on_model + "primary key, indexes and unique constraints";
    case kModelPrimaryKeyKeyIndexForeignKey:
      return on_model + "primary key, indexes, unique constraints and foreign keys";
  }
  return {};
}

std::string FieldNamesJoined(const Schema& schema, const std::vector<FieldId>& fields, std::string_view separator) {
  std::string joined;
  for (FieldId field : fields) {
    if (!joined.empty()) joined += separator;
    joined += schema.fields[field].name;
  }
  return joined;
}

std::vector<const Index*> UniqueCriteria(const Schema& schema, ModelId model_id) {
  const Model& model = schema.models[model_id];
  std::vector<const Index*> criteria;
  if (model.primary_key) criteria.push_back(&schema.indexes[model.primary_key]);
  for (IndexId id : model.indexes) {
    if (schema.indexes[id].kind == IndexKind::kUnique) criteria.push_back(&schema.indexes[id]);
  }
  return criteria;
}

std::vector<FieldId> IndexFieldIds(const Index& index) {
  std::vector<FieldId> fields;
  for (const IndexField& field : index.fields) fields.push_back(field.field);
  return fields;
}

void CheckDatabaseNameLength(Rules& rules, const Model& model, const ast::Attribute& attribute, std::string_view name,
                             bool double_at) {
  uint32_t limit = rules.connector.max_identifier_length();
  if (name.size() <= limit) return;
  std::string message = "The constraint name '" + std::string(name) + "' specified in the `map` argument for the `" +
                        (double_at ? "@@" : "@") + std::string(attribute.name.name) +
                        "` constraint is too long for your chosen provider. The maximum allowed length is " +
                        std::to_string(limit) + " bytes.";
  rules.Error(attribute.span, errors::Model("model", model.name, message));
}

}  // namespace prisma::schema
