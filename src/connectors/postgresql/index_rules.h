// What PostgreSQL's generalized indexes take: operator classes and the types they belong to.
#pragma once

#include "schema/native_types.h"
#include "schema/schema.h"

namespace prisma::schema {

void CheckPostgresqlIndex(const ConnectorTraits& connector, const Schema& schema, const Index& index,
                          DiagnosticSink& sink);

}  // namespace prisma::schema
