#include "migrate/calculator.h"

#include <algorithm>
#include <unordered_map>

#include "schema/analysis.h"
#include "value/base64.h"

namespace prisma::migrate {
namespace {

using schema::FieldKind;
using schema::ScalarType;

ColumnArity ArityOf(schema::Arity arity) {
  switch (arity) {
    case schema::Arity::kOptional:
      return ColumnArity::kNullable;
    case schema::Arity::kList:
      return ColumnArity::kList;
    case schema::Arity::kRequired:
      break;
  }
  return ColumnArity::kRequired;
}

TypeFamily FamilyOf(ScalarType type) {
  switch (type) {
    case ScalarType::kInt:
      return TypeFamily::kInt;
    case ScalarType::kBigInt:
      return TypeFamily::kBigInt;
    case ScalarType::kFloat:
      return TypeFamily::kFloat;
    case ScalarType::kBoolean:
      return TypeFamily::kBoolean;
    case ScalarType::kString:
      return TypeFamily::kString;
    case ScalarType::kDateTime:
      return TypeFamily::kDateTime;
    case ScalarType::kJson:
      return TypeFamily::kJson;
    case ScalarType::kBytes:
      return TypeFamily::kBinary;
    case ScalarType::kDecimal:
      return TypeFamily::kDecimal;
  }
  return TypeFamily::kString;
}

// Without a plus sign and leading zeros; the decimals stay as they were written.
std::string NormalNumber(std::string text) {
  bool negative = !text.empty() && text[0] == '-';
  size_t start = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  while (start + 1 < text.size() && text[start] == '0' && text[start + 1] >= '0' && text[start + 1] <= '9') ++start;
  text.erase(0, start);
  if (!text.empty() && text[0] == '.') text.insert(0, "0");
  if (text.find_first_not_of("0.") == std::string::npos) negative = false;
  return negative ? "-" + text : text;
}

std::optional<SortOrder> SortOf(std::optional<schema::SortOrder> sort) {
  if (!sort) return std::nullopt;
  return *sort == schema::SortOrder::kAscending ? SortOrder::kAscending : SortOrder::kDescending;
}

std::string CutBytes(std::string text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  text.resize(limit);
  return text;
}

std::string CutCharacters(const std::string& text, size_t limit) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (characters++ == limit) return text.substr(0, i);
  }
  return text;
}

class Calculator {
 public:
  Calculator(const schema::Schema& schema, const CalculatorRules& rules) : schema_(schema), rules_(rules) {}

  SqlSchema Run() {
    AddNamespaces();
    if (rules_.HasEnumTypes()) AddEnums();
    for (size_t i = 0; i < schema_.models.size(); ++i) {
      if (!schema_.models.items()[i].is_view) AddModel(schema::ModelId(i));
    }
    if (UsesForeignKeys()) {
      for (const schema::Relation& relation : schema_.relations) {
        if (relation.kind != schema::RelationKind::kManyToMany) AddForeignKey(relation);
      }
    }
    for (const schema::Relation& relation : schema_.relations) {
      if (relation.is_implicit_many_to_many()) AddJoinTable(relation);
    }
    rules_.Complete(schema_, out_);
    return std::move(out_);
  }

 private:
  bool UsesForeignKeys() const { return schema_.relation_mode == schema::RelationMode::kForeignKeys; }

  // Namespaces are listed only if the schema names some: then they must be there, or be made.
  void AddNamespaces() {
    std::string_view fallback = rules_.DefaultNamespace();
    if (!schema_.datasource || schema_.datasource->schemas.empty()) {
      if (!fallback.empty()) default_namespace_ = {};
      return;
    }
    for (const std::string& name : schema_.datasource->schemas) {
      if (!namespaces_.contains(name)) namespaces_[name] = out_.namespaces.push_back(name);
    }
  }

  NamespaceId NamespaceFor(const std::string& name) const {
    auto found = namespaces_.find(name);
    return found == namespaces_.end() ? default_namespace_ : found->second;
  }

  void AddEnums() {
    for (const schema::Enum& item : schema_.enums) {
      Enum enumeration;
      enumeration.name = item.database_name;
      enumeration.name_space = NamespaceFor(item.schema_name);
      for (const schema::EnumValue& value : item.values) enumeration.variants.push_back(value.database_name);
      enums_.push_back(out_.enums.push_back(std::move(enumeration)));
    }
  }

  void AddModel(schema::ModelId model_id) {
    const schema::Model& model = schema_.models[model_id];
    TableId table = out_.AddTable(model.database_name, NamespaceFor(model.schema_name));
    tables_[model_id] = table;
    for (schema::FieldId id : model.fields) {
      const schema::Field& field = schema_.fields[id];
      if (field.kind == FieldKind::kRelation) continue;
      columns_[id] = out_.AddColumn(table, MakeColumn(field));
    }
    if (model.primary_key) AddIndex(table, schema_.indexes[model.primary_key]);
    for (schema::IndexId id : model.indexes) {
      if (id != model.primary_key) AddIndex(table, schema_.indexes[id]);
    }
  }

