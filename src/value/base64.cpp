#include "value/base64.h"

#include <array>
#include <cstdint>

namespace prisma {

namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> MakeReverse() {
  std::array<int8_t, 256> reverse{};
  for (int8_t& entry : reverse) entry = -1;
  for (int i = 0; i < 64; ++i) reverse[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  reverse['-'] = 62;
  reverse['_'] = 63;
  return reverse;
}
constexpr std::array<int8_t, 256> kReverse = MakeReverse();

}  // namespace

void WriteBase64(std::string_view bytes, char* out) {
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3) {
    const uint32_t triple = uint32_t{in[0]} << 16 | uint32_t{in[1]} << 8 | in[2];
    *out++ = kAlphabet[triple >> 18];
    *out++ = kAlphabet[triple >> 12 & 63];
    *out++ = kAlphabet[triple >> 6 & 63];
    *out++ = kAlphabet[triple & 63];
  }
  if (left == 0) return;
  const uint32_t triple = uint32_t{in[0]} << 16 | (left == 2 ? uint32_t{in[1]} << 8 : 0);
  *out++ = kAlphabet[triple >> 18];
  *out++ = kAlphabet[triple >> 12 & 63];
  *out++ = left == 2 ? kAlphabet[triple >> 6 & 63] : '=';
  *out++ = '=';
}

std::string EncodeBase64(std::string_view bytes) {
  std::string out(Base64Size(bytes.size()), '\0');
  WriteBase64(bytes, out.data());
  return out;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return {};
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const int8_t digit = kReverse[static_cast<unsigned char>(c)];
    if (digit < 0) return {};
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if (++count == 4) {
      out += static_cast<char>(bits >> 16);
      out += static_cast<char>(bits >> 8);
      out += static_cast<char>(bits);
      bits = 0;
      count = 0;
    }
  }
  if (count == 2) out += static_cast<char>(bits >> 4);
  if (count == 3) {
    out += static_cast<char>(bits >> 10);
    out += static_cast<char>(bits >> 2);
  }
  return out;
}

}  // namespace prisma
