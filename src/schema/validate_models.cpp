// Rules for models and views as a whole.
#include <algorithm>

#include "schema/validate.h"

namespace prisma::schema {
namespace {

const Index* PrimaryKey(const Rules& rules, ModelId model) {
  IndexId id = rules.schema.models[model].primary_key;
  return id ? &rules.schema.indexes[id] : nullptr;
}

bool IsAutoincrement(const Field& field) {
  return field.default_value && field.default_value->kind == DefaultValue::Kind::kAutoincrement;
}

void AttributeError(Rules& rules, const Index& index, std::string_view message) {
  rules.Error(index.span, errors::Attribute(AttributeName(index), message));
}

}  // namespace

void ModelDatabaseNamesAreUnique(Rules& rules) {
  std::unordered_map<std::string, const Model*> names;
  for (bool views : {false, true}) {
    for (const Model& model : rules.schema.models) {
      if (model.is_view != views) continue;
      auto [existing, is_new] = names.try_emplace(model.schema_name + '\0' + model.database_name, &model);
      if (is_new) continue;
      const Model& other = *existing->second;
      // The fault is shown at the @@map, which can be on either of them.
      const Model& marked = model.is_mapped ? model : other;
      const Model& named = model.is_mapped ? other : model;
      existing->second = &model;
      const ast::Attribute* attribute = FindAttribute(marked.ast->attributes, "map");
      if (!attribute) continue;
      rules.Error(attribute->span, errors::DuplicateModelDatabaseName(model.database_name, named.name, marked.is_view));
    }
  }
}

void ViewsNeedPreviewFeature(Rules& rules, ModelId id) {
  const Model& model = rules.schema.models[id];
  if (rules.schema.HasPreviewFeature("views")) return;
  rules.Error(model.span, errors::Validation("View definitions are only available with the `views` preview feature."));
}

void ModelHasUniqueCriteria(Rules& rules, ModelId id) {
  const Model& model = rules.schema.models[id];
  if (model.is_ignored || model.is_view) return;
  std::string loose;
  for (const Index* index : UniqueCriteria(rules.schema, id)) {
    bool strict = true;
    for (const IndexField& item : index->fields) {
      const Field& field = rules.field(item.field);
      if (field.arity == Arity::kOptional || field.kind == FieldKind::kUnsupported) strict = false;
    }
    if (strict) return;
    loose += (loose.empty() ? "- " : "\n- ") + FieldNamesJoined(rules.schema, IndexFieldIds(*index), ", ");
  }
  std::string kind(ContainerKind(model));
  std::string message = "Each " + kind +
                        " must have at least one unique criteria that has only required fields. Either mark a single "
                        "field with `@id`, `@unique` or add a multi field criterion with `@@id([])` or `@@unique([])` "
                        "to the " +
                        kind + ".";
  if (!loose.empty()) {
    message +=
        " The following unique criterias were not considered as they contain fields that are not required:\n" + loose;
  }
  rules.Error(model.span, errors::Model(kind, model.name, message));
}

void PrimaryKeyNameIsUnique(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || key->constraint_name.empty()) return;
  const Model& model = rules.schema.models[id];
  CheckDatabaseNameLength(rules, model, *key->ast, key->constraint_name, !key->is_on_field);
  for (ConstraintScope scope : rules.names.Violations(id, ConstraintKind::kPrimaryKey, key->constraint_name)) {
    rules.Error(ArgumentSpan(*key->ast, "map"),
                errors::Attribute(AttributeName(*key), "The given constraint name `" + key->constraint_name +
                                                           "` has to be unique in the following namespace: " +
                                                           ScopeDescription(scope, model) +
                                                           ". Please provide a different name using the `map` "
                                                           "argument."));
  }
}

void PrimaryKeyCustomNameIsUnique(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || !key->has_name || !rules.names.CustomNameClashes(id, key->name)) return;
  rules.Error(ArgumentSpan(*key->ast, "name"),
              errors::Attribute(AttributeName(*key), "The given custom name `" + key->name +
                                                         "` has to be unique on the model. Please provide a different "
                                                         "name for the `name` argument."));
}

