// What the rules of validation share. A rule is a free function of an item and the context; validate.cpp lists them all
// in order.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "schema/analysis.h"

namespace prisma::schema {

// Constraints and where they are counted: a name must be unique in each of its scopes.
enum class ConstraintKind : uint8_t { kIndex, kRelation, kDefault, kPrimaryKey };

// Names already in use.
class Names {
 public:
  explicit Names(const Analysis& analysis);
  ~Names();

  // Relation fields of one model to another with one relation name.
  const std::vector<FieldId>& RelationFields(FieldId field) const;
  bool UniqueNameTaken(ModelId model, std::string_view name) const;
  bool PrimaryKeyNameTaken(ModelId model, std::string_view name) const;
  // `name:` of an id or unique is used twice in the model.
  bool CustomNameClashes(ModelId model, std::string_view name) const;
  // The scopes in which the constraint's name is used more than once.
  std::vector<ConstraintScope> Violations(ModelId model, ConstraintKind kind, std::string_view name) const;

 private:
  struct Tables;

  void AddScope(ConstraintScope scope);
  void Add(ConstraintScope scope, ModelId model, std::string_view name);

  const Analysis& analysis_;
  std::unique_ptr<Tables> tables_;
};

struct Rules {
  Analysis& analysis;
  const Schema& schema;
  const ConnectorTraits& connector;
  Names names;

  explicit Rules(Analysis& a) : analysis(a), schema(a.schema), connector(*a.schema.connector), names(a) {}

