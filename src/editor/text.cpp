#include "editor/text.h"

#include <algorithm>

namespace prisma::editor {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// UTF-16 units of the character that starts with this byte; 0 for the bytes that go on with it.
uint32_t Units(char c) { return IsContinuation(c) ? 0 : static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1; }

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendEscaped(std::string& out, std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '<' || c == '>' || c == '`' || c == '{' || c == '}') {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
}

}  // namespace

uint32_t OffsetOf(std::string_view text, Position position) {
  size_t offset = 0;
  for (uint32_t line = 0; line < position.line; ++line) {
    size_t end = text.find('\n', offset);
    if (end == std::string_view::npos) return static_cast<uint32_t>(text.size());
    offset = end + 1;
  }
  int64_t left = position.character;
  while (left > 0 && offset < text.size() && text[offset] != '\n') {
    left -= Units(text[offset]);
    do ++offset;
    while (offset < text.size() && IsContinuation(text[offset]));
  }
  return static_cast<uint32_t>(offset);
}

Position PositionOf(std::string_view text, uint32_t offset) {
  text = text.substr(0, offset);
  Position position;
  position.line = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
  size_t start = text.rfind('\n');
  for (char c : text.substr(start == std::string_view::npos ? 0 : start + 1)) position.character += Units(c);
  return position;
}

Range RangeOf(std::string_view text, Span span) { return {PositionOf(text, span.start), PositionOf(text, span.end)}; }

Span SpanOf(std::string_view text, FileId file, const Range& range) {
  return {file, OffsetOf(text, range.start), OffsetOf(text, range.end)};
}

std::optional<std::string> NormalUri(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !IsAlpha(text[0])) return {};
  std::string uri;
  for (char c : text.substr(0, colon)) {
    if (!IsAlpha(c) && !IsDigit(c) && c != '+' && c != '-' && c != '.') return {};
    uri += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  uri += ':';
  std::string_view rest = text.substr(colon + 1);
  if (uri == "file:") {
    uri += "//";
    if (rest.starts_with("//")) {
      rest.remove_prefix(2);
    } else if (!rest.starts_with('/')) {
      uri += '/';
    }
  }
  AppendEscaped(uri, rest);
  return uri;
}

}  // namespace prisma::editor
