#include "base/utf16.h"

#include <cstdint>
#include <cstring>

namespace prisma {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

bool IsAscii(const char* eight) {
  uint64_t bytes;
  std::memcpy(&bytes, eight, 8);
  return (bytes & kHighBits) == 0;
}

size_t AsciiLength(const char* text, size_t size) {
  size_t i = 0;
  while (i + 8 <= size && IsAscii(text + i)) i += 8;
  while (i < size && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

}  // namespace

bool ToLatin1(std::string& text) {
  char* const data = text.data();
  const size_t size = text.size();
  const size_t first = AsciiLength(data, size);
  for (size_t i = first; i < size;) {
    i += AsciiLength(data + i, size - i);
    if (i == size) break;
    const auto lead = static_cast<unsigned char>(data[i]);
    if ((lead != 0xC2 && lead != 0xC3) || i + 1 == size || (data[i + 1] & 0xC0) != 0x80) return false;
    i += 2;
  }
  char* to = data + first;
  for (size_t i = first; i < size;) {
    if (i + 8 <= size && IsAscii(data + i)) {
      uint64_t eight;
      std::memcpy(&eight, data + i, 8);
      std::memcpy(to, &eight, 8);
      to += 8;
      i += 8;
    } else if (static_cast<unsigned char>(data[i]) < 0x80) {
      *to++ = data[i++];
    } else {
      *to++ = static_cast<char>((data[i] & 0x03) << 6 | (data[i + 1] & 0x3F));
      i += 2;
    }
  }
  text.resize(static_cast<size_t>(to - data));
  return true;
}

bool ToUtf16(std::string_view text, Utf16Text& out) {
  const char* const data = text.data();
  const size_t size = text.size();
  // No character takes more units than it has bytes.
  if (out.room < size) out = {std::unique_ptr<char16_t[]>(new char16_t[size]), 0, size};
  char16_t* to = out.units.get();
  for (size_t i = 0; i < size;) {
    if (i + 8 <= size && IsAscii(data + i)) {
      for (size_t k = 0; k < 8; ++k) to[k] = static_cast<unsigned char>(data[i + k]);
      to += 8;
      i += 8;
      continue;
    }
    const auto byte = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(data[at])); };
    const uint32_t first = byte(i);
    if (first < 0x80) {
      *to++ = static_cast<char16_t>(first);
      ++i;
      continue;
    }
    const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || i + length > size) return false;
    uint32_t code = first & (0x7Fu >> length);
    for (size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
      code = code << 6 | (byte(i + k) & 0x3F);
    }
    constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    if (code < 0x10000) {
      *to++ = static_cast<char16_t>(code);
    } else {
      *to++ = static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
      *to++ = static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
    i += length;
  }
  out.size = static_cast<size_t>(to - out.units.get());
  return true;
}

}  // namespace prisma
