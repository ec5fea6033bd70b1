// Find references.
#pragma once

#include <vector>

#include "editor/lookup.h"

namespace prisma::editor {

// Where the item at the cursor is declared and used, the declaration first.
std::vector<Span> References(const Cursor& cursor);

}  // namespace prisma::editor
