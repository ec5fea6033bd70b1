#include "diagnostics/schema_errors.h"
#include "schema/connector_traits.h"
#include "schema/native_types.h"

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
    {"BigInt", 0, 0, kBigIntTypes, false, "Int"},
    {"Decimal", 0, 2, kDecimalTypes},
    {"Money", 0, 0, kFloatTypes},
    {"SmallMoney", 0, 0, kFloatTypes},
    {"Bit", 0, 0, kBooleanIntTypes, false, "Bytes"},
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
    {"VarChar", 0, 1, kStringTypes, true},
    {"Text", 0, 0, kStringTypes},
    {"NVarChar", 0, 1, kStringTypes, true},
    {"NText", 0, 0, kStringTypes},
    {"Binary", 0, 1, kBytesTypes},
    {"VarBinary", 0, 1, kBytesTypes, true},
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
  void ValidateNativeType(const Field&, const NativeType& type, DiagnosticSink& sink) const override {
    bool two = type.name == "Decimal";
    const NativeTypeInfo& info = *FindNativeType(type.name);
    bool max = info.takes_max;
    auto numbers = ReadNativeArguments(type, ArgumentsOf(info), sink);
    if (!numbers || numbers->empty()) return;
    uint32_t first = numbers->front();
    if (max && first == UINT32_MAX) return;
    if (two && (*numbers)[1] > first) {
      ReportScaleLargerThanPrecision(*this, type, sink);
    } else if (two && (first == 0 || first > 38)) {
      ReportOutOfRange(*this, type, "Precision can range from 1 to 38.", sink);
    } else if (type.name == "Float" && (first == 0 || first > 53)) {
      ReportOutOfRange(*this, type, "Bits can range from 1 to 53.", sink);
    } else if (type.name == "NVarChar" && first > 4000) {
      ReportOutOfRange(*this, type, "Length can range from 1 to 4000. For larger sizes, use the `Max` variant.", sink);
    } else if (max && first > 8000) {
      ReportOutOfRange(*this, type, "Length can range from 1 to 8000. For larger sizes, use the `Max` variant.", sink);
    } else if (type.name == "NChar" && first > 4000) {
      ReportOutOfRange(*this, type, "Length can range from 1 to 4000.", sink);
    } else if ((type.name == "Char" || type.name == "Binary") && first > 8000) {
      ReportOutOfRange(*this, type, "Length can range from 1 to 8000.", sink);
    }
  }
  void ValidateModel(const Schema& schema, ModelId id, DiagnosticSink& sink) const override {
    const Model& model = schema.models[id];
    for (IndexId index : model.indexes) {
      if (index != model.primary_key) CheckKeyTypes(schema, schema.indexes[index], sink);
    }
    if (model.primary_key) CheckKeyTypes(schema, schema.indexes[model.primary_key], sink);
  }

 private:
  // What is stored outside of the row can't be part of a key.
  void CheckKeyTypes(const Schema& schema, const Index& index, DiagnosticSink& sink) const {
    for (const IndexField& item : index.fields) {
      const Field& field = schema.fields[item.field];
      std::string_view name = NativeTypeName(*this, field);
      bool outside = name == "Text" || name == "NText" || name == "Image" || name == "Xml";
      bool is_max = (name == "VarBinary" || name == "VarChar" || name == "NVarChar") &&
                    !field.native_type->arguments.empty() &&
                    (field.native_type->arguments[0] == "Max" || field.native_type->arguments[0] == "max");
      if (outside || is_max) {
        ReportNotInIndex(*this, index, *field.native_type, "", index.span, sink);
        break;
      }
      if (index.kind == IndexKind::kPrimaryKey && field.kind == FieldKind::kScalar &&
          field.scalar == ScalarType::kBytes) {
        sink.Error(index.span, errors::InvalidModel("Using Bytes type is not allowed in the model's id."));
        break;
      }
    }
  }
};

}  // namespace

const ConnectorTraits& SqlserverConnectorTraits() {
  static const SqlserverTraits traits;
  return traits;
}

}  // namespace prisma::schema
