// UTF-8 as UTF-16, for hosts whose strings are of that kind.
#pragma once

#include <memory>
#include <string_view>

namespace prisma {

struct Utf16Text {
  std::unique_ptr<char16_t[]> units;  // null: the text is plain ASCII, or no valid UTF-8
  size_t size = 0;
};

Utf16Text ToUtf16(std::string_view text);

}  // namespace prisma
