// What depends on the provider: names of constraints, referential actions that were left out, the relation mode.
#include "schema/analysis.h"

namespace prisma::schema {
namespace {

void CompleteIndex(const Schema& schema, Index& index) {
  const ConnectorTraits& connector = *schema.connector;
  if (index.kind == IndexKind::kPrimaryKey && !connector.Has(Capability::kNamedPrimaryKeys)) return;
  if (index.has_mapped_name) {
    index.constraint_name = index.mapped_name;
    return;
  }
  const std::string& table = schema.models[index.model].database_name;
  if (index.kind == IndexKind::kPrimaryKey) {
    index.constraint_name = PrimaryKeyName(table, connector);
    return;
  }
  std::vector<std::string_view> columns;
  for (const IndexField& field : index.fields) {
    for (FieldId step : field.composite_path) columns.push_back(schema.fields[step].database_name);
    columns.push_back(schema.fields[field.field].database_name);
  }
  index.constraint_name = IndexName(table, columns, index.kind == IndexKind::kUnique ? "_key" : "_idx", connector);
}

void CompleteRelation(const Schema& schema, Relation& relation) {
  const ConnectorTraits& connector = *schema.connector;
  if (relation.kind == RelationKind::kManyToMany) {
    if (!relation.is_embedded) relation.join_table = "_" + relation.name;
    return;
  }
  bool required = relation.field_b && schema.fields[relation.field_b].arity == Arity::kRequired;
  std::vector<std::string_view> columns;
  for (FieldId field : relation.fields) {
    required = required || schema.fields[field].arity == Arity::kRequired;
    columns.push_back(schema.fields[field].database_name);
  }
  relation.effective_on_update = relation.on_update.value_or(ReferentialAction::kCascade);
  if (relation.on_delete) {
    relation.effective_on_delete = *relation.on_delete;
  } else if (!required) {
    relation.effective_on_delete = ReferentialAction::kSetNull;
  } else {
    bool restricts = connector.SupportsReferentialAction(schema.relation_mode, ReferentialAction::kRestrict);
    relation.effective_on_delete = restricts ? ReferentialAction::kRestrict : ReferentialAction::kNoAction;
  }
  if (!connector.Has(Capability::kNamedForeignKeys)) return;
  relation.constraint_name = relation.mapped_constraint_name.empty()
                                 ? IndexName(schema.models[relation.model_b].database_name, columns, "_fkey", connector)
                                 : relation.mapped_constraint_name;
}

}  // namespace

void Complete(Analysis& analysis) {
  Schema& schema = analysis.schema;
  for (Index& index : schema.indexes) CompleteIndex(schema, index);
  for (Relation& relation : schema.relations) CompleteRelation(schema, relation);
}

}  // namespace prisma::schema
