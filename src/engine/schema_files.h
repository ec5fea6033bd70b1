// Where the files of a schema are on disk.
#pragma once

#include <string>
#include <vector>

#include "diagnostics/source.h"

namespace prisma::engine {

// The *.prisma files of a schema: `path` itself, or all of a folder and its sub-folders in the order of their names.
// Throws Error without a code if it can't be read.
std::vector<std::string> FindSchemaFiles(const std::string& path);

// Reads them; the paths stay as FindSchemaFiles gives them.
SourceFiles ReadSchemaFiles(const std::string& path);

// The whole file; throws Error without a code.
std::string ReadFile(const std::string& path);

}  // namespace prisma::engine
