#include "connectors/postgresql/types.h"

#include <algorithm>
#include <iterator>

namespace prisma::postgresql {
namespace {

struct Entry {
  Oid oid;
  TypeKind kind;
  bool is_array;
  std::string_view name;
};

using K = TypeKind;

// Sorted by number.
constexpr Entry kEntries[] = {
    {16, K::kBool, false, "bool"},
    {17, K::kBytes, false, "bytea"},
    {18, K::kChar, false, "char"},
    {19, K::kText, false, "name"},
    {20, K::kInt8, false, "int8"},
    {21, K::kInt2, false, "int2"},
    {23, K::kInt4, false, "int4"},
    {25, K::kText, false, "text"},
    {26, K::kOid, false, "oid"},
    {114, K::kJson, false, "json"},
    {142, K::kXml, false, "xml"},
    {143, K::kXml, true, "_xml"},
    {199, K::kJson, true, "_json"},
    {650, K::kInet, false, "cidr"},
    {651, K::kInet, true, "_cidr"},
    {700, K::kFloat4, false, "float4"},
    {701, K::kFloat8, false, "float8"},
    {705, K::kText, false, "unknown"},
    {790, K::kMoney, false, "money"},
    {791, K::kMoney, true, "_money"},
    {869, K::kInet, false, "inet"},
    {1000, K::kBool, true, "_bool"},
    {1001, K::kBytes, true, "_bytea"},
    {1002, K::kChar, true, "_char"},
    {1003, K::kText, true, "_name"},
    {1005, K::kInt2, true, "_int2"},
    {1007, K::kInt4, true, "_int4"},
    {1009, K::kText, true, "_text"},
    {1014, K::kText, true, "_bpchar"},
    {1015, K::kText, true, "_varchar"},
    {1016, K::kInt8, true, "_int8"},
    {1021, K::kFloat4, true, "_float4"},
    {1022, K::kFloat8, true, "_float8"},
    {1028, K::kOid, true, "_oid"},
    {1041, K::kInet, true, "_inet"},
    {1042, K::kText, false, "bpchar"},
    {1043, K::kText, false, "varchar"},
    {1082, K::kDate, false, "date"},
    {1083, K::kTime, false, "time"},
    {1114, K::kTimestamp, false, "timestamp"},
    {1115, K::kTimestamp, true, "_timestamp"},
    {1182, K::kDate, true, "_date"},
    {1183, K::kTime, true, "_time"},
    {1184, K::kTimestampTz, false, "timestamptz"},
    {1185, K::kTimestampTz, true, "_timestamptz"},
    {1231, K::kNumeric, true, "_numeric"},
    {1266, K::kTimeTz, false, "timetz"},
    {1270, K::kTimeTz, true, "_timetz"},
    {1560, K::kBits, false, "bit"},
    {1561, K::kBits, true, "_bit"},
    {1562, K::kBits, false, "varbit"},
    {1563, K::kBits, true, "_varbit"},
    {1700, K::kNumeric, false, "numeric"},
    {2950, K::kUuid, false, "uuid"},
    {2951, K::kUuid, true, "_uuid"},
    {3802, K::kJsonb, false, "jsonb"},
    {3807, K::kJsonb, true, "_jsonb"},
};

TypeKind CustomKind(std::string_view name, char type) {
  if (type == 'e') return K::kEnum;
  for (std::string_view text : {"citext", "ltree", "lquery", "ltxtquery"}) {
    if (name == text) return K::kText;
  }
  return K::kUnsupported;
}

std::string_view Word(TypeKind kind) {
  switch (kind) {
    case K::kBool:
      return "bool";
    case K::kInt2:
    case K::kInt4:
      return "int";
    case K::kInt8:
    case K::kOid:
      return "bigint";
    case K::kFloat4:
      return "float";
    case K::kFloat8:
      return "double";
    case K::kNumeric:
    case K::kMoney:
      return "decimal";
    case K::kChar:
      return "char";
    case K::kEnum:
      return "enum";
    case K::kBytes:
      return "bytes";
    case K::kJson:
    case K::kJsonb:
      return "json";
    case K::kXml:
      return "xml";
    case K::kUuid:
      return "uuid";
    case K::kTimestamp:
    case K::kTimestampTz:
      return "datetime";
    case K::kDate:
      return "date";
    case K::kTime:
    case K::kTimeTz:
      return "time";
    case K::kText:
    case K::kInet:
    case K::kBits:
      return "string";
    case K::kUnsupported:
      break;
  }
  return "unknown";
}

}  // namespace

const TypeInfo* BuiltinType(Oid oid) {
  static const auto* const types = [] {
    auto* made = new TypeInfo[std::size(kEntries)];
    for (size_t i = 0; i < std::size(kEntries); ++i) {
      made[i] = {kEntries[i].kind, kEntries[i].is_array, std::string(kEntries[i].name)};
    }
    return made;
  }();
  const Entry* found = std::lower_bound(std::begin(kEntries), std::end(kEntries), oid,
                                        [](const Entry& entry, Oid wanted) { return entry.oid < wanted; });
  if (found == std::end(kEntries) || found->oid != oid) return nullptr;
  return types + (found - kEntries);
}

TypeInfo CustomType(std::string_view name, char type, std::string_view item_name, char item_type) {
  TypeInfo info;
  info.name = name;
  info.is_array = !item_name.empty();
  info.kind = info.is_array ? CustomKind(item_name, item_type) : CustomKind(name, type);
  return info;
}

std::string RawTypeName(const TypeInfo& type) {
  std::string name(Word(type.kind));
  if (type.is_array) name += "-array";
  return name;
}

}  // namespace prisma::postgresql
