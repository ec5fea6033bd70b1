// Runs the generators of a schema. Ours (the Python client) runs in process; any other is a program that is spoken to
// in Prisma's generator protocol.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/typed_sql.h"
#include "schema/schema.h"

namespace prisma::generate {

struct GenerateOptions {
  std::string schema_path;         // the file, or the folder of a multi-file schema; absolute
  std::vector<std::string> names;  // only these generators; empty: all
  bool is_postinstall = false;
  bool no_engine = false;
  bool allow_no_models = true;
  std::optional<std::vector<engine::TypedSql>> typed_sql;  // of `--sql`
  std::function<void(const std::string&)> say;             // warnings before anything is generated
};

// What became of one generator.
struct GeneratorOutcome {
  std::string name;         // of the generator block
  std::string pretty_name;  // "Prisma Client Python"
  std::string version;      // as the generator writes it; may be empty
  std::string output;       // absolute
  std::vector<std::string> warnings;
  std::string error;  // empty: it has succeeded
  std::chrono::milliseconds duration{0};
};

// One outcome a generator, in the order of the schema. Throws Error if one can't be started or described, or if a name
// in `names` is unknown; nothing has been generated then.
std::vector<GeneratorOutcome> Generate(const schema::Schema& schema, const GenerateOptions& options);

// The other side: answers requests of a `prisma generate` as the Python client's generator, until `in` ends.
void Serve(std::FILE* in, std::FILE* out);

}  // namespace prisma::generate
