#include "schema/schema.h"

#include <algorithm>

namespace prisma::schema {

std::string_view ScalarTypeName(ScalarType type) {
  static constexpr std::string_view kNames[] = {"Int",      "BigInt", "Float", "Boolean", "String",
                                                "DateTime", "Json",   "Bytes", "Decimal"};
  return kNames[static_cast<size_t>(type)];
}

std::string_view ReferentialActionName(ReferentialAction action) {
  static constexpr std::string_view kNames[] = {"Cascade", "Restrict", "NoAction", "SetNull", "SetDefault"};
  return kNames[static_cast<size_t>(action)];
}

std::string_view CapabilityName(Capability capability) {
  static constexpr std::string_view kNames[] = {
#define PRISMA_CAPABILITY(name) #name,
#include "schema/capabilities.def"
#undef PRISMA_CAPABILITY
  };
  return kNames[static_cast<size_t>(capability)];
}

bool ConnectorTraits::IsProvider(std::string_view written) const {
  return written == table_.provider ||
         std::find(table_.aliases.begin(), table_.aliases.end(), written) != table_.aliases.end();
}

const NativeTypeInfo* ConnectorTraits::FindNativeType(std::string_view name) const {
  for (const NativeTypeInfo& info : table_.native_types) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

bool ConnectorTraits::SupportsReferentialAction(RelationMode mode, ReferentialAction action) const {
  auto actions = ReferentialActions(mode);
  return std::find(actions.begin(), actions.end(), action) != actions.end();
}

namespace {

constexpr ConnectorTable DefaultTable() {
  ConnectorTable table;
  table.max_identifier_length = UINT32_MAX;
  AddCapabilities(table, {Capability::kAutoIncrement, Capability::kCompoundIds, Capability::kEnums, Capability::kJson,
                          Capability::kImplicitManyToManyRelation});
  return table;
}

constexpr ReferentialAction kAllActions[] = {ReferentialAction::kCascade, ReferentialAction::kRestrict,
                                             ReferentialAction::kNoAction, ReferentialAction::kSetNull,
                                             ReferentialAction::kSetDefault};
constexpr RelationMode kRelationModes[] = {RelationMode::kForeignKeys, RelationMode::kPrisma};
constexpr std::string_view kIndexTypes[] = {"BTree"};

class DefaultTraits final : public ConnectorTraits {
 public:
  DefaultTraits() : ConnectorTraits(DefaultTable()) {
    table_.name = "psl_core::datamodel_connector::empty_connector::EmptyDatamodelConnector";  // as Prisma shows it
    table_.provider = "empty";
    table_.foreign_key_actions = kAllActions;
    table_.emulated_actions = kAllActions;
    table_.relation_modes = kRelationModes;
    table_.index_types = kIndexTypes;
  }
};

}  // namespace

const ConnectorTraits& DefaultConnector() {
  static const DefaultTraits traits;
  return traits;
}

ModelId Schema::FindModel(std::string_view name) const {
  auto found = models_by_name.find(name);
  return found == models_by_name.end() ? ModelId() : found->second;
}

EnumId Schema::FindEnum(std::string_view name) const {
  auto found = enums_by_name.find(name);
  return found == enums_by_name.end() ? EnumId() : found->second;
}

FieldId Schema::FindField(ModelId model, std::string_view name) const {
  const auto& fields_by_name = models[model].fields_by_name;
  auto found = fields_by_name.find(name);
  return found == fields_by_name.end() ? FieldId() : found->second;
}

const Index* Schema::FindCompound(ModelId model, std::string_view name) const {
  for (IndexId id : models[model].indexes) {
    const Index& index = indexes[id];
    if (index.kind != IndexKind::kPrimaryKey && index.kind != IndexKind::kUnique) continue;
    if (index.fields.size() < 2 && index.is_on_field) continue;
    if (!index.name.empty()) {
      if (index.name == name) return &index;
      continue;
    }
    std::string made;
    for (const IndexField& part : index.fields) {
      if (!made.empty()) made += '_';
      made += fields[part.field].name;
    }
    if (made == name) return &index;
  }
  return nullptr;
}

bool Schema::HasPreviewFeature(std::string_view name) const {
  return std::find(preview_features.begin(), preview_features.end(), name) != preview_features.end();
}

FieldId Schema::OppositeField(FieldId relation_field) const {
  const Field& field = fields[relation_field];
  if (!field.relation) return {};
  const Relation& relation = relations[field.relation];
  return field.is_relation_side_b ? relation.field_a : relation.field_b;
}

bool Schema::HasForeignKey(FieldId relation_field) const {
  const Field& field = fields[relation_field];
  return field.relation && field.is_relation_side_b && relations[field.relation].kind != RelationKind::kManyToMany;
}

}  // namespace prisma::schema
