#include "migrate/provider.h"

namespace prisma::migrate {

void DatabaseAdmin::Apply(driver::Connection& connection, const Statements& statements) const {
  for (const std::string& statement : statements) connection.ExecuteScript(statement);
}

}  // namespace prisma::migrate
