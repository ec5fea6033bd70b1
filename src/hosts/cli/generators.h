// Running a schema's generators.
#pragma once

#include <string>
#include <vector>

#include "hosts/cli/schema_context.h"

namespace prisma::cli {

struct GenerateReport {
  std::vector<std::string> lines;  // one a generator: what was generated, or what went wrong
  bool has_failed = false;
};

// Runs the generators of these names, or all. Throws Error if a name is unknown or the schema has faults.
GenerateReport RunGenerators(const SchemaContext& context, const std::vector<std::string>& names);

// What `db push` does at its end. A generator's failure is told but does not undo the push.
void GenerateAfter(const SchemaContext& context);

}  // namespace prisma::cli
