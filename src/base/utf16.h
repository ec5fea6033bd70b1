// UTF-8 as hosts want it whose strings are Latin-1 or UTF-16 inside.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace prisma {

// Turns UTF-8 into Latin-1 where it stands. False, and nothing is changed: it has other characters, or is not UTF-8.
bool ToLatin1(std::string& text);

// A text in UTF-16, in memory that may serve again.
struct Utf16Text {
  std::unique_ptr<char16_t[]> units;
  size_t size = 0;
  size_t room = 0;
};

// False: no valid UTF-8.
bool ToUtf16(std::string_view text, Utf16Text& out);

}  // namespace prisma
