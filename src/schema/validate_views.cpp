// Rules for views.
#include <algorithm>

#include "schema/validate.h"

namespace prisma::schema {

void ViewHasNoPrimaryKey(Rules& rules, ModelId id) {
  const Model& view = rules.schema.models[id];
  if (!view.primary_key) return;
  rules.Error(rules.schema.indexes[view.primary_key].span, errors::Validation("Views cannot have primary keys."));
}

void ViewIndexes(Rules& rules, const Index& index) {
  if (index.kind != IndexKind::kUnique) {
    rules.Error(index.span, errors::Validation("Views cannot have indexes."));
    return;
  }
  bool has_arguments = std::any_of(index.fields.begin(), index.fields.end(), [](const IndexField& field) {
    return field.sort || field.length || !field.operator_class.empty();
  });
  if (has_arguments) {
    rules.Error(index.span, errors::Attribute(AttributeName(index),
                                              "Scalar fields in @@unique attributes in views cannot have arguments."));
  }
  if (index.has_mapped_name) {
    rules.Error(index.span,
                errors::Validation("@@unique annotations on views are not backed by unique indexes in the database and "
                                   "cannot specify a mapped database name."));
  }
  if (index.clustered) {
    rules.Error(index.span,
                errors::Validation("@@unique annotations on views are not backed by unique indexes in the database and "
                                   "cannot be clustered."));
  }
}

}  // namespace prisma::schema
