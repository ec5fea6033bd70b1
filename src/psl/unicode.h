// The little Unicode knowledge that identifiers and comments need.
#pragma once

#include <string_view>

namespace prisma::psl {

// For code points beyond ASCII.
bool IsLetter(char32_t code_point);

// Without the white space of Unicode at the start, or at both ends, of UTF-8 text.
std::string_view TrimStart(std::string_view text);
std::string_view Trim(std::string_view text);

}  // namespace prisma::psl
