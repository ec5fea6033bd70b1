// What a statement takes and gives. SQLite declares types of table columns only; those of expressions, and what may be
// null, are read from the statement's program (EXPLAIN).
#pragma once

#include <sqlite3.h>

#include "driver/connection.h"

namespace prisma::sqlite {

// Of a prepared statement, which is not run.
driver::DescribedStatement DescribeStatement(sqlite3* db, sqlite3_stmt* statement);

}  // namespace prisma::sqlite
