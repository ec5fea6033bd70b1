#include "base/error.h"
#include "hosts/cli/commands.h"

namespace prisma::cli {
int DebugDump(Words) { throw Error("", "dump is not linked in"); }
}  // namespace prisma::cli