void PrimaryKeyHasFields(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || !key->fields.empty()) return;
  AttributeError(rules, *key,
                 "The list of fields in an `" + std::string(AttributeName(*key)) +
                     "()` attribute cannot be empty. Please specify at least one field.");
}

void PrimaryKeyNameDoesNotClashWithField(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || key->fields.size() <= 1) return;
  std::string name = FieldNamesJoined(rules.schema, IndexFieldIds(*key), "_");
  const Model& model = rules.schema.models[id];
  FieldId field = rules.schema.FindField(id, name);
  if (!field || rules.field(field).kind == FieldKind::kRelation) return;
  rules.Error(key->span, errors::Model(ContainerKind(model), model.name,
                                       "The field `" + name +
                                           "` clashes with the `@@id` attribute's name. Please resolve the conflict by "
                                           "providing a custom id name: `@@id([...], name: \"custom_name\")`"));
}

void PrimaryKeySupported(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key) return;
  const Model& model = rules.schema.models[id];
  if (key->has_mapped_name && !rules.Has(Capability::kNamedPrimaryKeys)) {
    rules.Error(model.span, errors::Model(ContainerKind(model), model.name,
                                          "You defined a database name for the primary key on the model. This is not "
                                          "supported by the provider."));
  }
  if (key->fields.size() > 1 && !rules.Has(Capability::kCompoundIds)) {
    rules.Error(key->span, errors::Model(ContainerKind(model), model.name,
                                         "The current connector does not support compound ids."));
  }
}

void PrimaryKeyLengthSupported(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || rules.Has(Capability::kIndexColumnLengthPrefixing)) return;
  if (std::none_of(key->fields.begin(), key->fields.end(), [](const IndexField& f) { return f.length; })) return;
  AttributeError(rules, *key, "The length argument is not supported in the primary key with the current connector");
}

void PrimaryKeySortSupported(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || rules.Has(Capability::kPrimaryKeySortOrderDefinition)) return;
  if (std::none_of(key->fields.begin(), key->fields.end(), [](const IndexField& f) { return f.sort; })) return;
  AttributeError(rules, *key, "The sort argument is not supported in the primary key with the current connector");
}

void PrimaryKeyLengthTypes(Rules& rules, ModelId id) {
  if (const Index* key = PrimaryKey(rules, id)) IndexLengthTypes(rules, *key);
}

void PrimaryKeyClusteringSupported(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || !key->clustered || rules.Has(Capability::kClusteringSetting)) return;
  AttributeError(rules, *key, "Defining clustering is not supported in the current connector.");
}

void PrimaryKeyClusteredOnce(Rules& rules, ModelId id) {
  const Index* key = PrimaryKey(rules, id);
  if (!key || !rules.Has(Capability::kClusteringSetting) || key->clustered == false) return;
  for (IndexId other : rules.schema.models[id].indexes) {
    const Index& index = rules.schema.indexes[other];
    if (&index == key || index.clustered != true) continue;
    AttributeError(rules, *key, "A model can only hold one clustered index or id.");
    return;
  }
}

void OneFulltextIndexOnly(Rules& rules, ModelId id) {
  if (!rules.Has(Capability::kFullTextIndex) || rules.Has(Capability::kMultipleFullTextAttributesPerModel)) return;
  std::vector<const Index*> found;
  for (IndexId index : rules.schema.models[id].indexes) {
    if (rules.schema.indexes[index].kind == IndexKind::kFulltext) found.push_back(&rules.schema.indexes[index]);
  }
  if (found.size() <= 1) return;
  for (const Index* index : found) {
    AttributeError(rules, *index, "The current connector only allows one fulltext attribute per model");
  }
}

