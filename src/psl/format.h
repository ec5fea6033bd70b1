// The layout of schema text: columns aligned, two blanks between nothing, attributes in Prisma's order. Comments and
// what cannot be read stay as they are.
#pragma once

#include <string>
#include <string_view>

namespace prisma::psl {

// Format(Format(x)) == Format(x) for text that can be read.
std::string Format(std::string_view text, int indent_width = 2);

}  // namespace prisma::psl
