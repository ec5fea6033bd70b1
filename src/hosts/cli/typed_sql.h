// `prisma generate --sql`: the files of SQL beside the schema, and what the database says of them.
#pragma once

#include <string>
#include <vector>

#include "engine/typed_sql.h"
#include "hosts/cli/schema_context.h"

namespace prisma::cli {

// Of all files *.sql in the folder `sql` beside the datasource, or in that of the configuration file. Throws Error with
// the faults of all of them.
std::vector<engine::TypedSql> DescribeSqlFiles(const SchemaContext& context);

// That folder.
std::string SqlFolder(const SchemaContext& context);

}  // namespace prisma::cli
