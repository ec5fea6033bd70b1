// Schema text to syntax tree. Never throws; what cannot be read is reported to the sink and skipped (at the granularity
// of Prisma's own recovery: a line of a block, a block, a stray line at top level).
#pragma once

#include "psl/ast.h"

namespace prisma::psl {

ast::Ast Parse(const SourceFiles& files, DiagnosticSink& sink);

}  // namespace prisma::psl
