// The functions of the npm package prisma-schema-wasm, by name: what `prisma debug psl` and editors call.
#pragma once

#include <string_view>

#include "json/writer.h"

namespace prisma::engine {

// One line `{"fn": NAME, "args": [...]}`: the answer is one JSON object, {"result": …} or {"error": {…}}, and may come
// in several pieces. Throws only if memory runs out.
void AnswerPslLine(std::string_view line, const json::Sink& sink);

}  // namespace prisma::engine