void ModelSchemaIsValid(Rules& rules, ModelId id) {
  const Model& model = rules.schema.models[id];
  const ast::Attribute* attribute = FindAttribute(model.ast->attributes, "schema");
  if (!rules.Has(Capability::kMultiSchema)) {
    // A `schemas` property is told of instead.
    bool told = rules.schema.datasource && !rules.schema.datasource->schemas_span.empty();
    if (attribute && !model.schema_name.empty() && !told) {
      rules.Error(attribute->arguments.front().value->span,
                  "@@schema is not supported on the current datasource provider");
    }
    return;
  }
  if (!rules.schema.datasource) return;
  const Datasource& datasource = *rules.schema.datasource;
  if (!model.schema_name.empty()) {
    if (std::find(datasource.schemas.begin(), datasource.schemas.end(), model.schema_name) ==
        datasource.schemas.end()) {
      rules.Error(attribute->arguments.front().value->span,
                  "This schema is not defined in the datasource. Read more on `@@schema` at "
                  "https://pris.ly/d/multi-schema");
    }
  } else if (!datasource.schemas_span.empty()) {
    std::string kind(ContainerKind(model));
    rules.Error(model.span, errors::Model(kind, model.name, "This " + kind + " is missing an `@@schema` attribute."));
  }
}

void ShardKeyHasFields(Rules& rules, ModelId id) {
  const Model& model = rules.schema.models[id];
  if (!model.shard_key_attribute || !model.shard_key.empty()) return;
  std::string name = model.is_shard_key_on_field ? "@shardKey" : "@@shardKey";
  rules.Error(model.shard_key_attribute->span,
              errors::Attribute(name, "The list of fields in a `" + name +
                                          "()` attribute cannot be empty. Please specify at least one field."));
}

void ShardKeySupported(Rules& rules, ModelId id) {
  const Model& model = rules.schema.models[id];
  if (!model.shard_key_attribute) return;
  std::string name = model.is_shard_key_on_field ? "@shardKey" : "@@shardKey";
  if (!rules.schema.HasPreviewFeature("shardKeys")) {
    rules.Error(model.shard_key_attribute->span,
                errors::Attribute(name, "Defining shard keys requires enabling the `shardKeys` preview feature"));
  }
  if (!rules.connector.SupportsShardKeys()) {
    rules.Error(model.shard_key_attribute->span,
                errors::Attribute(name, "Shard keys are not currently supported for provider " +
                                            std::string(rules.connector.provider())));
  }
}

void AutoincrementSupported(Rules& rules, ModelId id) {
  const Model& model = rules.schema.models[id];
  std::vector<FieldId> fields;
  for (FieldId field : model.fields) {
    if (IsAutoincrement(rules.field(field))) fields.push_back(field);
  }
  if (fields.empty()) return;
  if (!rules.Has(Capability::kAutoIncrement)) {
    for (FieldId field : fields) {
      rules.Error(FindAttribute(rules.field(field).ast->attributes, "default")->span,
                  errors::Attribute("@default",
                                    "The `autoincrement()` default value is used with a datasource that does not "
                                    "support it."));
    }
    return;
  }
  if (!rules.Has(Capability::kAutoIncrementMultipleAllowed) && fields.size() > 1) {
    rules.Error(model.span,
                errors::Attribute("@default",
                                  "The `autoincrement()` default value is used multiple times on this model even "
                                  "though the underlying datasource only supports one instance per table."));
  }
  const Index* key = PrimaryKey(rules, id);
  for (FieldId field : fields) {
    bool is_single_key = key && key->fields.size() == 1 && key->fields[0].field == field;
    if (!rules.Has(Capability::kAutoIncrementAllowedOnNonId) && !is_single_key) {
      rules.Error(rules.field(field).span,
                  errors::Attribute("@default",
                                    "The `autoincrement()` default value is used on a non-id field even though the "
                                    "datasource does not support this."));
    }
    bool indexed = false;
    for (IndexId index : model.indexes) {
      const auto& index_fields = rules.schema.indexes[index].fields;
      indexed = indexed || (!index_fields.empty() && index_fields[0].field == field);
    }
    if (!rules.Has(Capability::kAutoIncrementNonIndexedAllowed) && !indexed) {
      rules.Error(rules.field(field).span,
                  errors::Attribute("@default",
                                    "The `autoincrement()` default value is used on a non-indexed field even though "
                                    "the datasource does not support this."));
    }
  }
}

}  // namespace prisma::schema
