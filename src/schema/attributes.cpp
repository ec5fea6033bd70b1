// Third pass: what the attributes of fields, models, enums and composite types say.
#include "schema/attributes.h"

#include "schema/expression.h"

namespace prisma::schema {
namespace {

// The name of @map or @@map.
std::optional<std::string_view> ReadMap(ArgumentReader& arguments) {
  const ast::Expression* value = arguments.Default("name");
  if (!value) return {};
  return ReadString(*value, arguments.sink());
}

// A name in the database that another field of the model or composite type has already.
template <class Owner>
bool ClashesWithField(const Analysis& analysis, const Owner& owner, FieldId field_id, std::string_view mapped) {
  auto named = owner.fields_by_name.find(mapped);
  if (named == owner.fields_by_name.end() || named->second == field_id) return false;
  const Field& other = analysis.schema.fields[named->second];
  if (other.kind == FieldKind::kRelation || analysis.unresolved.contains(named->second)) return false;
  return !other.is_mapped || other.database_name == mapped;
}

class FieldMaps {
 public:
  // For a field of a model.
  void ReadModelField(Analysis& analysis, FieldId field_id, ArgumentReader& arguments) {
    Field& field = analysis.schema.fields[field_id];
    const Model& model = analysis.schema.models[field.model];
    auto mapped = ReadMap(arguments);
    if (!mapped) return;
    field.database_name = *mapped;
    field.is_mapped = true;
    std::string_view kind = model.is_view ? "view" : "model";
    if (!seen_.insert(*mapped).second) {
      analysis.Error(field.span, errors::DuplicateField(model.name, field.name, kind));
    }
    if (ClashesWithField(analysis, model, field_id, *mapped)) {
      analysis.Error(field.span, errors::DuplicateField(model.name, field.name, kind));
    }
  }

  void ReadCompositeField(Analysis& analysis, FieldId field_id, ArgumentReader& arguments) {
    Field& field = analysis.schema.fields[field_id];
    const CompositeType& type = analysis.schema.composite_types[field.owner_composite];
    auto mapped = ReadMap(arguments);
    if (!mapped) return;
    field.database_name = *mapped;
    field.is_mapped = true;
    if (!seen_.insert(*mapped).second) {
      analysis.Error(field.span, errors::DuplicateField(type.name, *mapped, "composite type"));
    }
    auto named = type.fields_by_name.find(*mapped);
    if (named == type.fields_by_name.end() || analysis.schema.fields[named->second].is_mapped) return;
    analysis.Error(field.span, errors::DuplicateField(type.name, field.name, "composite type"));
  }

