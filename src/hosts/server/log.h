// Log lines on stdout in the form that clients of the engine wait for, and start-up errors on stderr.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace prisma::server {

enum class LogLevel : uint8_t { kError, kWarn, kInfo, kDebug, kTrace };

class Log {
 public:
  // The level comes from QE_LOG_LEVEL, info by default.
  explicit Log(bool is_text);

  // `fields` are written after the message; their values are JSON text.
  void Write(LogLevel level, std::string_view target, std::string_view message,
             const std::vector<std::pair<std::string_view, std::string>>& fields = {}) const;
  void Query(std::string_view sql, std::string_view parameters, std::chrono::microseconds duration) const;

 private:
  bool is_text_;
  LogLevel level_ = LogLevel::kInfo;
};

// {"is_panic":false,"message":…,"meta":…,"error_code":…}, or with "backtrace":null for an error without a code.
std::string UserFacingError(const Error& error);
std::string UserFacingError(std::string_view message, bool is_panic = false);

}  // namespace prisma::server
