// What the engines need of a database beyond its traits.
#pragma once

#include <memory>
#include <string_view>

#include "driver/connection.h"
#include "schema/connector_traits.h"
#include "sql/dialect.h"

namespace prisma::engine {

struct ConnectorParts {
  // The dialect for a database: it may write the schema that the URL names. Empty URL: any database. Lives for ever.
  const sql::Dialect& (*dialect_of)(std::string_view url) = nullptr;
  std::unique_ptr<driver::Database> (*open)(std::string_view url, std::string_view config_dir) = nullptr;
};

// Throws Error if there is no driver for this database yet.
ConnectorParts PartsOf(const schema::ConnectorTraits& connector);

}  // namespace prisma::engine
