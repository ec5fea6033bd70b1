#include "schema/dump.h"

namespace prisma::schema {
namespace {

std::string_view ArityMark(Arity arity) { return arity == Arity::kList ? "[]" : arity == Arity::kOptional ? "?" : ""; }

std::string DefaultText(const DefaultValue& value) {
  static constexpr std::string_view kNames[] = {"literal",       "list",        "enum", "now",
                                                "autoincrement", "uuid",        "cuid", "ulid",
                                                "nanoid",        "dbgenerated", "auto", "sequence"};
  std::string text(kNames[static_cast<size_t>(value.kind)]);
  if (!value.text.empty()) text += " `" + value.text + "`";
  for (const std::string& item : value.items) text += " `" + item + "`";
  if (value.argument) text += " " + std::to_string(*value.argument);
  for (const auto& [name, argument] : value.function_arguments) text += " " + name + "=" + argument;
  return text;
}

void DumpField(const Schema& schema, const Field& field, std::string& out) {
  out += "  " + field.name;
  if (field.database_name != field.name) out += " -> " + field.database_name;
  out += ": " + field.type_name + std::string(ArityMark(field.arity));
  if (field.native_type) {
    out += " " + field.native_type->name;
    for (const std::string& argument : field.native_type->arguments) out += " " + argument;
  }
  if (field.default_value) out += ", default " + DefaultText(*field.default_value);
  if (field.is_id) out += ", id";
  if (field.is_unique) out += ", unique";
  if (field.is_updated_at) out += ", updated at";
  if (field.is_foreign_key) out += ", foreign key";
  if (field.is_ignored) out += ", ignored";
  if (field.kind == FieldKind::kRelation && field.relation) {
    out += ", relation " + schema.relations[field.relation].name;
    out += field.is_relation_side_b ? " side b" : " side a";
  }
  out += '\n';
}

void DumpIndex(const Schema& schema, const Index& index, std::string& out) {
  static constexpr std::string_view kNames[] = {"id", "unique", "index", "fulltext"};
  out += "  " + std::string(kNames[static_cast<size_t>(index.kind)]);
  if (!index.constraint_name.empty()) out += " " + index.constraint_name;
  if (index.has_name) out += " as " + index.name;
  out += " (";
  for (size_t i = 0; i < index.fields.size(); ++i) {
    const IndexField& item = index.fields[i];
    if (i) out += ", ";
    for (FieldId step : item.composite_path) out += schema.fields[step].name + ".";
    out += schema.fields[item.field].name;
    if (item.length) out += "(" + std::to_string(*item.length) + ")";
    if (item.sort) out += *item.sort == SortOrder::kDescending ? " desc" : " asc";
    if (!item.operator_class.empty()) out += " " + item.operator_class;
  }
  out += ")";
  if (!index.algorithm.empty()) out += " " + index.algorithm;
  if (index.clustered) out += *index.clustered ? " clustered" : " not clustered";
  out += '\n';
}

void DumpRelation(const Schema& schema, const Relation& relation, std::string& out) {
  static constexpr std::string_view kNames[] = {"1-1", "1-n", "m-n"};
  auto side = [&](ModelId model, FieldId field) {
    return schema.models[model].name + (field ? "." + schema.fields[field].name : std::string());
  };
  out += "relation " + relation.name + ": " + std::string(kNames[static_cast<size_t>(relation.kind)]) + ", a " +
         side(relation.model_a, relation.field_a) + ", b " + side(relation.model_b, relation.field_b);
  if (relation.kind == RelationKind::kManyToMany) {
    if (!relation.join_table.empty()) out += ", table " + relation.join_table;
    out += '\n';
    return;
  }
  auto names = [&](const std::vector<FieldId>& fields) {
    std::string text = "(";
    for (FieldId field : fields) text += (text.size() > 1 ? ", " : "") + schema.fields[field].name;
    return text + ")";
  };
  out += ", " + names(relation.fields) + " to " + names(relation.references);
  out += ", on delete " + std::string(ReferentialActionName(relation.effective_on_delete));
  out += ", on update " + std::string(ReferentialActionName(relation.effective_on_update));
  if (!relation.constraint_name.empty()) out += ", " + relation.constraint_name;
  out += '\n';
}

}  // namespace

std::string Dump(const Schema& schema) {
  std::string out;
  if (schema.datasource) {
    out += "datasource " + schema.datasource->name + " " + schema.datasource->active_provider;
    if (schema.relation_mode == RelationMode::kPrisma) out += ", no foreign keys";
    for (const std::string& name : schema.datasource->schemas) out += ", schema " + name;
    out += '\n';
  }
  for (const std::string& feature : schema.preview_features) out += "preview " + feature + "\n";
  for (const Enum& item : schema.enums) {
    out += "enum " + item.name;
    if (item.is_mapped) out += " -> " + item.database_name;
    for (const EnumValue& value : item.values) {
      out += " " + value.name;
      if (value.is_mapped) out += "=" + value.database_name;
    }
    out += '\n';
  }
  for (const CompositeType& type : schema.composite_types) {
    out += "type " + type.name + "\n";
    for (FieldId field : type.fields) DumpField(schema, schema.fields[field], out);
  }
  for (const Model& model : schema.models) {
    out += (model.is_view ? "view " : "model ") + model.name;
    if (model.is_mapped) out += " -> " + model.database_name;
    if (!model.schema_name.empty()) out += " in " + model.schema_name;
    if (model.is_ignored) out += ", ignored";
    out += '\n';
    for (FieldId field : model.fields) DumpField(schema, schema.fields[field], out);
    for (IndexId index : model.indexes) DumpIndex(schema, schema.indexes[index], out);
  }
  for (const Relation& relation : schema.relations) DumpRelation(schema, relation, out);
  return out;
}

}  // namespace prisma::schema
