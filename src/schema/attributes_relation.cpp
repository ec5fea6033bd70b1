// @relation.
#include <algorithm>

#include "schema/attributes.h"
#include "schema/expression.h"

namespace prisma::schema {
namespace {

struct Problems {
  std::vector<std::string_view> unknown, relations;
};

// The scalar fields of `[a, b]`. Nothing if there were faults: those of resolution are in `problems`, others reported.
std::optional<std::vector<FieldId>> ReadFields(Analysis& analysis, ModelId model_id, const ast::Expression& value,
                                               Span attribute_span, Problems& problems) {
  std::vector<std::string_view> names;
  bool readable = ForEachItem(value, [&](const ast::Expression& item) {
    auto name = ReadConstant(item, analysis.sink);
    if (name) names.push_back(*name);
    return name.has_value();
  });
  if (!readable) return {};
  std::vector<FieldId> fields;
  for (std::string_view name : names) {
    FieldId id = analysis.schema.FindField(model_id, name);
    if (!id) {
      problems.unknown.push_back(name);
      continue;
    }
    const Field& field = analysis.schema.fields[id];
    if (field.kind == FieldKind::kRelation || analysis.unresolved.contains(id)) {
      problems.relations.push_back(field.name);
      continue;
    }
    if (std::find(fields.begin(), fields.end(), id) != fields.end()) {
      analysis.Error(attribute_span, errors::Model("model", analysis.schema.models[model_id].name,
                                                   "The unique index definition refers to the field " + field.name +
                                                       " multiple times."));
      return {};
    }
    fields.push_back(id);
  }
  if (!problems.unknown.empty() || !problems.relations.empty()) return {};
  return fields;
}

std::vector<FieldId> ReadReferencingFields(Analysis& analysis, ModelId model, const ast::Expression& value, Span span) {
  Problems problems;
  auto fields = ReadFields(analysis, model, value, span, problems);
  if (!problems.unknown.empty()) {
    analysis.Error(value.span,
                   errors::Validation("The argument fields must refer only to existing fields. The following fields do "
                                      "not exist in this model: " +
                                      JoinNames(problems.unknown)));
  }
  if (!problems.relations.empty()) {
    analysis.Error(value.span,
                   errors::Validation("The argument fields must refer only to scalar fields. But it is referencing the "
                                      "following relation fields: " +
                                      JoinNames(problems.relations)));
  }
  return fields ? std::move(*fields) : std::vector<FieldId>();
}

std::vector<FieldId> ReadReferencedFields(Analysis& analysis, ModelId model, const ast::Expression& value, Span span) {
  Problems problems;
  auto fields = ReadFields(analysis, model, value, span, problems);
  const std::string& name = analysis.schema.models[model].name;
  if (!problems.unknown.empty()) {
    analysis.Error(span, errors::Validation("The argument `references` must refer only to existing fields in the "
                                            "related model `" +
                                            name + "`. The following fields do not exist in the related model: " +
                                            JoinNames(problems.unknown)));
  }
  if (!problems.relations.empty()) {
    analysis.Error(span, errors::Validation("The argument `references` must refer only to scalar fields in the related "
                                            "model `" +
                                            name + "`. But it is referencing the following relation fields: " +
                                            JoinNames(problems.relations)));
  }
  return fields ? std::move(*fields) : std::vector<FieldId>();
}

std::optional<std::pair<ReferentialAction, Span>> ReadAction(const ast::Expression& value, DiagnosticSink& sink) {
  auto name = ReadConstant(value, sink);
  if (!name) return {};
  for (int i = 0; i <= static_cast<int>(ReferentialAction::kSetDefault); ++i) {
    auto action = static_cast<ReferentialAction>(i);
    if (ReferentialActionName(action) == *name) return std::pair(action, value.span);
  }
  sink.Error(value.span, errors::Attribute("@relation", "Invalid referential action: `" + std::string(*name) + "`"));
  return {};
}

}  // namespace

void ReadRelation(Analysis& analysis, FieldId field_id, ArgumentReader& arguments) {
  Field& field = analysis.schema.fields[field_id];
  field.relation_attribute = &arguments.attribute();
  RelationFieldData& data = analysis.Data(field_id);
  data.attribute = &arguments.attribute();
  Span span = arguments.attribute().span;
  if (const ast::Expression* value = arguments.Optional("fields")) {
    data.fields = ReadReferencingFields(analysis, field.model, *value, span);
  }
  if (const ast::Expression* value = arguments.Optional("references")) {
    data.references = ReadReferencedFields(analysis, field.related_model, *value, span);
  }
  if (const ast::Expression* value = arguments.OptionalDefault("name")) {
    if (auto name = ReadString(*value, analysis.sink)) {
      if (name->empty()) {
        arguments.Error("A relation cannot have an empty name.");
      } else {
        data.name = std::string(*name);
      }
    }
  }
  if (const ast::Expression* value = arguments.Optional("onDelete")) data.on_delete = ReadAction(*value, analysis.sink);
  if (const ast::Expression* value = arguments.Optional("onUpdate")) data.on_update = ReadAction(*value, analysis.sink);
  if (auto name = arguments.OptionalName("map")) data.mapped_name = *name;
}

}  // namespace prisma::schema
