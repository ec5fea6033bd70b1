// What tells the records of a model apart.
#pragma once

#include "schema/schema.h"

namespace prisma::schema {

// The primary key, else the first unique without optional fields; none for views that have neither.
inline const Index* PrimaryIdentifier(const Schema& schema, ModelId id) {
  const Model& model = schema.models[id];
  if (model.primary_key.valid()) return &schema.indexes[model.primary_key];
  for (IndexId index_id : model.indexes) {
    const Index& index = schema.indexes[index_id];
    if (index.kind != IndexKind::kUnique) continue;
    bool is_required = true;
    for (const IndexField& part : index.fields) {
      is_required = is_required && schema.fields[part.field].arity == Arity::kRequired;
    }
    if (is_required) return &index;
  }
  return nullptr;
}

}  // namespace prisma::schema
