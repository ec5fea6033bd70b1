#pragma once

#include "migrate/describer.h"
#include "migrate/provider.h"

namespace prisma::postgresql {

const migrate::Describer& PostgresqlDescriber();
const migrate::DatabaseAdmin& PostgresqlDatabaseAdmin();

// How PostgreSQL writes a column's default, as a value: constants, now(), nextval(…), or an expression.
std::optional<migrate::DefaultValue> ReadDefault(const migrate::ColumnType& type, std::string_view text);

}  // namespace prisma::postgresql
