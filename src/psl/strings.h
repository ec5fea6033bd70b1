// The escapes of string literals: those of JSON.
#pragma once

#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"

namespace prisma::psl {

// The text that is written as `raw` between quotes that start at `span`. Bad escapes are reported and left out.
std::string Unescape(std::string_view raw, Span span, DiagnosticSink& sink);

}  // namespace prisma::psl
