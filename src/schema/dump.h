// A resolved schema as text, for tests and for looking at it: names in the database, constraints, relations.
#pragma once

#include <string>

#include "schema/schema.h"

namespace prisma::schema {

std::string Dump(const Schema& schema);

}  // namespace prisma::schema
