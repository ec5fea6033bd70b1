#pragma once

#include <string_view>

#include "sql/dialect.h"

namespace prisma::cockroachdb {

// PostgreSQL's, but for what CockroachDB has otherwise; see there.
const sql::Dialect& DialectOf(std::string_view url);

}  // namespace prisma::cockroachdb
