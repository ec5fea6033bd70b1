// GraphQL text → Requests.
#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "json/reader.h"
#include "query/document/node.h"

namespace prisma::query {

// The root fields of the operation `operation_name` (or of the first one if that is empty), in order. Throws Error.
// Texts are views into `text` and `variables` (an object; null: there are none) or live in the arena.
std::vector<Request> ReadGraphql(std::string_view text, std::string_view operation_name, Arena& arena,
                                 json::Value variables = {});

}  // namespace prisma::query
