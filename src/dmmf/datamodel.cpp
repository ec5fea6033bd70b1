#include "dmmf/datamodel.h"

#include <algorithm>
#include <cstdlib>

namespace prisma::dmmf {
namespace {

using schema::Arity;
using schema::DefaultValue;
using schema::Field;
using schema::FieldId;
using schema::FieldKind;
using schema::Index;
using schema::IndexField;
using schema::IndexId;
using schema::IndexKind;
using schema::Model;
using schema::Relation;
using schema::ScalarType;
using schema::Schema;

// Decimals and floats are shown as Prisma's own decimal type converts itself: all digits as one number, times a power
// of ten. That is a bit less exact than reading the text as a float, and visible: 0.3 is 0.30000000000000004.
double DecimalToDouble(std::string_view text) {
  std::string digits;
  int64_t scale = 0;
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
    if (text[i] == '-') digits += '-';
    ++i;
  }
  bool after_point = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      after_point = true;
      continue;
    }
    digits += text[i];
    if (after_point) ++scale;
  }
  if (i < text.size()) scale -= std::atoll(std::string(text.substr(i + 1)).c_str());
  double value = std::strtod(digits.c_str(), nullptr);
  if (scale == 0) return value;
  double power = 1, base = 10;
  for (uint64_t rest = static_cast<uint64_t>(std::llabs(scale)); rest != 0; rest /= 2) {
    if (rest & 1) power *= base;
    base *= base;
  }
  return value * (scale > 0 ? 1 / power : power);
}

// RFC 3339 as chrono prints it: the offset in numbers, fractions in groups of three digits.
std::string DateTimeText(std::string_view text) {
  std::string out(text);
  size_t separator = out.find_first_of("tT ");
  if (separator == std::string::npos) return out;
  out[separator] = 'T';
  size_t end = out.find_first_of("zZ+-", separator);
  std::string offset = "+00:00";
  if (end != std::string::npos) {
    if (out[end] == '+' || out[end] == '-') offset = out.substr(end);
    out.resize(end);
  }
  size_t point = out.find('.', separator);
  if (point != std::string::npos) {
    std::string fraction = out.substr(point + 1);
    if (fraction.size() > 9) fraction.resize(9);
    while (fraction.size() % 3 != 0) fraction += '0';
    while (fraction.size() >= 3 && fraction.compare(fraction.size() - 3, 3, "000") == 0) {
      fraction.resize(fraction.size() - 3);
    }
    out.resize(point);
    if (!fraction.empty()) out += '.' + fraction;
  }
  return out + offset;
}

void WriteLiteral(const Field& field, const std::string& text, json::Writer& writer) {
  if (field.kind != FieldKind::kScalar) {
    writer.String(text);
    return;
  }
  switch (field.scalar) {
    case ScalarType::kInt:
      writer.Int(std::atoll(text.c_str()));
      break;
    case ScalarType::kFloat:
    case ScalarType::kDecimal:
      writer.Float(DecimalToDouble(text));
      break;
    case ScalarType::kBoolean:
      writer.Bool(text == "true");
      break;
    case ScalarType::kDateTime:
      writer.String(DateTimeText(text));
      break;
    case ScalarType::kBigInt:
      writer.String(std::to_string(std::atoll(text.c_str())));
      break;
    default:
      writer.String(text);
  }
}

void BeginFunction(json::Writer& writer, std::string_view name) {
  writer.BeginObject();
  writer.Member("name", name);
  writer.Key("args");
  writer.BeginArray();
}

void EndFunction(json::Writer& writer) {
  writer.EndArray();
  writer.EndObject();
}

void WriteFunction(json::Writer& writer, std::string_view name, std::optional<int64_t> argument) {
  BeginFunction(writer, name);
  if (argument) writer.Int(*argument);
  EndFunction(writer);
}

