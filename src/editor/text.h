// Places as editors give them: a line and a column in UTF-16 units, both from zero; and URIs of documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "diagnostics/source.h"

namespace prisma::editor {

struct Position {
  uint32_t line = 0;
  uint32_t character = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Range {
  Position start;
  Position end;
  friend bool operator==(const Range&, const Range&) = default;
};

// Past the end of a line is its end, past the last line the end of the text. Lines end with '\n'.
uint32_t OffsetOf(std::string_view text, Position position);
Position PositionOf(std::string_view text, uint32_t offset);
// The span's file must be the one that holds `text`.
Range RangeOf(std::string_view text, Span span);
Span SpanOf(std::string_view text, FileId file, const Range& range);

// The URI in its normal form (`file:/a b` is `file:///a%20b`); nothing if the text is none.
std::optional<std::string> NormalUri(std::string_view text);

}  // namespace prisma::editor
