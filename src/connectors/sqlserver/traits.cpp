#include "schema/connector_traits.h"

namespace prisma::schema {
namespace {

using enum Capability;

constexpr std::string_view kBigIntTypes[] = {"BigInt"};
constexpr std::string_view kBooleanIntTypes[] = {"Boolean", "Int"};
constexpr std::string_view kBytesTypes[] = {"Bytes"};
constexpr std::string_view kDateTimeTypes[] = {"DateTime"};
constexpr std::string_view kDecimalTypes[] = {"Decimal"};
constexpr std::string_view kFloatTypes[] = {"Float"};
constexpr std::string_view kIntTypes[] = {"Int"};
constexpr std::string_view kStringTypes[] = {"String"};

constexpr NativeTypeInfo kNativeTypes[] = {
    {"TinyInt", 0, 0, kIntTypes},
    {"SmallInt", 0, 0, kIntTypes},
    {"Int", 0, 0, kIntTypes},
    {"BigInt", 0, 0, kBigIntTypes},
    {"Decimal", 0, 2, kDecimalTypes},
    {"Money", 0, 0, kFloatTypes},
    {"SmallMoney", 0, 0, kFloatTypes},
    {"Bit", 0, 0, kBooleanIntTypes},
    {"Float", 0, 1, kFloatTypes},
    {"Real", 0, 0, kFloatTypes},
    {"Date", 0, 0, kDateTimeTypes},
    {"Time", 0, 0, kDateTimeTypes},
    {"DateTime", 0, 0, kDateTimeTypes},
    {"DateTime2", 0, 0, kDateTimeTypes},
    {"DateTimeOffset", 0, 0, kDateTimeTypes},
    {"SmallDateTime", 0, 0, kDateTimeTypes},
    {"Char", 0, 1, kStringTypes},
    {"NChar", 0, 1, kStringTypes},
    {"VarChar", 0, 1, kStringTypes},
    {"Text", 0, 0, kStringTypes},
    {"NVarChar", 0, 1, kStringTypes},
    {"NText", 0, 0, kStringTypes},
    {"Binary", 0, 1, kBytesTypes},
    {"VarBinary", 0, 1, kBytesTypes},
    {"Image", 0, 0, kBytesTypes},
    {"Xml", 0, 0, kStringTypes},
    {"UniqueIdentifier", 0, 0, kStringTypes},
};

constexpr std::string_view kUrlPrefixes[] = {"sqlserver"};
constexpr ReferentialAction kActions[] = {ReferentialAction::kNoAction, ReferentialAction::kCascade,
                                          ReferentialAction::kSetNull, ReferentialAction::kSetDefault};
constexpr ReferentialAction kEmulatedActions[] = {ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                                  ReferentialAction::kNoAction, ReferentialAction::kSetNull};
constexpr std::string_view kIndexTypes[] = {"BTree"};
constexpr ConstraintScope kScopes[] = {ConstraintScope::kGlobalPrimaryKeyForeignKeyDefault,
                                       ConstraintScope::kModelPrimaryKeyKeyIndex};
constexpr RelationMode kRelationModes[] = {RelationMode::kForeignKeys, RelationMode::kPrisma};

constexpr ConnectorTable Table() {
  ConnectorTable table;
  table.name = "SQL Server";
  table.provider = "sqlserver";
  table.native_types = kNativeTypes;
  table.max_identifier_length = 128;
  table.url_prefixes = kUrlPrefixes;
  table.display_name = "SQL Server";
  table.example_url = "sqlserver://localhost:1433;database=mydb;user=SA;password=randompassword;";
  table.url_message = "must start with the protocol `sqlserver://`.";
  table.foreign_key_actions = kActions;
  table.emulated_actions = kEmulatedActions;
  table.index_types = kIndexTypes;
  table.constraint_scopes = kScopes;
  table.relation_modes = kRelationModes;
  AddCapabilities(table, {kAnyId,
                          kAutoIncrement,
                          kAutoIncrementAllowedOnNonId,
                          kAutoIncrementMultipleAllowed,
                          kAutoIncrementNonIndexedAllowed,
                          kCompoundIds,
                          kCreateMany,
                          kMultiSchema,
                          kNamedDefaultValues,
                          kNamedForeignKeys,
                          kNamedPrimaryKeys,
                          kReferenceCycleDetection,
                          kUpdateableId,
                          kPrimaryKeySortOrderDefinition,
                          kImplicitManyToManyRelation,
                          kDecimalType,
                          kClusteringSetting,
                          kOrderByNullsFirstLast,
                          kFilteredInlineChildNestedToOneDisconnect,
                          kSupportsTxIsolationReadUncommitted,
                          kSupportsTxIsolationReadCommitted,
                          kSupportsTxIsolationRepeatableRead,
                          kSupportsTxIsolationSerializable,
                          kSupportsTxIsolationSnapshot,
                          kSupportsFiltersOnRelationsWithoutJoins,
                          kSupportsDefaultInInsert,
                          kSqlQueryRaw});
  return table;
}

class SqlserverTraits final : public ConnectorTraits {
 public:
  constexpr SqlserverTraits() : ConnectorTraits(Table()) {}
};

}  // namespace

const ConnectorTraits& SqlserverConnectorTraits() {
  static const SqlserverTraits traits;
  return traits;
}

}  // namespace prisma::schema
