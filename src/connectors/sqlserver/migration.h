// The parts of SQL Server's migrations.
#pragma once

#include "migrate/provider.h"

namespace prisma::sqlserver {

// None: nothing changes.
std::optional<migrate::TypeChange> NativeTypeChange(const migrate::NativeType& before,
                                                    const migrate::NativeType& after);

const migrate::DdlWriter& SqlserverDdlWriter(bool is_executed);

migrate::Provider MigrationProvider();

}  // namespace prisma::sqlserver
