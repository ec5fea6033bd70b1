// The parts of SQLite's migrations.
#pragma once

#include "migrate/provider.h"

namespace prisma::sqlite {

const migrate::CalculatorRules& SqliteCalculatorRules();
const migrate::DifferRules& SqliteDifferRules();
// As Prisma's scripts are, or, if `is_executed`, with quotes in names doubled and JSON defaults quoted, without which
// such schemas can't be pushed.
const migrate::DdlWriter& SqliteDdlWriter(bool is_executed);
const migrate::Describer& SqliteDescriber();
const migrate::DatabaseAdmin& SqliteDatabaseAdmin();

// What is written after DEFAULT; "" if nothing.
std::string DefaultSql(const migrate::DefaultValue& value, bool is_executed);

// All of them together, for the list of providers.
migrate::Provider MigrationProvider();

}  // namespace prisma::sqlite
