// The DMMF document: what generators are told of a schema.
#pragma once

#include <functional>

#include "json/writer.h"
#include "schema/schema.h"

namespace prisma::dmmf {

// Writes one member's value.
using SectionWriter = std::function<void(json::Writer& writer)>;

// `{"datamodel": …, "schema": …, "mappings": …}`. The last two tell of queries and are written by those who know them.
void WriteDmmf(const schema::Schema& schema, const SectionWriter& write_schema, const SectionWriter& write_mappings,
               json::Writer& writer);

}  // namespace prisma::dmmf
