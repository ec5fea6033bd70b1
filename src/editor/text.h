// Places as editors give them: a line and a column in UTF-16 units, both from zero; and URIs of documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// The same for many places of some files: the beginnings of lines are looked for once.
class Places {
 public:
  explicit Places(const SourceFiles& files) : files_(files), lines_(files.size()) {}
  Range RangeOf(Span span) { return {PositionOf(span.file, span.start), PositionOf(span.file, span.end)}; }
  Span SpanOf(FileId file, const Range& range) {
    return {file, OffsetOf(file, range.start), OffsetOf(file, range.end)};
  }

 private:
  const std::vector<uint32_t>& LinesOf(FileId file);
  Position PositionOf(FileId file, uint32_t offset);
  uint32_t OffsetOf(FileId file, Position position);

  const SourceFiles& files_;
  std::vector<std::vector<uint32_t>> lines_;  // where each line of each file begins
};

// The URI in its normal form (`file:/a b` is `file:///a%20b`); nothing if the text is none.
std::optional<std::string> NormalUri(std::string_view text);

}  // namespace prisma::editor
