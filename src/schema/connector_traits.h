// What a stage may ask of a database provider. One constant instance per provider lives in connectors/<provider>/; the
// stages ask "can you?" (capabilities, tables, hooks), never "who are you?".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace prisma::schema {

// Prisma's own names of capabilities; the list lives in capabilities.def as PRISMA_CAPABILITY(Name).
enum class Capability : uint8_t {
#define PRISMA_CAPABILITY(name) k##name,
#include "schema/capabilities.def"
#undef PRISMA_CAPABILITY
  kCount,
};

struct NativeTypeInfo {
  std::string_view name;                    // "VarChar"
  uint8_t min_arguments = 0, max_arguments = 0;
  std::span<const std::string_view> prisma_types;  // "String", …
};

class ConnectorTraits {
 public:
  virtual ~ConnectorTraits() = default;
  virtual std::string_view name() const = 0;               // "SQLite", for messages
  virtual std::string_view provider() const = 0;           // "sqlite": active provider
  virtual bool IsProvider(std::string_view written) const = 0;  // "postgres" and "postgresql"
  virtual bool Has(Capability capability) const = 0;
  virtual std::span<const NativeTypeInfo> native_types() const = 0;
  virtual uint32_t max_identifier_length() const = 0;      // bytes, for made-up constraint names
  virtual std::span<const std::string_view> url_prefixes() const = 0;
};

// All providers, in Prisma's order. Defined in engine/connectors.cpp, the one visible list.
std::span<const ConnectorTraits* const> AllConnectors();
const ConnectorTraits* FindConnector(std::string_view written_provider);  // null if unknown
const ConnectorTraits& DefaultConnector();                 // when there is no datasource

}  // namespace prisma::schema
