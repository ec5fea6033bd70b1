// Names in use, and helpers that all rules share.
#include <algorithm>

#include "base/arena.h"
#include "base/flat_map.h"
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

// A name in a model, or in a schema of the database.
struct NameKey {
  uint32_t owner;
  uint32_t other;  // another model, or a ConstraintScope
  std::string_view name;
  friend bool operator==(const NameKey&, const NameKey&) = default;
};
struct NameHash {
  size_t operator()(const NameKey& key) const {
    return std::hash<std::string_view>()(key.name) ^ (uint64_t{key.owner} << 32 | key.other) * 0x9E3779B97F4A7C15;
  }
};

}  // namespace

struct Names::Tables {
  Arena arena;  // names that are not written in the schema
  std::vector<std::vector<FieldId>> relation_fields;
  std::vector<uint32_t> relation_fields_of;  // by relation field: its place in `relation_fields`
  FlatMap<NameKey, int, NameHash> constraints;
  FlatMap<NameKey, int, NameHash> custom_names;  // of ids and uniques
  FlatMap<std::string_view, uint32_t> database_schemas;

  NameKey ConstraintKey(const Schema& schema, ConstraintScope scope, ModelId model, std::string_view name) {
    uint32_t owner = model.index;
    if (IsGlobal(scope)) {
      const auto number = static_cast<uint32_t>(database_schemas.size());
      owner = database_schemas.try_emplace(schema.models[model].schema_name, number).first->second;
    }
    return {owner, static_cast<uint32_t>(scope), name};
  }
};

Names::Names(const Analysis& analysis) : analysis_(analysis), tables_(std::make_unique<Tables>()) {
  const Schema& schema = analysis.schema;
  FlatMap<NameKey, uint32_t, NameHash> relations;
  tables_->relation_fields_of.resize(schema.fields.size());
  for (FieldId id : analysis.relation_fields) {
    const Field& field = schema.fields[id];
    std::string_view name;
    auto data = analysis.relation_data.find(id);
    if (data != analysis.relation_data.end() && data->second.name) {
      name = *data->second.name;
    } else {
      const std::string& a = schema.models[field.model].name;
      const std::string& b = schema.models[field.related_model].name;
      name = tables_->arena.Copy(a < b ? a + "To" + b : b + "To" + a);
    }
    const auto number = static_cast<uint32_t>(tables_->relation_fields.size());
    auto [place, is_new] = relations.try_emplace({field.model.index, field.related_model.index, name}, number);
    if (is_new) tables_->relation_fields.emplace_back();
    tables_->relation_fields[place->second].push_back(id);
    tables_->relation_fields_of[id.index] = place->second;
  }
  for (const Index& index : schema.indexes) {
    if (index.has_name) ++tables_->custom_names[{index.model.index, 0, index.name}];
  }
  for (ConstraintScope scope : schema.connector->constraint_scopes()) AddScope(scope);
}

Names::~Names() = default;

// `name` is kept.
void Names::Add(ConstraintScope scope, ModelId model, std::string_view name) {
  ++tables_->constraints[tables_->ConstraintKey(analysis_.schema, scope, model, name)];
}

void Names::AddScope(ConstraintScope scope) {
  const Schema& schema = analysis_.schema;
  for (const Index& index : schema.indexes) {
    bool is_key = index.kind == IndexKind::kPrimaryKey;
    if (!Contains(scope, is_key ? ConstraintKind::kPrimaryKey : ConstraintKind::kIndex)) continue;
    if (is_key && index.constraint_name.empty()) continue;
    Add(scope, index.model, index.constraint_name);
  }
  if (Contains(scope, ConstraintKind::kRelation)) {
    for (const Relation& relation : schema.relations) {
      if (relation.kind != RelationKind::kManyToMany) Add(scope, relation.model_b, relation.constraint_name);
    }
  }
  if (Contains(scope, ConstraintKind::kDefault)) {
    for (const Field& field : schema.fields) {
      if (!field.model || !field.default_value) continue;
      const std::string& mapped = field.default_value->mapped_name;
      Add(scope, field.model,
          mapped.empty() ? tables_->arena.Copy(DefaultConstraintName(schema.models[field.model].database_name,
                                                                     field.database_name, *schema.connector))
                         : mapped);
    }
  }
}

const std::vector<FieldId>& Names::RelationFields(FieldId field) const {
  return tables_->relation_fields[tables_->relation_fields_of[field.index]];
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
  auto found = tables_->custom_names.find({model.index, 0, name});
  return found != tables_->custom_names.end() && found->second > 1;
}

std::vector<ConstraintScope> Names::Violations(ModelId model, ConstraintKind kind, std::string_view name) const {
  using enum ConstraintScope;
  std::vector<ConstraintScope> violated;
  for (ConstraintScope scope :
       {kGlobalKeyIndex, kGlobalForeignKey, kGlobalPrimaryKeyForeignKeyDefault, kGlobalPrimaryKeyKeyIndex,
        kModelKeyIndex, kModelPrimaryKeyKeyIndex, kModelPrimaryKeyKeyIndexForeignKey}) {
    if (!Checks(scope, kind)) continue;
    auto found = tables_->constraints.find(tables_->ConstraintKey(analysis_.schema, scope, model, name));
    if (found != tables_->constraints.end() && found->second > 1) violated.push_back(scope);
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
