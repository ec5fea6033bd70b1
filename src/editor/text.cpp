#include "editor/text.h"

#include <algorithm>

namespace prisma::editor {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// UTF-16 units of the character that starts with this byte; 0 for the bytes that go on with it.
uint32_t Units(char c) { return IsContinuation(c) ? 0 : static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1; }

uint32_t UnitsOf(std::string_view text) {
  uint32_t units = 0;
  for (char c : text) units += Units(c);
  return units;
}

uint32_t OffsetInLine(std::string_view text, size_t offset, uint32_t character) {
  int64_t left = character;
  while (left > 0 && offset < text.size() && text[offset] != '\n') {
    left -= Units(text[offset]);
    do ++offset;
    while (offset < text.size() && IsContinuation(text[offset]));
  }
  return static_cast<uint32_t>(offset);
}

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
  return OffsetInLine(text, offset, position.character);
}

Position PositionOf(std::string_view text, uint32_t offset) {
  text = text.substr(0, offset);
  size_t start = text.rfind('\n');
  auto line = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
  return {line, UnitsOf(text.substr(start == std::string_view::npos ? 0 : start + 1))};
}

const std::vector<uint32_t>& Places::LinesOf(FileId file) {
  std::vector<uint32_t>& lines = lines_[file.index];
  if (lines.empty()) {
    const std::string& text = files_[file].text;
    lines.push_back(0);
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') lines.push_back(static_cast<uint32_t>(i + 1));
    }
  }
  return lines;
}

Position Places::PositionOf(FileId file, uint32_t offset) {
  const std::vector<uint32_t>& lines = LinesOf(file);
  std::string_view text = files_[file].text;
  offset = std::min(offset, static_cast<uint32_t>(text.size()));
  auto line = std::upper_bound(lines.begin(), lines.end(), offset) - 1;
  return {static_cast<uint32_t>(line - lines.begin()), UnitsOf(text.substr(*line, offset - *line))};
}

uint32_t Places::OffsetOf(FileId file, Position position) {
  const std::vector<uint32_t>& lines = LinesOf(file);
  std::string_view text = files_[file].text;
  if (position.line >= lines.size()) return static_cast<uint32_t>(text.size());
  return OffsetInLine(text, lines[position.line], position.character);
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
