#include "hosts/cli/generators.h"

#include "base/error.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"

namespace prisma::cli {
GenerateReport RunGenerators(const SchemaContext&, const std::vector<std::string>&) { throw Error("", "generate is not linked in"); }
int GenerateAfter(const SchemaContext&) { return 0; }
int Generate(Words) { throw Error("", "generate is not linked in"); }
}  // namespace prisma::cli
