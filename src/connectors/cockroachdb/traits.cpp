#include "diagnostics/schema_errors.h"
#include "schema/connector_traits.h"
#include "schema/expression.h"
#include "schema/native_types.h"

namespace prisma::schema {
namespace {

using enum Capability;

constexpr std::string_view kBigIntTypes[] = {"BigInt"};
constexpr std::string_view kBooleanTypes[] = {"Boolean"};
constexpr std::string_view kBytesTypes[] = {"Bytes"};
constexpr std::string_view kDateTimeTypes[] = {"DateTime"};
constexpr std::string_view kDecimalTypes[] = {"Decimal"};
constexpr std::string_view kFloatTypes[] = {"Float"};
constexpr std::string_view kIntTypes[] = {"Int"};
constexpr std::string_view kJsonTypes[] = {"Json"};
constexpr std::string_view kStringTypes[] = {"String"};

constexpr NativeTypeInfo kNativeTypes[] = {
    {"Bit", 0, 1, kStringTypes},
    {"Bool", 0, 0, kBooleanTypes},
    {"Bytes", 0, 0, kBytesTypes},
    {"Char", 0, 1, kStringTypes},
    {"Date", 0, 0, kDateTimeTypes},
    {"Decimal", 0, 2, kDecimalTypes},
    {"Float4", 0, 0, kFloatTypes},
    {"Float8", 0, 0, kFloatTypes},
    {"Inet", 0, 0, kStringTypes},
    {"Int2", 0, 0, kIntTypes},
    {"Int4", 0, 0, kIntTypes},
    {"Int8", 0, 0, kBigIntTypes},
    {"JsonB", 0, 0, kJsonTypes},
    {"Oid", 0, 0, kIntTypes},
    {"CatalogSingleChar", 0, 0, kStringTypes},
    {"String", 0, 1, kStringTypes},
    {"Time", 0, 1, kDateTimeTypes},
    {"Timestamp", 0, 1, kDateTimeTypes},
    {"Timestamptz", 0, 1, kDateTimeTypes},
    {"Timetz", 0, 1, kDateTimeTypes},
    {"Uuid", 0, 0, kStringTypes},
    {"VarBit", 0, 1, kStringTypes},
};

constexpr std::string_view kUrlPrefixes[] = {"postgresql://", "postgres://"};
constexpr ReferentialAction kActions[] = {ReferentialAction::kNoAction, ReferentialAction::kRestrict,
                                          ReferentialAction::kCascade, ReferentialAction::kSetNull,
                                          ReferentialAction::kSetDefault};
constexpr ReferentialAction kEmulatedActions[] = {ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                                  ReferentialAction::kNoAction, ReferentialAction::kSetNull};
constexpr std::string_view kIndexTypes[] = {"BTree", "Gin"};
constexpr ConstraintScope kScopes[] = {ConstraintScope::kModelPrimaryKeyKeyIndexForeignKey};
constexpr RelationMode kRelationModes[] = {RelationMode::kForeignKeys, RelationMode::kPrisma};

constexpr ConnectorTable Table() {
  ConnectorTable table;
  table.name = "CockroachDB";
  table.provider = "cockroachdb";
  table.native_types = kNativeTypes;
  table.max_identifier_length = 63;
  table.url_prefixes = kUrlPrefixes;
  table.display_name = "CockroachDB";
  table.example_url = "postgresql://johndoe:randompassword@localhost:26257/mydb?schema=public";
  table.default_schema_name = "public";
  table.url_message = "must start with the protocol `postgresql://` or `postgres://`.";
  table.foreign_key_actions = kActions;
  table.emulated_actions = kEmulatedActions;
  table.index_types = kIndexTypes;
  table.constraint_scopes = kScopes;
  table.relation_modes = kRelationModes;
  AddCapabilities(table, {kAdvancedJsonNullability,
                          kAnyId,
                          kAutoIncrement,
                          kAutoIncrementAllowedOnNonId,
                          kAutoIncrementMultipleAllowed,
                          kAutoIncrementNonIndexedAllowed,
                          kCompoundIds,
                          kCreateMany,
                          kCreateManyWriteableAutoIncId,
                          kCreateSkipDuplicates,
                          kEnums,
                          kInsensitiveFilters,
                          kJson,
                          kJsonFiltering,
                          kJsonFilteringArrayPath,
                          kJsonArrayContains,
                          kNamedPrimaryKeys,
                          kNamedForeignKeys,
                          kRelationFieldsInArbitraryOrder,
                          kScalarLists,

                          kUpdateableId,
                          kWritableAutoincField,
                          kImplicitManyToManyRelation,
                          kDecimalType,
                          kOrderByNullsFirstLast,
                          kSupportsTxIsolationSerializable,
                          kNativeUpsert,
                          kMultiSchema,
                          kFilteredInlineChildNestedToOneDisconnect,
                          kInsertReturning,
                          kUpdateReturning,
                          kRowIn,
                          kDeleteReturning,
                          kSupportsFiltersOnRelationsWithoutJoins,
                          kLateralJoin,
                          kSupportsDefaultInInsert,
                          kSupportsTxIsolationReadCommitted,
                          kSqlQueryRaw});
  return table;
}

class CockroachdbTraits final : public ConnectorTraits {
 public:
  constexpr CockroachdbTraits() : ConnectorTraits(Table()) {}
  std::string_view ScalarFilterName(const Field& field) const override {
    return field.native_type && field.native_type->name == "Uuid" ? "Uuid" : "";
  }
  void ValidateNativeType(const Field&, const NativeType& type, DiagnosticSink& sink) const override {
    bool two = type.name == "Decimal";
    auto numbers = ReadNativeArguments(type, ArgumentsOf(*FindNativeType(type.name)), sink);
    if (!numbers || numbers->empty()) return;
    uint32_t first = numbers->front();
    if (two && (*numbers)[1] > first) {
      ReportScaleLargerThanPrecision(*this, type, sink);
    } else if (two && (first == 0 || first > 1000)) {
      ReportOutOfRange(*this, type, "Precision must be positive with a maximum value of 1000.", sink);
    } else if ((type.name == "Bit" || type.name == "VarBit") && first == 0) {
      ReportOutOfRange(*this, type, "M must be a positive integer.", sink);
    } else if (type.name.starts_with("Time") && first > 6) {
      ReportOutOfRange(*this, type, "M can range from 0 to 6.", sink);
    }
  }
  bool ValidateDefaultFunction(const Field& field, DiagnosticSink& sink) const override {
    const ast::FunctionCall* call = DefaultCall(field);
    if (!call || call->name != "sequence") return false;
    for (const ast::Argument& argument : call->arguments) {
      if (!argument.value) continue;
      std::string_view name = argument.name ? argument.name->name : std::string_view();
      if (name == "virtual") {
        ReadBoolean(*argument.value, sink);
      } else if (name == "cache" || name == "increment" || name == "minValue" || name == "maxValue" ||
                 name == "start") {
        ReadInteger(*argument.value, sink);
      } else {
        sink.Error(argument.span, "Unexpected argument in `sequence()` function call");
      }
    }
    return true;
  }
  void ValidateModel(const Schema& schema, ModelId id, DiagnosticSink& sink) const override {
    const Model& model = schema.models[id];
    for (FieldId field_id : model.fields) {
      const Field& field = schema.fields[field_id];
      if (field.kind != FieldKind::kScalar || field.scalar != ScalarType::kInt || !field.default_value) continue;
      if (field.default_value->kind != DefaultValue::Kind::kAutoincrement) continue;
      for (const ast::Attribute& attribute : field.ast->attributes) {
        if (attribute.name.name != "default") continue;
        sink.Error(attribute.span,
                   errors::Attribute("default",
                                     "The `autoincrement()` default function is defined only on BigInt fields on "
                                     "CockroachDB. Use sequence() if you want an autoincrementing Int field."));
      }
    }
    for (IndexId index : model.indexes) CheckInvertedIndex(schema, schema.indexes[index], sink);
  }

