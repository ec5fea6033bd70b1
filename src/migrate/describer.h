// Reads the structure of a live database.
#pragma once

#include "driver/connection.h"
#include "migrate/sql_schema.h"

namespace prisma::migrate {

class Describer {
 public:
  virtual ~Describer() = default;
  // Throws driver::DbException. `namespaces`: those to look at, where there are any; empty: the default one.
  virtual SqlSchema Describe(driver::Connection& connection, const std::vector<std::string>& namespaces) const = 0;
  // As the database says it.
  virtual std::string Version(driver::Connection& connection) const = 0;
};

}  // namespace prisma::migrate
