// Prisma schema → SqlSchema: the tables, columns, keys and enums that the schema asks for. The schema must be valid.
#pragma once

#include "migrate/rules.h"
#include "migrate/sql_schema.h"
#include "schema/schema.h"

namespace prisma::migrate {

SqlSchema CalculateSqlSchema(const schema::Schema& schema, const CalculatorRules& rules);

// A constant as the schema's author wrote it (unescaped), in normal form.
SqlValue ReadConstant(const std::string& text, schema::ScalarType type);

}  // namespace prisma::migrate
