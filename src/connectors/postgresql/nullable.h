// Which columns of a statement's result the joins of its plan may leave without a value.
#pragma once

#include <string_view>
#include <vector>

namespace prisma::postgresql {

// `plan`: the answer of EXPLAIN (VERBOSE, FORMAT JSON). True for columns of the side of an outer join that may have no
// row; one for each expression that the plan's root puts out.
std::vector<bool> NullableByJoins(std::string_view plan);

}  // namespace prisma::postgresql
