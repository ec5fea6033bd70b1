#include "hosts/language_server/message_stream.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace prisma::language_server {
namespace {

// Longer messages are skipped, and headers cut: nobody writes such schemas.
constexpr size_t kMaxMessage = size_t{256} << 20;
constexpr size_t kMaxHeader = size_t{64} << 10;

// The value of Content-Length, in whatever case it is written.
std::optional<size_t> ContentLength(std::string_view header) {
  constexpr std::string_view kName = "content-length:";
  while (!header.empty()) {
    size_t end = std::min(header.find('\n'), header.size());
    std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    if (line.size() < kName.size()) continue;
    bool same = std::equal(kName.begin(), kName.end(), line.begin(),
                           [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
    if (!same) continue;
    line.remove_prefix(kName.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    size_t length = 0;
    auto [last, error] = std::from_chars(line.data(), line.data() + line.size(), length);
    if (error == std::errc() && last != line.data()) return length;
  }
  return {};
}

}  // namespace

bool MessageStream::Fill() {
  char block[65536];
  ssize_t count;
  do count = ::read(in_, block, sizeof block);
  while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  buffer_.append(block, static_cast<size_t>(count));
  return true;
}

// Up to the empty line.
std::optional<std::string> MessageStream::ReadHeader() {
  size_t searched = 0;
  while (true) {
    size_t from = searched > 3 ? searched - 3 : 0;
    size_t end = std::min(buffer_.find("\r\n\r\n", from), buffer_.find("\n\n", from));
    if (end != std::string::npos) {
      std::string header = buffer_.substr(0, end);
      buffer_.erase(0, end + (buffer_[end] == '\r' ? 4 : 2));
      return header;
    }
    if (buffer_.size() > kMaxHeader) buffer_.clear();
    searched = buffer_.size();
    if (!Fill()) return {};
  }
}

std::optional<std::string> MessageStream::Read() {
  while (auto header = ReadHeader()) {
    auto length = ContentLength(*header);
    if (!length) continue;
    if (*length > kMaxMessage) {
      for (size_t left = *length; left > 0;) {
        if (buffer_.empty() && !Fill()) return {};
        size_t skipped = std::min(left, buffer_.size());
        buffer_.erase(0, skipped);
        left -= skipped;
      }
      continue;
    }
    while (buffer_.size() < *length) {
      if (!Fill()) return {};
    }
    std::string message = buffer_.substr(0, *length);
    buffer_.erase(0, *length);
    return message;
  }
  return {};
}

bool MessageStream::HasMore() {
  if (!buffer_.empty()) return true;
  pollfd waiting = {in_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLIN);
}

bool MessageStream::Write(std::string_view text) {
  std::string message = "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + std::string(text);
  for (std::string_view rest = message; !rest.empty();) {
    ssize_t count = ::write(out_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    rest.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace prisma::language_server
