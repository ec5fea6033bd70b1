#include <algorithm>

#include "diagnostics/diagnostic.h"

namespace prisma {
namespace {

struct Palette {
  std::string_view error, warning, bold, blue, underline, reset;
};

constexpr Palette kColors = {"\x1b[1;91m", "\x1b[1;93m", "\x1b[1m", "\x1b[1;94m", "\x1b[4m", "\x1b[0m"};
constexpr Palette kPlain = {};

// The lines of one file: split at \n, so that the last one may be empty.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) starts_.push_back(i + 1);
  }
  size_t size() const { return starts_.size(); }
  size_t Start(size_t line) const { return starts_[line]; }
  std::string_view Text(size_t line) const {
    size_t end = line + 1 < starts_.size() ? starts_[line + 1] - 1 : text_.size();
    return text_.substr(starts_[line], end - starts_[line]);
  }
  size_t LineOf(size_t offset) const {
    return static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin()) - 1;
  }

 private:
  std::string_view text_;
  std::vector<size_t> starts_;
};

class Renderer {
 public:
  Renderer(std::string& out, const Palette& palette) : out_(out), palette_(palette) {}

  void Write(const Diagnostic& diagnostic, const SourceFile& file, const Lines& lines) {
    size_t start = std::min<size_t>(diagnostic.span.start, file.text.size());
    size_t end = std::clamp<size_t>(diagnostic.span.end, start, file.text.size());
    size_t first = lines.LineOf(start), last = lines.LineOf(end);
    std::string_view line = lines.Text(first);
    size_t from = std::min(start - lines.Start(first), line.size());
    size_t to = std::min(from + (end - start), line.size());
    bool is_error = diagnostic.severity == Severity::kError;
    std::string_view primary = is_error ? palette_.error : palette_.warning;

    Paint(primary, is_error ? "error" : "warning");
    out_ += ": ";
    Paint(palette_.bold, diagnostic.message);
    out_ += "\n  ";
    Paint(palette_.blue, "-->");
    out_ += "  ";
    Paint(palette_.underline, file.path + ":" + std::to_string(first + 1));
    out_ += '\n';
    Number(0);
    out_ += '\n';
    Number(first);
    if (first > 0) out_ += lines.Text(first - 1);
    out_ += '\n';
    Number(first + 1);
    out_ += line.substr(0, from);
    Paint(primary, line.substr(from, to - from));
    out_.append(line.substr(to)) += '\n';
    if (from == to) {
      Number(0);
      out_.append(from, ' ');
      Paint(primary, "^ Unexpected token.");
      out_ += '\n';
    }
    for (size_t i = first + 1; i <= last; ++i) {
      Number(i + 1);
      out_.append(lines.Text(i)) += '\n';
    }
    Number(0);
    out_ += '\n';
  }

 private:
  void Paint(std::string_view color, std::string_view text) { out_.append(color).append(text).append(palette_.reset); }
  // The margin; 0 is the one without a number.
  void Number(size_t number) {
    std::string text = number == 0 ? "  " : std::to_string(number);
    if (text.size() < 2) text.insert(0, 1, ' ');
    Paint(palette_.blue, text + " | ");
  }

  std::string& out_;
  const Palette& palette_;
};

}  // namespace

std::string Render(const SourceFiles& files, const std::vector<Diagnostic>& diagnostics, bool color) {
  std::string out;
  Renderer renderer(out, color ? kColors : kPlain);
  // Faults come mostly file by file: the lines of the last one are kept.
  FileId file;
  std::vector<Lines> lines;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (lines.empty() || file != diagnostic.span.file) {
      file = diagnostic.span.file;
      lines.assign(1, Lines(files[file].text));
    }
    renderer.Write(diagnostic, files[file], lines.front());
  }
  return out;
}

}  // namespace prisma