  void Error(Span span, std::string message) { analysis.sink.Error(span, std::move(message)); }
  bool Has(Capability capability) const { return connector.Has(capability); }
  const Field& field(FieldId id) const { return schema.fields[id]; }
  const Model& model(FieldId id) const { return schema.models[schema.fields[id].model]; }
};

std::string_view ContainerKind(const Model& model);  // "model" or "view"
std::string_view AttributeName(const Index& index);  // "@id", "@@index", …
const ast::Attribute* FindAttribute(const std::vector<ast::Attribute>& attributes, std::string_view name);
// Of the argument, or of the attribute if it has none of that name.
Span ArgumentSpan(const ast::Attribute& attribute, std::string_view argument);
Span FieldArgumentSpan(const Field& field, std::string_view attribute, std::string_view argument);
std::string ScopeDescription(ConstraintScope scope, const Model& model);
std::string FieldNamesJoined(const Schema& schema, const std::vector<FieldId>& fields, std::string_view separator);
// Fields of the primary key and of uniques, in that order.
std::vector<const Index*> UniqueCriteria(const Schema& schema, ModelId model);
std::vector<FieldId> IndexFieldIds(const Index& index);
void CheckDatabaseNameLength(Rules& rules, const Model& model, const ast::Attribute& attribute, std::string_view name,
                             bool double_at);

// validate_types.cpp: composite types and enums.
void CompositeTypeCycles(Rules& rules);
void CompositeTypesSupported(Rules& rules, CompositeTypeId type);
void CompositeTypeHasFields(Rules& rules, CompositeTypeId type);
void EnumDatabaseNamesAreUnique(Rules& rules);
void EnumsSupported(Rules& rules, EnumId id);
void EnumSchemaIsValid(Rules& rules, EnumId id);

// validate_models.cpp
void ModelDatabaseNamesAreUnique(Rules& rules);
void ViewsNeedPreviewFeature(Rules& rules, ModelId model);
void ModelHasUniqueCriteria(Rules& rules, ModelId model);
void PrimaryKeyNameIsUnique(Rules& rules, ModelId model);
void PrimaryKeyCustomNameIsUnique(Rules& rules, ModelId model);
void PrimaryKeyHasFields(Rules& rules, ModelId model);
void PrimaryKeyNameDoesNotClashWithField(Rules& rules, ModelId model);
void PrimaryKeySupported(Rules& rules, ModelId model);
void PrimaryKeyLengthSupported(Rules& rules, ModelId model);
void PrimaryKeySortSupported(Rules& rules, ModelId model);
void PrimaryKeyLengthTypes(Rules& rules, ModelId model);
void PrimaryKeyClusteringSupported(Rules& rules, ModelId model);
void PrimaryKeyClusteredOnce(Rules& rules, ModelId model);
void OneFulltextIndexOnly(Rules& rules, ModelId model);
void ModelSchemaIsValid(Rules& rules, ModelId model);
void ShardKeyHasFields(Rules& rules, ModelId model);
void ShardKeySupported(Rules& rules, ModelId model);
void AutoincrementSupported(Rules& rules, ModelId model);

// validate_fields.cpp
void DefaultFunctionsAreKnown(Rules& rules);
void FieldTypeSupported(Rules& rules, FieldId field);
void FieldNameDoesNotClash(Rules& rules, FieldId field);
void DefaultConstraintNameIsUnique(Rules& rules, FieldId field);
void NativeTypeIsValid(Rules& rules, FieldId field);
void DefaultValueIsValid(Rules& rules, FieldId field);
void UnsupportedTypeIsUnsupported(Rules& rules, FieldId field);

// validate_views.cpp
void ViewHasNoPrimaryKey(Rules& rules, ModelId view);
void ViewIndexes(Rules& rules, const Index& index);

// validate_indexes.cpp
void IndexHasFields(Rules& rules, const Index& index);
void IndexNameIsUnique(Rules& rules, const Index& index);
void UniqueNameDoesNotClashWithField(Rules& rules, const Index& index);
void UniqueCustomNameIsUnique(Rules& rules, const Index& index);
void IndexLengthSupported(Rules& rules, const Index& index);
void IndexTypeSupported(Rules& rules, const Index& index);
void HashIndexIsNotSorted(Rules& rules, const Index& index);
void FulltextSupported(Rules& rules, const Index& index);
void FulltextHasNoLength(Rules& rules, const Index& index);
void FulltextSortSupported(Rules& rules, const Index& index);
void FulltextColumnsAreTogether(Rules& rules, const Index& index);
void IndexMappedNameIsValid(Rules& rules, const Index& index);
void IndexClusteringSupported(Rules& rules, const Index& index);
void IndexClusteredOnce(Rules& rules, const Index& index);
void OperatorClassesOnNormalIndexesOnly(Rules& rules, const Index& index);
void CompositeTypesInCompoundIndex(Rules& rules, const Index& index);
void IndexLengthTypes(Rules& rules, const Index& index);

// validate_relation_fields.cpp
bool RelationIsUnambiguous(Rules& rules, FieldId field);
void IgnoredRelatedModel(Rules& rules, FieldId field);
void ReferentialActionsSupported(Rules& rules, FieldId field);
void RelationMapSupported(Rules& rules, FieldId field);
void RelationIndexMissing(Rules& rules, FieldId field);

// validate_relations.cpp
void ReferencesUniqueFields(Rules& rules, const Relation& relation);
void SameNumberOfFieldsAndReferences(Rules& rules, const Relation& relation);
void RelationFieldArity(Rules& rules, const Relation& relation);
void RelationFieldTypesMatch(Rules& rules, const Relation& relation);
void ForeignKeyNameIsUnique(Rules& rules, const Relation& relation);
void OneToOneRules(Rules& rules, const Relation& relation);
void OneToManyRules(Rules& rules, const Relation& relation);
void SetNullOnRequiredFields(Rules& rules, const Relation& relation);
void ImplicitManyToManyRules(Rules& rules, const Relation& relation);
void EmbeddedManyToManyRules(Rules& rules, const Relation& relation);

// validate_cycles.cpp
class CascadeGraph;
void ReferentialActionCycles(Rules& rules, const CascadeGraph& graph, const Relation& relation);
void MultipleCascadePaths(Rules& rules, const CascadeGraph& graph, const Relation& relation);

// Relations by the model that holds the foreign key.
class CascadeGraph {
 public:
  explicit CascadeGraph(const Schema& schema);
  const std::vector<const Relation*>& From(ModelId model) const;

 private:
  std::unordered_map<ModelId, std::vector<const Relation*>> from_;
};

}  // namespace prisma::schema