void WriteDefault(const Field& field, const DefaultValue& value, json::Writer& writer) {
  switch (value.kind) {
    case DefaultValue::Kind::kLiteral:
    case DefaultValue::Kind::kEnumValue:
      WriteLiteral(field, value.text, writer);
      break;
    case DefaultValue::Kind::kList:
      writer.BeginArray();
      for (const std::string& item : value.items) WriteLiteral(field, item, writer);
      writer.EndArray();
      break;
    case DefaultValue::Kind::kNow:
      WriteFunction(writer, "now", {});
      break;
    case DefaultValue::Kind::kAutoincrement:
      WriteFunction(writer, "autoincrement", {});
      break;
    case DefaultValue::Kind::kUuid:
      WriteFunction(writer, "uuid", value.argument.value_or(4));
      break;
    case DefaultValue::Kind::kCuid:
      WriteFunction(writer, "cuid", value.argument.value_or(1));
      break;
    case DefaultValue::Kind::kUlid:
      WriteFunction(writer, "ulid", {});
      break;
    case DefaultValue::Kind::kNanoid:
      WriteFunction(writer, "nanoid", value.argument);
      break;
    case DefaultValue::Kind::kAuto:
      WriteFunction(writer, "auto", {});
      break;
    case DefaultValue::Kind::kSequence:
      WriteFunction(writer, "sequence", {});
      break;
    case DefaultValue::Kind::kDbGenerated:
      BeginFunction(writer, "dbgenerated");
      if (value.has_argument_list_item) writer.String(value.text);
      EndFunction(writer);
      break;
  }
}

void WriteNativeType(const Field& field, json::Writer& writer) {
  writer.Key("nativeType");
  if (!field.native_type) {
    writer.Null();
    return;
  }
  writer.BeginArray();
  writer.String(field.native_type->name);
  writer.BeginArray();
  for (const std::string& argument : field.native_type->arguments) writer.String(argument);
  writer.EndArray();
  writer.EndArray();
}

void WriteNames(const Schema& schema, const std::vector<FieldId>& fields, json::Writer& writer) {
  writer.BeginArray();
  for (FieldId field : fields) writer.String(schema.fields[field].name);
  writer.EndArray();
}

void WriteRelation(const Schema& schema, FieldId field_id, json::Writer& writer) {
  const Field& field = schema.fields[field_id];
  const Relation& relation = schema.relations[field.relation];
  writer.Member("relationName", relation.name);
  bool has_key = schema.HasForeignKey(field_id);
  if (relation.is_embedded) {
    // Both sides hold ids.
    const auto& side = field.is_relation_side_b ? relation.embedded_b : relation.embedded_a;
    writer.Key("relationFromFields");
    WriteNames(schema, side.fields, writer);
    writer.Key("relationToFields");
    WriteNames(schema, side.references, writer);
    return;
  }
  static const std::vector<FieldId> kNone;
  writer.Key("relationFromFields");
  WriteNames(schema, has_key ? relation.fields : kNone, writer);
  writer.Key("relationToFields");
  WriteNames(schema, has_key ? relation.references : kNone, writer);
  if (!has_key) return;
  if (relation.on_delete) writer.Member("relationOnDelete", ReferentialActionName(*relation.on_delete));
  if (relation.on_update) writer.Member("relationOnUpdate", ReferentialActionName(*relation.on_update));
}

std::string_view KindName(FieldKind kind) {
  switch (kind) {
    case FieldKind::kEnum:
      return "enum";
    case FieldKind::kRelation:
    case FieldKind::kComposite:
      return "object";
    case FieldKind::kUnsupported:
      return "unsupported";
    default:
      return "scalar";
  }
}

size_t Position(const std::vector<FieldId>& fields, FieldId field) {
  return static_cast<size_t>(std::find(fields.begin(), fields.end(), field) - fields.begin());
}

// @unique, or @@unique with this field alone. For fields inside of composite types Prisma compares places: that of the
// field in its type with that of this field in its model.
bool IsUnique(const Schema& schema, FieldId field_id) {
  const Field& field = schema.fields[field_id];
  if (!field.model) return false;
  const Model& model = schema.models[field.model];
  for (IndexId id : model.indexes) {
    const Index& index = schema.indexes[id];
    if (index.kind != IndexKind::kUnique || index.fields.size() != 1) continue;
    const IndexField& item = index.fields[0];
    if (item.field == field_id) return true;
    if (item.composite_path.empty()) continue;
    const auto& type = schema.composite_types[schema.fields[item.field].owner_composite];
    if (Position(type.fields, item.field) == Position(model.fields, field_id)) return true;
  }
  return false;
}

bool IsSingleId(const Schema& schema, FieldId field_id) {
  const Field& field = schema.fields[field_id];
  if (!field.model || !schema.models[field.model].primary_key) return false;
  const Index& key = schema.indexes[schema.models[field.model].primary_key];
  return key.fields.size() == 1 && key.fields[0].field == field_id;
}

