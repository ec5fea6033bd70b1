// The formatter: adds what is missing of relations, then lays the text out.
#pragma once

#include <string>
#include <vector>

#include "diagnostics/source.h"

namespace prisma::schema {

// The text of each file, formatted. Fields on the other side of relations, scalar fields and arguments of @relation
// are added where they are missing, if names, types, attributes and relations of the schema have no faults.
std::vector<std::string> Reformat(const SourceFiles& files, int indent_width = 2);

}  // namespace prisma::schema