  Column MakeColumn(const schema::Field& field) {
    Column column;
    column.name = field.database_name;
    switch (field.kind) {
      case FieldKind::kEnum:
        if (rules_.HasEnumTypes()) {
          column.type.family = TypeFamily::kEnum;
          column.type.enum_id = enums_[field.enum_id.index];
        } else {
          column.type = rules_.EnumColumnType(schema_.enums[field.enum_id], out_);
        }
        break;
      case FieldKind::kUnsupported:
        column.type.family = TypeFamily::kUnsupported;
        column.type.unsupported = column.type.full_data_type = field.unsupported_type;
        break;
      default: {
        ScalarType scalar = field.kind == FieldKind::kComposite ? ScalarType::kJson : field.scalar;
        column.type.family = FamilyOf(scalar);
        if (field.native_type) {
          column.type.native =
              rules_.NormalizeNativeType(NativeType{field.native_type->name, field.native_type->arguments});
        } else {
          column.type.native = rules_.DefaultNativeType(scalar);
        }
        column.auto_increment = IsAutoincrement(field) || rules_.IsImplicitAutoincrement(schema_, field);
      }
    }
    column.type.arity = ArityOf(field.arity);
    if (field.default_value) SetDefault(field, column);
    return column;
  }

  static bool IsAutoincrement(const schema::Field& field) {
    return field.default_value && field.default_value->kind == schema::DefaultValue::Kind::kAutoincrement;
  }

  SqlValue EnumValueOf(const schema::Field& field, const std::string& name) const {
    SqlValue value;
    value.kind = SqlValue::Kind::kEnum;
    value.text = name;
    for (const schema::EnumValue& item : schema_.enums[field.enum_id].values) {
      if (item.name == name) value.text = item.database_name;
    }
    return value;
  }

  SqlValue ConstantOf(const schema::Field& field, const std::string& text) const {
    return field.kind == FieldKind::kEnum ? EnumValueOf(field, text) : ReadConstant(text, field.scalar);
  }

  void SetDefault(const schema::Field& field, Column& column) {
    using Kind = schema::DefaultValue::Kind;
    const schema::DefaultValue& written = *field.default_value;
    DefaultValue value;
    switch (written.kind) {
      case Kind::kLiteral:
      case Kind::kEnumValue:
        value.value = ConstantOf(field, written.text);
        break;
      case Kind::kList:
        value.value.kind = SqlValue::Kind::kList;
        for (const std::string& item : written.items) value.value.items.push_back(ConstantOf(field, item));
        break;
      case Kind::kNow:
        value.kind = DefaultValue::Kind::kNow;
        break;
      case Kind::kDbGenerated:
        value.kind = DefaultValue::Kind::kDbGenerated;
        value.text = written.text;
        value.has_expression = written.has_argument_list_item;
        break;
      case Kind::kSequence:
        value.kind = DefaultValue::Kind::kSequence;
        value.text = "prisma_sequence_" + schema_.models[field.model].database_name + "_" + field.database_name;
        break;
      case Kind::kAutoincrement: {
        std::optional<DefaultValue> made = rules_.AutoincrementDefault();
        if (!made) return;
        value = std::move(*made);
        break;
      }
      default:
        column.has_client_default = true;
        return;
    }
    value.constraint_name = rules_.DefaultConstraintName(schema_, field);
    column.default_value = std::move(value);
  }

  void AddIndex(TableId table, const schema::Index& written) {
    Index index;
    index.name = written.constraint_name;
    index.clustered = written.clustered;
    switch (written.kind) {
      case schema::IndexKind::kPrimaryKey:
        index.kind = IndexKind::kPrimaryKey;
        break;
      case schema::IndexKind::kUnique:
        index.kind = IndexKind::kUnique;
        break;
      case schema::IndexKind::kFulltext:
        index.kind = IndexKind::kFulltext;
        break;
      case schema::IndexKind::kNormal:
        index.kind = IndexKind::kNormal;
        break;
    }
    index.algorithm = written.algorithm;
    if (index.algorithm == rules_.DefaultIndexAlgorithm()) index.algorithm.clear();
    for (const schema::IndexField& part : written.fields) {
      IndexColumn column;
      column.column = columns_[part.field];
      column.sort = SortOf(part.sort);
      column.length = part.length;
      rules_.SetOperatorClass(written, part, column);
      index.columns.push_back(std::move(column));
    }
    out_.AddIndex(table, std::move(index));
  }

  void AddForeignKey(const schema::Relation& relation) {
    if (schema_.models[relation.model_a].is_view || schema_.models[relation.model_b].is_view) return;
    if (relation.fields.empty() || relation.fields.size() != relation.references.size()) return;
    ForeignKey key;
    key.table = tables_[relation.model_b];
    key.referenced_table = tables_[relation.model_a];
    key.name = relation.constraint_name.empty() ? ForeignKeyName(relation) : relation.constraint_name;
    for (schema::FieldId id : relation.fields) key.columns.push_back(columns_[id]);
    for (schema::FieldId id : relation.references) key.referenced_columns.push_back(columns_[id]);
    key.on_delete = relation.on_delete.value_or(relation.effective_on_delete);
    key.on_update = relation.on_update.value_or(ForeignKeyAction::kCascade);
    out_.AddForeignKey(std::move(key));
  }

