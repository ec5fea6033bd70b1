#include <algorithm>

#include "diagnostics/diagnostic.h"

namespace prisma {
namespace {

struct Line {
  size_t number;  // from 1
  size_t start, end;
};

Line LineAt(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  size_t start = offset == 0 ? 0 : text.rfind('\n', offset - 1);
  start = start == std::string_view::npos ? 0 : (offset == 0 ? 0 : start + 1);
  size_t end = text.find('\n', offset);
  if (end == std::string_view::npos) end = text.size();
  return {static_cast<size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n')) + 1, start, end};
}

struct Palette {
  std::string_view title, bold, dim, reset;
};

void RenderOne(std::string& out, const SourceFiles& files, const Diagnostic& d, const Palette& p) {
  const SourceFile& file = files[d.span.file];
  std::string_view text = file.text;
  size_t start = std::min<size_t>(d.span.start, text.size());
  size_t end = std::clamp<size_t>(d.span.end, start, text.size());
  Line first = LineAt(text, start);
  Line last = LineAt(text, end);
  bool is_error = d.severity == Severity::kError;
  auto number = [](size_t n) {
    std::string s = std::to_string(n);
    return s.size() < 2 ? " " + s : s;
  };
  auto plain_line = [&](size_t from, size_t to, size_t n) {
    out.append(p.dim).append(number(n)).append(" | ").append(p.reset).append(text.substr(from, to - from)).append("\n");
  };
  out.append(p.title).append(is_error ? "error" : "warning").append(p.reset).append(": ");
  out.append(p.bold).append(d.message).append(p.reset).append("\n");
  out.append("  ").append(p.dim).append("-->").append(p.reset).append("  ").append(file.path).append(":");
  out.append(std::to_string(first.number)).append("\n");
  out.append(p.dim).append("   | ").append(p.reset).append("\n");
  if (first.start > 0) {
    Line before = LineAt(text, first.start - 1);
    plain_line(before.start, before.end, before.number);
  }
  size_t mark_end = std::min(end, first.end);
  out.append(p.dim).append(number(first.number)).append(" | ").append(p.reset);
  out.append(text.substr(first.start, start - first.start)).append(p.title);
  out.append(text.substr(start, mark_end - start)).append(p.reset);
  out.append(text.substr(mark_end, first.end - mark_end)).append("\n");
  for (size_t at = first.end + 1; at < text.size() && first.number != last.number && at <= last.start;) {
    Line line = LineAt(text, at);
    plain_line(line.start, line.end, line.number);
    at = line.end + 1;
  }
  out.append(p.dim).append("   | ").append(p.reset).append("\n");
}

}  // namespace

std::string Render(const SourceFiles& files, const std::vector<Diagnostic>& diagnostics, bool color) {
  Palette error = color ? Palette{"\x1b[1;91m", "\x1b[1m", "\x1b[1;94m", "\x1b[0m"} : Palette{"", "", "", ""};
  std::string out;
  for (const Diagnostic& d : diagnostics) RenderOne(out, files, d, error);
  return out;
}

}  // namespace prisma
