// The list of all rules, in Prisma's order.
#include "schema/validate.h"

namespace prisma::schema {
namespace {

void ValidateCompositeTypes(Rules& rules) {
  CompositeTypeCycles(rules);
  for (size_t i = 0; i < rules.schema.composite_types.size(); ++i) {
    CompositeTypeId id(i);
    CompositeTypesSupported(rules, id);
    if (rules.analysis.sink.has_errors()) continue;
    CompositeTypeHasFields(rules, id);
    for (FieldId field : rules.schema.composite_types[id].fields) {
      DefaultValueIsValid(rules, field);
      NativeTypeIsValid(rules, field);
    }
  }
}

void ValidateModelItself(Rules& rules, ModelId model) {
  ModelHasUniqueCriteria(rules, model);
  PrimaryKeyNameIsUnique(rules, model);
  PrimaryKeyCustomNameIsUnique(rules, model);
  PrimaryKeyHasFields(rules, model);
  PrimaryKeyNameDoesNotClashWithField(rules, model);
  PrimaryKeySupported(rules, model);
  PrimaryKeyLengthSupported(rules, model);
  PrimaryKeySortSupported(rules, model);
  OneFulltextIndexOnly(rules, model);
  ShardKeyHasFields(rules, model);
  ShardKeySupported(rules, model);
  rules.connector.ValidateModel(rules.schema, model, rules.analysis.sink);
  AutoincrementSupported(rules, model);
  ModelSchemaIsValid(rules, model);
  PrimaryKeyLengthTypes(rules, model);
  PrimaryKeyClusteringSupported(rules, model);
  PrimaryKeyClusteredOnce(rules, model);
}

void ValidateScalarField(Rules& rules, FieldId field) {
  FieldTypeSupported(rules, field);
  FieldNameDoesNotClash(rules, field);
  DefaultConstraintNameIsUnique(rules, field);
  NativeTypeIsValid(rules, field);
  DefaultValueIsValid(rules, field);
  UnsupportedTypeIsUnsupported(rules, field);
}

// False: validation ends here.
bool ValidateRelationField(Rules& rules, FieldId field) {
  if (!RelationIsUnambiguous(rules, field)) return false;
  FieldNameDoesNotClash(rules, field);
  IgnoredRelatedModel(rules, field);
  ReferentialActionsSupported(rules, field);
  RelationMapSupported(rules, field);
  RelationIndexMissing(rules, field);
  rules.connector.ValidateRelationField(rules.schema, field, rules.analysis.sink);
  return true;
}

void ValidateIndex(Rules& rules, const Index& index) {
  IndexHasFields(rules, index);
  IndexNameIsUnique(rules, index);
  UniqueNameDoesNotClashWithField(rules, index);
  UniqueCustomNameIsUnique(rules, index);
  IndexLengthSupported(rules, index);
  IndexTypeSupported(rules, index);
  HashIndexIsNotSorted(rules, index);
  FulltextSupported(rules, index);
  FulltextHasNoLength(rules, index);
  FulltextSortSupported(rules, index);
  FulltextColumnsAreTogether(rules, index);
  IndexMappedNameIsValid(rules, index);
  IndexClusteringSupported(rules, index);
  IndexClusteredOnce(rules, index);
  OperatorClassesOnNormalIndexesOnly(rules, index);
  CompositeTypesInCompoundIndex(rules, index);
  IndexLengthTypes(rules, index);
}

bool ValidateModel(Rules& rules, ModelId id) {
  const Model& model = rules.schema.models[id];
  ValidateModelItself(rules, id);
  for (FieldId field : model.fields) {
    if (rules.field(field).kind != FieldKind::kRelation) ValidateScalarField(rules, field);
  }
  for (FieldId field : model.fields) {
    if (rules.field(field).kind == FieldKind::kRelation && !ValidateRelationField(rules, field)) return false;
  }
  for (IndexId index : model.indexes) {
    if (index != model.primary_key) ValidateIndex(rules, rules.schema.indexes[index]);
  }
  return true;
}

bool ValidateView(Rules& rules, ModelId id) {
  const Model& view = rules.schema.models[id];
  ViewsNeedPreviewFeature(rules, id);
  ModelSchemaIsValid(rules, id);
  ViewHasNoPrimaryKey(rules, id);
  for (FieldId field : view.fields) {
    if (rules.field(field).kind != FieldKind::kRelation) ValidateScalarField(rules, field);
  }
  for (FieldId field : view.fields) {
    if (rules.field(field).kind == FieldKind::kRelation && !ValidateRelationField(rules, field)) return false;
  }
  for (IndexId index : view.indexes) {
    if (index != view.primary_key) ViewIndexes(rules, rules.schema.indexes[index]);
  }
  return true;
}

void ValidateEnums(Rules& rules) {
  EnumDatabaseNamesAreUnique(rules);
  for (size_t i = 0; i < rules.schema.enums.size(); ++i) {
    EnumsSupported(rules, EnumId(i));
    EnumSchemaIsValid(rules, EnumId(i));
  }
}

void ValidateRelation(Rules& rules, const CascadeGraph& graph, const Relation& relation) {
  if (relation.is_embedded) {
    EmbeddedManyToManyRules(rules, relation);
    return;
  }
  if (relation.kind == RelationKind::kManyToMany) {
    ImplicitManyToManyRules(rules, relation);
    return;
  }
  ReferentialActionCycles(rules, graph, relation);
  MultipleCascadePaths(rules, graph, relation);
  SetNullOnRequiredFields(rules, relation);
  ReferencesUniqueFields(rules, relation);
  SameNumberOfFieldsAndReferences(rules, relation);
  RelationFieldArity(rules, relation);
  RelationFieldTypesMatch(rules, relation);
  ForeignKeyNameIsUnique(rules, relation);
  if (relation.kind == RelationKind::kOneToOne) {
    OneToOneRules(rules, relation);
  } else {
    OneToManyRules(rules, relation);
  }
}

}  // namespace

void Validate(Analysis& analysis) {
  Rules rules(analysis);
  rules.connector.ValidateDatasource(rules.schema, analysis.sink);
  ValidateCompositeTypes(rules);
  DefaultFunctionsAreKnown(rules);
  ModelDatabaseNamesAreUnique(rules);
  for (size_t i = 0; i < rules.schema.models.size(); ++i) {
    if (!rules.schema.models[ModelId(i)].is_view && !ValidateModel(rules, ModelId(i))) return;
  }
  for (size_t i = 0; i < rules.schema.models.size(); ++i) {
    if (rules.schema.models[ModelId(i)].is_view && !ValidateView(rules, ModelId(i))) return;
  }
  ValidateEnums(rules);
  CascadeGraph graph(rules.schema);
  for (const Relation& relation : rules.schema.relations) ValidateRelation(rules, graph, relation);
}

}  // namespace prisma::schema
