// The connection URL of a schema's datasource.
#pragma once

#include <string>

#include "schema/config_only.h"

namespace prisma::engine {

// As written in the schema, overridden, or of the variable that it names. Throws Error P1012, which shows the place in
// the schema, if the variable is missing or has no URL of this database.
std::string DatasourceUrl(const schema::Schema& schema, const schema::ConfigOptions& options = {});

}  // namespace prisma::engine
