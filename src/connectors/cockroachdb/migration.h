#pragma once

#include "migrate/provider.h"

namespace prisma::cockroachdb {

migrate::Provider MigrationProvider();

}  // namespace prisma::cockroachdb
