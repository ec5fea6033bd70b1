// The little Unicode knowledge that identifiers need.
#pragma once

namespace prisma::psl {

// For code points beyond ASCII.
bool IsLetter(char32_t code_point);

}  // namespace prisma::psl
