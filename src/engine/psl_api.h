// The functions of the npm package prisma-schema-wasm, by name: what `prisma debug psl` and editors call.
#pragma once

#include <string>
#include <string_view>

#include "json/reader.h"

namespace prisma::engine {

// `args` is an array. The answer is one JSON object: {"result": …} or {"error": {…}}.
std::string CallPsl(std::string_view function, const json::Value& args);

// One line `{"fn": NAME, "args": [...]}` to its answer. Never throws.
std::string AnswerPslLine(std::string_view line);

}  // namespace prisma::engine
