#include "editor/references.h"

#include <string>

#include "editor/place.h"
#include "schema/expression.h"

namespace prisma::editor {
namespace {

using schema::ModelId;

class Finder {
 public:
  explicit Finder(const Cursor& cursor) : schema_(cursor.schema), place_(FindPlace(cursor)) {}

  std::vector<Span> Run() {
    switch (place_.kind) {
      case PlaceKind::kBlockName:
        OfBlockName();
        break;
      case PlaceKind::kFieldType:
        OfType(place_.field->type->name.name);
        break;
      case PlaceKind::kFieldName:
        if (place_.model) OfFieldName();
        break;
      case PlaceKind::kAttribute:
      case PlaceKind::kArgument:
      case PlaceKind::kFunctionArgument:
        if (place_.field) OfNativeType();
        break;
      case PlaceKind::kArgumentValue:
        OfArgument();
        break;
      default:
        break;
    }
    return std::move(spans_);
  }

 private:
  void OfBlockName() {
    if (place_.config) {
      if (place_.config->is_datasource) OfDatasource(place_.config->name.name);
      return;
    }
    const ast::Identifier& name = place_.model            ? place_.model->name
                                  : place_.composite_type ? place_.composite_type->name
                                                          : place_.enumeration->name;
    spans_.push_back(name.span);
    AddFieldsOfType(name.name);
  }

  void OfType(std::string_view name) {
    if (const ast::Top* top = FindTop(*schema_.ast, name)) spans_.push_back(NameOf(*top).span);
    AddFieldsOfType(name);
  }

  void OfFieldName() {
    spans_.push_back(place_.field->name.span);
    ModelId model = FindModel(schema_, *place_.model);
    AddBlockAttributes(*place_.model, place_.field->name.name);
    AddRelationAttributes(model, place_.field->name.name);
  }

  void OfArgument() {
    if (place_.is_block_attribute()) {
      if (!place_.model) return;
      std::string name = schema::ToString(*place_.value);
      ModelId model = FindModel(schema_, *place_.model);
      AddDeclaration(model, name);
      AddRelationAttributes(model, name);
      AddBlockAttributes(*place_.model, name);
      return;
    }
    if (!place_.field) return;
    if (!place_.model) return OfNativeType();
    if (!place_.argument->name) return;
    ModelId model;
    if (place_.argument->name->name == "fields") {
      model = FindModel(schema_, *place_.model);
    } else if (place_.argument->name->name == "references" && place_.field->type) {
      model = schema_.FindModel(place_.field->type->name.name);
    }
    if (!model) return;
    std::string name = schema::ToString(*place_.value);
    AddDeclaration(model, name);
    AddBlockAttributes(*schema_.models[model].ast, name);
  }

  // On a native type, what is looked for is its scope: the datasource.
  void OfNativeType() {
    if (!schema_.datasource) return;
    const std::string& name = schema_.datasource->name;
    if (place_.attribute->name.name.find(name) != std::string_view::npos) OfDatasource(name);
  }

  void OfDatasource(std::string_view name) {
    const ast::Identifier* declaration = nullptr;
    ForEachTop(*schema_.ast, [&](const ast::Top& top) {
      const auto* block = std::get_if<ast::ConfigBlock>(&top);
      if (!declaration && block && block->is_datasource && block->name.name == name) declaration = &block->name;
    });
    if (declaration) spans_.push_back(declaration->span);
    ForEachField([&](const ast::Field& field) {
      for (const ast::Attribute& attribute : field.attributes) {
        std::string_view scope = attribute.name.name.substr(0, attribute.name.name.find('.'));
        if (scope != name) continue;
        spans_.push_back(attribute.name.span);
        return;
      }
    });
  }

  template <class Function>
  void ForEachField(Function&& function) {
    ForEachTop(*schema_.ast, [&](const ast::Top& top) {
      const std::vector<ast::Field>* fields = FieldsOf(top);
      if (!fields) return;
      for (const ast::Field& field : *fields) function(field);
    });
  }

  void AddFieldsOfType(std::string_view name) {
    ForEachField([&](const ast::Field& field) {
      if (field.type && !field.type->unsupported && field.type->name.name == name) spans_.push_back(field.type->span);
    });
  }

  void AddDeclaration(ModelId model, std::string_view name) {
    if (schema::FieldId field = FindScalarField(schema_, model, name)) {
      spans_.push_back(schema_.fields[field].ast->name.span);
    }
  }

  // The first item that is this name, plainly written.
  static const ast::Expression* FindItem(const ast::Argument& argument, std::string_view name) {
    const auto* array = argument.value ? argument.value->As<ast::ArrayValue>() : nullptr;
    if (!array) return nullptr;
    for (const ast::Expression& item : array->items) {
      const auto* constant = item.As<ast::ConstantValue>();
      if (constant && constant->text == name) return &item;
    }
    return nullptr;
  }

  void AddBlockAttributes(const ast::Model& model, std::string_view name) {
    for (const ast::Attribute& attribute : model.attributes) {
      for (const ast::Argument& argument : attribute.arguments) {
        const ast::Expression* item = FindItem(argument, name);
        if (!item) continue;
        spans_.push_back(item->span);
        break;
      }
    }
  }

  void AddRelationAttributes(ModelId model, std::string_view name) {
    for (schema::FieldId id : schema_.models[model].fields) {
      const ast::Attribute* relation = schema_.fields[id].relation_attribute;
      const ast::Argument* argument = relation ? FindArgument(*relation, "fields") : nullptr;
      if (const ast::Expression* item = argument ? FindItem(*argument, name) : nullptr) spans_.push_back(item->span);
    }
  }

  const schema::Schema& schema_;
  Place place_;
  std::vector<Span> spans_;
};

}  // namespace

std::vector<Span> References(const Cursor& cursor) { return Finder(cursor).Run(); }

}  // namespace prisma::editor
