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
};

}  // namespace

const ConnectorTraits& CockroachdbConnectorTraits() {
  static const CockroachdbTraits traits;
  return traits;
}

}  // namespace prisma::schema