void WriteField(const Schema& schema, FieldId field_id, json::Writer& writer) {
  const Field& field = schema.fields[field_id];
  bool in_model = field.model.valid();
  writer.BeginObject();
  writer.Member("name", field.name);
  if (field.is_mapped) writer.Member("dbName", field.database_name);
  writer.Member("kind", KindName(field.kind));
  writer.Member("isList", field.arity == Arity::kList);
  writer.Member("isRequired", field.arity != Arity::kOptional);
  bool is_id = IsSingleId(schema, field_id);
  writer.Member("isUnique", !is_id && IsUnique(schema, field_id));
  writer.Member("isId", is_id);
  writer.Member("isReadOnly", field.is_foreign_key);
  writer.Member("hasDefaultValue", field.default_value.has_value());
  writer.Member("type", field.type_name);
  WriteNativeType(field, writer);
  if (field.default_value) {
    writer.Key("default");
    WriteDefault(field, *field.default_value, writer);
  }
  if (field.kind == FieldKind::kRelation) WriteRelation(schema, field_id, writer);
  if (in_model) {
    writer.Member("isGenerated", false);
    writer.Member("isUpdatedAt", field.is_updated_at);
  }
  if (field.has_documentation) writer.Member("documentation", field.documentation);
  writer.EndObject();
}

void WriteFields(const Schema& schema, const std::vector<FieldId>& fields, json::Writer& writer) {
  writer.Key("fields");
  writer.BeginArray();
  for (FieldId id : fields) {
    const Field& field = schema.fields[id];
    bool related_is_ignored = field.kind == FieldKind::kRelation && schema.models[field.related_model].is_ignored;
    if (field.is_ignored || field.kind == FieldKind::kUnsupported || related_is_ignored) continue;
    WriteField(schema, id, writer);
  }
  writer.EndArray();
}

void WriteDatabaseName(bool is_mapped, const std::string& name, json::Writer& writer) {
  writer.Key("dbName");
  if (is_mapped) {
    writer.String(name);
  } else {
    writer.Null();
  }
}

// `a` or `address.street`.
std::string FieldPath(const Schema& schema, const IndexField& field) {
  std::string path;
  for (FieldId step : field.composite_path) path += schema.fields[step].name + ".";
  return path + schema.fields[field.field].name;
}

void WritePaths(const Schema& schema, const Index& index, json::Writer& writer) {
  writer.BeginArray();
  for (const IndexField& field : index.fields) {
    writer.String(schema.fields[field.field].name);
  }
  writer.EndArray();
}

void WriteName(const Index& index, json::Writer& writer) {
  writer.Key("name");
  if (index.has_name) {
    writer.String(index.name);
  } else {
    writer.Null();
  }
}

