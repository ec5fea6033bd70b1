// The parts of MySQL's migrations.
#pragma once

#include "migrate/provider.h"

namespace prisma::mysql {

// None: nothing changes.
std::optional<migrate::TypeChange> NativeTypeChange(const migrate::NativeType& before,
                                                    const migrate::NativeType& after);

const migrate::DdlWriter& MysqlDdlWriter(bool is_executed);

migrate::Provider MigrationProvider();

}  // namespace prisma::mysql
