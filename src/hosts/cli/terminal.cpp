#include "hosts/cli/terminal.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace prisma::cli {
namespace {

struct Codes {
  const char* on;
  const char* off;
};

Codes CodesOf(Style style) {
  switch (style) {
    case Style::kBold:
      return {"\x1b[1m", "\x1b[22m"};
    case Style::kDim:
      return {"\x1b[2m", "\x1b[22m"};
    case Style::kItalic:
      return {"\x1b[3m", "\x1b[23m"};
    case Style::kUnderline:
      return {"\x1b[4m", "\x1b[24m"};
    case Style::kRed:
      return {"\x1b[31m", "\x1b[39m"};
    case Style::kGreen:
      return {"\x1b[32m", "\x1b[39m"};
    case Style::kYellow:
      return {"\x1b[33m", "\x1b[39m"};
    case Style::kBlue:
      return {"\x1b[34m", "\x1b[39m"};
    case Style::kCyan:
      return {"\x1b[36m", "\x1b[39m"};
  }
  return {"", ""};
}

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value && *value;
}

void WriteAll(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace

bool HasColors(int stream) {
  if (IsSet("NO_COLOR")) return false;
  if (const char* force = std::getenv("FORCE_COLOR")) {
    std::string_view value = force;
    return value != "0" && value != "false";
  }
  const char* term = std::getenv("TERM");
  return isatty(stream) && term && std::string_view(term) != "dumb";
}

std::string Styled(Style style, std::string_view text, int stream) {
  if (!HasColors(stream)) return std::string(text);
  Codes codes = CodesOf(style);
  return codes.on + std::string(text) + codes.off;
}

std::string Marked(std::string_view text, int stream) {
  const bool has_colors = HasColors(stream);
  std::string out;
  bool is_bold = false, is_dim = false;
  for (size_t i = 0; i < text.size(); ++i) {
    std::string_view pair = text.substr(i, 2);
    if (pair == "**" || pair == "~~") {
      bool& state = pair == "**" ? is_bold : is_dim;
      state = !state;
      Codes codes = CodesOf(pair == "**" ? Style::kBold : Style::kDim);
      if (has_colors) out += state ? codes.on : codes.off;
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

void Print(std::string_view text) { WriteAll(stdout, text); }
void PrintError(std::string_view text) {
  std::fflush(stdout);
  WriteAll(stderr, text);
}

bool IsInteractive() { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !IsSet("CI"); }

bool Confirm(std::string_view question) {
  Print("? " + std::string(question) + " (y/N) ");
  std::string answer;
  for (int c; (c = std::getchar()) != EOF && c != '\n';) answer += static_cast<char>(c);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::string Duration(double milliseconds) {
  const long rounded = static_cast<long>(milliseconds + 0.5);
  if (rounded < 1000) return std::to_string(rounded) + "ms";
  char text[32];
  std::snprintf(text, sizeof text, "%.2fs", static_cast<double>(rounded) / 1000);
  return text;
}

struct Progress::Impl {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_done = false;
  std::thread thread;
};

Progress::Progress(std::string what) : impl_(std::make_unique<Impl>()) {
  impl_->thread = std::thread([impl = impl_.get(), what = std::move(what)] {
    const bool is_terminal = isatty(STDERR_FILENO);
    std::unique_lock lock(impl->mutex);
    for (int seconds = 1;; ++seconds) {
      if (impl->changed.wait_for(lock, std::chrono::seconds(1), [impl] { return impl->is_done; })) {
        if (is_terminal && seconds > 1) PrintError("\r\x1b[K");
        return;
      }
      if (is_terminal) {
        PrintError("\r\x1b[K" + what + "… " + std::to_string(seconds) + " s");
      } else if (seconds == 1) {
        PrintError(what + "…\n");
      }
    }
  });
}

Progress::~Progress() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->is_done = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
}

}  // namespace prisma::cli
