// What PostgreSQL's generalized indexes take: operator classes and the types they belong to.
#pragma once

#include "schema/native_types.h"
#include "schema/schema.h"

namespace prisma::schema {

void CheckPostgresqlIndex(const ConnectorTraits& connector, const Schema& schema, const Index& index,
                          DiagnosticSink& sink);

// The operator classes that fit a field in an index of that algorithm.
std::vector<std::string_view> PostgresqlOperatorClasses(const ConnectorTraits& connector, const Index& index,
                                                        const Field& field);

}  // namespace prisma::schema
