// What an editor offers to write at the cursor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "editor/lookup.h"

namespace prisma::editor {

// The numbers are those of the Language Server Protocol.
enum class CompletionKind : uint8_t { kFunction = 3, kField = 5, kProperty = 10, kEnum = 13, kConstant = 21 };
enum class InsertFormat : uint8_t { kPlainText = 1, kSnippet = 2 };  // in a snippet $0 is the cursor afterwards

// What is empty is left out.
struct CompletionItem {
  std::string label;
  CompletionKind kind;
  std::string detail;
  std::string documentation;  // Markdown
  std::string insert_text;    // the label, if empty
  std::optional<InsertFormat> insert_format;
};

// `may_quote`: text that belongs into quotes may come with them, if the cursor is not in front of one.
std::vector<CompletionItem> Complete(const Cursor& cursor, bool may_quote);

}  // namespace prisma::editor
