#include "json/writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace prisma::json {
namespace {

constexpr size_t kPiece = 64;
constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;

// True if one of the eight bytes is a control character.
bool AnyControl(uint64_t bytes) { return ((bytes - kOnes * 0x20) & ~bytes & kHigh) != 0; }

void AppendEscape(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default: {
      constexpr char kDigits[] = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
    }
  }
}

}  // namespace

void AppendString(std::string& out, std::string_view text) {
  out += '"';
  size_t done = 0, i = 0;
  while (i < text.size()) {
    uint64_t bytes;
    if (i + 8 <= text.size()) {
      std::memcpy(&bytes, text.data() + i, 8);
      if (!AnyNeedsEscape(bytes)) {
        i += 8;
        continue;
      }
    }
    out.append(text.data() + done, i - done);
    // Quotes come in crowds (JSON in JSON): the bytes that follow are written without a branch for each of them.
    char piece[2 * kPiece];
    char* end = piece;
    const size_t stop = std::min(i + kPiece, text.size());
    for (; i + 8 <= stop; i += 8) {
      std::memcpy(&bytes, text.data() + i, 8);
      if (AnyControl(bytes)) break;
      for (size_t k = 0; k < 8; ++k) {
        const char c = text[i + k];
        *end = '\\';
        end += (c == '"') | (c == '\\');
        *end++ = c;
      }
    }
    // The rest of a text, or a control character among the next eight bytes.
    for (const size_t last = std::min(i + 8, stop); i < last; ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c >= 0x20) {
        if (c == '"' || c == '\\') *end++ = '\\';
        *end++ = text[i];
        continue;
      }
      out.append(piece, static_cast<size_t>(end - piece));
      end = piece;
      AppendEscape(out, c);
    }
    out.append(piece, static_cast<size_t>(end - piece));
    done = i;
  }
  out.append(text.data() + done, text.size() - done);
  out += '"';
}

void AppendNestedString(std::string& out, std::string_view text) {
  if (!NeedsEscapes(text)) {
    out += "\\\"";
    out += text;
    out += "\\\"";
    return;
  }
  std::string inner, outer;
  AppendString(inner, text);
  AppendString(outer, inner);
  out.append(outer, 1, outer.size() - 2);
}

void AppendInt(std::string& out, int64_t number) {
  char buffer[24];
  auto result = std::to_chars(buffer, buffer + sizeof buffer, number);
  out.append(buffer, result.ptr);
}

void AppendFloat(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  // The shortest digits, then the layout: plain from 1e-5 up to below 1e16, else scientific.
  char buffer[40];
  auto result = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  const char* p = buffer;
  if (*p == '-') {
    out += '-';
    ++p;
  }
  const char* e = p;
  while (*e != 'e') ++e;
  char digits[32];
  int length = 0;
  for (const char* d = p; d < e; ++d) {
    if (*d != '.') digits[length++] = *d;
  }
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, result.ptr, exponent);
  if (number == 0) {
    out += "0.0";
    return;
  }
  int point = exponent + 1;  // digits before the decimal point
  if (length <= point && point <= 16) {
    out.append(digits, length);
    out.append(point - length, '0');
    out += ".0";
  } else if (0 < point && point <= 16) {
    out.append(digits, point);
    out += '.';
    out.append(digits + point, length - point);
  } else if (-5 < point && point <= 0) {
    out += "0.";
    out.append(-point, '0');
    out.append(digits, length);
  } else {
    out += digits[0];
    if (length > 1) {
      out += '.';
      out.append(digits + 1, length - 1);
    }
    out += 'e';
    AppendInt(out, exponent);
  }
}

}  // namespace prisma::json
