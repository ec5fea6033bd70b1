#include <algorithm>

#include "diagnostics/schema_errors.h"
#include "schema/connector_traits.h"
#include "schema/native_types.h"

namespace prisma::schema {
namespace {

using enum Capability;

constexpr std::string_view kBooleanTypes[] = {"Boolean"};
constexpr std::string_view kBytesTypes[] = {"Bytes"};
constexpr std::string_view kDateTimeTypes[] = {"DateTime"};
constexpr std::string_view kFloatTypes[] = {"Float"};
constexpr std::string_view kIntTypes[] = {"Int"};
constexpr std::string_view kIntBigIntTypes[] = {"Int", "BigInt"};
constexpr std::string_view kJsonTypes[] = {"Json"};
constexpr std::string_view kStringTypes[] = {"String"};
constexpr std::string_view kStringBytesTypes[] = {"String", "Bytes"};

constexpr NativeTypeInfo kNativeTypes[] = {
    {"String", 0, 0, kStringTypes},  {"Double", 0, 0, kFloatTypes},
    {"BinData", 0, 0, kBytesTypes},  {"ObjectId", 0, 0, kStringBytesTypes},
    {"Bool", 0, 0, kBooleanTypes},   {"Date", 0, 0, kDateTimeTypes},
    {"Int", 0, 0, kIntTypes},        {"Timestamp", 0, 0, kDateTimeTypes},
    {"Long", 0, 0, kIntBigIntTypes}, {"Json", 0, 0, kJsonTypes},
};

constexpr std::string_view kUrlPrefixes[] = {"mongo"};
constexpr ReferentialAction kEmulatedActions[] = {ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                                  ReferentialAction::kNoAction, ReferentialAction::kSetNull};
constexpr std::string_view kIndexTypes[] = {"BTree"};
constexpr ConstraintScope kScopes[] = {ConstraintScope::kModelKeyIndex};
constexpr RelationMode kRelationModes[] = {RelationMode::kPrisma};

constexpr QuickFix kQuickFixes[] = {
    {QuickFix::Kind::kAddToId, R"(MongoDB model IDs must have an @map("_id") annotation.)", R"(Add @map("_id"))",
     R"(@map("_id"))"},
    {QuickFix::Kind::kAddNativeTypeToId, "MongoDB `@default(auto())` fields must have `ObjectId` native type.",
     "Add @db.ObjectId", "ObjectId"},
};

constexpr ConnectorTable Table() {
  ConnectorTable table;
  table.name = "MongoDB";
  table.provider = "mongodb";
  table.native_types = kNativeTypes;
  table.max_identifier_length = 127;
  table.url_prefixes = kUrlPrefixes;
  table.display_name = "MongoDB";
  table.example_url = "mongodb+srv://root:randompassword@cluster0.ab1cd.mongodb.net/mydb?retryWrites=true&w=majority";
  table.url_message = "must start with the protocol `mongo`.";
  table.emulated_actions = kEmulatedActions;
  table.index_types = kIndexTypes;
  table.constraint_scopes = kScopes;
  table.relation_modes = kRelationModes;
  table.quick_fixes = kQuickFixes;
  AddCapabilities(table, {kJson, kEnums, kEnumArrayPush, kRelationFieldsInArbitraryOrder, kCreateMany, kScalarLists,
                          kJsonLists, kInsensitiveFilters, kCompositeTypes, kFullTextIndex, kSortOrderInFullTextIndex,
                          kDefaultValueAuto, kTwoWayEmbeddedManyToManyRelation, kUndefinedType, kMongoDbQueryRaw,
                          kDeleteReturning, kSupportsDefaultInInsert});
  return table;
}

class MongodbTraits final : public ConnectorTraits {
 public:
  constexpr MongodbTraits() : ConnectorTraits(Table()) {}
  bool SuggestsRelationIndexes() const override { return false; }
  void ValidateModel(const Schema& schema, ModelId id, DiagnosticSink& sink) const override {
    const Model& model = schema.models[id];
    if (!model.primary_key) {
      sink.Error(model.span,
                 errors::InvalidModel("MongoDB models require exactly one identity field annotated with @id"));
    } else {
      CheckIdName(schema, model, schema.indexes[model.primary_key], sink);
    }
    for (FieldId field : model.fields) {
      if (schema.fields[field].kind != FieldKind::kRelation) CheckField(model, schema.fields[field], sink);
    }
    for (IndexId index : model.indexes) {
      if (index != model.primary_key) CheckIndex(schema, model, schema.indexes[index], sink);
    }
  }
  void ValidateRelationField(const Schema& schema, FieldId id, DiagnosticSink& sink) const override {
    const Field& field = schema.fields[id];
    if (!field.relation) return;
    const Relation& relation = schema.relations[field.relation];
    if (relation.is_embedded) {
      const auto& side = field.is_relation_side_b ? relation.embedded_b : relation.embedded_a;
      CompareNativeTypes(schema, field, side.fields, side.references, sink);
    } else if (field.is_relation_side_b) {
      CompareNativeTypes(schema, field, relation.fields, relation.references, sink);
    }
  }

