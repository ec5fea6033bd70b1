#include "schema/connector_traits.h"

namespace prisma::schema {
namespace {

using enum Capability;

constexpr std::string_view kBigIntTypes[] = {"BigInt"};
constexpr std::string_view kBooleanBytesTypes[] = {"Boolean", "Bytes"};
constexpr std::string_view kBooleanIntTypes[] = {"Boolean", "Int"};
constexpr std::string_view kBytesTypes[] = {"Bytes"};
constexpr std::string_view kDateTimeTypes[] = {"DateTime"};
constexpr std::string_view kDecimalTypes[] = {"Decimal"};
constexpr std::string_view kFloatTypes[] = {"Float"};
constexpr std::string_view kIntTypes[] = {"Int"};
constexpr std::string_view kJsonTypes[] = {"Json"};
constexpr std::string_view kStringTypes[] = {"String"};

constexpr NativeTypeInfo kNativeTypes[] = {
    {"Int", 0, 0, kIntTypes},
    {"UnsignedInt", 0, 0, kIntTypes},
    {"SmallInt", 0, 0, kIntTypes},
    {"UnsignedSmallInt", 0, 0, kIntTypes},
    {"TinyInt", 0, 0, kBooleanIntTypes},
    {"UnsignedTinyInt", 0, 0, kBooleanIntTypes},
    {"MediumInt", 0, 0, kIntTypes},
    {"UnsignedMediumInt", 0, 0, kIntTypes},
    {"BigInt", 0, 0, kBigIntTypes},
    {"Decimal", 0, 2, kDecimalTypes},
    {"UnsignedBigInt", 0, 0, kBigIntTypes},
    {"Float", 0, 0, kFloatTypes},
    {"Double", 0, 0, kFloatTypes},
    {"Bit", 1, 1, kBooleanBytesTypes},
    {"Char", 1, 1, kStringTypes},
    {"VarChar", 1, 1, kStringTypes},
    {"Binary", 1, 1, kBytesTypes},
    {"VarBinary", 1, 1, kBytesTypes},
    {"TinyBlob", 0, 0, kBytesTypes},
    {"Blob", 0, 0, kBytesTypes},
    {"MediumBlob", 0, 0, kBytesTypes},
    {"LongBlob", 0, 0, kBytesTypes},
    {"TinyText", 0, 0, kStringTypes},
    {"Text", 0, 0, kStringTypes},
    {"MediumText", 0, 0, kStringTypes},
    {"LongText", 0, 0, kStringTypes},
    {"Date", 0, 0, kDateTimeTypes},
    {"Time", 0, 1, kDateTimeTypes},
    {"DateTime", 0, 1, kDateTimeTypes},
    {"Timestamp", 0, 1, kDateTimeTypes},
    {"Year", 0, 0, kIntTypes},
    {"Json", 0, 0, kJsonTypes},
};

constexpr std::string_view kUrlPrefixes[] = {"mysql"};
constexpr ReferentialAction kActions[] = {ReferentialAction::kRestrict, ReferentialAction::kCascade,
                                          ReferentialAction::kSetNull, ReferentialAction::kNoAction,
                                          ReferentialAction::kSetDefault};
constexpr ReferentialAction kEmulatedActions[] = {ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                                  ReferentialAction::kNoAction, ReferentialAction::kSetNull};
constexpr std::string_view kIndexTypes[] = {"BTree"};
constexpr ConstraintScope kScopes[] = {ConstraintScope::kGlobalForeignKey, ConstraintScope::kModelKeyIndex};
constexpr RelationMode kRelationModes[] = {RelationMode::kForeignKeys, RelationMode::kPrisma};

constexpr ConnectorTable Table() {
  ConnectorTable table;
  table.name = "MySQL";
  table.provider = "mysql";
  table.native_types = kNativeTypes;
  table.max_identifier_length = 64;
  table.url_prefixes = kUrlPrefixes;
  table.display_name = "MySQL";
  table.example_url = "mysql://johndoe:randompassword@localhost:3306/mydb";
  table.url_message = "must start with the protocol `mysql://`.";
  table.foreign_key_actions = kActions;
  table.emulated_actions = kEmulatedActions;
  table.index_types = kIndexTypes;
  table.constraint_scopes = kScopes;
  table.relation_modes = kRelationModes;
  AddCapabilities(table, {kEnums,
                          kEnumArrayPush,
                          kJson,
                          kAutoIncrementAllowedOnNonId,
                          kRelationFieldsInArbitraryOrder,
                          kCreateMany,
                          kWritableAutoincField,
                          kCreateSkipDuplicates,
                          kUpdateableId,
                          kJsonFiltering,
                          kJsonFilteringJsonPath,
                          kJsonFilteringAlphanumeric,
                          kJsonArrayContains,
                          kCreateManyWriteableAutoIncId,
                          kAutoIncrement,
                          kCompoundIds,
                          kAnyId,
                          kNamedForeignKeys,
                          kAdvancedJsonNullability,
                          kIndexColumnLengthPrefixing,
                          kFullTextIndex,
                          kNativeFullTextSearch,
                          kNativeFullTextSearchWithIndex,
                          kMultipleFullTextAttributesPerModel,
                          kImplicitManyToManyRelation,
                          kDecimalType,
                          kOrderByNullsFirstLast,
                          kFilteredInlineChildNestedToOneDisconnect,
                          kSupportsTxIsolationReadUncommitted,
                          kSupportsTxIsolationReadCommitted,
                          kSupportsTxIsolationRepeatableRead,
                          kSupportsTxIsolationSerializable,
                          kRowIn,
                          kSupportsFiltersOnRelationsWithoutJoins,
                          kCorrelatedSubqueries,
                          kSupportsDefaultInInsert,
                          kSqlQueryRaw});
  return table;
}

class MysqlTraits final : public ConnectorTraits {
 public:
  constexpr MysqlTraits() : ConnectorTraits(Table()) {}
};

}  // namespace

const ConnectorTraits& MysqlConnectorTraits() {
  static const MysqlTraits traits;
  return traits;
}

}  // namespace prisma::schema
