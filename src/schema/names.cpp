// First pass: every item gets its id, and names that clash or are not allowed are reported.
#include <cstring>

#include "schema/analysis.h"

namespace prisma::schema {
namespace {

constexpr std::string_view kReservedTypeNames[] = {
    "PrismaClient", "break",   "case",       "catch",     "class",  "const",      "continue",  "debugger", "default",
    "delete",       "do",      "else",       "enum",      "export", "extends",    "false",     "finally",  "for",
    "function",     "if",      "implements", "import",    "in",     "instanceof", "interface", "let",      "new",
    "null",         "package", "private",    "protected", "public", "return",     "super",     "switch",   "this",
    "throw",        "true",    "try",        "typeof",    "var",    "void",       "while",     "with",     "yield"};

void CheckIdentifier(Analysis& analysis, const ast::Identifier& identifier, std::string_view item) {
  if (identifier.name.empty()) return;  // the parser has reported it
  if (identifier.name[0] >= '0' && identifier.name[0] <= '9') {
    analysis.Error(identifier.span, errors::NameStartsWithNumber(item));
  } else if (identifier.name.find('-') != std::string_view::npos) {
    analysis.Error(identifier.span, errors::NameHasDash(item));
  }
}

void CheckAttributeNames(Analysis& analysis, const std::vector<ast::Attribute>& attributes) {
  for (const ast::Attribute& attribute : attributes) CheckIdentifier(analysis, attribute.name, "Attribute");
}

void CheckNotScalar(Analysis& analysis, const ast::Identifier& identifier) {
  if (ScalarTypeFromName(identifier.name)) {
    analysis.Error(identifier.span, errors::ReservedScalarType(identifier.name));
  }
}

template <class Owner>
FieldId AddField(Analysis& analysis, const ast::Field& ast_field, Owner&& set_owner) {
  Field field;
  field.name = ast_field.name.name;
  field.database_name = field.name;
  if (ast_field.type) {
    field.arity = ast_field.type->arity;
    field.type_name = ast_field.type->name.name;
  }
  if (ast_field.documentation) {
    field.documentation = *ast_field.documentation;
    field.has_documentation = true;
  }
  field.span = ast_field.span;
  field.ast = &ast_field;
  set_owner(field);
  return analysis.schema.fields.push_back(std::move(field));
}

template <class Item, class AstItem>
void SetCommon(Item& item, const AstItem& ast_item) {
  item.name = ast_item.name.name;
  if (ast_item.documentation) {
    item.documentation = *ast_item.documentation;
    item.has_documentation = true;
  }
  item.span = ast_item.span;
  item.ast = &ast_item;
}

// Names of top-level items: models, enums and composite types share one space.
class TopNames {
 public:
  void Add(Analysis& analysis, const ast::Identifier& name, std::string_view kind) {
    auto [existing, is_new] = kinds_.try_emplace(name.name, kind);
    if (!is_new) {
      analysis.Error(name.span, errors::DuplicateTop(name.name, kind, existing->second));
      existing->second = kind;
    }
  }

