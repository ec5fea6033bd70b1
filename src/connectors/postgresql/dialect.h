#pragma once

#include <string_view>

#include "sql/dialect.h"

namespace prisma::postgresql {

// Writes tables without a schema of their own into the schema that the URL names. Empty URL: into none.
const sql::Dialect& DialectOf(std::string_view url);

}  // namespace prisma::postgresql
