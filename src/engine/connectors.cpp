// The one visible list of databases.
#include "engine/connectors.h"

#include "base/error.h"
#include "connectors/cockroachdb/dialect.h"
#include "connectors/cockroachdb/migration.h"
#include "connectors/mysql/dialect.h"
#include "connectors/mysql/driver.h"
#include "connectors/mysql/migration.h"
#include "connectors/postgresql/dialect.h"
#include "connectors/postgresql/driver.h"
#include "connectors/postgresql/migration.h"
#include "connectors/sqlite/dialect.h"
#include "connectors/sqlite/driver.h"
#include "connectors/sqlite/migration.h"
#include "connectors/sqlserver/migration.h"
#include "schema/connector_traits.h"

namespace prisma::schema {

const ConnectorTraits& PostgresqlConnectorTraits();
const ConnectorTraits& CockroachdbConnectorTraits();
const ConnectorTraits& MysqlConnectorTraits();
const ConnectorTraits& SqliteConnectorTraits();
const ConnectorTraits& SqlserverConnectorTraits();
const ConnectorTraits& MongodbConnectorTraits();

std::span<const ConnectorTraits* const> AllConnectors() {
  static const ConnectorTraits* const connectors[] = {
      &PostgresqlConnectorTraits(), &CockroachdbConnectorTraits(), &MysqlConnectorTraits(),
      &SqliteConnectorTraits(),     &SqlserverConnectorTraits(),   &MongodbConnectorTraits(),
  };
  return connectors;
}

std::string_view ProvidersInWords() {
  return "`postgresql`, `mysql`, `sqlserver`, `sqlite`, `mongodb` or `cockroachdb`";
}

const ConnectorTraits* FindConnector(std::string_view written_provider) {
  for (const ConnectorTraits* connector : AllConnectors()) {
    if (connector->IsProvider(written_provider)) return connector;
  }
  return nullptr;
}

}  // namespace prisma::schema

namespace prisma::engine {

ConnectorParts PartsOf(const schema::ConnectorTraits& connector) {
  if (&connector == &schema::SqliteConnectorTraits()) {
    return {[](std::string_view) -> const sql::Dialect& { return sqlite::SqliteDialect(); }, &sqlite::OpenDatabase};
  }
  if (&connector == &schema::PostgresqlConnectorTraits()) return {&postgresql::DialectOf, &postgresql::OpenDatabase};
  // The protocol and the errors are PostgreSQL's.
  if (&connector == &schema::CockroachdbConnectorTraits()) return {&cockroachdb::DialectOf, &postgresql::OpenDatabase};
  if (&connector == &schema::MysqlConnectorTraits()) {
    return {[](std::string_view) -> const sql::Dialect& { return mysql::MysqlDialect(); }, &mysql::OpenDatabase};
  }
  throw Error("", "Queries on " + std::string(connector.name()) + " are not supported yet.");
}

}  // namespace prisma::engine

namespace prisma::migrate {

const Provider* FindProvider(std::string_view active_provider) {
  static const Provider providers[] = {
      postgresql::MigrationProvider(), cockroachdb::MigrationProvider(), mysql::MigrationProvider(),
      sqlite::MigrationProvider(),     sqlserver::MigrationProvider(),
  };
  for (const Provider& provider : providers) {
    if (provider.name == active_provider) return &provider;
  }
  return nullptr;
}

}  // namespace prisma::migrate
