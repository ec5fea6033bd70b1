#include "schema/connector_traits.h"

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
  AddCapabilities(
      table, {kJson, kEnums, kEnumArrayPush, kRelationFieldsInArbitraryOrder, kCreateMany, kScalarLists, kJsonLists,
              kInsensitiveFilters, kCompositeTypes, kFullTextIndex, kSortOrderInFullTextIndex, kDefaultValueAuto,
              kTwoWayEmbeddedManyToManyRelation, kUndefinedType, kDeleteReturning, kSupportsDefaultInInsert});
  return table;
}

class MongodbTraits final : public ConnectorTraits {
 public:
  constexpr MongodbTraits() : ConnectorTraits(Table()) {}
};

}  // namespace

const ConnectorTraits& MongodbConnectorTraits() {
  static const MongodbTraits traits;
  return traits;
}

}  // namespace prisma::schema
