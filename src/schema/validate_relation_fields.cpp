// Rules for single relation fields.
#include <algorithm>

#include "schema/validate.h"

namespace prisma::schema {
namespace {

// "`a`, `b` and `c`".
std::string FieldList(const Schema& schema, const std::vector<FieldId>& fields) {
  std::string text;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i) text += i + 1 == fields.size() ? " and " : ", ";
    text += "`" + schema.fields[fields[i]].name + "`";
  }
  return text;
}

std::string ActionList(const ConnectorTraits& connector, RelationMode mode) {
  std::string text;
  // In the order of the actions themselves, not of the provider's list.
  for (int i = 0; i <= static_cast<int>(ReferentialAction::kSetDefault); ++i) {
    auto action = static_cast<ReferentialAction>(i);
    if (!connector.SupportsReferentialAction(mode, action)) continue;
    if (!text.empty()) text += ", ";
    text += "`" + std::string(ReferentialActionName(action)) + "`";
  }
  return text;
}

void CheckAction(Rules& rules, const Field& field, std::string_view argument,
                 const std::optional<std::pair<ReferentialAction, Span>>& action) {
  RelationMode mode = rules.schema.relation_mode;
  if (!action || rules.connector.SupportsReferentialAction(mode, action->first)) return;
  std::string message = "Invalid referential action: `" + std::string(ReferentialActionName(action->first)) +
                        "`. Allowed values: (" + ActionList(rules.connector, mode) + ")";
  if (mode == RelationMode::kPrisma && action->first == ReferentialAction::kNoAction &&
      rules.connector.SupportsReferentialAction(mode, ReferentialAction::kRestrict)) {
    message += ". `NoAction` is not implemented for " + std::string(rules.connector.name()) +
               " when using `relationMode = \"prisma\"`, you could try using `Restrict` instead. Learn more at "
               "https://pris.ly/d/relation-mode";
  }
  rules.Error(FieldArgumentSpan(field, "relation", argument), errors::Validation(message));
}

// The fields are the first ones of the index.
bool StartsWith(const Index& index, const std::vector<FieldId>& fields) {
  if (index.fields.size() < fields.size()) return false;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (index.fields[i].field != fields[i]) return false;
  }
  return true;
}

}  // namespace

bool RelationIsUnambiguous(Rules& rules, FieldId id) {
  const std::vector<FieldId>& fields = rules.names.RelationFields(id);
  if (fields.size() <= 1) return true;
  const Field& field = rules.field(id);
  const Model& model = rules.model(id);
  const std::string& related = rules.schema.models[field.related_model].name;
  bool is_self = field.model == field.related_model;
  bool is_explicit = rules.analysis.Data(id).name.has_value();
  std::string list = FieldList(rules.schema, fields) + " in model `" + model.name + "`";
  std::string message;
  if (is_self && is_explicit && fields.size() == 2) return true;
  if (is_self && !is_explicit && fields.size() == 2) {
    message = "Ambiguous self relation detected. The fields " + list + " both refer to `" + related +
              "`. If they are part of the same relation add the same relation name for them with `@relation(<name>)`.";
  } else if (is_self && !is_explicit) {
    message = "Unnamed self relation detected. The fields " + list +
              " have no relation name. Please provide a relation name for one of them by adding `@relation(<name>).";
  } else if (is_self) {
    message = "Wrongly named self relation detected. The fields " + list +
              " have the same relation name. At most two relation fields can belong to the same relation and therefore "
              "have the same name. Please assign a different relation name to one of them.";
  } else if (!is_explicit) {
    message = "Ambiguous relation detected. The fields " + list + " both refer to `" + related +
              "`. Please provide different relation names for them by adding `@relation(<name>).";
  } else {
    message = "Wrongly named relation detected. The fields " + list +
              " both use the same relation name. Please provide different relation names for them through "
              "`@relation(<name>).";
  }
  rules.Error(field.span, errors::Model(ContainerKind(model), model.name, message));
  return false;
}

void IgnoredRelatedModel(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  const Model& model = rules.model(id);
  const Model& related = rules.schema.models[field.related_model];
  if (!related.is_ignored || field.is_ignored || model.is_ignored) return;
  rules.Error(field.span,
              errors::Attribute("@ignore", "The relation field `" + field.name + "` on Model `" + model.name +
                                               "` must specify the `@ignore` attribute, because the model " +
                                               related.name + " it is pointing to is marked ignored."));
}

void ReferentialActionsSupported(Rules& rules, FieldId id) {
  const RelationFieldData& data = rules.analysis.Data(id);
  CheckAction(rules, rules.field(id), "onDelete", data.on_delete);
  CheckAction(rules, rules.field(id), "onUpdate", data.on_update);
}

void RelationMapSupported(Rules& rules, FieldId id) {
  const RelationFieldData& data = rules.analysis.Data(id);
  if (data.mapped_name.empty()) return;
  if (!rules.Has(Capability::kNamedForeignKeys)) {
    rules.Error(data.attribute->span,
                errors::Attribute("@relation", "Your provider does not support named foreign keys."));
    return;
  }
  CheckDatabaseNameLength(rules, rules.model(id), *data.attribute, data.mapped_name, false);
}

void RelationIndexMissing(Rules& rules, FieldId id) {
  if (rules.schema.relation_mode != RelationMode::kPrisma || !rules.connector.SuggestsRelationIndexes()) return;
  const RelationFieldData& data = rules.analysis.Data(id);
  if (!data.fields) return;
  for (IndexId index : rules.model(id).indexes) {
    if (StartsWith(rules.schema.indexes[index], *data.fields)) return;
  }
  rules.analysis.sink.Warning(data.attribute ? data.attribute->span : rules.field(id).span,
                              errors::MissingRelationIndex());
}

}  // namespace prisma::schema
