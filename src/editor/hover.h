// What an editor shows of the item under the mouse.
#pragma once

#include <optional>
#include <string>

#include "editor/lookup.h"

namespace prisma::editor {

// Markdown; nothing where there is nothing to say.
std::optional<std::string> Hover(const Cursor& cursor);

}  // namespace prisma::editor