 private:
  static void FieldError(const Model& model, const Field& field, std::string_view message, DiagnosticSink& sink) {
    sink.Error(field.span, errors::Field(model.is_view ? "view" : "model", model.name, field.name, message));
  }
  static void CheckIdName(const Schema& schema, const Model& model, const Index& key, DiagnosticSink& sink) {
    if (key.fields.size() != 1) return;
    const Field& field = schema.fields[key.fields[0].field];
    if (field.database_name == "_id") return;
    std::string message = "MongoDB model IDs must have an @map(\"_id\") annotation";
    message += field.is_mapped ? ", found @map(\"" + field.database_name + "\")." : ".";
    FieldError(model, field, message, sink);
  }
  static void CheckField(const Model& model, const Field& field, DiagnosticSink& sink) {
    if (field.default_value && field.default_value->kind == DefaultValue::Kind::kAuto) {
      if (!field.native_type || field.native_type->name != "ObjectId") {
        FieldError(model, field, "MongoDB `@default(auto())` fields must have `ObjectId` native type.", sink);
      }
      if (!field.is_in_id) {
        FieldError(model, field, "MongoDB `@default(auto())` fields must have the `@id` attribute.", sink);
      }
    }
    if (field.default_value && field.default_value->kind == DefaultValue::Kind::kDbGenerated) {
      FieldError(model, field, "The `dbgenerated()` function is not allowed with MongoDB. Please use `auto()` instead.",
                 sink);
    }
    if (!field.is_mapped) return;
    Span span = field.span;
    for (const ast::Attribute& attribute : field.ast->attributes) {
      if (attribute.name.name == "map") span = attribute.span;
    }
    if (field.database_name.starts_with('$')) {
      sink.Error(span, errors::Attribute("@map", "The field name cannot start with a `$` character"));
    }
    if (field.database_name.find('.') != std::string::npos) {
      sink.Error(span, errors::Attribute("@map", "The field name cannot contain a `.` character"));
    }
  }
  static bool SameFields(const Index& a, const Index& b) {
    return std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                      [](const IndexField& x, const IndexField& y) {
                        return x.field == y.field && x.composite_path == y.composite_path && x.sort == y.sort;
                      });
  }
  static void CheckIndex(const Schema& schema, const Model& model, const Index& index, DiagnosticSink& sink) {
    for (IndexId id : model.indexes) {
      const Index& other = schema.indexes[id];
      if (&other == &index || id == model.primary_key || !SameFields(index, other)) continue;
      sink.Error(index.span,
                 errors::Attribute("@@" + std::string(index.ast->name.name), "Index already exists in the model."));
      break;
    }
    if (index.kind != IndexKind::kUnique || index.fields.size() != 1 || !model.primary_key) return;
    const Index& key = schema.indexes[model.primary_key];
    if (key.fields.size() != 1 || key.fields[0].field != index.fields[0].field) return;
    sink.Error(index.span, errors::Attribute(index.is_on_field ? "@unique" : "@@unique",
                                             "The same field cannot be an id and unique on MongoDB."));
  }
  // Both ends of a relation must be stored alike to be joined; so far this is a warning.
  static void CompareNativeTypes(const Schema& schema, const Field& relation_field, const std::vector<FieldId>& fields,
                                 const std::vector<FieldId>& references, DiagnosticSink& sink) {
    for (size_t i = 0; i < fields.size() && i < references.size(); ++i) {
      const Field& a = schema.fields[fields[i]];
      const Field& b = schema.fields[references[i]];
      auto text = [](const Field& f) {
        return f.native_type ? "'@" + f.native_type->scope + "." + f.native_type->name + "'" : std::string();
      };
      std::string a_type = text(a), b_type = text(b);
      if (a_type == b_type) continue;
      std::string a_name = schema.models[a.model].name + "." + a.name;
      std::string b_name = schema.models[b.model].name + "." + b.name;
      std::string message = "Field " + a_name + " and " + b_name +
                            " must have the same native type for MongoDB to join those collections correctly. ";
      if (!a_type.empty() && !b_type.empty()) {
        message += "Consider updating those fields to either use " + a_type + " or " + b_type + ".";
      } else if (a_type.empty()) {
        message += "Consider either removing " + b_name + "'s native type attribute or adding " + b_type + " to " +
                   a_name + ".";
      } else {
        message += "Consider either removing " + a_name + "'s native type attribute or adding " + a_type + " to " +
                   b_name + ".";
      }
      message += " Beware that this will become an error in the future.";
      sink.Warning(a.span, errors::FieldWarning("model", schema.models[relation_field.model].name, relation_field.name,
                                                message));
    }
  }
};

}  // namespace

const ConnectorTraits& MongodbConnectorTraits() {
  static const MongodbTraits traits;
  return traits;
}

}  // namespace prisma::schema
