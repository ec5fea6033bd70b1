#include "editor/code_actions.h"

#include <algorithm>
#include <utility>

#include "schema/expression.h"
#include "schema/inflection.h"

namespace prisma::editor {
namespace {

using schema::Field;
using schema::FieldId;
using schema::FieldKind;
using schema::Index;
using schema::IndexId;
using schema::IndexKind;
using schema::Model;
using schema::ModelId;
using schema::QuickFix;
using schema::Relation;

using Fixed = std::vector<size_t>;

// How the lines of a block are written, judged by one of them.
struct Style {
  std::string indentation = "  ";
  std::string newline = "\n";
};

std::string NewlineOf(std::string_view text, Span line) {
  return line.end >= 2 && text[line.end - 2] == '\r' ? "\r\n" : "\n";
}

std::string IndentationOf(std::string_view text, Span line) {
  size_t spaces = 0;
  for (size_t i = line.start; i-- > 0;) {
    if (text[i] == '\t') return "\t";
    if (text[i] != ' ') return std::string(spaces, ' ');
    ++spaces;
  }
  return "  ";
}

// The last character of a span: what is put in its place goes to the end of a block or of a line.
Span LastOf(Span span) { return {span.file, span.end - 1, span.end}; }

class Advisor {
 public:
  Advisor(const schema::Schema& schema, FileId file, const std::vector<ShownDiagnostic>& diagnostics)
      : schema_(schema), file_(file), diagnostics_(diagnostics), places_(*schema.files) {
    for (const ShownDiagnostic& diagnostic : diagnostics) spans_.push_back(places_.SpanOf(file, diagnostic.range));
  }

  std::vector<CodeAction> Run() {
    for (const ast::Top& top : schema_.ast->files[file_.index].tops) {
      const auto* block = std::get_if<ast::ConfigBlock>(&top);
      if (block && block->is_datasource) RenameReferentialIntegrity(*block);
    }
    for (bool views : {false, true}) {
      for (size_t i = 0; i < schema_.models.size(); ++i) {
        const Model& model = schema_.models[ModelId(i)];
        if (model.is_view == views && model.span.file == file_) MendModel(model);
      }
    }
    if (schema_.datasource && schema_.connector->Has(schema::Capability::kCompositeTypes)) {
      for (const schema::CompositeType& type : schema_.composite_types) {
        if (type.span.file == file_) CreateBlocks(type.span, StyleOf(type.fields), {"type", "enum"});
      }
    }
    for (const schema::Enum& item : schema_.enums) {
      if (item.span.file == file_) AddSchemaTo(item);
    }
    for (const Relation& relation : schema_.relations) {
      if (relation.kind != schema::RelationKind::kManyToMany) MendRelation(relation);
    }
    return std::move(actions_);
  }

 private:
  std::string_view TextOf(FileId file) const { return (*schema_.files)[file].text; }

  // The diagnostics at a span whose message holds a text.
  Fixed Find(Span span, std::string_view message) const {
    Fixed found;
    for (size_t i = 0; i < spans_.size(); ++i) {
      auto contains = [&](uint32_t offset) { return span.start <= offset && offset <= span.end; };
      bool overlaps = span.file == file_ && (contains(spans_[i].start) || contains(spans_[i].end));
      if (overlaps && diagnostics_[i].message.find(message) != std::string_view::npos) found.push_back(i);
    }
    return found;
  }

  TextEdit Edit(Span span, std::string text) { return {span.file, places_.RangeOf(span), std::move(text)}; }

  void Add(std::string title, Fixed diagnostics, std::vector<TextEdit> edits) {
    actions_.push_back({std::move(title), std::move(diagnostics), std::move(edits)});
  }

  Style StyleOf(const std::vector<FieldId>& fields) const {
    for (size_t i = fields.size(); i-- > 0;) {
      const Field& field = schema_.fields[fields[i]];
      if (field.kind == FieldKind::kRelation || !IsResolved(field)) continue;
      std::string_view text = TextOf(field.span.file);
      return {IndentationOf(text, field.span), NewlineOf(text, field.span)};
    }
    return {};
  }

