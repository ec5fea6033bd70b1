// What requests may say, as a document in GraphQL's schema definition language.
#pragma once

#include <string>

#include "query/schema/query_schema.h"

namespace prisma::dmmf {

std::string SdlText(const query::QuerySchema& schema);

}  // namespace prisma::dmmf
