#include "editor/hover.h"

#include "editor/place.h"
#include "schema/expression.h"

namespace prisma::editor {
namespace {

using schema::Field;
using schema::FieldId;
using schema::ModelId;

constexpr std::string_view kRule = "\n___\n";

std::string Shown(std::string_view code, std::string_view notes, const std::optional<std::string>& documentation) {
  std::string out = "```prisma\n" + std::string(code) + "\n```" + std::string(kRule) + std::string(notes);
  return out + documentation.value_or("");
}

std::string Declaration(const ast::Top& top) {
  return std::string(KeywordOf(top)) + ' ' + std::string(NameOf(top).name) + " {";
}

std::string_view ArityMark(schema::Arity arity) {
  return arity == schema::Arity::kOptional ? "?" : arity == schema::Arity::kList ? "[]" : "";
}

// `fields: [a, b]` of @relation, if it is there: empty if not all are fields.
std::string FieldList(const schema::Schema& schema, const ast::Attribute& relation, std::string_view name,
                      ModelId model) {
  const ast::Argument* argument = FindArgument(relation, name);
  if (!argument) return {};
  std::string list;
  bool known = schema::ForEachItem(*argument->value, [&](const ast::Expression& item) {
    const auto* constant = item.As<ast::ConstantValue>();
    if (!constant || !FindScalarField(schema, model, constant->text)) return false;
    list += (list.empty() ? "" : ", ") + std::string(constant->text);
    return true;
  });
  return ", " + std::string(name) + ": [" + (known ? list : "") + "]";
}

// The field on the other side, with what makes the relation what it is.
std::string OppositeSide(const schema::Schema& schema, const Field& field, const schema::Relation& relation) {
  std::string out = field.name + ' ' + field.type_name + std::string(ArityMark(field.arity));
  out += " @relation(name: \"" + relation.name + '"';
  if (const ast::Attribute* attribute = field.relation_attribute) {
    out += FieldList(schema, *attribute, "fields", field.model);
    out += FieldList(schema, *attribute, "references", field.related_model);
  }
  return out + ')';
}

std::string Kind(const schema::Relation& relation) {
  static constexpr std::string_view kNames[] = {"one-to-one", "one-to-many", "implicit many-to-many"};
  return std::string(kNames[static_cast<size_t>(relation.kind)]) + (relation.is_self ? " on self" : "");
}

std::optional<std::string> OfType(const schema::Schema& schema, const ast::Field& ast_field) {
  if (!ast_field.type || ast_field.type->unsupported) return {};
  const ast::Top* top = FindTop(*schema.ast, ast_field.type->name.name);
  if (!top || std::get_if<ast::ConfigBlock>(top)) return {};
  std::string code = Declaration(*top), notes;
  FieldId id = FindField(schema, ast_field);
  FieldId opposite = schema.fields[id].kind == schema::FieldKind::kRelation ? schema.OppositeField(id) : FieldId();
  if (opposite) {
    const schema::Relation& relation = schema.relations[schema.fields[id].relation];
    code += "\n\t...\n\t" + OppositeSide(schema, schema.fields[opposite], relation) + '\n';
    notes = Kind(relation) + std::string(kRule);
  }
  return Shown(code + '}', notes, DocumentationOf(*top));
}

std::optional<std::string> OfBlock(const Place& place) {
  auto shown = [](std::string_view keyword, const auto& block) {
    return Shown(std::string(keyword) + ' ' + std::string(block.name.name) + " {}", "", block.documentation);
  };
  if (place.model) return shown(place.model->is_view ? "view" : "model", *place.model);
  if (place.composite_type) return shown("type", *place.composite_type);
  if (place.enumeration) return shown("enum", *place.enumeration);
  return {};
}

}  // namespace

std::optional<std::string> Hover(const Cursor& cursor) {
  Place place = FindPlace(cursor);
  switch (place.kind) {
    case PlaceKind::kBlockName:
      return OfBlock(place);
    case PlaceKind::kFieldName:
      return Shown(place.field->name.name, "", place.field->documentation);
    case PlaceKind::kEnumValueName:
      return Shown(place.enum_value->name.name, "", place.enum_value->documentation);
    case PlaceKind::kFieldType:
      return OfType(cursor.schema, *place.field);
    default:
      return {};
  }
}

}  // namespace prisma::editor