  // An edit that adds `@@attribute` at the end of a block.
  template <class Block>
  TextEdit AddToBlock(const Block& block, const Style& style, std::string_view attribute) {
    return Edit(LastOf(block.span), (block.ast->attributes.empty() ? style.newline : "") + style.indentation + "@@" +
                                        std::string(attribute) + style.newline + "}");
  }

  void RenameReferentialIntegrity(const ast::ConfigBlock& block) {
    for (const ast::ConfigProperty& property : block.properties) {
      if (property.name.name != "referentialIntegrity") continue;
      // Offered whether the diagnostic is asked about or not.
      Fixed fixed = Find(block.span, "The `referentialIntegrity` attribute is deprecated.");
      Add("Rename property to relationMode", std::move(fixed), {Edit(property.name.span, "relationMode")});
      return;
    }
  }

  void MendModel(const Model& model) {
    Style style = StyleOf(model.fields);
    std::vector<std::string_view> kinds = {"model", "enum"};
    if (schema_.datasource && schema_.connector->Has(schema::Capability::kCompositeTypes)) kinds.push_back("type");
    CreateBlocks(model.span, style, kinds);
    for (FieldId field : model.fields) AddOppositeField(schema_.fields[field]);
    AddSchemaTo(model, style);
    AddToSchemas(model, style);
    for (const QuickFix& fix : schema_.connector->quick_fixes()) AddToId(model, fix);
  }

  void CreateBlocks(Span span, const Style& style, const std::vector<std::string_view>& kinds) {
    for (size_t diagnostic : Find(span, "is neither a built-in type, nor refers to another model,")) {
      std::string_view message = diagnostics_[diagnostic].message;
      size_t start = message.find('"');
      if (start == std::string_view::npos) continue;
      std::string name(message.substr(start + 1, message.find('"', start + 1) - start - 1));
      for (std::string_view kind : kinds) {
        const std::string& newline = style.newline;
        std::string text = newline + std::string(kind) + ' ' + name + " {" + newline + newline + '}' + newline;
        Add("Create new " + std::string(kind) + " '" + name + "'", {diagnostic},
            {Edit({span.file, span.end, span.end + 1}, std::move(text))});
      }
    }
  }

  void AddOppositeField(const Field& field) {
    if (field.kind != FieldKind::kRelation) return;
    Fixed fixed = Find(field.span, "is missing an opposite relation field on the model");
    if (fixed.empty()) return;
    const Model& own = schema_.models[field.model];
    const Model& target = schema_.models[field.related_model];
    Style style = StyleOf(target.fields);
    std::string line = target.ast->attributes.empty() ? style.newline : "";
    line += style.indentation + schema::Plural(schema::CamelCase(own.name)) + ' ' + own.name + "[]";
    for (const ast::Attribute& attribute : field.ast->attributes) {
      if (attribute.name.name != "relation") continue;
      if (std::string name = NameArgument(attribute); !name.empty()) line += " @relation(" + name + ')';
      break;
    }
    Span end = {target.span.file, target.span.end - 1, target.span.end - 1};
    Add("Add missing relation field to model " + target.name, std::move(fixed), {Edit(end, line + style.newline)});
  }

  void AddSchemaTo(const Model& model, const Style& style) {
    if (!HasSchemas() || !model.schema_name.empty()) return;
    Fixed fixed = Find(model.span, "This model is missing an `@@schema` attribute.");
    if (!fixed.empty()) Add("Add `@@schema` attribute", std::move(fixed), {AddToBlock(model, style, "schema()")});
  }

  void AddSchemaTo(const schema::Enum& item) {
    if (!HasSchemas() || !item.schema_name.empty()) return;
    Fixed fixed = Find(item.span, "This enum is missing an `@@schema` attribute.");
    if (fixed.empty()) return;
    Style style;
    if (!item.ast->values.empty()) style.newline = NewlineOf(TextOf(item.span.file), item.ast->values.back().span);
    Add("Add `@@schema` attribute", std::move(fixed), {AddToBlock(item, style, "schema()")});
  }

