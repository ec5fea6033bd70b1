#include "psl/strings.h"

#include <algorithm>

#include "base/text.h"
#include "diagnostics/schema_errors.h"

namespace prisma::psl {
namespace {

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A `\uXXXX` at the start of `text`: how much of it is there, and the unit if it is whole.
struct Unit {
  size_t length = 0;
  bool is_whole = false;
  uint32_t value = 0;
};

Unit ReadUnit(std::string_view text) {
  Unit unit;
  if (text.size() < 4 || text.substr(0, 2) != "\\u") return unit;
  for (unit.length = 2; unit.length < 6; ++unit.length) {
    int digit = unit.length < text.size() ? HexDigit(text[unit.length]) : -1;
    if (digit < 0) return unit;
    unit.value = unit.value << 4 | static_cast<uint32_t>(digit);
  }
  unit.is_whole = true;
  return unit;
}

}  // namespace

std::string Unescape(std::string_view raw, Span span, DiagnosticSink& sink) {
  std::string out;
  auto fault = [&](size_t from, size_t to, std::string message) {
    uint32_t start = span.start + 1;
    sink.Error(
        {span.file, start + static_cast<uint32_t>(from), start + static_cast<uint32_t>(std::min(to, raw.size()))},
        std::move(message));
  };
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out += raw[i];
      continue;
    }
    size_t start = i++;
    char c = i < raw.size() ? raw[i] : '\\';
    switch (c) {
      case '"':
      case '\\':
      case '/':
        out += c;
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        Unit first = ReadUnit(raw.substr(start));
        if (!first.is_whole) {
          fault(start, start + std::max<size_t>(first.length, 2), errors::InvalidUnicodeEscape());
          i = start + std::max<size_t>(first.length, 2) - 1;
          break;
        }
        i = start + 5;
        if (!IsHighSurrogate(first.value) && !IsLowSurrogate(first.value)) {
          AppendUtf8(out, first.value);
          break;
        }
        Unit second = ReadUnit(raw.substr(start + 6));
        if (!second.is_whole) {
          fault(start, start + 6, errors::InvalidUnicodeEscape());
          break;
        }
        i = start + 11;
        if (IsHighSurrogate(first.value) && IsLowSurrogate(second.value)) {
          AppendUtf8(out, 0x10000 + ((first.value - 0xD800) << 10) + (second.value - 0xDC00));
        } else {
          fault(start, start + 12, errors::InvalidUnicodeEscape());
        }
        break;
      }
      default: {
        size_t end = i + 1;
        while (end < raw.size() && (static_cast<unsigned char>(raw[end]) & 0xC0) == 0x80) ++end;
        fault(start, end, errors::UnknownEscape());
        i = end - 1;
      }
    }
  }
  return out;
}

}  // namespace prisma::psl
