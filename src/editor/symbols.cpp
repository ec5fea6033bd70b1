#include "editor/symbols.h"

#include <unordered_map>
#include <utility>

#include "schema/expression.h"

namespace prisma::editor {
namespace {

using schema::Field;
using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;

// Finds every name of a schema and what it stands for.
class Collector {
 public:
  explicit Collector(const schema::Schema& schema) : schema_(schema) {}

  std::vector<Occurrence> Run() {
    ForEachTop(*schema_.ast, [&](const ast::Top& top) {
      const ast::Identifier& name = NameOf(top);
      tops_.try_emplace(name.name, &name);
      const auto* config = std::get_if<ast::ConfigBlock>(&top);
      if (config && config->is_datasource && !datasource_) datasource_ = &name;
    });
    for (size_t i = 0; i < schema_.models.size(); ++i) {
      const schema::Model& model = schema_.models[ModelId(i)];
      Declare(model.ast->name);
      for (FieldId field : model.fields) AddField(schema_.fields[field]);
      for (const ast::Attribute& attribute : model.ast->attributes) AddBlockAttribute(model, attribute);
    }
    for (const schema::CompositeType& type : schema_.composite_types) {
      Declare(type.ast->name);
      for (FieldId field : type.fields) AddField(schema_.fields[field]);
    }
    for (const schema::Enum& item : schema_.enums) {
      Declare(item.ast->name);
      for (const ast::EnumValue& value : item.ast->values) Declare(value.name);
    }
    ForEachTop(*schema_.ast, [&](const ast::Top& top) {
      if (const auto* config = std::get_if<ast::ConfigBlock>(&top)) Declare(config->name);
    });
    return std::move(occurrences_);
  }

 private:
  void Declare(const ast::Identifier& name) { Add(name.span, &name); }
  void Add(Span span, const ast::Identifier* declaration) { occurrences_.push_back({span, declaration}); }

  void AddField(const Field& field) {
    Declare(field.ast->name);
    const auto& type = field.ast->type;
    if (type && !type->unsupported) {
      if (auto top = tops_.find(type->name.name); top != tops_.end()) Add(type->span, top->second);
    }
    for (const ast::Attribute& attribute : field.ast->attributes) {
      if (attribute.name.name == "relation") {
        AddRelation(field, attribute);
      } else if (attribute.name.name == "default") {
        AddDefault(field, attribute);
      } else {
        AddNativeType(attribute);
      }
    }
  }

  void AddNativeType(const ast::Attribute& attribute) {
    size_t dot = attribute.name.name.find('.');
    if (dot == std::string_view::npos || !datasource_ || attribute.name.name.substr(0, dot) != datasource_->name)
      return;
    Span span = attribute.name.span;
    span.end = span.start + static_cast<uint32_t>(dot);
    Add(span, datasource_);
  }

  void AddRelation(const Field& field, const ast::Attribute& attribute) {
    if (field.kind != FieldKind::kRelation) return;
    if (const ast::Argument* fields = FindArgument(attribute, "fields")) {
      AddFieldNames(schema_.models[field.model], *fields->value);
    }
    if (const ast::Argument* references = FindArgument(attribute, "references")) {
      AddFieldNames(schema_.models[field.related_model], *references->value);
    }
  }

  void AddDefault(const Field& field, const ast::Attribute& attribute) {
    if (field.kind != FieldKind::kEnum) return;
    for (const ast::Argument& argument : attribute.arguments) {
      if (!argument.value) continue;
      schema::ForEachItem(*argument.value, [&](const ast::Expression& item) {
        const auto* constant = item.As<ast::ConstantValue>();
        for (const ast::EnumValue& value : schema_.enums[field.enum_id].ast->values) {
          if (constant && value.name.name == constant->text) Add(item.span, &value.name);
        }
        return true;
      });
    }
  }

