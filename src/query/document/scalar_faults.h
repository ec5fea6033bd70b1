// Why a text is not a value of a scalar type, as Prisma says it.
#pragma once

#include <string>
#include <string_view>

#include "query/schema/query_schema.h"

namespace prisma::query {

std::string_view BadTextName(InputScalar type);  // "ISO-8601 DateTime"
std::string BadTextReason(InputScalar type, std::string_view text);

}  // namespace prisma::query
