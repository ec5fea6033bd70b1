// A language server for schema files: requests and notifications of the Language Server Protocol 3.17, one after the
// other. What they mean is up to editor/.
#pragma once

#include <string>
#include <string_view>

namespace prisma::language_server {

struct Options {
  std::string schema;   // a file or folder that is one schema; may be empty
  std::string version;  // told to clients
};

// Serves until the client says `exit` or goes away; the exit code of the process: 0 only if it was shut down in order.
int Serve(int in, int out, const Options& options);

}  // namespace prisma::language_server