  void AddBlockAttribute(const schema::Model& model, const ast::Attribute& attribute) {
    for (const ast::Argument& argument : attribute.arguments) {
      bool is_fields = !argument.name || argument.name->name == "fields";
      if (is_fields && argument.value && argument.value->As<ast::ArrayValue>()) AddFieldNames(model, *argument.value);
    }
  }

  void AddFieldNames(const schema::Model& model, const ast::Expression& list) {
    schema::ForEachItem(list, [&](const ast::Expression& item) {
      if (const auto* constant = item.As<ast::ConstantValue>()) {
        AddPath(model, constant->text, item.span);
      } else if (const auto* call = item.As<ast::FunctionCall>()) {
        AddPath(model, call->name, call->name_span);
      }
      return true;
    });
  }

  // `address.street`: a field, and fields of its type.
  void AddPath(const schema::Model& model, std::string_view path, Span span) {
    const auto* fields = &model.fields_by_name;
    while (fields) {
      std::string_view name = path.substr(0, path.find('.'));
      auto found = fields->find(name);
      if (found == fields->end()) return;
      const Field& field = schema_.fields[found->second];
      Add({span.file, span.start, span.start + static_cast<uint32_t>(name.size())}, &field.ast->name);
      if (name.size() == path.size() || field.kind != FieldKind::kComposite) return;
      path.remove_prefix(name.size() + 1);
      span.start += static_cast<uint32_t>(name.size() + 1);
      fields = &schema_.composite_types[field.composite_id].fields_by_name;
    }
  }

  const schema::Schema& schema_;
  std::unordered_map<std::string_view, const ast::Identifier*> tops_;
  const ast::Identifier* datasource_ = nullptr;
  std::vector<Occurrence> occurrences_;
};

bool HasAttribute(const std::vector<ast::Attribute>& attributes, std::string_view name) {
  for (const ast::Attribute& attribute : attributes) {
    if (attribute.name.name == name) return true;
  }
  return false;
}

// Keeps the database's name of a renamed thing.
class Mapper {
 public:
  explicit Mapper(const schema::Schema& schema) : schema_(schema) {}

  std::optional<TextEdit> Map(const ast::Identifier* declaration) const {
    for (const schema::Model& model : schema_.models) {
      if (&model.ast->name == declaration) return MapBlock(*model.ast);
    }
    for (const schema::Enum& item : schema_.enums) {
      if (&item.ast->name == declaration) return MapBlock(*item.ast);
      for (const ast::EnumValue& value : item.ast->values) {
        if (&value.name == declaration) return MapLine(value, value.name.span.end);
      }
    }
    for (const Field& field : schema_.fields) {
      if (&field.ast->name != declaration) continue;
      if (field.kind == FieldKind::kRelation || !field.ast->type) return {};
      return MapLine(*field.ast, TypeEnd(*field.ast->type));
    }
    return {};
  }

 private:
  std::string_view Text(FileId file) const { return (*schema_.files)[file].text; }

  TextEdit Insert(FileId file, uint32_t offset, std::string text) const {
    return {file, Places(*schema_.files).RangeOf({file, offset, offset}), std::move(text)};
  }

  // After the mark of a list or an optional type.
  uint32_t TypeEnd(const ast::FieldType& type) const {
    std::string_view text = Text(type.span.file);
    uint32_t end = type.span.end;
    if (type.unsupported) end = static_cast<uint32_t>(text.find(')', end)) + 1;
    if (type.arity == ast::Arity::kOptional) end = static_cast<uint32_t>(text.find('?', end)) + 1;
    if (type.arity == ast::Arity::kList) end = static_cast<uint32_t>(text.find(']', end)) + 1;
    return end;
  }

  template <class Line>
  std::optional<TextEdit> MapLine(const Line& line, uint32_t end) const {
    if (HasAttribute(line.attributes, "map")) return {};
    if (!line.attributes.empty()) {
      Span last = line.attributes.back().span;  // blanks may follow in it
      end = last.end;
      while (Text(last.file)[end - 1] == ' ' || Text(last.file)[end - 1] == '\t') --end;
    }
    return Insert(line.span.file, end, " @map(\"" + std::string(line.name.name) + "\")");
  }