void WriteModel(const Schema& schema, const Model& model, json::Writer& writer) {
  writer.BeginObject();
  writer.Member("name", model.name);
  WriteDatabaseName(model.is_mapped, model.database_name, writer);
  writer.Key("schema");
  if (model.schema_name.empty()) {
    writer.Null();
  } else {
    writer.String(model.schema_name);
  }
  WriteFields(schema, model.fields, writer);
  writer.Key("primaryKey");
  if (model.primary_key && !schema.indexes[model.primary_key].is_on_field) {
    const Index& key = schema.indexes[model.primary_key];
    writer.BeginObject();
    WriteName(key, writer);
    writer.Key("fields");
    WritePaths(schema, key, writer);
    writer.EndObject();
  } else {
    writer.Null();
  }
  std::vector<const Index*> uniques;
  for (IndexId id : model.indexes) {
    const Index& index = schema.indexes[id];
    if (index.kind == IndexKind::kUnique && !index.is_on_field) uniques.push_back(&index);
  }
  writer.Key("uniqueFields");
  writer.BeginArray();
  for (const Index* index : uniques) WritePaths(schema, *index, writer);
  writer.EndArray();
  writer.Key("uniqueIndexes");
  writer.BeginArray();
  for (const Index* index : uniques) {
    writer.BeginObject();
    WriteName(*index, writer);
    writer.Key("fields");
    WritePaths(schema, *index, writer);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Member("isGenerated", false);
  if (model.has_documentation) writer.Member("documentation", model.documentation);
  writer.EndObject();
  writer.MayDrain();
}

void WriteCompositeType(const Schema& schema, const schema::CompositeType& type, json::Writer& writer) {
  writer.BeginObject();
  writer.Member("name", type.name);
  writer.Key("dbName");
  writer.Null();
  writer.Key("schema");
  writer.Null();
  WriteFields(schema, type.fields, writer);
  writer.Key("primaryKey");
  writer.Null();
  writer.Key("uniqueFields");
  writer.BeginArray();
  writer.EndArray();
  writer.Key("uniqueIndexes");
  writer.BeginArray();
  writer.EndArray();
  if (type.has_documentation) writer.Member("documentation", type.documentation);
  writer.EndObject();
}

void WriteEnum(const schema::Enum& item, json::Writer& writer) {
  writer.BeginObject();
  writer.Member("name", item.name);
  writer.Key("values");
  writer.BeginArray();
  for (const schema::EnumValue& value : item.values) {
    writer.BeginObject();
    writer.Member("name", value.name);
    WriteDatabaseName(value.is_mapped, value.database_name, writer);
    if (value.has_documentation) writer.Member("documentation", value.documentation);
    writer.EndObject();
  }
  writer.EndArray();
  WriteDatabaseName(item.is_mapped, item.database_name, writer);
  if (item.has_documentation) writer.Member("documentation", item.documentation);
  writer.EndObject();
}

std::string_view IndexKindName(IndexKind kind) {
  static constexpr std::string_view kNames[] = {"id", "unique", "normal", "fulltext"};
  return kNames[static_cast<size_t>(kind)];
}

void WriteIndex(const Schema& schema, const Model& model, const Index& index, json::Writer& writer) {
  writer.BeginObject();
  writer.Member("model", model.name);
  writer.Member("type", IndexKindName(index.kind));
  writer.Member("isDefinedOnField", index.is_on_field);
  if (index.has_name) writer.Member("name", index.name);
  if (index.has_mapped_name) writer.Member("dbName", index.mapped_name);
  if (!index.algorithm.empty()) writer.Member("algorithm", index.algorithm);
  if (index.clustered) writer.Member("clustered", *index.clustered);
  writer.Key("fields");
  writer.BeginArray();
  for (const IndexField& field : index.fields) {
    writer.BeginObject();
    writer.Member("name", FieldPath(schema, field));
    if (field.sort) writer.Member("sortOrder", *field.sort == schema::SortOrder::kDescending ? "desc" : "asc");
    if (field.length) writer.Member("length", static_cast<int64_t>(*field.length));
    if (!field.operator_class.empty() || field.is_raw_operator_class) {
      writer.Member("operatorClass", field.operator_class);
    }
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

void WriteIndexes(const Schema& schema, const Model& model, json::Writer& writer) {
  if (model.primary_key) WriteIndex(schema, model, schema.indexes[model.primary_key], writer);
  for (IndexId id : model.indexes) {
    if (id != model.primary_key) WriteIndex(schema, model, schema.indexes[id], writer);
  }
}

}  // namespace

void WriteDatamodel(const Schema& schema, json::Writer& writer) {
  writer.BeginObject();
  writer.Key("enums");
  writer.BeginArray();
  for (const schema::Enum& item : schema.enums) WriteEnum(item, writer);
  writer.EndArray();
  writer.Key("models");
  writer.BeginArray();
  for (const Model& model : schema.models) {
    if (!model.is_ignored && !model.is_view) WriteModel(schema, model, writer);
  }
  for (const Model& model : schema.models) {
    if (!model.is_ignored && model.is_view) WriteModel(schema, model, writer);
  }
  writer.EndArray();
  writer.Key("types");
  writer.BeginArray();
  for (const schema::CompositeType& type : schema.composite_types) WriteCompositeType(schema, type, writer);
  writer.EndArray();
  writer.Key("indexes");
  writer.BeginArray();
  for (const Model& model : schema.models) {
    if (!model.is_ignored && !model.is_view) WriteIndexes(schema, model, writer);
  }
  for (const Model& model : schema.models) {
    if (!model.is_ignored && model.is_view) WriteIndexes(schema, model, writer);
  }
  writer.EndArray();
  writer.EndObject();
}

}  // namespace prisma::dmmf
