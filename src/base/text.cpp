#include "base/text.h"

namespace prisma {

void AppendUtf8(std::string& out, uint32_t code_point) {
  auto add = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0 | code_point >> 6);
    add(0x80 | (code_point & 63));
  } else if (code_point < 0x10000) {
    add(0xE0 | code_point >> 12);
    add(0x80 | (code_point >> 6 & 63));
    add(0x80 | (code_point & 63));
  } else {
    add(0xF0 | code_point >> 18);
    add(0x80 | (code_point >> 12 & 63));
    add(0x80 | (code_point >> 6 & 63));
    add(0x80 | (code_point & 63));
  }
}

void AppendDebugQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
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
      case '\0':
        out += "\\0";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          constexpr char kDigits[] = "0123456789abcdef";
          out += "\\u{";
          if (static_cast<unsigned char>(c) >= 16) out += kDigits[static_cast<unsigned char>(c) >> 4];
          out += kDigits[c & 15];
          out += '}';
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void AppendQuoted(std::string& out, std::string_view name, char quote) {
  out.push_back(quote);
  for (char c : name) {
    if (c == quote) out.push_back(quote);
    out.push_back(c);
  }
  out.push_back(quote);
}

}  // namespace prisma
