// Messages of the Language Server Protocol on two file descriptors: a header that tells the length, and the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prisma::language_server {

class MessageStream {
 public:
  MessageStream(int in, int out) : in_(in), out_(out) {}

  // Waits for the next message; nothing at the end of the input. What is no message is skipped.
  std::optional<std::string> Read();
  // Has more input come that has not been read?
  bool HasMore();
  // False if nobody reads any more.
  bool Write(std::string_view text);

 private:
  bool Fill();
  std::optional<std::string> ReadHeader();

  int in_, out_;
  std::string buffer_;
};

}  // namespace prisma::language_server
