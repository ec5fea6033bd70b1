// What an editor offers to mend faults of a schema with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "editor/lookup.h"
#include "editor/text.h"

namespace prisma::editor {

// A fault or warning as the editor shows it, of the file that actions are asked for.
struct ShownDiagnostic {
  Range range;
  std::string_view message;
};

struct TextEdit {
  FileId file;
  Range range;
  std::string text;
};

struct CodeAction {
  std::string title;
  std::vector<size_t> diagnostics;  // those it mends, by their place in the list given
  std::vector<TextEdit> edits;
};

std::vector<CodeAction> CodeActions(const schema::Schema& schema, FileId file,
                                    const std::vector<ShownDiagnostic>& diagnostics);

}  // namespace prisma::editor
