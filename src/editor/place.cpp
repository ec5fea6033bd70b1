#include "editor/place.h"

#include <algorithm>
#include <vector>

namespace prisma::editor {
namespace {

// What a cursor before the last character, or right after it, is in.
bool Touches(Span span, uint32_t offset) { return span.start <= offset && offset <= span.end; }

template <class Item>
const Item* Touched(const std::vector<Item>& items, uint32_t offset) {
  auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return Touches(item.span, offset); });
  return found == items.end() ? nullptr : &*found;
}

// The last argument that begins before the cursor, also if the cursor is in the blanks after it. `list` is an
// attribute or a call.
template <class List>
const ast::Argument* ArgumentBefore(const List& list, uint32_t offset) {
  if (list.trailing_comma && offset > list.trailing_comma_span.start) return nullptr;
  const ast::Argument* last = nullptr;
  for (const ast::Argument& argument : list.arguments) {
    if (argument.span.start < offset) last = &argument;
  }
  return last;
}

// Is the cursor in a named argument of a call in this value?
bool FindFunctionArgument(const ast::Expression& value, uint32_t offset, Place& place) {
  if (!Touches(value.span, offset)) return false;
  if (const auto* array = value.As<ast::ArrayValue>()) {
    for (const ast::Expression& item : array->items) {
      if (Touches(item.span, offset)) return FindFunctionArgument(item, offset, place);
    }
    return false;
  }
  const auto* call = value.As<ast::FunctionCall>();
  const ast::Argument* argument = call ? ArgumentBefore(*call, offset) : nullptr;
  if (!argument || !argument->name) return false;
  place.kind = PlaceKind::kFunctionArgument;
  place.function = call->name;
  place.function_argument = argument->name->name;
  return true;
}

void FindInAttribute(const ast::Attribute& attribute, uint32_t offset, Place& place) {
  place.kind = PlaceKind::kAttribute;
  place.attribute = &attribute;
  for (const ast::Argument& argument : attribute.arguments) {
    if (!argument.value || !Touches(argument.span, offset)) continue;
    place.argument = &argument;
    if (FindFunctionArgument(*argument.value, offset, place)) return;
    place.kind = PlaceKind::kArgumentValue;
    place.value = argument.value.get();
    if (const auto* array = argument.value->As<ast::ArrayValue>()) {
      if (const ast::Expression* item = Touched(array->items, offset)) place.value = item;
    }
    return;
  }
  const ast::Argument* argument = ArgumentBefore(attribute, offset);
  if (!argument || !argument->name) return;
  place.kind = PlaceKind::kArgument;
  place.argument = argument;
}

void FindInField(const ast::Field& field, uint32_t offset, Place& place) {
  place.field = &field;
  if (Touches(field.name.span, offset)) {
    place.kind = PlaceKind::kFieldName;
  } else if (field.type && Touches(field.type->span, offset)) {
    place.kind = PlaceKind::kFieldType;
  } else if (const ast::Attribute* attribute = Touched(field.attributes, offset)) {
    FindInAttribute(*attribute, offset, place);
  } else {
    place.kind = PlaceKind::kField;
  }
}

void FindInBlock(const ast::Model& model, std::string_view, uint32_t offset, Place& place) {
  place.model = &model;
  if (Touches(model.name.span, offset)) {
    place.kind = PlaceKind::kBlockName;
  } else if (const ast::Field* field = Touched(model.fields, offset)) {
    FindInField(*field, offset, place);
  } else if (const ast::Attribute* attribute = Touched(model.attributes, offset)) {
    FindInAttribute(*attribute, offset, place);
  }
}

void FindInBlock(const ast::CompositeType& type, std::string_view, uint32_t offset, Place& place) {
  place.composite_type = &type;
  if (Touches(type.name.span, offset)) {
    place.kind = PlaceKind::kBlockName;
  } else if (const ast::Field* field = Touched(type.fields, offset)) {
    FindInField(*field, offset, place);
  }
}

void FindInBlock(const ast::Enum& item, std::string_view, uint32_t offset, Place& place) {
  place.enumeration = &item;
  if (Touches(item.name.span, offset)) {
    place.kind = PlaceKind::kBlockName;
  } else if (const ast::EnumValue* value = Touched(item.values, offset)) {
    place.enum_value = value;
    place.kind = PlaceKind::kEnumValue;
    if (Touches(value->name.span, offset)) {
      place.kind = PlaceKind::kEnumValueName;
    } else if (const ast::Attribute* attribute = Touched(value->attributes, offset)) {
      FindInAttribute(*attribute, offset, place);
    }
  } else if (const ast::Attribute* attribute = Touched(item.attributes, offset)) {
    FindInAttribute(*attribute, offset, place);
  }
}

// A property's span has the line break, which is no place in it.
bool TouchesProperty(Span span, std::string_view text, uint32_t offset) {
  while (span.end > span.start && (text[span.end - 1] == '\n' || text[span.end - 1] == '\r')) --span.end;
  return Touches(span, offset);
}

void FindInBlock(const ast::ConfigBlock& block, std::string_view text, uint32_t offset, Place& place) {
  place.config = &block;
  if (Touches(block.name.span, offset)) {
    place.kind = PlaceKind::kBlockName;
    return;
  }
  for (const ast::ConfigProperty& property : block.properties) {
    if (!TouchesProperty(property.span, text, offset)) continue;
    place.property = &property;
    place.kind = PlaceKind::kProperty;
    if (Touches(property.name.span, offset)) {
      place.kind = PlaceKind::kPropertyName;
    } else if (property.value && Touches(property.value->span, offset)) {
      const auto* call = property.value->As<ast::FunctionCall>();
      if (call && call->name == "env") place.kind = PlaceKind::kPropertyEnv;
    }
    return;
  }
  if (!Touches(block.inner_span, offset)) place.kind = PlaceKind::kBlockHead;
}

}  // namespace

Place FindPlace(const ast::File& file, std::string_view text, uint32_t offset) {
  Place place;
  for (const ast::Top& top : file.tops) {
    std::visit(
        [&](const auto& block) {
          if (!Touches(block.span, offset)) return;
          place = Place();
          place.kind = PlaceKind::kBlock;
          FindInBlock(block, text, offset, place);
        },
        top);
    if (place.kind != PlaceKind::kOutside) break;
  }
  return place;
}

}  // namespace prisma::editor
