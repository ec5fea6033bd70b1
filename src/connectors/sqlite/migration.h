// The parts of SQLite's migrations.
#pragma once

#include "migrate/provider.h"

namespace prisma::sqlite {

const migrate::CalculatorRules& SqliteCalculatorRules();
const migrate::DifferRules& SqliteDifferRules();
const migrate::DdlWriter& SqliteDdlWriter();
const migrate::Describer& SqliteDescriber();
const migrate::DatabaseAdmin& SqliteDatabaseAdmin();

// What is written after DEFAULT; "" if nothing.
std::string DefaultSql(const migrate::DefaultValue& value);

// All of them together, for the list of providers.
migrate::Provider MigrationProvider();

}  // namespace prisma::sqlite
