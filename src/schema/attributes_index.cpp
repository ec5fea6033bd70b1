// @id, @@id, @unique, @@unique, @@index, @@fulltext.
#include <algorithm>

#include "schema/attributes.h"
#include "schema/expression.h"

namespace prisma::schema {
namespace {

struct FieldProblems {
  std::vector<std::string> unknown;
  std::vector<FieldId> relations;
};

// An item of `fields:`, before its name is resolved.
struct WrittenIndexField {
  std::string_view name;
  IndexField field;
};

constexpr std::string_view kOperatorClasses[] = {"InetOps",
                                                 "JsonbOps",
                                                 "JsonbPathOps",
                                                 "ArrayOps",
                                                 "TextOps",
                                                 "BitMinMaxOps",
                                                 "VarBitMinMaxOps",
                                                 "BpcharBloomOps",
                                                 "BpcharMinMaxOps",
                                                 "ByteaBloomOps",
                                                 "ByteaMinMaxOps",
                                                 "DateBloomOps",
                                                 "DateMinMaxOps",
                                                 "DateMinMaxMultiOps",
                                                 "Float4BloomOps",
                                                 "Float4MinMaxOps",
                                                 "Float4MinMaxMultiOps",
                                                 "Float8BloomOps",
                                                 "Float8MinMaxOps",
                                                 "Float8MinMaxMultiOps",
                                                 "InetInclusionOps",
                                                 "InetBloomOps",
                                                 "InetMinMaxOps",
                                                 "InetMinMaxMultiOps",
                                                 "Int2BloomOps",
                                                 "Int2MinMaxOps",
                                                 "Int2MinMaxMultiOps",
                                                 "Int4BloomOps",
                                                 "Int4MinMaxOps",
                                                 "Int4MinMaxMultiOps",
                                                 "Int8BloomOps",
                                                 "Int8MinMaxOps",
                                                 "Int8MinMaxMultiOps",
                                                 "NumericBloomOps",
                                                 "NumericMinMaxOps",
                                                 "NumericMinMaxMultiOps",
                                                 "OidBloomOps",
                                                 "OidMinMaxOps",
                                                 "OidMinMaxMultiOps",
                                                 "TextBloomOps",
                                                 "TextMinMaxOps",
                                                 "TimestampBloomOps",
                                                 "TimestampMinMaxOps",
                                                 "TimestampMinMaxMultiOps",
                                                 "TimestampTzBloomOps",
                                                 "TimestampTzMinMaxOps",
                                                 "TimestampTzMinMaxMultiOps",
                                                 "TimeBloomOps",
                                                 "TimeMinMaxOps",
                                                 "TimeMinMaxMultiOps",
                                                 "TimeTzBloomOps",
                                                 "TimeTzMinMaxOps",
                                                 "TimeTzMinMaxMultiOps",
                                                 "UuidBloomOps",
                                                 "UuidMinMaxOps",
                                                 "UuidMinMaxMultiOps"};

void ReadOperatorClass(const ast::Argument& argument, IndexField& field, DiagnosticSink& sink) {
  const ast::Expression& value = *argument.value;
  if (const auto* constant = value.As<ast::ConstantValue>()) {
    if (std::find(std::begin(kOperatorClasses), std::end(kOperatorClasses), constant->text) ==
        std::end(kOperatorClasses)) {
      sink.Error(value.span, errors::ExpectedOneOf("Invalid operator class: " + std::string(constant->text)));
      return;
    }
    field.operator_class = constant->text;
  } else if (const auto* call = value.As<ast::FunctionCall>(); call && call->name == "raw") {
    if (call->arguments.size() != 1) {
      sink.Error(value.span, errors::ExpectedOneOf("Wrong number of arguments. Expected: 1, got: " +
                                                   std::to_string(call->arguments.size())));
      return;
    }
    const ast::Expression* inner = call->arguments[0].value.get();
    const auto* text = inner ? inner->As<ast::StringValue>() : nullptr;
    if (!text) {
      sink.Error(value.span, errors::ExpectedOneOf("Invalid parameter type: expected string"));
      return;
    }
    field.operator_class = text->value;
    field.is_raw_operator_class = true;
  } else {
    sink.Error(argument.span, errors::ExpectedOneOf("operator class"));
  }
}

void ReadFieldArguments(const ast::FunctionCall& call, IndexField& field, DiagnosticSink& sink) {
  auto find = [&](std::string_view name) -> const ast::Argument* {
    for (const ast::Argument& argument : call.arguments) {
      if (argument.value && argument.name && argument.name->name == name) return &argument;
    }
    return nullptr;
  };
  if (const ast::Argument* sort = find("sort")) {
    if (auto order = ReadConstant(*sort->value, sink)) {
      if (*order == "Asc") {
        field.sort = SortOrder::kAscending;
      } else if (*order == "Desc") {
        field.sort = SortOrder::kDescending;
      } else {
        sink.Error(sort->span, errors::ExpectedOneOf("Asc, Desc"));
      }
    }
  }
  if (const ast::Argument* length = find("length")) {
    auto value = ReadInteger(*length->value, sink);
    if (value && *value >= 0) field.length = static_cast<uint32_t>(*value);
  }
  if (const ast::Argument* ops = find("ops")) ReadOperatorClass(*ops, field, sink);
}

// Finds the fields of `a.b.c`; false after noting what is wrong.
bool ResolvePath(const Analysis& analysis, ModelId model_id, bool allow_composites, WrittenIndexField& written,
                 FieldProblems& problems) {
  const Schema& schema = analysis.schema;
  std::string_view rest = written.name;
  size_t dot = rest.find('.');
  if (dot != std::string_view::npos && !allow_composites) {
    problems.unknown.emplace_back(written.name);
    return false;
  }
  FieldId field_id = schema.FindField(model_id, rest.substr(0, dot));
  if (!field_id) {
    problems.unknown.emplace_back(rest.substr(0, dot));
    return false;
  }
  if (schema.fields[field_id].kind == FieldKind::kRelation || analysis.unresolved.contains(field_id)) {
    problems.relations.push_back(field_id);
    return false;
  }
  while (dot != std::string_view::npos) {
    rest.remove_prefix(dot + 1);
    const Field& field = schema.fields[field_id];
    if (field.kind != FieldKind::kComposite) {
      problems.unknown.emplace_back(written.name);
      return false;
    }
    const CompositeType& type = schema.composite_types[field.composite_id];
    dot = rest.find('.');
    auto next = type.fields_by_name.find(rest.substr(0, dot));
    if (next == type.fields_by_name.end()) {
      problems.unknown.push_back(std::string(rest.substr(0, dot)) + " in type " + type.name);
      return false;
    }
    written.field.composite_path.push_back(field_id);
    field_id = next->second;
  }
  written.field.field = field_id;
  return true;
}

// The fields of an index. Nothing if there were faults: those of resolution are in `problems`, others are reported.
std::optional<std::vector<IndexField>> ReadIndexFields(Analysis& analysis, ModelId model_id,
                                                       const ast::Expression& value, Span attribute_span,
                                                       bool allow_composites, FieldProblems& problems) {
  std::vector<WrittenIndexField> written;
  bool readable = ForEachItem(value, [&](const ast::Expression& item) {
    if (const auto* constant = item.As<ast::ConstantValue>()) {
      written.push_back({constant->text, {}});
      return true;
    }
    if (const auto* call = item.As<ast::FunctionCall>()) {
      written.push_back({call->name, {}});
      ReadFieldArguments(*call, written.back().field, analysis.sink);
      return true;
    }
    ReportTypeMismatch("constant literal", item, analysis.sink);
    return false;
  });
  if (!readable) return {};

  std::vector<IndexField> fields;
  for (WrittenIndexField& item : written) {
    if (!ResolvePath(analysis, model_id, allow_composites, item, problems)) continue;
    for (const IndexField& other : fields) {
      if (other.field != item.field.field || other.composite_path != item.field.composite_path) continue;
      std::string name(item.name);
      if (!item.field.composite_path.empty()) {
        const Field& field = analysis.schema.fields[item.field.field];
        name = field.name + " in type " + analysis.schema.composite_types[field.owner_composite].name;
      }
      analysis.Error(attribute_span,
                     errors::Model("model", analysis.schema.models[model_id].name,
                                   "The unique index definition refers to the field " + name + " multiple times."));
      return {};
    }
    fields.push_back(item.field);
  }
  if (!problems.unknown.empty() || !problems.relations.empty()) return {};
  return fields;
}

std::string JoinStrings(const std::vector<std::string>& items) {
  std::string joined;
  for (const std::string& item : items) {
    if (!joined.empty()) joined += ", ";
    joined += item;
  }
  return joined;
}

std::vector<std::string> FieldNames(const Analysis& analysis, const std::vector<FieldId>& fields) {
  std::vector<std::string> names;
  for (FieldId field : fields) names.push_back(analysis.schema.fields[field].name);
  return names;
}

// "field `a`", "fields `a`, `b`".
std::string WithLeadingWord(const std::vector<std::string>& names) {
  std::string text = names.size() == 1 ? "field " : "fields ";
  for (size_t i = 0; i < names.size(); ++i) text += (i ? ", `" : "`") + names[i] + "`";
  return text;
}

void ReadCommonFields(Analysis& analysis, ModelId model_id, Index& index, ArgumentReader& arguments) {
  const ast::Expression* value = arguments.Default("fields");
  if (!value) return;
  Span span = arguments.attribute().span;
  FieldProblems problems;
  auto fields = ReadIndexFields(analysis, model_id, *value, span, true, problems);
  if (fields) index.fields = std::move(*fields);
  const std::string& model = analysis.schema.models[model_id].name;
  bool unique = index.kind == IndexKind::kUnique;
  if (!problems.unknown.empty()) {
    analysis.Error(span, errors::Model("model", model,
                                       std::string("The ") + (unique ? "unique " : "") +
                                           "index definition refers to the unknown fields: " +
                                           JoinStrings(problems.unknown) + "."));
  }
  if (!problems.relations.empty()) {
    std::vector<std::string> suggested;
    for (FieldId relation : problems.relations) {
      const auto& underlying = analysis.Data(relation).fields;
      if (!underlying) continue;
      for (FieldId field : *underlying) suggested.push_back(analysis.schema.fields[field].name);
    }
    std::string suggestion;
    if (!suggested.empty()) {
      suggestion =
          std::string(" Did you mean `@@") + (unique ? "unique" : "index") + "([" + JoinStrings(suggested) + "])`?";
    }
    analysis.Error(span, errors::Model("model", model,
                                       std::string("The ") + (unique ? "unique " : "") +
                                           "index definition refers to the relation fields " +
                                           JoinStrings(FieldNames(analysis, problems.relations)) +
                                           ". Index definitions must reference only scalar fields." + suggestion));
  }
}

void CheckClientName(Analysis& analysis, ModelId model, std::string_view name, std::string_view attribute, Span span) {
  for (char c : name) {
    bool valid = c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (valid) continue;
    analysis.Error(span, errors::Model("model", analysis.schema.models[model].name,
                                       "The `name` property within the `" + std::string(attribute) +
                                           "` attribute only allows for the following characters: `_a-zA-Z0-9`."));
    return;
  }
}

void ReadMappedName(Index& index, ArgumentReader& arguments) {
  if (auto name = arguments.OptionalName("map")) {
    index.mapped_name = *name;
    index.has_mapped_name = true;
  }
}

void ReadClustered(Index& index, ArgumentReader& arguments) {
  if (const ast::Expression* value = arguments.Optional("clustered")) {
    index.clustered = ReadBoolean(*value, arguments.sink());
  }
}

// `length:` and `sort:` of @id and @unique.
void ReadLengthAndSort(IndexField& field, ArgumentReader& arguments) {
  if (const ast::Expression* value = arguments.Optional("length")) {
    if (auto length = ReadInteger(*value, arguments.sink())) field.length = static_cast<uint32_t>(*length);
  }
  if (const ast::Expression* value = arguments.Optional("sort")) {
    auto sort = ReadConstant(*value, arguments.sink());
    if (!sort) return;
    if (*sort == "Asc") {
      field.sort = SortOrder::kAscending;
    } else if (*sort == "Desc") {
      field.sort = SortOrder::kDescending;
    } else {
      arguments.Error("The `sort` argument can only be `Asc` or `Desc` you provided: " + std::string(*sort) + ".");
    }
  }
}

Index NewIndex(IndexKind kind, ModelId model, const ArgumentReader& arguments) {
  Index index;
  index.kind = kind;
  index.model = model;
  index.span = arguments.attribute().span;
  index.ast = &arguments.attribute();
  return index;
}

IndexId AddIndex(Analysis& analysis, Index index) {
  ModelId model = index.model;
  IndexId id = analysis.schema.indexes.push_back(std::move(index));
  analysis.schema.models[model].indexes.push_back(id);
  return id;
}

}  // namespace

void ReadFieldId(Analysis& analysis, ModelId model_id, FieldId field, ArgumentReader& arguments) {
  Model& model = analysis.schema.models[model_id];
  if (model.primary_key) {
    analysis.Error(model.span,
                   errors::Model("model", model.name,
                                 "At most one field must be marked as the id field with the `@id` attribute."));
    // The arguments stay unread: nothing more is known about them.
    return;
  }
  Index index = NewIndex(IndexKind::kPrimaryKey, model_id, arguments);
  index.is_on_field = true;
  index.fields.push_back({});
  index.fields[0].field = field;
  ReadMappedName(index, arguments);
  ReadLengthAndSort(index.fields[0], arguments);
  ReadClustered(index, arguments);
  model.primary_key = AddIndex(analysis, std::move(index));
  analysis.schema.fields[field].is_id = true;
  analysis.schema.fields[field].is_in_id = true;
}

void ReadModelId(Analysis& analysis, ModelId model_id, ArgumentReader& arguments) {
  const ast::Expression* value = arguments.Default("fields");
  if (!value) return;
  Model& model = analysis.schema.models[model_id];
  Span span = arguments.attribute().span;
  FieldProblems problems;
  auto fields = ReadIndexFields(analysis, model_id, *value, span, false, problems);
  if (!problems.unknown.empty()) {
    analysis.Error(value->span, errors::Model("model", model.name,
                                              "The multi field id declaration refers to the unknown " +
                                                  WithLeadingWord(problems.unknown) + "."));
  }
  if (!problems.relations.empty()) {
    analysis.Error(span, errors::Model("model", model.name,
                                       "The id definition refers to the relation " +
                                           WithLeadingWord(FieldNames(analysis, problems.relations)) +
                                           ". ID definitions must reference only scalar fields."));
  }
  if (!fields) return;

  std::vector<std::string> optional;
  for (const IndexField& field : *fields) {
    if (analysis.schema.fields[field.field].arity != Arity::kRequired) {
      optional.push_back(analysis.schema.fields[field.field].name);
    }
  }
  if (!optional.empty() && !model.is_ignored) {
    analysis.Error(span, errors::Model("model", model.name,
                                       "The id definition refers to the optional " + WithLeadingWord(optional) +
                                           ". ID definitions must reference only required fields."));
  }
  if (model.primary_key) {
    analysis.Error(model.span, errors::Model("model", model.name,
                                             "Each model must have at most one id criteria. You can't have `@id` and "
                                             "`@@id` at the same time."));
  }
  Index index = NewIndex(IndexKind::kPrimaryKey, model_id, arguments);
  index.fields = std::move(*fields);
  ReadMappedName(index, arguments);
  if (auto name = arguments.OptionalName("name")) {
    index.name = *name;
    index.has_name = true;
    CheckClientName(analysis, model_id, *name, "@@id", span);
  }
  ReadClustered(index, arguments);
  for (const IndexField& field : index.fields) analysis.schema.fields[field.field].is_in_id = true;
  model.primary_key = AddIndex(analysis, std::move(index));
}

void CheckIdArity(Analysis& analysis, ModelId model_id) {
  const Model& model = analysis.schema.models[model_id];
  if (model.is_ignored || !model.primary_key) return;
  const Index& index = analysis.schema.indexes[model.primary_key];
  if (!index.is_on_field) return;
  if (analysis.schema.fields[index.fields[0].field].arity == Arity::kRequired) return;
  analysis.Error(index.span, errors::Attribute("@id", "Fields that are marked as id must be required."));
}

void ReadFieldUnique(Analysis& analysis, FieldId field_id, ArgumentReader& arguments) {
  Field& field = analysis.schema.fields[field_id];
  Index index = NewIndex(IndexKind::kUnique, field.model, arguments);
  index.is_on_field = true;
  index.fields.push_back({});
  index.fields[0].field = field_id;
  ReadMappedName(index, arguments);
  ReadLengthAndSort(index.fields[0], arguments);
  ReadClustered(index, arguments);
  field.is_unique = true;
  AddIndex(analysis, std::move(index));
}

void ReadModelIndex(Analysis& analysis, ModelId model, ArgumentReader& arguments) {
  Index index = NewIndex(IndexKind::kNormal, model, arguments);
  ReadCommonFields(analysis, model, index, arguments);
  auto name = arguments.OptionalName("name");
  ReadMappedName(index, arguments);
  if (name && index.has_mapped_name) {
    arguments.Error(
        "The `@@index` attribute accepts the `name` argument as an alias for the `map` argument for legacy reasons. It "
        "does not accept both though. Please use the `map` argument to specify the database name of the index.");
    index.mapped_name.clear();
    index.has_mapped_name = false;
  } else if (name) {
    // Old schemas give the database's name so.
    index.mapped_name = *name;
    index.has_mapped_name = true;
  }
  if (const ast::Expression* value = arguments.Optional("type")) {
    static constexpr std::string_view kAlgorithms[] = {"BTree", "Hash", "Gist", "Gin", "SpGist", "Brin"};
    if (auto algorithm = ReadConstant(*value, analysis.sink)) {
      if (std::find(std::begin(kAlgorithms), std::end(kAlgorithms), *algorithm) != std::end(kAlgorithms)) {
        index.algorithm = *algorithm;
      } else {
        arguments.Error("Unknown index type: " + std::string(*algorithm) + ".");
      }
    }
  }
  ReadClustered(index, arguments);
  AddIndex(analysis, std::move(index));
}

void ReadModelUnique(Analysis& analysis, ModelId model, ArgumentReader& arguments) {
  Index index = NewIndex(IndexKind::kUnique, model, arguments);
  ReadCommonFields(analysis, model, index, arguments);
  auto name = arguments.OptionalName("name");
  ReadMappedName(index, arguments);
  if (name) {
    index.name = *name;
    index.has_name = true;
    CheckClientName(analysis, model, *name, "@@unique", arguments.attribute().span);
  }
  ReadClustered(index, arguments);
  AddIndex(analysis, std::move(index));
}

void ReadModelFulltext(Analysis& analysis, ModelId model, ArgumentReader& arguments) {
  Index index = NewIndex(IndexKind::kFulltext, model, arguments);
  ReadCommonFields(analysis, model, index, arguments);
  ReadMappedName(index, arguments);
  AddIndex(analysis, std::move(index));
}

}  // namespace prisma::schema
