#include "diagnostics/schema_errors.h"
#include "schema/connector_traits.h"
#include "schema/native_types.h"

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

constexpr QuickFix kQuickFixes[] = {
    {QuickFix::Kind::kReplaceOnUpdate,
     "MySQL does not actually support the `SetDefault` referential action, so using it may result in unexpected "
     "errors.",
     "Replace SetDefault with NoAction", "NoAction"},
};

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
  table.quick_fixes = kQuickFixes;
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
  bool SupportsShardKeys() const override { return true; }
  void ValidateNativeType(const Field& field, const NativeType& type, DiagnosticSink& sink) const override {
    bool two = type.name == "Decimal";
    auto numbers = ReadNativeArguments(type, ArgumentsOf(*FindNativeType(type.name)), sink);
    if (!numbers || numbers->empty()) return;
    uint32_t first = numbers->front();
    if (two && (*numbers)[1] > first) {
      ReportScaleLargerThanPrecision(*this, type, sink);
    } else if (two && first > 65) {
      ReportOutOfRange(*this, type, "Precision can range from 1 to 65.", sink);
    } else if (two && (*numbers)[1] > 30) {
      ReportOutOfRange(*this, type, "Scale can range from 0 to 30.", sink);
    } else if (type.name == "Bit" && (first == 0 || first > 64)) {
      ReportOutOfRange(*this, type, "M can range from 1 to 64.", sink);
    } else if (type.name == "Char" && first > 255) {
      ReportOutOfRange(*this, type, "M can range from 0 to 255.", sink);
    } else if (type.name == "VarChar" && first > 65535) {
      ReportOutOfRange(*this, type, "M can range from 0 to 65,535.", sink);
    } else if (type.name == "Bit" && first > 1 && field.scalar == ScalarType::kBoolean) {
      ReportOutOfRange(*this, type, "only Bit(1) can be used as Boolean.", sink);
    }
  }
  void ValidateModel(const Schema& schema, ModelId id, DiagnosticSink& sink) const override {
    const Model& model = schema.models[id];
    for (IndexId index : model.indexes) {
      if (index != model.primary_key) CheckKeyTypes(schema, schema.indexes[index], sink);
    }
    if (model.primary_key) CheckKeyTypes(schema, schema.indexes[model.primary_key], sink);
    if (schema.relation_mode != RelationMode::kForeignKeys) return;
    for (FieldId field : model.fields) {
      if (schema.fields[field].kind == FieldKind::kRelation) WarnOfSetDefault(schema.fields[field], sink);
    }
  }

 private:
  // Long texts and blobs need a length to be part of a key.
  void CheckKeyTypes(const Schema& schema, const Index& index, DiagnosticSink& sink) const {
    if (index.kind == IndexKind::kFulltext) return;
    for (const IndexField& item : index.fields) {
      const Field& field = schema.fields[item.field];
      std::string_view type = NativeTypeName(*this, field);
      if (item.length || !(type.ends_with("Text") || type.ends_with("Blob"))) continue;
      ReportNotInIndex(*this, index, *field.native_type,
                       " Please use the `length` argument to the field in the index definition to allow this.",
                       index.span, sink);
      break;
    }
  }
  static void WarnOfSetDefault(const Field& field, DiagnosticSink& sink) {
    for (const ast::Attribute& attribute : field.ast->attributes) {
      if (attribute.name.name != "relation") continue;
      for (std::string_view event : {"onDelete", "onUpdate"}) {
        for (const ast::Argument& argument : attribute.arguments) {
          const auto* action = argument.value ? argument.value->As<ast::ConstantValue>() : nullptr;
          if (!action || action->text != "SetDefault" || !argument.name || argument.name->name != event) continue;
          sink.Warning(argument.span,
                       "MySQL does not actually support the `SetDefault` referential action, so using it may result in "
                       "unexpected errors. Read more at https://pris.ly/d/mysql-set-default ");
        }
      }
    }
  }
};

}  // namespace

const ConnectorTraits& MysqlConnectorTraits() {
  static const MysqlTraits traits;
  return traits;
}

}  // namespace prisma::schema
