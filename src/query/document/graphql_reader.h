// GraphQL text → Request.
#pragma once

#include <string>
#include <string_view>

#include "query/document/node.h"

namespace prisma::query {

// Of several root fields only the last is read, as Prisma does. False: `fault` has the parse error's text.
bool ReadGraphql(std::string_view text, Arena& arena, Request& request, std::string& fault);

}  // namespace prisma::query
