// Small questions to a schema that several of the editor's functions ask.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "editor/place.h"
#include "schema/schema.h"

namespace prisma::editor {

// Everything is asked of a schema that may have any number of faults.
struct Cursor {
  const schema::Schema& schema;
  FileId file;
  uint32_t offset = 0;
};

Place FindPlace(const Cursor& cursor);

// The argument with that name and a value.
const ast::Argument* FindArgument(const ast::Attribute& attribute, std::string_view name);

// False if nobody knows what the field's type is.
bool IsResolved(const schema::Field& field);

schema::ModelId FindModel(const schema::Schema& schema, const ast::Model& model);
schema::FieldId FindField(const schema::Schema& schema, const ast::Field& field);
// By name; resolved, and no relation.
schema::FieldId FindScalarField(const schema::Schema& schema, schema::ModelId model, std::string_view name);

// The first block of that name, of any kind.
const ast::Top* FindTop(const ast::Ast& ast, std::string_view name);
const ast::Identifier& NameOf(const ast::Top& top);
const std::optional<std::string>& DocumentationOf(const ast::Top& top);
// "model", "view", "type", "enum", "datasource", "generator".
std::string_view KeywordOf(const ast::Top& top);

// Calls the function for each block of all files, in order.
template <class Function>
void ForEachTop(const ast::Ast& ast, Function&& function) {
  for (const ast::File& file : ast.files) {
    for (const ast::Top& top : file.tops) function(top);
  }
}

// The fields of a model, view or composite type; null for other blocks.
const std::vector<ast::Field>* FieldsOf(const ast::Top& top);

}  // namespace prisma::editor
