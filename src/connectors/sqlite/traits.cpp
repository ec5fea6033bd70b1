#include "schema/connector_traits.h"

namespace prisma::schema {
namespace {

using enum Capability;

constexpr std::string_view kUrlPrefixes[] = {"file:"};
constexpr ReferentialAction kActions[] = {ReferentialAction::kSetNull, ReferentialAction::kSetDefault,
                                          ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                          ReferentialAction::kNoAction};
constexpr ReferentialAction kEmulatedActions[] = {ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                                  ReferentialAction::kSetNull};
constexpr std::string_view kIndexTypes[] = {"BTree"};
constexpr ConstraintScope kScopes[] = {ConstraintScope::kGlobalKeyIndex};
constexpr RelationMode kRelationModes[] = {RelationMode::kForeignKeys, RelationMode::kPrisma};

constexpr ConnectorTable Table() {
  ConnectorTable table;
  table.name = "sqlite";
  table.provider = "sqlite";
  table.max_identifier_length = 10000;
  table.url_prefixes = kUrlPrefixes;
  table.display_name = "SQLite";
  table.example_url = "file:./dev.db";
  table.is_embedded = true;
  table.url_message = "must start with the protocol `file:`.";
  table.foreign_key_actions = kActions;
  table.emulated_actions = kEmulatedActions;
  table.index_types = kIndexTypes;
  table.constraint_scopes = kScopes;
  table.relation_modes = kRelationModes;
  AddCapabilities(table, {kAnyId,
                          kAutoIncrement,
                          kCompoundIds,
                          kRelationFieldsInArbitraryOrder,
                          kUpdateableId,
                          kImplicitManyToManyRelation,
                          kDecimalType,
                          kBackwardCompatibleQueryRaw,
                          kOrderByNullsFirstLast,
                          kSupportsTxIsolationSerializable,
                          kNativeUpsert,
                          kFilteredInlineChildNestedToOneDisconnect,
                          kRowIn,
                          kInsertReturning,
                          kDeleteReturning,
                          kUpdateReturning,
                          kSupportsFiltersOnRelationsWithoutJoins,
                          kCreateMany,
                          kCreateManyWriteableAutoIncId,
                          kJson,
                          kJsonFiltering,
                          kJsonFilteringJsonPath,
                          kAdvancedJsonNullability,
                          kEnums,
                          kSqlQueryRaw});
  return table;
}

class SqliteTraits final : public ConnectorTraits {
 public:
  constexpr SqliteTraits() : ConnectorTraits(Table()) {}
};

}  // namespace

const ConnectorTraits& SqliteConnectorTraits() {
  static const SqliteTraits traits;
  return traits;
}

}  // namespace prisma::schema
