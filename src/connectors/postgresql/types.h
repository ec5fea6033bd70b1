// PostgreSQL's types by their numbers: which of them cells and parameters are read and written as.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prisma::postgresql {

using Oid = uint32_t;

enum class TypeKind : uint8_t {
  kUnsupported,
  kBool,
  kInt2,
  kInt4,
  kInt8,
  kOid,
  kFloat4,
  kFloat8,
  kNumeric,
  kMoney,
  kText,  // and all whose binary form is their text
  kChar,  // "char", one byte
  kEnum,
  kBytes,
  kJson,
  kJsonb,
  kXml,
  kUuid,
  kTimestamp,
  kTimestampTz,
  kDate,
  kTime,
  kTimeTz,
  kInet,
  kBits,
};

struct TypeInfo {
  TypeKind kind = TypeKind::kUnsupported;
  bool is_array = false;  // `kind` is that of the items
  std::string name;       // as PostgreSQL names it, for messages
};

inline constexpr Oid kUnknownOid = 0;

// Types that every database has; null for others.
const TypeInfo* BuiltinType(Oid oid);
// A type of the user's own: `name`, `type` ('e' enum, 'b' base, …) and the name and type of its items if it is an
// array.
TypeInfo CustomType(std::string_view name, char type, std::string_view item_name, char item_type);

// The word of raw answers: "int", "string-array".
std::string RawTypeName(const TypeInfo& type);

}  // namespace prisma::postgresql