  bool HasSchemas() const { return schema_.datasource && !schema_.datasource->schemas_span.empty(); }

  void AddToSchemas(const Model& model, const Style& style) {
    if (!schema_.datasource || model.schema_name.empty()) return;
    Fixed fixed = Find(model.span, "This schema is not defined in the datasource.");
    if (fixed.empty()) return;
    const schema::Datasource& datasource = *schema_.datasource;
    Span list = datasource.schemas_span;
    TextEdit edit;
    if (HasSchemas()) {
      edit = Edit({list.file, list.end - 2, list.end - 1}, "\", \"" + model.schema_name + '"');
    } else {
      edit = Edit(LastOf(datasource.url_span),
                  ')' + style.newline + style.indentation + "schemas = [\"" + model.schema_name + "\"]");
    }
    Add("Add schema to schemas", std::move(fixed), {std::move(edit)});
  }

  void AddToId(const Model& model, const QuickFix& fix) {
    if (fix.kind == QuickFix::Kind::kReplaceOnUpdate || !model.primary_key) return;
    const Index& key = schema_.indexes[model.primary_key];
    if (key.fields.empty()) return;
    Fixed fixed = Find(model.span, fix.message);
    if (fixed.empty()) return;
    std::string attribute(fix.text);
    if (fix.kind == QuickFix::Kind::kAddNativeTypeToId) attribute = '@' + schema_.datasource->name + '.' + attribute;
    Span field = schema_.fields[key.fields[0].field].span;
    Add(std::string(fix.title), std::move(fixed), {Edit(LastOf(field), ' ' + attribute + '\n')});
  }

  // `"name"` or `name: "name"`: the first argument that is a string, as it stands.
  static std::string NameArgument(const ast::Attribute& relation) {
    for (const ast::Argument& argument : relation.arguments) {
      if (!argument.value || !argument.value->As<ast::StringValue>()) continue;
      std::string text = schema::ToString(*argument.value);
      return argument.name ? std::string(argument.name->name) + ": " + text : text;
    }
    return {};
  }

  void MendRelation(const Relation& relation) {
    if (relation.field_b) AddRelationArguments(relation);
    if (!relation.field_a || !relation.field_b) return;
    const Field& field = schema_.fields[relation.field_b];
    MakeUnique(relation, relation.model_a, relation.references, "Make referenced field(s) unique");
    if (relation.kind == schema::RelationKind::kOneToOne) {
      MakeUnique(relation, relation.model_b, relation.fields, "Make referencing fields unique");
    }
    if (schema_.relation_mode == schema::RelationMode::kPrisma) {
      AddIndex(relation, field);
    } else {
      ReplaceOnUpdate(field);
    }
  }

  // Writes what the side with the foreign key lacks: @relation and the fields that it needs.
  void AddRelationArguments(const Relation& relation) {
    const Field& field = schema_.fields[relation.field_b];
    const Model& referenced = schema_.models[relation.model_a];
    Fixed fixed = Find(field.span, "must specify the `fields` argument in the @relation attribute.");
    Fixed more = Find(field.span, "do not provide the `fields` argument in the @relation attribute.");
    fixed.insert(fixed.end(), more.begin(), more.end());
    if (fixed.empty() || !referenced.primary_key) return;
    std::string newline = StyleOf(referenced.fields).newline;
    std::string references, fields, lines;
    for (const schema::IndexField& item : schema_.indexes[referenced.primary_key].fields) {
      const Field& target = schema_.fields[item.field];
      std::string name = field.name + target.name;
      bool is_first = references.empty();
      references += (is_first ? "" : ", ") + target.name;
      fields += (is_first ? "" : ", ") + name;
      lines += (is_first ? "" : newline) + name + ' ' + target.type_name + '?';
    }
    std::string arguments = "fields: [" + fields + "], references: [" + references + "])";
    TextEdit attribute;
    if (field.relation_attribute) {
      std::string name = NameArgument(*field.relation_attribute);
      if (!name.empty()) name += ", ";
      attribute = Edit(field.relation_attribute->span, "@relation(" + name + arguments);
    } else {
      std::string own_newline = StyleOf(schema_.models[field.model].fields).newline;
      attribute = Edit(LastOf(field.span), " @relation(" + arguments + own_newline);
    }
    Add("Add relation attribute for relation field", std::move(fixed),
        {std::move(attribute), Edit(LastOf(field.span), '\n' + lines + newline)});
  }

