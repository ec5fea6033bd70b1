#include "connectors/cockroachdb/dialect.h"

#include "connectors/postgresql/dialect.h"

namespace prisma::cockroachdb {

const sql::Dialect& DialectOf(std::string_view url) {
  // Nulls come first in an order that doesn't say where. It has DISTINCT ON, but Prisma leaves it unused.
  return postgresql::DialectOf(url, {.distinct_on = false, .nulls_are_largest = false});
}

}  // namespace prisma::cockroachdb