  template <class Block>
  std::optional<TextEdit> MapBlock(const Block& block) const {
    if (HasAttribute(block.attributes, "map")) return {};
    std::string separator = block.attributes.empty() ? "\n" : "";
    return Insert(block.span.file, block.span.end - 1,
                  separator + "  @@map(\"" + std::string(block.name.name) + "\")\n");
  }

  const schema::Schema& schema_;
};

OutlineItem BlockItem(const ast::Model& model) {
  OutlineItem item = {
      model.name.name, model.is_view ? "view" : "model", SymbolKind::kClass, model.span, model.name.span, {}};
  for (const ast::Field& field : model.fields) {
    item.children.push_back({field.name.name,
                             field.type ? field.type->name.name : std::string_view(),
                             SymbolKind::kField,
                             field.span,
                             field.name.span,
                             {}});
  }
  return item;
}

OutlineItem BlockItem(const ast::CompositeType& type) {
  OutlineItem item = {type.name.name, "type", SymbolKind::kInterface, type.span, type.name.span, {}};
  for (const ast::Field& field : type.fields) {
    item.children.push_back({field.name.name,
                             field.type ? field.type->name.name : std::string_view(),
                             SymbolKind::kField,
                             field.span,
                             field.name.span,
                             {}});
  }
  return item;
}

OutlineItem BlockItem(const ast::Enum& item) {
  OutlineItem result = {item.name.name, "enum", SymbolKind::kEnum, item.span, item.name.span, {}};
  for (const ast::EnumValue& value : item.values) {
    result.children.push_back({value.name.name, "", SymbolKind::kEnumMember, value.span, value.name.span, {}});
  }
  return result;
}

OutlineItem BlockItem(const ast::ConfigBlock& block) {
  OutlineItem item = {block.name.name,
                      block.is_datasource ? "datasource" : "generator",
                      block.is_datasource ? SymbolKind::kStruct : SymbolKind::kFunction,
                      block.span,
                      block.name.span,
                      {}};
  for (const ast::ConfigProperty& property : block.properties) {
    item.children.push_back({property.name.name, "", SymbolKind::kProperty, property.span, property.name.span, {}});
  }
  return item;
}

}  // namespace

std::optional<Occurrence> FindOccurrence(const Cursor& cursor) {
  std::optional<Occurrence> found;
  for (const Occurrence& occurrence : Collector(cursor.schema).Run()) {
    Span span = occurrence.span;
    if (span.file != cursor.file || cursor.offset < span.start || cursor.offset > span.end) continue;
    // Between two names that touch, the one that begins is meant.
    if (!found || cursor.offset < span.end) found = occurrence;
  }
  return found;
}

std::vector<TextEdit> Rename(const Cursor& cursor, const Occurrence& occurrence, std::string_view new_name) {
  std::vector<TextEdit> edits;
  if (occurrence.declaration->name == new_name) return edits;
  Places places(*cursor.schema.files);
  for (const Occurrence& other : Collector(cursor.schema).Run()) {
    if (other.declaration != occurrence.declaration) continue;
    edits.push_back({other.span.file, places.RangeOf(other.span), std::string(new_name)});
  }
  if (auto map = Mapper(cursor.schema).Map(occurrence.declaration)) edits.push_back(std::move(*map));
  return edits;
}

bool IsName(std::string_view text) {
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !is_letter(text[0])) return false;
  for (char c : text) {
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

std::vector<OutlineItem> Outline(const ast::File& file) {
  std::vector<OutlineItem> items;
  for (const ast::Top& top : file.tops) {
    items.push_back(std::visit([](const auto& block) { return BlockItem(block); }, top));
  }
  return items;
}

}  // namespace prisma::editor
