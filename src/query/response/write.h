// A result as JSON.
#pragma once

#include <string>

#include "query/execute/result.h"

namespace prisma::query {

// The value of `data`'s one member, onto the end of `out`. `is_tagged`: scalars as the JSON protocol has them,
// {"$type":"DateTime","value":…}; else plain, as in GraphQL.
void WriteResult(const Result& result, bool is_tagged, std::string& out);

// One object of a list, without the last `hidden` of its fields.
void WriteRow(const Result& result, uint32_t row, size_t hidden, bool is_tagged, std::string& out);

// {"data":{"findManyUser":…}}
void WriteResponse(const Result& result, bool is_tagged, std::string& out);

}  // namespace prisma::query
