#include "schema/connector_traits.h"

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
  bool AllowsSetNullOnRequiredFields(RelationMode mode) const override { return mode == RelationMode::kForeignKeys; }
};

}  // namespace

const ConnectorTraits& PostgresqlConnectorTraits() {
  static const PostgresqlTraits traits;
  return traits;
}

}  // namespace prisma::schema
