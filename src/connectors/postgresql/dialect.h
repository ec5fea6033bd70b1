#pragma once

#include <compare>
#include <string_view>

#include "sql/dialect.h"

namespace prisma::postgresql {

// Writes tables without a schema of their own into the schema that the URL names. Empty URL: into none.
const sql::Dialect& DialectOf(std::string_view url);

// What databases that speak PostgreSQL's SQL have otherwise.
struct Variant {
  bool distinct_on = true;
  bool nulls_are_largest = true;
  auto operator<=>(const Variant&) const = default;
};
const sql::Dialect& DialectOf(std::string_view url, Variant variant);

}  // namespace prisma::postgresql
