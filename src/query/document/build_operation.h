// A checked request → Operation: names become ids, shorthands become their long forms, values stay parameters. What
// enters has been validated and coerced; what leaves lives in the arena and refers to the schema by ids.
#pragma once

#include "base/arena.h"
#include "query/document/node.h"
#include "query/document/operation.h"
#include "query/document/structural_sink.h"
#include "schema/schema.h"

namespace prisma::query {

// Throws Error where the parts of a request don't fit together (P2019 and the like).
const Operation* BuildOperation(const Request& checked, const schema::Schema& schema, Arena& arena,
                                StructuralSink& sink);

// "findManyUser", or an action and a model apart → Action; nothing if there is no such action.
std::optional<Action> ActionOf(std::string_view name);

}  // namespace prisma::query
