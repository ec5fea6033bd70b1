// The `schema` and `mappings` members of the DMMF document: what requests may say.
#pragma once

#include "json/writer.h"
#include "query/schema/query_schema.h"

namespace prisma::dmmf {

void WriteQuerySchema(const query::QuerySchema& query_schema, json::Writer& writer);
void WriteMappings(const query::QuerySchema& query_schema, json::Writer& writer);

}  // namespace prisma::dmmf
