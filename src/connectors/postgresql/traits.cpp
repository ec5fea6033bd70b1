#include "connectors/postgresql/index_rules.h"
#include "diagnostics/schema_errors.h"
#include "schema/connector_traits.h"
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
    {"SmallInt", 0, 0, kIntTypes},
    {"Integer", 0, 0, kIntTypes},
    {"BigInt", 0, 0, kBigIntTypes},
    {"Decimal", 0, 2, kDecimalTypes},
    {"Money", 0, 0, kDecimalTypes},
    {"Inet", 0, 0, kStringTypes},
    {"Oid", 0, 0, kIntTypes},
    {"Citext", 0, 0, kStringTypes},
    {"Real", 0, 0, kFloatTypes},
    {"DoublePrecision", 0, 0, kFloatTypes},
    {"VarChar", 0, 1, kStringTypes},
    {"Char", 0, 1, kStringTypes},
    {"Text", 0, 0, kStringTypes},
    {"ByteA", 0, 0, kBytesTypes},
    {"Timestamp", 0, 1, kDateTimeTypes},
    {"Timestamptz", 0, 1, kDateTimeTypes},
    {"Date", 0, 0, kDateTimeTypes},
    {"Time", 0, 1, kDateTimeTypes},
    {"Timetz", 0, 1, kDateTimeTypes},
    {"Boolean", 0, 0, kBooleanTypes},
    {"Bit", 0, 1, kStringTypes},
    {"VarBit", 0, 1, kStringTypes},
    {"Uuid", 0, 0, kStringTypes},
    {"Xml", 0, 0, kStringTypes},
    {"Json", 0, 0, kJsonTypes},
    {"JsonB", 0, 0, kJsonTypes},
};

constexpr std::string_view kAliases[] = {"postgres"};
constexpr std::string_view kUrlPrefixes[] = {"postgresql://", "postgres://"};
constexpr ReferentialAction kActions[] = {ReferentialAction::kNoAction, ReferentialAction::kRestrict,
                                          ReferentialAction::kCascade, ReferentialAction::kSetNull,
                                          ReferentialAction::kSetDefault};
constexpr ReferentialAction kEmulatedActions[] = {ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                                  ReferentialAction::kSetNull};
constexpr std::string_view kIndexTypes[] = {"BTree", "Hash", "Gist", "Gin", "SpGist", "Brin"};
constexpr ConstraintScope kScopes[] = {ConstraintScope::kGlobalPrimaryKeyKeyIndex,
                                       ConstraintScope::kModelPrimaryKeyKeyIndexForeignKey};
constexpr RelationMode kRelationModes[] = {RelationMode::kForeignKeys, RelationMode::kPrisma};

constexpr ConnectorTable Table() {
  ConnectorTable table;
  table.name = "Postgres";
  table.provider = "postgresql";
  table.aliases = kAliases;
  table.native_types = kNativeTypes;
  table.max_identifier_length = 63;
  table.url_prefixes = kUrlPrefixes;
  table.display_name = "PostgreSQL";
  table.example_url = "postgresql://johndoe:randompassword@localhost:5432/mydb?schema=public";
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
                          kEnumArrayPush,
                          kNativeFullTextSearch,
                          kNativeFullTextSearchWithoutIndex,
                          kInsensitiveFilters,
                          kJson,
                          kJsonFiltering,
                          kJsonFilteringArrayPath,
                          kJsonFilteringAlphanumeric,
                          kJsonFilteringAlphanumericFieldRef,
                          kJsonArrayContains,
                          kMultiSchema,
                          kNamedForeignKeys,
                          kNamedPrimaryKeys,
                          kRelationFieldsInArbitraryOrder,
                          kScalarLists,
                          kJsonLists,
                          kUpdateableId,
                          kWritableAutoincField,
                          kImplicitManyToManyRelation,
                          kDecimalType,
                          kOrderByNullsFirstLast,
                          kFilteredInlineChildNestedToOneDisconnect,
                          kSupportsTxIsolationReadUncommitted,
                          kSupportsTxIsolationReadCommitted,
                          kSupportsTxIsolationRepeatableRead,
                          kSupportsTxIsolationSerializable,
                          kNativeUpsert,
                          kInsertReturning,
                          kUpdateReturning,
                          kRowIn,
                          kDistinctOn,
                          kDeleteReturning,
                          kSupportsFiltersOnRelationsWithoutJoins,
                          kLateralJoin,
                          kSupportsDefaultInInsert,
                          kSqlQueryRaw});
  return table;
}

