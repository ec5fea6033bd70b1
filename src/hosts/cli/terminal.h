// What goes to the terminal: text with styles, dropped where colours are not wanted, and progress of long work.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace prisma::cli {

enum class Style : uint8_t { kBold, kDim, kUnderline, kItalic, kRed, kGreen, kYellow, kBlue, kCyan };

// Text for `stream` (1 or 2), styled if that stream is a terminal. NO_COLOR and FORCE_COLOR decide before that.
bool HasColors(int stream);
std::string Styled(Style style, std::string_view text, int stream = 1);
inline std::string Bold(std::string_view text, int stream = 1) { return Styled(Style::kBold, text, stream); }
inline std::string Dim(std::string_view text, int stream = 1) { return Styled(Style::kDim, text, stream); }
inline std::string Underline(std::string_view text, int stream = 1) { return Styled(Style::kUnderline, text, stream); }
inline std::string Red(std::string_view text, int stream = 1) { return Styled(Style::kRed, text, stream); }
inline std::string Yellow(std::string_view text, int stream = 1) { return Styled(Style::kYellow, text, stream); }
inline std::string Green(std::string_view text, int stream = 1) { return Styled(Style::kGreen, text, stream); }

// Marks in help and message texts: **bold**, ~~dim~~. Gives the text with styles or without.
std::string Marked(std::string_view text, int stream = 1);

void Print(std::string_view text);       // stdout, without a line feed
void PrintError(std::string_view text);  // stderr, without a line feed

bool IsInteractive();                     // a person can be asked
bool Confirm(std::string_view question);  // "y" or "yes"

// "24ms" or "1.20s".
std::string Duration(double milliseconds);

// While alive, tells on stderr what is being done once it has taken longer than a second.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace prisma::cli
