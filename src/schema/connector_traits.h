// What a stage may ask of a database provider. One constant instance per provider lives in connectors/<provider>/; the
// stages ask "can you?" (capabilities, tables, hooks), never "who are you?".
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace prisma {
class DiagnosticSink;
}

namespace prisma::schema {

class Schema;
struct Field;
struct Index;
struct NativeType;
using ModelId = Id<struct ModelTag>;
using FieldId = Id<struct FieldTag>;

// Prisma's own names of capabilities; the list lives in capabilities.def as PRISMA_CAPABILITY(Name).
enum class Capability : uint8_t {
#define PRISMA_CAPABILITY(name) k##name,
#include "schema/capabilities.def"
#undef PRISMA_CAPABILITY
  kCount,
};
std::string_view CapabilityName(Capability capability);

enum class RelationMode : uint8_t { kForeignKeys, kPrisma };
enum class ReferentialAction : uint8_t { kCascade, kRestrict, kNoAction, kSetNull, kSetDefault };

// Where the names of constraints must be unique.
enum class ConstraintScope : uint8_t {
  kGlobalKeyIndex,
  kGlobalForeignKey,
  kGlobalPrimaryKeyKeyIndex,
  kGlobalPrimaryKeyForeignKeyDefault,
  kModelKeyIndex,
  kModelPrimaryKeyKeyIndex,
  kModelPrimaryKeyKeyIndexForeignKey,
};

struct NativeTypeInfo {
  std::string_view name;  // "VarChar"
  uint8_t min_arguments = 0, max_arguments = 0;
  std::span<const std::string_view> prisma_types;  // "String", …
  bool takes_max = false;                          // the word Max in place of the number
  std::string_view advised_type = {};              // in place of Unsupported; the last of prisma_types if empty
};

// A property of the datasource that an editor offers: `name = value`, where $0 in the value is the cursor.
struct PropertyHint {
  std::string_view name, value, example, description;
};

// How an editor mends a fault that only one database knows.
struct QuickFix {
  enum class Kind : uint8_t {
    kAddToId,            // puts the attribute `text` onto the first field of the primary key
    kAddNativeTypeToId,  // the same, `text` being a native type
    kReplaceOnUpdate,    // writes `text` in place of the referential action
  };
  Kind kind;
  std::string_view message;  // part of the fault's text
  std::string_view title;
  std::string_view text;
};

// What a provider is, as data.
struct ConnectorTable {
  std::string_view name;                      // "SQLite", for messages
  std::string_view provider;                  // "sqlite": active provider
  std::span<const std::string_view> aliases;  // other spellings of the provider
  uint64_t capabilities[2] = {0, 0};
  std::span<const NativeTypeInfo> native_types;
  uint32_t max_identifier_length = 63;  // bytes, for made-up constraint names
  std::span<const std::string_view> url_prefixes;
  std::string_view url_message;  // what is wrong with a URL of another kind
  std::span<const ReferentialAction> foreign_key_actions;
  std::span<const ReferentialAction> emulated_actions;
  std::span<const std::string_view> index_types;  // "BTree", …
  std::span<const ConstraintScope> constraint_scopes;
  std::span<const RelationMode> relation_modes;  // first: the default
  std::string_view display_name;                 // "SQLite", as people write it
  std::string_view example_url;                  // what a new project starts from
  std::string_view default_schema_name;  // the namespace of tables when the URL names none; empty: no namespaces
  bool is_embedded = false;              // a file, no server
  std::span<const QuickFix> quick_fixes;
};

class ConnectorTraits {
 public:
  explicit constexpr ConnectorTraits(const ConnectorTable& table) : table_(table) {}
  virtual ~ConnectorTraits() = default;
  std::string_view name() const { return table_.name; }
  std::string_view provider() const { return table_.provider; }
  bool IsProvider(std::string_view written) const;  // "postgres" and "postgresql"
  bool Has(Capability capability) const {
    unsigned bit = static_cast<unsigned>(capability);
    return (table_.capabilities[bit / 64] >> (bit % 64)) & 1;
  }
  std::span<const NativeTypeInfo> native_types() const { return table_.native_types; }
  const NativeTypeInfo* FindNativeType(std::string_view name) const;
  uint32_t max_identifier_length() const { return table_.max_identifier_length; }
  std::span<const std::string_view> url_prefixes() const { return table_.url_prefixes; }
  std::string_view url_message() const { return table_.url_message; }
  std::span<const ReferentialAction> ReferentialActions(RelationMode mode) const {
    return mode == RelationMode::kPrisma ? table_.emulated_actions : table_.foreign_key_actions;
  }
  bool SupportsReferentialAction(RelationMode mode, ReferentialAction action) const;
  std::span<const std::string_view> index_types() const { return table_.index_types; }
  std::span<const ConstraintScope> constraint_scopes() const { return table_.constraint_scopes; }
  std::span<const RelationMode> relation_modes() const { return table_.relation_modes; }
  RelationMode default_relation_mode() const { return table_.relation_modes.front(); }
  std::string_view display_name() const { return table_.display_name; }
  std::string_view example_url() const { return table_.example_url; }
  std::string_view default_schema_name() const { return table_.default_schema_name; }
  bool is_embedded() const { return table_.is_embedded; }

  std::span<const QuickFix> quick_fixes() const { return table_.quick_fixes; }

  // Rules peculiar to the database; faults go to the sink.
  virtual void ValidateNativeType(const Field&, const NativeType&, DiagnosticSink&) const {}
  virtual void ValidateModel(const Schema&, ModelId, DiagnosticSink&) const {}
  virtual void ValidateRelationField(const Schema&, FieldId, DiagnosticSink&) const {}
  virtual void ValidateDatasource(const Schema&, DiagnosticSink&) const {}
  // A default function that the schema language itself doesn't know, such as sequence(); false: unknown here too.
  virtual bool ValidateDefaultFunction(const Field&, DiagnosticSink&) const { return false; }
  virtual bool KnowsDatasourceProperty(std::string_view) const { return false; }
  // Properties of its own that the datasource lacks.
  virtual std::vector<PropertyHint> DatasourceHints(const Schema&) const { return {}; }
  // The operator classes that fit a field in an index; nothing: the database has none.
  virtual std::optional<std::vector<std::string_view>> OperatorClasses(const Index&, const Field&) const { return {}; }
  // SET NULL on a required column may be declared.
  virtual bool AllowsSetNullOnRequiredFields(RelationMode) const { return false; }
  // Suggest an index on the columns of a relation when there are no foreign keys.
  virtual bool SuggestsRelationIndexes() const { return true; }
  virtual bool SupportsShardKeys() const { return false; }
  // The name of the filter of a field whose native type has one of its own ("Uuid"), without filters for parts of text.
  virtual std::string_view ScalarFilterName(const Field&) const { return {}; }

 protected:
  ConnectorTable table_;
};

constexpr void AddCapabilities(ConnectorTable& table, std::initializer_list<Capability> capabilities) {
  for (Capability capability : capabilities) {
    unsigned bit = static_cast<unsigned>(capability);
    table.capabilities[bit / 64] |= uint64_t{1} << (bit % 64);
  }
}

// All providers, in Prisma's order. Defined in engine/connectors.cpp, the one visible list.
std::span<const ConnectorTraits* const> AllConnectors();
const ConnectorTraits* FindConnector(std::string_view written_provider);  // null if unknown
// The providers in a sentence, as Prisma lists them: "`a`, `b` or `c`".
std::string_view ProvidersInWords();
const ConnectorTraits& DefaultConnector();  // when there is no datasource

}  // namespace prisma::schema