  bool HasUnique(ModelId model, const std::vector<FieldId>& fields) const {
    for (IndexId id : schema_.models[model].indexes) {
      const Index& index = schema_.indexes[id];
      if (index.kind != IndexKind::kPrimaryKey && index.kind != IndexKind::kUnique) continue;
      auto same = [](const schema::IndexField& item, FieldId field) { return item.field == field; };
      if (std::equal(index.fields.begin(), index.fields.end(), fields.begin(), fields.end(), same)) return true;
    }
    return false;
  }

  std::string Names(const std::vector<FieldId>& fields) const {
    std::string names;
    for (FieldId field : fields) names += (names.empty() ? "" : ", ") + schema_.fields[field].name;
    return names;
  }

  void MakeUnique(const Relation& relation, ModelId model_id, const std::vector<FieldId>& fields,
                  std::string_view title) {
    if (relation.fields.empty() || relation.fields.size() != relation.references.size()) return;
    if (HasUnique(model_id, fields)) return;
    const Model& model = schema_.models[model_id];
    TextEdit edit;
    if (fields.size() == 1) {
      Span line = schema_.fields[fields[0]].span;
      std::string_view text = TextOf(line.file);
      while (line.end > line.start && (text[line.end - 1] == '\n' || text[line.end - 1] == '\r')) --line.end;
      edit = Edit({line.file, line.end, line.end}, " @unique");
    } else {
      edit = AddToBlock(model, StyleOf(model.fields), "unique([" + Names(fields) + "])");
    }
    Add(std::string(title), Find(schema_.fields[relation.field_b].span, ""), {std::move(edit)});
  }

  void AddIndex(const Relation& relation, const Field& field) {
    const Model& model = schema_.models[field.model];
    if (model.span.file != file_ || !field.relation_attribute) return;
    if (!FindArgument(*field.relation_attribute, "fields")) return;
    for (IndexId id : model.indexes) {
      const Index& index = schema_.indexes[id];
      if (index.kind == IndexKind::kPrimaryKey) continue;
      size_t count = std::min(index.fields.size(), relation.fields.size()), same = 0;
      while (same < count && index.fields[same].field == relation.fields[same]) ++same;
      if (same == count) return;
    }
    Fixed fixed = Find(field.relation_attribute->span, "relationMode = \"prisma\"");
    if (fixed.empty()) return;
    Add("Add an index for the relation's field(s)", std::move(fixed),
        {AddToBlock(model, StyleOf(model.fields), "index([" + Names(relation.fields) + "])")});
  }

  void ReplaceOnUpdate(const Field& field) {
    const Relation& relation = schema_.relations[field.relation];
    if (!relation.on_update || !field.relation_attribute) return;
    const ast::Argument* argument = FindArgument(*field.relation_attribute, "onUpdate");
    for (const QuickFix& fix : schema_.connector->quick_fixes()) {
      if (fix.kind != QuickFix::Kind::kReplaceOnUpdate || !argument) continue;
      Fixed fixed = Find(argument->value->span, fix.message);
      if (fixed.empty()) continue;
      Add(std::string(fix.title), std::move(fixed), {Edit(argument->value->span, std::string(fix.text))});
    }
  }

  const schema::Schema& schema_;
  FileId file_;
  const std::vector<ShownDiagnostic>& diagnostics_;
  Places places_;
  std::vector<Span> spans_;
  std::vector<CodeAction> actions_;
};

}  // namespace

std::vector<CodeAction> CodeActions(const schema::Schema& schema, FileId file,
                                    const std::vector<ShownDiagnostic>& diagnostics) {
  return Advisor(schema, file, diagnostics).Run();
}

}  // namespace prisma::editor
