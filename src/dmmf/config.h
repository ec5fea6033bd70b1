// The answer of get_config: datasource, generators and what is wrong with them.
#pragma once

#include "diagnostics/diagnostic.h"
#include "json/writer.h"
#include "schema/schema.h"

namespace prisma::dmmf {

// `{"config": {generators, datasources, warnings}, "errors": [...]}`.
void WriteConfig(const schema::Schema& schema, const DiagnosticSink& sink, json::Writer& writer);

}  // namespace prisma::dmmf
