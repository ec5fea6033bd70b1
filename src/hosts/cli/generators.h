// Running a schema's generators.
#pragma once

#include <string>
#include <vector>

#include "hosts/cli/schema_context.h"

namespace prisma::cli {

struct GenerateRequest {
  std::vector<std::string> names;  // only these; empty: all
  bool is_postinstall = false;
  bool no_engine = false;
  bool allow_no_models = true;
  bool has_hints = true;
  bool with_sql = false;  // typed functions of files of SQL as well
};

struct GenerateReport {
  std::string text;  // what was generated and what went wrong, an empty line between generators
  bool has_failed = false;
};

// Runs generators of a valid schema. Throws Error if one can't be started or described, or if a name is unknown.
GenerateReport RunGenerators(const SchemaContext& context, const GenerateRequest& request);

// What `db push` does at its end. A generator's failure is told but does not undo the push.
void GenerateAfter(const SchemaContext& context);

}  // namespace prisma::cli