 private:
  std::unordered_set<std::string_view> seen_;
};

void ReadNativeType(Field& field, const ast::Attribute& attribute) {
  NativeType type;
  size_t dot = attribute.name.name.find('.');
  type.scope = attribute.name.name.substr(0, dot);
  type.name = attribute.name.name.substr(dot + 1);
  for (const ast::Argument& argument : attribute.arguments) {
    if (argument.value) type.arguments.push_back(ToString(*argument.value));
  }
  type.span = attribute.span;
  field.native_type = std::move(type);
}

void ReadRelationFieldAttributes(Analysis& analysis, FieldId field_id) {
  Field& field = analysis.schema.fields[field_id];
  AttributeReader reader(field.ast->attributes, analysis.sink);
  if (auto arguments = reader.Single("relation")) {
    ReadRelation(analysis, field_id, *arguments);
    arguments->Finish();
  }
  if (auto arguments = reader.Single("id")) {
    arguments->Error(
        "The field `" + field.name +
        "` is a relation field and cannot be marked with `@id`. Only scalar fields can be declared as id.");
  }
  if (auto arguments = reader.Single("ignore")) {
    field.is_ignored = true;
    arguments->Finish();
  }
  if (auto arguments = reader.Single("default")) {
    arguments->Error("Cannot set a default value on a relation field.");
  }
  if (auto arguments = reader.Single("map")) {
    arguments->Error("The attribute `@map` cannot be used on relation fields.");
    arguments->Default("name");
  }
  if (auto arguments = reader.Single("unique")) {
    std::vector<std::string_view> names;
    if (const auto& fields = analysis.Data(field_id).fields) {
      for (FieldId underlying : *fields) names.push_back(analysis.schema.fields[underlying].name);
    }
    std::string suggestion;
    if (names.size() == 1) suggestion = " Did you mean to put it on `" + std::string(names[0]) + "`?";
    if (names.size() > 1) suggestion = " Did you mean to provide `@@unique([" + JoinNames(names) + "])`?";
    arguments->Error(
        "The field `" + field.name +
        "` is a relation field and cannot be marked with `unique`. Only scalar fields can be made unique." +
        suggestion);
  }
  reader.Finish();
}

void ReadScalarFieldAttributes(Analysis& analysis, FieldId field_id, FieldMaps& maps) {
  Field& field = analysis.schema.fields[field_id];
  AttributeReader reader(field.ast->attributes, analysis.sink);
  if (auto arguments = reader.Single("map")) {
    maps.ReadModelField(analysis, field_id, *arguments);
    arguments->Finish();
  }
  if (auto arguments = reader.Single("ignore")) {
    if (field.kind == FieldKind::kUnsupported) {
      arguments->Error(
          "Fields of type `Unsupported` cannot take an `@ignore` attribute. They are already treated as ignored by the "
          "client due to their type.");
    } else {
      field.is_ignored = true;
    }
    arguments->Finish();
  }
  if (auto arguments = reader.Single("relation")) {
    arguments->Error("Invalid field type, not a relation.");
    arguments->Finish();
  }
  if (auto arguments = reader.Single("id")) {
    ReadFieldId(analysis, field.model, field_id, *arguments);
    arguments->Finish();
  }
  if (auto arguments = reader.Single("updatedAt")) {
    if (field.kind != FieldKind::kScalar || field.scalar != ScalarType::kDateTime) {
      arguments->Error("Fields that are marked with @updatedAt must be of type DateTime.");
    }
    if (field.arity == Arity::kList) arguments->Error("Fields that are marked with @updatedAt cannot be lists.");
    field.is_updated_at = true;
    arguments->Finish();
  }
  if (auto arguments = reader.Single("default")) {
    ReadModelDefault(analysis, field_id, *arguments);
    arguments->Finish();
  }
  if (field.kind == FieldKind::kScalar) {
    if (const ast::Attribute* attribute = reader.Scoped()) ReadNativeType(field, *attribute);
  }
  if (auto arguments = reader.Single("unique")) {
    ReadFieldUnique(analysis, field_id, *arguments);
    arguments->Finish();
  }
  if (auto arguments = reader.Single("shardKey")) {
    ReadFieldShardKey(analysis, field_id, *arguments);
    arguments->Finish();
  }
  reader.Finish();
}

// @@schema: the name, or nothing after a report.
std::string ReadSchemaName(ArgumentReader& arguments) {
  const ast::Expression* value = arguments.Default("map");
  if (!value) return {};
  return std::string(ReadString(*value, arguments.sink()).value_or(""));
}

void ReadModelIgnore(Analysis& analysis, Model& model) {
  for (FieldId field_id : model.fields) {
    const Field& field = analysis.schema.fields[field_id];
    if (field.kind == FieldKind::kRelation || !field.is_ignored) continue;
    analysis.Error(
        field.span,
        errors::Attribute("@ignore", "Fields on an already ignored Model do not need an `@ignore` annotation."));
  }
  model.is_ignored = true;
}

void ReadModelAttributes(Analysis& analysis, ModelId id) {
  Model& model = analysis.schema.models[id];
  FieldMaps maps;
  for (FieldId field_id : model.fields) {
    if (analysis.schema.fields[field_id].kind != FieldKind::kRelation && !analysis.unresolved.contains(field_id)) {
      ReadScalarFieldAttributes(analysis, field_id, maps);
    }
  }

  AttributeReader reader(model.ast->attributes, analysis.sink);
  if (auto arguments = reader.Single("ignore")) {
    ReadModelIgnore(analysis, model);
    arguments->Finish();
  }
  if (auto arguments = reader.Single("id")) {
    ReadModelId(analysis, id, *arguments);
    arguments->Finish();
  }
  if (auto arguments = reader.Single("map")) {
    if (auto name = ReadMap(*arguments)) {
      model.database_name = *name;
      model.is_mapped = true;
    }
    arguments->Finish();
  }
  if (auto arguments = reader.Single("schema")) {
    model.schema_name = ReadSchemaName(*arguments);
    arguments->Finish();
  }
  while (auto arguments = reader.Repeated("index")) {
    ReadModelIndex(analysis, id, *arguments);
    arguments->Finish();
  }
  while (auto arguments = reader.Repeated("unique")) {
    ReadModelUnique(analysis, id, *arguments);
    arguments->Finish();
  }
  while (auto arguments = reader.Repeated("fulltext")) {
    ReadModelFulltext(analysis, id, *arguments);
    arguments->Finish();
  }
  if (auto arguments = reader.Single("shardKey")) {
    ReadModelShardKey(analysis, id, *arguments);
    arguments->Finish();
  }
  CheckIdArity(analysis, id);
  CheckShardKeyArity(analysis, id);
  reader.Finish();
}

void ReadEnumAttributes(Analysis& analysis, EnumId id) {
  Enum& item = analysis.schema.enums[id];
  for (size_t i = 0; i < item.values.size(); ++i) {
    AttributeReader reader(item.ast->values[i].attributes, analysis.sink);
    if (auto arguments = reader.Single("map")) {
      if (auto name = ReadMap(*arguments)) {
        item.values[i].database_name = *name;
        item.values[i].is_mapped = true;
      }
      arguments->Finish();
    }
    reader.Finish();
  }
  AttributeReader reader(item.ast->attributes, analysis.sink);
  if (auto arguments = reader.Single("map")) {
    if (auto name = ReadMap(*arguments)) {
      item.database_name = *name;
      item.is_mapped = true;
    }
    arguments->Finish();
  }
  if (auto arguments = reader.Single("schema")) {
    item.schema_name = ReadSchemaName(*arguments);
    arguments->Finish();
  }
  reader.Finish();
}

void ReadCompositeTypeAttributes(Analysis& analysis, CompositeTypeId id) {
  FieldMaps maps;
  for (FieldId field_id : analysis.schema.composite_types[id].fields) {
    if (analysis.unresolved.contains(field_id)) continue;
    Field& field = analysis.schema.fields[field_id];
    AttributeReader reader(field.ast->attributes, analysis.sink);
    if (field.kind == FieldKind::kScalar) {
      if (const ast::Attribute* attribute = reader.Scoped()) ReadNativeType(field, *attribute);
    }
    if (auto arguments = reader.Single("map")) {
      maps.ReadCompositeField(analysis, field_id, *arguments);
      arguments->Finish();
    }
    if (auto arguments = reader.Single("default")) {
      ReadCompositeDefault(analysis, field_id, *arguments);
      arguments->Finish();
    }
    reader.Finish();
  }
}

}  // namespace

std::string JoinNames(const std::vector<std::string_view>& names) {
  std::string joined;
  for (std::string_view name : names) {
    if (!joined.empty()) joined += ", ";
    joined += name;
  }
  return joined;
}

void ResolveAttributes(Analysis& analysis) {
  for (FieldId field : analysis.relation_fields) ReadRelationFieldAttributes(analysis, field);
  ForEachTop(
      analysis.ast, [&](ModelId id) { ReadModelAttributes(analysis, id); },
      [&](EnumId id) { ReadEnumAttributes(analysis, id); },
      [&](CompositeTypeId id) { ReadCompositeTypeAttributes(analysis, id); });
}

}  // namespace prisma::schema
