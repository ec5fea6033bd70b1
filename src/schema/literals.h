// Are literals of defaults well formed? Empty: yes; otherwise what is wrong, in the words of the libraries Prisma uses.
#pragma once

#include <string>
#include <string_view>

namespace prisma::schema {

std::string FindIntegerError(std::string_view text);
std::string FindDecimalError(std::string_view text);
std::string FindDateTimeError(std::string_view text);
std::string FindBase64Error(std::string_view text);

}  // namespace prisma::schema
