// Splits GraphQL text into tokens; commas, comments and the byte order mark are blanks.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"

namespace prisma::query {

struct GraphqlToken {
  enum class Kind : uint8_t { kEnd, kPunctuator, kName, kInt, kFloat, kString, kBlockString, kInvalid };
  Kind kind = Kind::kEnd;
  std::string_view text;  // as written, quotes included
  size_t start = 0;
};

class GraphqlLexer {
 public:
  explicit GraphqlLexer(std::string_view text) : text_(text) {}
  GraphqlToken Next();
  // "1:17"
  std::string Position(size_t offset) const;

 private:
  std::string_view text_;
  size_t at_ = 0;
};

// The contents of a string token; false if it holds an escape that isn't one.
bool ReadGraphqlString(const GraphqlToken& token, Arena& arena, std::string_view& contents);

}  // namespace prisma::query
