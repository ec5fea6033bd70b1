// Names in a schema and what they stand for: go to definition, rename, and the outline of a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "editor/code_actions.h"
#include "editor/lookup.h"

namespace prisma::editor {

// Where a name is written. All occurrences of one thing have the same declaration.
struct Occurrence {
  Span span;
  const ast::Identifier* declaration;
};

// The occurrence at the cursor; nothing on other text, and on names that nothing has.
std::optional<Occurrence> FindOccurrence(const Cursor& cursor);

// Writes the new name wherever the thing is named. What a database names alike gets an @map or @@map with the old name,
// so that the database stays as it is.
std::vector<TextEdit> Rename(const Cursor& cursor, const Occurrence& occurrence, std::string_view new_name);

// Can this be a name in a schema?
bool IsName(std::string_view text);

// The numbers are those of the Language Server Protocol.
enum class SymbolKind : uint8_t {
  kClass = 5,
  kProperty = 7,
  kField = 8,
  kEnum = 10,
  kInterface = 11,
  kFunction = 12,
  kEnumMember = 22,
  kStruct = 23,
};

struct OutlineItem {
  std::string_view name;
  std::string_view detail;  // the type of a field
  SymbolKind kind;
  Span span, name_span;
  std::vector<OutlineItem> children;
};

std::vector<OutlineItem> Outline(const ast::File& file);

}  // namespace prisma::editor
