// Rules for indexes and uniques.
#include <algorithm>

#include "schema/validate.h"

namespace prisma::schema {
namespace {

void AttributeError(Rules& rules, const Index& index, std::string_view message) {
  rules.Error(index.span, errors::Attribute(AttributeName(index), message));
}

bool AnyLength(const Index& index) {
  return std::any_of(index.fields.begin(), index.fields.end(), [](const IndexField& f) { return f.length; });
}

bool AnySort(const Index& index) {
  return std::any_of(index.fields.begin(), index.fields.end(), [](const IndexField& f) { return f.sort; });
}

bool IsSupportedFulltext(const Rules& rules, const Index& index) {
  return index.kind == IndexKind::kFulltext && rules.Has(Capability::kFullTextIndex);
}

bool SupportsIndexType(const Rules& rules, std::string_view type) {
  auto types = rules.connector.index_types();
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

void IndexHasFields(Rules& rules, const Index& index) {
  if (!index.fields.empty()) return;
  AttributeError(rules, index, "The list of fields in an index cannot be empty. Please specify at least one field.");
}

void IndexNameIsUnique(Rules& rules, const Index& index) {
  const Model& model = rules.schema.models[index.model];
  for (ConstraintScope scope : rules.names.Violations(index.model, ConstraintKind::kIndex, index.constraint_name)) {
    Span span = ArgumentSpan(*index.ast, "map");
    if (span == index.ast->span) span = ArgumentSpan(*index.ast, "name");
    rules.Error(
        span, errors::Attribute(AttributeName(index),
                                "The given constraint name `" + index.constraint_name +
                                    "` has to be unique in the following namespace: " + ScopeDescription(scope, model) +
                                    ". Please provide a different name using the `map` argument."));
  }
}

void UniqueNameDoesNotClashWithField(Rules& rules, const Index& index) {
  if (index.kind != IndexKind::kUnique || index.fields.size() <= 1) return;
  std::string name;
  for (const IndexField& item : index.fields) {
    if (!name.empty()) name += '_';
    for (FieldId step : item.composite_path) name += rules.field(step).name + '_';
    name += rules.field(item.field).name;
  }
  const Model& model = rules.schema.models[index.model];
  FieldId field = rules.schema.FindField(index.model, name);
  if (!field || rules.field(field).kind == FieldKind::kRelation) return;
  std::string attribute(AttributeName(index));
  rules.Error(index.span, errors::Model(ContainerKind(model), model.name,
                                        "The field `" + name + "` clashes with the `" + attribute +
                                            "` name. Please resolve the conflict by providing a custom id name: `" +
                                            attribute + "([...], name: \"custom_name\")`"));
}

void UniqueCustomNameIsUnique(Rules& rules, const Index& index) {
  if (!index.has_name || !rules.names.CustomNameClashes(index.model, index.name)) return;
  rules.Error(ArgumentSpan(*index.ast, "name"),
              errors::Attribute(AttributeName(index), "The given custom name `" + index.name +
                                                          "` has to be unique on the model. Please provide a different "
                                                          "name for the `name` argument."));
}

void IndexLengthSupported(Rules& rules, const Index& index) {
  if (rules.Has(Capability::kIndexColumnLengthPrefixing) || !AnyLength(index)) return;
  AttributeError(rules, index,
                 "The length argument is not supported in an index definition with the current connector");
}

void IndexTypeSupported(Rules& rules, const Index& index) {
  if (index.algorithm.empty() || SupportsIndexType(rules, index.algorithm)) return;
  rules.Error(
      ArgumentSpan(*index.ast, "type"),
      errors::Attribute(AttributeName(index), "The given index type is not supported with the current connector"));
}

void HashIndexIsNotSorted(Rules& rules, const Index& index) {
  if (index.algorithm != "Hash" || !SupportsIndexType(rules, "Hash") || !AnySort(index)) return;
  AttributeError(rules, index, "Hash type does not support sort option.");
}

void FulltextSupported(Rules& rules, const Index& index) {
  if (index.kind != IndexKind::kFulltext || rules.Has(Capability::kFullTextIndex)) return;
  AttributeError(rules, index, "Defining fulltext indexes is not supported with the current connector.");
}

void FulltextHasNoLength(Rules& rules, const Index& index) {
  if (!IsSupportedFulltext(rules, index) || !AnyLength(index)) return;
  AttributeError(rules, index, "The length argument is not supported in a @@fulltext attribute.");
}

void FulltextSortSupported(Rules& rules, const Index& index) {
  if (!IsSupportedFulltext(rules, index) || rules.Has(Capability::kSortOrderInFullTextIndex) || !AnySort(index)) return;
  AttributeError(rules, index,
                 "The sort argument is not supported in a @@fulltext attribute in the current connector.");
}

void FulltextColumnsAreTogether(Rules& rules, const Index& index) {
  if (!IsSupportedFulltext(rules, index) || !rules.Has(Capability::kSortOrderInFullTextIndex)) return;
  // Sorted columns may stand before and after the text columns, but not between them.
  bool seen_text = false, text_ended = false;
  for (const IndexField& field : index.fields) {
    if (field.sort) {
      text_ended = seen_text;
    } else if (text_ended) {
      AttributeError(rules, index, "All index fields must be listed adjacently in the fields argument.");
      return;
    } else {
      seen_text = true;
    }
  }
}

void IndexMappedNameIsValid(Rules& rules, const Index& index) {
  if (!index.has_mapped_name) return;
  CheckDatabaseNameLength(rules, rules.schema.models[index.model], *index.ast, index.mapped_name, !index.is_on_field);
}

void IndexClusteringSupported(Rules& rules, const Index& index) {
  if (!index.clustered || rules.Has(Capability::kClusteringSetting)) return;
  AttributeError(rules, index, "Defining clustering is not supported in the current connector.");
}

void IndexClusteredOnce(Rules& rules, const Index& index) {
  if (!rules.Has(Capability::kClusteringSetting) || index.clustered != true) return;
  const Model& model = rules.schema.models[index.model];
  if (model.primary_key && rules.schema.indexes[model.primary_key].clustered != false) {
    AttributeError(rules, index, "A model can only hold one clustered index or key.");
  }
  for (IndexId id : model.indexes) {
    const Index& other = rules.schema.indexes[id];
    if (&other == &index || id == model.primary_key || other.clustered != true) continue;
    AttributeError(rules, index, "A model can only hold one clustered index.");
    return;
  }
}

void OperatorClassesOnNormalIndexesOnly(Rules& rules, const Index& index) {
  if (index.kind == IndexKind::kNormal) return;
  for (const IndexField& field : index.fields) {
    if (field.operator_class.empty() && !field.is_raw_operator_class) continue;
    AttributeError(rules, index, "Operator classes can only be defined to fields in an @@index attribute.");
    return;
  }
}

void CompositeTypesInCompoundIndex(Rules& rules, const Index& index) {
  if (index.kind != IndexKind::kUnique || index.fields.size() <= 1) return;
  for (const IndexField& item : index.fields) {
    const Field& field = rules.field(item.field);
    if (field.kind != FieldKind::kComposite) continue;
    AttributeError(rules, index,
                   "Prisma does not currently support composite types in compound unique indices, please remove \"" +
                       field.name +
                       "\" from the index. See https://pris.ly/d/mongodb-composite-compound-indices for more details");
    return;
  }
}

void IndexLengthTypes(Rules& rules, const Index& index) {
  if (!rules.Has(Capability::kIndexColumnLengthPrefixing)) return;
  for (const IndexField& item : index.fields) {
    const Field& field = rules.field(item.field);
    if (!item.length || field.kind == FieldKind::kUnsupported) continue;
    if (field.kind == FieldKind::kScalar &&
        (field.scalar == ScalarType::kString || field.scalar == ScalarType::kBytes)) {
      continue;
    }
    AttributeError(rules, index, "The length argument is only allowed with field types `String` or `Bytes`.");
  }
}

}  // namespace prisma::schema
