// Runs the generators of a schema. Ours (the Python client) runs in process; any other is a command that is spoken to
// in Prisma's generator protocol: JSON-RPC lines over its stdin and stderr.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "schema/schema.h"

namespace prisma::generate {

struct GenerateOptions {
  std::string schema_path;         // the file, or the folder of a multi-file schema; absolute
  std::vector<std::string> names;  // only these generators; empty: all
  std::string version;             // of this Prisma, told to external generators
  // The whole DMMF document, for external generators; called at most once. Without it they get the datamodel alone.
  std::function<std::string()> dmmf;
};

// What became of one generator.
struct GeneratorOutcome {
  std::string name;         // of the generator block
  std::string pretty_name;  // "Prisma Client Python"
  std::string version;      // of the generator; may be empty
  std::string output;       // absolute; empty if the generator names none
  std::vector<std::string> warnings;
  std::string error;  // empty: it has succeeded
  std::chrono::milliseconds duration{0};
};

// One outcome a generator, in the order of the schema. Throws Error if a name in `names` is unknown.
std::vector<GeneratorOutcome> Generate(const schema::Schema& schema, const GenerateOptions& options);

}  // namespace prisma::generate
