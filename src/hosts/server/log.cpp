#include "hosts/server/log.h"

#include <unistd.h>

#include <cstdlib>

#include "json/writer.h"
#include "value/datetime.h"

namespace prisma::server {
namespace {

constexpr std::string_view kLevelNames[] = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};

LogLevel ReadLevel(std::string_view text) {
  if (text == "error") return LogLevel::kError;
  if (text == "warn") return LogLevel::kWarn;
  if (text == "debug") return LogLevel::kDebug;
  if (text == "trace") return LogLevel::kTrace;
  return LogLevel::kInfo;
}

// One write(2) a line, so that lines of several threads do not mix.
void WriteLine(std::string line) {
  line += '\n';
  size_t done = 0;
  while (done < line.size()) {
    ssize_t count = write(STDOUT_FILENO, line.data() + done, line.size() - done);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

std::string JsonString(std::string_view text) {
  std::string out;
  json::AppendString(out, text);
  return out;
}

}  // namespace

std::string UserFacingError(const Error& error) {
  if (error.code().empty()) return UserFacingError(error.message());
  return "{\"is_panic\":false,\"message\":" + JsonString(error.message()) +
         ",\"meta\":" + (error.meta().empty() ? "{}" : error.meta()) + ",\"error_code\":" + JsonString(error.code()) +
         "}";
}

std::string UserFacingError(std::string_view message, bool is_panic) {
  return std::string("{\"is_panic\":") + (is_panic ? "true" : "false") + ",\"message\":" + JsonString(message) +
         ",\"backtrace\":null}";
}

Log::Log(bool is_text) : is_text_(is_text) {
  if (const char* level = std::getenv("QE_LOG_LEVEL")) level_ = ReadLevel(level);
}

void Log::Write(LogLevel level, std::string_view target, std::string_view message,
                const std::vector<std::pair<std::string_view, std::string>>& fields) const {
  if (level > level_) return;
  std::string time = FormatDateTime(NowMicroseconds());
  std::string line;
  if (is_text_) {
    line = time + ' ' + std::string(kLevelNames[static_cast<size_t>(level)]) + ' ' + std::string(target) + ": " +
           std::string(message);
    for (const auto& [name, value] : fields) line += ' ' + std::string(name) + '=' + value;
  } else {
    line = "{\"timestamp\":\"" + time + "\",\"level\":\"" + std::string(kLevelNames[static_cast<size_t>(level)]) +
           "\",\"fields\":{\"message\":" + JsonString(message);
    for (const auto& [name, value] : fields) line += ",\"" + std::string(name) + "\":" + value;
    line += "},\"target\":" + JsonString(target) + "}";
  }
  WriteLine(std::move(line));
}

void Log::Query(std::string_view sql, std::string_view parameters, std::chrono::microseconds duration) const {
  Write(LogLevel::kInfo, "quaint::connector::metrics", sql,
        {{"query", JsonString(sql)},
         {"params", JsonString(parameters)},
         {"duration_ms", std::to_string(duration.count() / 1000)},
         {"item_type", "\"query\""},
         {"is_query", "true"},
         {"result", "\"success\""}});
}

}  // namespace prisma::server