class PostgresqlTraits final : public ConnectorTraits {
 public:
  constexpr PostgresqlTraits() : ConnectorTraits(Table()) {}
  bool KnowsDatasourceProperty(std::string_view name) const override { return name == "extensions"; }
  std::vector<PropertyHint> DatasourceHints(const Schema& schema) const override {
    if (!schema.HasPreviewFeature("postgresqlExtensions") || !schema.datasource->extensions_span.empty()) return {};
    return {{"extensions", "[$0]", R"(extensions = [pg_trgm, postgis(version: "2.1")])",
             "Enable PostgreSQL extensions. [Learn more](https://pris.ly/d/postgresql-extensions)"}};
  }
  std::optional<std::vector<std::string_view>> OperatorClasses(const Index& index, const Field& field) const override {
    return PostgresqlOperatorClasses(*this, index, field);
  }
  bool AllowsSetNullOnRequiredFields(RelationMode mode) const override { return mode == RelationMode::kForeignKeys; }
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
  void ValidateModel(const Schema& schema, ModelId id, DiagnosticSink& sink) const override {
    const Model& model = schema.models[id];
    for (IndexId index : model.indexes) {
      if (index != model.primary_key) CheckPostgresqlIndex(*this, schema, schema.indexes[index], sink);
    }
  }
  // SET NULL on a column that can't be null may be declared, but fails when it is needed.
  void ValidateRelationField(const Schema& schema, FieldId id, DiagnosticSink& sink) const override {
    const Field& field = schema.fields[id];
    if (schema.relation_mode != RelationMode::kForeignKeys || !field.relation || !field.is_relation_side_b) return;
    const Relation& relation = schema.relations[field.relation];
    if (relation.kind == RelationKind::kManyToMany) return;
    bool any_required = relation.fields.empty();  // as long as `fields` is missing
    for (FieldId scalar : relation.fields) {
      any_required = any_required || schema.fields[scalar].arity == Arity::kRequired;
    }
    if (!any_required) return;
    auto warn = [&](const std::optional<ReferentialAction>& action, const std::string& name) {
      if (action != ReferentialAction::kSetNull) return;
      sink.Warning(field.span, "The `" + name +
                                   "` referential action of a relation should not be set to `SetNull` when a "
                                   "referenced field is required. We recommend either to choose another referential "
                                   "action, or to make the referenced fields optional. Read more at "
                                   "https://pris.ly/d/postgres-set-null ");
    };
    warn(relation.on_delete, "onDelete");
    warn(relation.on_update, "onUpdate");
  }
  void ValidateDatasource(const Schema& schema, DiagnosticSink& sink) const override {
    const Datasource& datasource = *schema.datasource;
    if (datasource.extensions_span.empty()) return;
    if (!schema.HasPreviewFeature("postgresqlExtensions")) {
      sink.Error(datasource.extensions_span,
                 "The `extensions` property is only available with the `postgresqlExtensions` preview feature.");
      return;
    }
    for (const DatasourceExtension& extension : datasource.extensions) {
      if (extension.name.find('-') != std::string::npos) {
        sink.Error(extension.span, errors::NameHasDash("extension"));
      }
    }
  }
};

}  // namespace

const ConnectorTraits& PostgresqlConnectorTraits() {
  static const PostgresqlTraits traits;
  return traits;
}

}  // namespace prisma::schema
