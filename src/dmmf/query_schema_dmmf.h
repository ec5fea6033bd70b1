// The `schema` and `mappings` members of the DMMF document: what requests may say.
#pragma once

#include "json/writer.h"
#include "schema/schema.h"

namespace prisma::dmmf {

void WriteQuerySchema(const schema::Schema& schema, json::Writer& writer);
void WriteMappings(const schema::Schema& schema, json::Writer& writer);

}  // namespace prisma::dmmf
