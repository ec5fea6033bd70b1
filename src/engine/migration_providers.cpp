// The one visible list of databases that migrations can be made for.
#include "connectors/cockroachdb/migration.h"
#include "connectors/postgresql/migration.h"
#include "connectors/sqlite/migration.h"
#include "migrate/provider.h"

namespace prisma::migrate {

const Provider* FindProvider(std::string_view active_provider) {
  static const Provider providers[] = {
      postgresql::MigrationProvider(),
      cockroachdb::MigrationProvider(),
      sqlite::MigrationProvider(),
  };
  for (const Provider& provider : providers) {
    if (provider.name == active_provider) return &provider;
  }
  return nullptr;
}

}  // namespace prisma::migrate
