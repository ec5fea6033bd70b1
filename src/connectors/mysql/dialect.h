#pragma once

#include "sql/dialect.h"

namespace prisma::mysql {

// Of MySQL 8 and MariaDB alike.
const sql::Dialect& MysqlDialect();

}  // namespace prisma::mysql
