// Values → parameters of a statement, in binary form where the type is known.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "connectors/postgresql/types.h"
#include "driver/connection.h"

namespace prisma::postgresql {

// The arrays that libpq takes. Text is owned by the arena or by the values.
struct BoundParameters {
  Arena arena{1024};
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

// `types`: of the parameters, null where unknown (all of them if empty). Throws DbException if a value doesn't fit its
// type.
void BindParameters(std::span<const Value> values, std::span<const TypeInfo* const> types, BoundParameters& out);

// The type that a value of a raw statement has; kUnknownOid: the database is to find out.
Oid TypeOfValue(const Value& value);

}  // namespace prisma::postgresql
