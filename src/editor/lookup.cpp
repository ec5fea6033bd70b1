#include "editor/lookup.h"

namespace prisma::editor {

using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;

Place FindPlace(const Cursor& cursor) {
  return FindPlace(cursor.schema.ast->files[cursor.file.index], (*cursor.schema.files)[cursor.file].text,
                   cursor.offset);
}

const ast::Argument* FindArgument(const ast::Attribute& attribute, std::string_view name) {
  for (const ast::Argument& argument : attribute.arguments) {
    if (argument.value && argument.name && argument.name->name == name) return &argument;
  }
  return nullptr;
}

bool IsResolved(const schema::Field& field) {
  return field.kind != FieldKind::kScalar || schema::ScalarTypeName(field.scalar) == field.type_name;
}

ModelId FindModel(const schema::Schema& schema, const ast::Model& model) {
  for (size_t i = 0; i < schema.models.size(); ++i) {
    if (schema.models[ModelId(i)].ast == &model) return ModelId(i);
  }
  return {};
}

FieldId FindField(const schema::Schema& schema, const ast::Field& field) {
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    if (schema.fields[FieldId(i)].ast == &field) return FieldId(i);
  }
  return {};
}

FieldId FindScalarField(const schema::Schema& schema, ModelId model, std::string_view name) {
  for (FieldId id : schema.models[model].fields) {
    const schema::Field& field = schema.fields[id];
    if (field.name == name && IsResolved(field) && field.kind != FieldKind::kRelation) return id;
  }
  return {};
}

const ast::Top* FindTop(const ast::Ast& ast, std::string_view name) {
  const ast::Top* found = nullptr;
  ForEachTop(ast, [&](const ast::Top& top) {
    if (!found && NameOf(top).name == name) found = &top;
  });
  return found;
}

const ast::Identifier& NameOf(const ast::Top& top) {
  return std::visit([](const auto& block) -> const ast::Identifier& { return block.name; }, top);
}

const std::optional<std::string>& DocumentationOf(const ast::Top& top) {
  return std::visit([](const auto& block) -> const std::optional<std::string>& { return block.documentation; }, top);
}

std::string_view KeywordOf(const ast::Top& top) {
  if (const auto* model = std::get_if<ast::Model>(&top)) return model->is_view ? "view" : "model";
  if (std::get_if<ast::CompositeType>(&top)) return "type";
  if (std::get_if<ast::Enum>(&top)) return "enum";
  return std::get<ast::ConfigBlock>(top).is_datasource ? "datasource" : "generator";
}

const std::vector<ast::Field>* FieldsOf(const ast::Top& top) {
  if (const auto* model = std::get_if<ast::Model>(&top)) return &model->fields;
  if (const auto* type = std::get_if<ast::CompositeType>(&top)) return &type->fields;
  return nullptr;
}

}  // namespace prisma::editor