 private:
  static const ast::FunctionCall* DefaultCall(const Field& field) {
    for (const ast::Attribute& attribute : field.ast->attributes) {
      if (attribute.name.name != "default") continue;
      for (const ast::Argument& argument : attribute.arguments) {
        const auto* call = argument.value ? argument.value->As<ast::FunctionCall>() : nullptr;
        if (call) return call;
      }
    }
    return nullptr;
  }
  static void CheckInvertedIndex(const Schema& schema, const Index& index, DiagnosticSink& sink) {
    if (index.algorithm != "Gin") return;
    auto report = [&](const std::string& message) { sink.Error(index.span, errors::Attribute("@@index", message)); };
    for (size_t i = 0; i < index.fields.size(); ++i) {
      const IndexField& item = index.fields[i];
      const Field& field = schema.fields[item.field];
      if (!item.operator_class.empty() || item.is_raw_operator_class) {
        return report("Custom operator classes are not supported with the current connector.");
      }
      bool is_json = field.kind == FieldKind::kScalar && field.scalar == ScalarType::kJson;
      if (!is_json && field.arity != Arity::kList && field.kind != FieldKind::kUnsupported) {
        report("The Gin index type does not support the type of the field `" + field.name + "`.");
      }
      if (is_json && i + 1 < index.fields.size()) {
        report("A `Json` column is only allowed as the last column of an inverted index.");
      }
    }
  }
};

}  // namespace

const ConnectorTraits& CockroachdbConnectorTraits() {
  static const CockroachdbTraits traits;
  return traits;
}

}  // namespace prisma::schema
