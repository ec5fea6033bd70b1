// Rules for composite types and enums.
#include <algorithm>

#include "schema/validate.h"

namespace prisma::schema {
namespace {

// Composite types passed through, the last first.
struct CompositePath {
  std::vector<CompositeTypeId> types;
};

std::string PathText(const Schema& schema, const CompositePath& path) {
  std::string text;
  for (CompositeTypeId type : path.types) {
    if (!text.empty()) text += " → ";
    text += "`" + schema.composite_types[type].name + "`";
  }
  return text;
}

}  // namespace

void CompositeTypeCycles(Rules& rules) {
  const Schema& schema = rules.schema;
  if (schema.composite_types.empty()) return;
  struct Step {
    FieldId field;
    std::optional<CompositePath> path;
  };
  std::vector<Step> steps;
  for (const CompositeType& type : schema.composite_types) {
    for (FieldId field : type.fields) {
      if (schema.fields[field].arity == Arity::kRequired) steps.push_back({field, {}});
    }
  }
  std::vector<CompositeTypeId> visited;
  std::vector<std::tuple<CompositeTypeId, Span, std::string>> faults;
  while (!steps.empty()) {
    Step step = std::move(steps.back());
    steps.pop_back();
    const Field& field = schema.fields[step.field];
    if (!step.path) {
      visited.clear();
      step.path = CompositePath{{field.owner_composite}};
    }
    if (field.kind != FieldKind::kComposite) continue;
    const std::string& owner = schema.composite_types[field.owner_composite].name;
    if (field.owner_composite == field.composite_id) {
      faults.emplace_back(field.composite_id, field.span,
                          errors::CompositeTypeField(owner, field.name,
                                                     "The type is the same as the parent and causes an endless cycle. "
                                                     "Please change the field to be either optional or a list."));
    } else if (!visited.empty() && visited.front() == field.composite_id) {
      faults.emplace_back(
          field.composite_id, field.span,
          errors::CompositeTypeField(owner, field.name,
                                     "The types cause an endless cycle in the path " + PathText(schema, *step.path) +
                                         ". Please change one of the fields to be either optional or a "
                                         "list to break the cycle."));
    } else if (std::find(visited.begin(), visited.end(), field.composite_id) == visited.end()) {
      visited.push_back(field.composite_id);
      for (FieldId next : schema.composite_types[field.composite_id].fields) {
        if (schema.fields[next].arity != Arity::kRequired) continue;
        CompositePath path = *step.path;
        path.types.insert(path.types.begin(), field.composite_id);
        steps.push_back({next, std::move(path)});
      }
    }
  }
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); });
  for (auto& [type, span, message] : faults) rules.Error(span, std::move(message));
}

void CompositeTypesSupported(Rules& rules, CompositeTypeId id) {
  if (rules.Has(Capability::kCompositeTypes)) return;
  rules.Error(rules.schema.composite_types[id].span,
              errors::Validation("Composite types are not supported on " + std::string(rules.connector.name()) + "."));
}

void CompositeTypeHasFields(Rules& rules, CompositeTypeId id) {
  const CompositeType& type = rules.schema.composite_types[id];
  if (!type.fields.empty()) return;
  rules.Error(type.span, errors::Validation("A type must have at least one field defined."));
}

void EnumDatabaseNamesAreUnique(Rules& rules) {
  std::unordered_set<std::string> names;
  for (const Enum& item : rules.schema.enums) {
    if (!names.insert(item.schema_name + '\0' + item.database_name).second) {
      rules.Error(item.span, errors::DuplicateEnumDatabaseName());
    }
  }
}

void EnumsSupported(Rules& rules, EnumId id) {
  if (rules.Has(Capability::kEnums)) return;
  const Enum& item = rules.schema.enums[id];
  rules.Error(item.span, errors::Validation("You defined the enum `" + item.name +
                                            "`. But the current connector does not support enums."));
}

void EnumSchemaIsValid(Rules& rules, EnumId id) {
  const Enum& item = rules.schema.enums[id];
  const ast::Attribute* attribute = FindAttribute(item.ast->attributes, "schema");
  if (!rules.Has(Capability::kMultiSchema)) {
    // A `schemas` property is told of instead.
    bool told = rules.schema.datasource && !rules.schema.datasource->schemas_span.empty();
    if (attribute && !item.schema_name.empty() && !told) {
      rules.Error(attribute->arguments.front().value->span,
                  "@@schema is not supported on the current datasource provider");
    }
    return;
  }
  if (!rules.schema.datasource) return;
  const auto& schemas = rules.schema.datasource->schemas;
  if (!item.schema_name.empty()) {
    if (std::find(schemas.begin(), schemas.end(), item.schema_name) == schemas.end()) {
      rules.Error(attribute->arguments.front().value->span,
                  "This schema is not defined in the datasource. Read more on `@@schema` at "
                  "https://pris.ly/d/multi-schema");
    }
  } else if (!rules.schema.datasource->schemas_span.empty()) {
    rules.Error(item.span, "This enum is missing an `@@schema` attribute.");
  }
}

}  // namespace prisma::schema