 private:
  std::unordered_map<std::string_view, std::string_view> kinds_;
};

void AddModel(Analysis& analysis, const ast::Model& ast_model) {
  std::string_view kind = ast_model.is_view ? "view" : "model";
  CheckIdentifier(analysis, ast_model.name, ast_model.is_view ? "view" : "Model");
  if (IsReservedTypeName(ast_model.name.name)) {
    std::string message = "The " + std::string(kind) + " name `" + std::string(ast_model.name.name) +
                          "` is invalid. It is a reserved name. Please change it. Read more at "
                          "https://pris.ly/d/naming-models";
    analysis.Error(ast_model.span, errors::Model("model", ast_model.name.name, message));
  }
  CheckAttributeNames(analysis, ast_model.attributes);

  Model model;
  SetCommon(model, ast_model);
  model.database_name = model.name;
  model.is_view = ast_model.is_view;
  model.fields.reserve(ast_model.fields.size());
  model.fields_by_name.reserve(ast_model.fields.size());
  ModelId id(analysis.schema.models.size());
  for (const ast::Field& ast_field : ast_model.fields) {
    CheckIdentifier(analysis, ast_field.name, ast_model.is_view ? "field" : "Field");
    CheckAttributeNames(analysis, ast_field.attributes);
    FieldId field = AddField(analysis, ast_field, [&](Field& f) { f.model = id; });
    model.fields.push_back(field);
    if (!model.fields_by_name.insert_or_assign(ast_field.name.name, field).second) {
      analysis.Error(ast_field.name.span, errors::DuplicateField(model.name, ast_field.name.name, kind));
    }
  }
  analysis.schema.models_by_name[ast_model.name.name] = id;
  analysis.schema.models.push_back(std::move(model));
}

void AddEnum(Analysis& analysis, const ast::Enum& ast_enum) {
  CheckIdentifier(analysis, ast_enum.name, "Enum");
  if (IsReservedTypeName(ast_enum.name.name)) {
    std::string message = "The enum name `" + std::string(ast_enum.name.name) +
                          "` is invalid. It is a reserved name. Please change it. Read more at "
                          "https://www.prisma.io/docs/reference/tools-and-interfaces/prisma-schema/"
                          "data-model#naming-enums";
    analysis.Error(ast_enum.span, errors::Enum(ast_enum.name.name, message));
  }
  CheckAttributeNames(analysis, ast_enum.attributes);

  Enum item;
  SetCommon(item, ast_enum);
  item.database_name = item.name;
  std::unordered_set<std::string_view> seen;
  for (const ast::EnumValue& ast_value : ast_enum.values) {
    CheckIdentifier(analysis, ast_value.name, "Enum Value");
    CheckAttributeNames(analysis, ast_value.attributes);
    if (!seen.insert(ast_value.name.name).second) {
      analysis.Error(ast_value.span, errors::DuplicateEnumValue(ast_enum.name.name, ast_value.name.name));
    }
    EnumValue value;
    value.name = ast_value.name.name;
    value.database_name = value.name;
    if (ast_value.documentation) {
      value.documentation = *ast_value.documentation;
      value.has_documentation = true;
    }
    item.values.push_back(std::move(value));
  }
  analysis.schema.enums_by_name[ast_enum.name.name] = EnumId(analysis.schema.enums.size());
  analysis.schema.enums.push_back(std::move(item));
}

void AddCompositeType(Analysis& analysis, const ast::CompositeType& ast_type) {
  CheckIdentifier(analysis, ast_type.name, "Composite type");
  CompositeType type;
  SetCommon(type, ast_type);
  CompositeTypeId id(analysis.schema.composite_types.size());
  for (const ast::Field& ast_field : ast_type.fields) {
    FieldId field = AddField(analysis, ast_field, [&](Field& f) { f.owner_composite = id; });
    type.fields.push_back(field);
    if (!type.fields_by_name.insert_or_assign(ast_field.name.name, field).second) {
      analysis.Error(ast_field.name.span, errors::DuplicateField(type.name, ast_field.name.name, "composite type"));
    }
  }
  analysis.schema.composite_types_by_name[ast_type.name.name] = id;
  analysis.schema.composite_types.push_back(std::move(type));
}

void CheckProperties(Analysis& analysis, const ast::ConfigBlock& block) {
  std::unordered_set<std::string_view> seen;
  for (const ast::ConfigProperty& property : block.properties) {
    if (seen.insert(property.name.name).second) continue;
    std::string name =
        std::string(block.is_datasource ? "source" : "generator") + " \"" + std::string(block.name.name) + "\"";
    analysis.Error(property.name.span, errors::DuplicateConfigKey(name, property.name.name));
  }
}

}  // namespace

bool IsReservedTypeName(std::string_view name) {
  for (std::string_view reserved : kReservedTypeNames) {
    if (name == reserved) return true;
  }
  return false;
}

namespace {

// Room for all items, which are large.
void Reserve(Analysis& analysis) {
  size_t models = 0, enums = 0, fields = 0;
  for (const ast::File& file : analysis.ast.files) {
    for (const ast::Top& top : file.tops) {
      if (const auto* model = std::get_if<ast::Model>(&top)) {
        ++models;
        fields += model->fields.size();
      } else if (const auto* type = std::get_if<ast::CompositeType>(&top)) {
        fields += type->fields.size();
      } else {
        enums += std::holds_alternative<ast::Enum>(top);
      }
    }
  }
  Schema& schema = analysis.schema;
  schema.models.reserve(models);
  schema.fields.reserve(fields);
  schema.enums.reserve(enums);
  schema.models_by_name.reserve(models);
  schema.enums_by_name.reserve(enums);
}

}  // namespace

void ResolveNames(Analysis& analysis) {
  Reserve(analysis);
  TopNames tops, datasources, generators;
  for (const ast::File& file : analysis.ast.files) {
    for (const ast::Top& top : file.tops) {
      if (const auto* model = std::get_if<ast::Model>(&top)) {
        CheckNotScalar(analysis, model->name);
        AddModel(analysis, *model);
        tops.Add(analysis, model->name, model->is_view ? "view" : "model");
      } else if (const auto* item = std::get_if<ast::Enum>(&top)) {
        CheckNotScalar(analysis, item->name);
        AddEnum(analysis, *item);
        tops.Add(analysis, item->name, "enum");
      } else if (const auto* type = std::get_if<ast::CompositeType>(&top)) {
        CheckNotScalar(analysis, type->name);
        AddCompositeType(analysis, *type);
        tops.Add(analysis, type->name, "composite type");
      } else if (const auto* block = std::get_if<ast::ConfigBlock>(&top)) {
        CheckNotScalar(analysis, block->name);
        CheckProperties(analysis, *block);
        if (block->is_datasource) {
          datasources.Add(analysis, block->name, "source");
        } else {
          generators.Add(analysis, block->name, "generator");
        }
      }
    }
  }
}

}  // namespace prisma::schema