  // Also where names of foreign keys can't be chosen, the schema's connector gives none.
  std::string ForeignKeyName(const schema::Relation& relation) const {
    if (!relation.mapped_constraint_name.empty()) return relation.mapped_constraint_name;
    std::vector<std::string_view> names;
    for (schema::FieldId id : relation.fields) names.push_back(schema_.fields[id].database_name);
    return schema::IndexName(schema_.models[relation.model_b].database_name, names, "_fkey", *schema_.connector);
  }

  void AddJoinTable(const schema::Relation& relation) {
    const schema::Model& model_a = schema_.models[relation.model_a];
    const schema::Model& model_b = schema_.models[relation.model_b];
    if (model_a.is_view || model_b.is_view || !model_a.primary_key || !model_b.primary_key) return;
    size_t limit = schema_.connector->max_identifier_length();
    std::string name = CutCharacters(relation.join_table, limit);
    // Not by the rule for other keys: the names can't be configured, so they must not collide.
    size_t key_limit = limit - 7;
    std::string name_a = CutBytes(name, name.size() > key_limit ? key_limit : name.size()) + "_A_fkey";
    std::string name_b = CutBytes(name, name.size() >= key_limit ? key_limit : name.size()) + "_B_fkey";

    TableId table = out_.AddTable(name, out_.tables[tables_[relation.model_a]].name_space);
    ColumnId reference_a = columns_[schema_.indexes[model_a.primary_key].fields[0].field];
    ColumnId reference_b = columns_[schema_.indexes[model_b.primary_key].fields[0].field];
    auto add_column = [&](const char* column_name, ColumnId reference) {
      Column column;
      column.name = column_name;
      column.type = out_.columns[reference].type;
      return out_.AddColumn(table, std::move(column));
    };
    ColumnId a = add_column("A", reference_a);
    ColumnId b = add_column("B", reference_b);

    Index both;
    std::string_view suffix = rules_.JoinTableHasPrimaryKey() ? "_AB_pkey" : "_AB_unique";
    both.kind = rules_.JoinTableHasPrimaryKey() ? IndexKind::kPrimaryKey : IndexKind::kUnique;
    both.name = CutCharacters(name, limit - suffix.size()).append(suffix);
    both.columns.resize(2);
    both.columns[0].column = a;
    both.columns[1].column = b;
    out_.AddIndex(table, std::move(both));
    Index second;
    second.name = CutCharacters(name, limit - 8) + "_B_index";
    second.columns.resize(1);
    second.columns[0].column = b;
    out_.AddIndex(table, std::move(second));

    if (!UsesForeignKeys()) return;
    ForeignKeyAction action = rules_.JoinTableAction(schema_, relation);
    auto add_key = [&](std::string key_name, ColumnId column, schema::ModelId model, ColumnId reference) {
      ForeignKey key;
      key.table = table;
      key.referenced_table = tables_[model];
      key.name = std::move(key_name);
      key.columns = {column};
      key.referenced_columns = {reference};
      key.on_delete = key.on_update = action;
      out_.AddForeignKey(std::move(key));
    };
    add_key(std::move(name_a), a, relation.model_a, reference_a);
    add_key(std::move(name_b), b, relation.model_b, reference_b);
  }

  const schema::Schema& schema_;
  const CalculatorRules& rules_;
  SqlSchema out_;
  NamespaceId default_namespace_;
  std::unordered_map<std::string, NamespaceId> namespaces_;
  std::vector<EnumId> enums_;  // by schema::EnumId
  std::unordered_map<schema::ModelId, TableId> tables_;
  std::unordered_map<schema::FieldId, ColumnId> columns_;
};

}  // namespace

SqlValue ReadConstant(const std::string& text, ScalarType type) {
  SqlValue value;
  value.text = text;
  switch (type) {
    case ScalarType::kInt:
      value.kind = SqlValue::Kind::kInt;
      value.text = NormalNumber(text);
      break;
    case ScalarType::kBigInt:
      value.kind = SqlValue::Kind::kBigInt;
      value.text = NormalNumber(text);
      break;
    case ScalarType::kFloat:
    case ScalarType::kDecimal:
      value.kind = SqlValue::Kind::kFloat;
      value.text = NormalNumber(text);
      break;
    case ScalarType::kBoolean:
      value.kind = SqlValue::Kind::kBoolean;
      break;
    case ScalarType::kString:
      value.kind = SqlValue::Kind::kString;
      break;
    case ScalarType::kDateTime:
      value.kind = SqlValue::Kind::kDateTime;
      break;
    case ScalarType::kJson:
      value.kind = SqlValue::Kind::kJson;
      break;
    case ScalarType::kBytes:
      value.kind = SqlValue::Kind::kBytes;
      value.text = DecodeBase64(text).value_or(text);
      break;
  }
  return value;
}

SqlSchema CalculateSqlSchema(const schema::Schema& schema, const CalculatorRules& rules) {
  return Calculator(schema, rules).Run();
}

}  // namespace prisma::migrate
