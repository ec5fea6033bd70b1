// What went wrong in the database → the error that the user is shown.
#pragma once

#include "base/error.h"
#include "driver/connection.h"
#include "query/plan/plan.h"
#include "schema/schema.h"

namespace prisma::query {

// `statement` may be null: then conversion errors can't name the field.
Error ToError(const driver::DbError& error, const schema::Schema& schema, const StatementPlan* statement);
// For queryRaw and executeRaw: P2010 for what the SQL text is to blame for.
Error ToRawError(const driver::DbError& error, const schema::Schema& schema);

}  // namespace prisma::query
