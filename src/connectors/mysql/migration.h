// The parts of MySQL's migrations.
#pragma once

#include "migrate/provider.h"

namespace prisma::mysql {

// None: nothing changes.
std::optional<migrate::TypeChange> NativeTypeChange(const migrate::NativeType& before,
                                                    const migrate::NativeType& after);

const migrate::DdlWriter& MysqlDdlWriter(bool is_executed);
const migrate::Describer& MysqlDescriber();
const migrate::DatabaseAdmin& MysqlDatabaseAdmin();

migrate::Provider MigrationProvider();

}  // namespace prisma::mysql
