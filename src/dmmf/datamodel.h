// The `datamodel` member of the DMMF document: models, enums, composite types and indexes.
#pragma once

#include "json/writer.h"
#include "schema/schema.h"

namespace prisma::dmmf {

void WriteDatamodel(const schema::Schema& schema, json::Writer& writer);

}  // namespace prisma::dmmf
