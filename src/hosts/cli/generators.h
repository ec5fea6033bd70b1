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

// Runs the generators of these names, or all. The schema must be valid. Throws Error if a name is unknown.
GenerateReport RunGenerators(const SchemaContext& context, const std::vector<std::string>& names);

// What `db push` does at its end. A generator's failure is told but does not undo the push.
void GenerateAfter(const SchemaContext& context);

}  // namespace prisma::cli
