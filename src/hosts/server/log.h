// Log lines on stdout in the form that clients of the engine wait for, and start-up errors on stderr.
#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/query_engine.h"

namespace prisma::server {

enum class LogLevel : uint8_t { kOff, kError, kWarn, kInfo, kDebug, kTrace };

// What is written, by the target of a line: QE_LOG_LEVEL (info by default) says it for the engine itself, RUST_LOG for
// all others: a list of `level` and `target=level`.
class LogFilter {
 public:
  LogFilter(std::string_view engine_level, std::string_view directives);
  bool Allows(LogLevel level, std::string_view target) const;

 private:
  struct Directive {
    std::string target;
    LogLevel level;
  };
  std::vector<Directive> directives_;
};

class Log {
 public:
  struct Field {
    enum class Kind : uint8_t { kText, kQuoted, kPlain };  // kQuoted: in quotes in the text form, too
    std::string_view name;
    std::string_view value;
    Kind kind = Kind::kText;
  };

  Log(bool is_text, bool writes_queries);

  // `message` may be empty.
  void Write(LogLevel level, std::string_view target, std::string_view message,
             std::initializer_list<Field> fields = {}) const;
  // Of a statement, if such lines are to be written.
  void Query(const engine::StatementEvent& event) const;
  bool writes_queries() const { return writes_queries_; }

 private:
  void WriteAnyway(LogLevel level, std::string_view target, std::string_view message,
                   std::initializer_list<Field> fields) const;

  bool is_text_;
  LogFilter filter_;
  bool writes_queries_;
};

// {"is_panic":false,"message":…,"meta":…,"error_code":…}, or with "backtrace":null for an error without a code.
std::string UserFacingError(const Error& error);
std::string UserFacingError(std::string_view message, bool is_panic = false);

}  // namespace prisma::server
