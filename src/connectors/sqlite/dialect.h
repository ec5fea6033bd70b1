#pragma once

#include "sql/dialect.h"

namespace prisma::sqlite {

const sql::Dialect& SqliteDialect();

}  // namespace prisma::sqlite
