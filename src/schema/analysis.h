// Working state of one analysis: what the passes and the rules share, gone when Analyze returns.
//
// Passes, in order: ResolveNames, ResolveTypes, ResolveAttributes, InferRelations (each adds to the tables beside the
// syntax tree, none changes it), LoadConfiguration, Complete (what depends on the provider), and then, if there were no
// faults, the rules of validate.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "diagnostics/schema_errors.h"
#include "schema/schema.h"

namespace prisma::schema {

// What @relation on a field says. Which field of a relation says what matters only to the rules.
struct RelationFieldData {
  std::optional<std::vector<FieldId>> fields, references;
  std::optional<std::string> name;
  std::optional<std::pair<ReferentialAction, Span>> on_delete, on_update;
  std::string mapped_name;
  const ast::Attribute* attribute = nullptr;
};

struct Analysis {
  Schema& schema;
  const ast::Ast& ast;
  DiagnosticSink& sink;

  std::vector<FieldId> relation_fields;  // in order of writing
  std::unordered_map<FieldId, RelationFieldData> relation_data;
  std::vector<FieldId> unknown_function_defaults;
  std::unordered_set<FieldId> unresolved;                                    // fields whose type is not known
  std::unordered_map<std::string, std::string_view> names_in_small_letters;  // filled when it is first asked for

  RelationFieldData& Data(FieldId field) { return relation_data[field]; }
  const Model& ModelOf(FieldId field) const { return schema.models[schema.fields[field].model]; }

  void Error(Span span, std::string message) { sink.Error(span, std::move(message)); }
};

// Calls the function for each model, enum and composite type, in the order of writing, with its id.
template <class OnModel, class OnEnum, class OnCompositeType>
void ForEachTop(const ast::Ast& ast, OnModel&& on_model, OnEnum&& on_enum, OnCompositeType&& on_composite_type) {
  size_t models = 0, enums = 0, composite_types = 0;
  for (const ast::File& file : ast.files) {
    for (const ast::Top& top : file.tops) {
      if (std::holds_alternative<ast::Model>(top)) {
        on_model(ModelId(models++));
      } else if (std::holds_alternative<ast::Enum>(top)) {
        on_enum(EnumId(enums++));
      } else if (std::holds_alternative<ast::CompositeType>(top)) {
        on_composite_type(CompositeTypeId(composite_types++));
      }
    }
  }
}

void ResolveNames(Analysis& analysis);
void ResolveTypes(Analysis& analysis);
void ResolveAttributes(Analysis& analysis);
void InferRelations(Analysis& analysis);
void LoadConfiguration(Analysis& analysis);
void Complete(Analysis& analysis);
void Validate(Analysis& analysis);

// Names made by the rule for constraints, cut to what the database allows.
std::string PrimaryKeyName(std::string_view table, const ConnectorTraits& connector);
std::string IndexName(std::string_view table, const std::vector<std::string_view>& columns, std::string_view suffix,
                      const ConnectorTraits& connector);
std::string DefaultConstraintName(std::string_view table, std::string_view column, const ConnectorTraits& connector);

std::optional<ScalarType> ScalarTypeFromName(std::string_view name);
bool IsReservedTypeName(std::string_view name);

}  // namespace prisma::schema
