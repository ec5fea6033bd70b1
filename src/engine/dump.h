// What a stage makes of a schema or a request, as text for people: `prisma debug dump`.
#pragma once

#include <string>
#include <string_view>

#include "engine/query_engine.h"
#include "schema/schema.h"

namespace prisma::engine {

std::string DumpAst(const SourceFiles& files);

enum class RequestStage : uint8_t {
  kOperation,  // the request after checking: shorthands and defaults written out, values coerced
  kPlan,
  kSql,  // the plan's statements
};

// One body of POST /. Throws Error for a request that is refused, or a database without a dialect.
std::string DumpRequest(std::shared_ptr<const schema::Schema> schema, std::string_view body, Protocol protocol,
                        RequestStage stage);

}  // namespace prisma::engine
