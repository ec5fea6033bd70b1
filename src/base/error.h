// What ends a request, and what is a bug of ours. Faults in a user's schema are not exceptions: see diagnostics/.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace prisma {

// An error that a user is shown: `code` is Prisma's P-code or empty, `meta` is JSON text of an object or empty.
// Every error a request can end with is this class; callers look at `code`.
class Error : public std::runtime_error {
 public:
  Error(std::string code, const std::string& message, std::string meta = {})
      : std::runtime_error(message), code_(std::move(code)), meta_(std::move(meta)) {}

  const std::string& code() const { return code_; }
  const std::string& meta() const { return meta_; }
  std::string message() const { return what(); }

  // The debug form that the protocol's `error` member carries; empty: made from code, message and meta.
  std::string debug_text;
  // Position in a batch, or -1.
  int batch_request_index = -1;

 private:
  std::string code_;
  std::string meta_;
};

// A broken invariant of ours; hosts report it as `is_panic` and go on.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace prisma

#define PRISMA_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::prisma::CheckFailed(#condition, __FILE__, __LINE__))
