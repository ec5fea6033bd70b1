// The DMMF document: what generators are told of a schema.
#pragma once

#include "json/writer.h"
#include "schema/schema.h"

namespace prisma::dmmf {

// Writes one member's value.
using SectionWriter = void (*)(const schema::Schema& schema, json::Writer& writer);

// `{"datamodel": …, "schema": …, "mappings": …}`. The last two tell of queries and are written by those who know them.
void WriteDmmf(const schema::Schema& schema, SectionWriter write_schema, SectionWriter write_mappings,
               json::Writer& writer);

}  // namespace prisma::dmmf
