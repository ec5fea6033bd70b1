#include "hosts/server/log.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "json/writer.h"
#include "value/datetime.h"

namespace prisma::server {
namespace {

constexpr std::string_view kLevelNames[] = {"OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
constexpr std::string_view kEngineTargets[] = {"query_engine", "query_core", "query_connector", "sql_query_connector"};
constexpr std::string_view kQueryTarget = "quaint::connector::metrics";

std::optional<LogLevel> ReadLevel(std::string_view text) {
  for (size_t i = 0; i < std::size(kLevelNames); ++i) {
    const std::string_view name = kLevelNames[i];
    const bool is_same = std::equal(text.begin(), text.end(), name.begin(), name.end(),
                                    [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b; });
    if (is_same) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : std::string_view();
}

// "2026-11-21T02:42:36.316123Z"
std::string Timestamp() {
  const int64_t now = NowMicroseconds();
  std::string text = FormatDateTime(now);
  char rest[8];
  std::snprintf(rest, sizeof rest, "%03dZ", static_cast<int>(now % 1000));
  text.pop_back();
  return text + rest;
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

LogFilter::LogFilter(std::string_view engine_level, std::string_view directives) {
  directives_.push_back({"", LogLevel::kError});
  while (!directives.empty()) {
    std::string_view item = directives.substr(0, directives.find(','));
    directives.remove_prefix(std::min(directives.size(), item.size() + 1));
    const size_t equals = item.rfind('=');
    if (equals == std::string_view::npos) {
      // A level for everything, or a target at all levels.
      if (auto level = ReadLevel(item)) {
        directives_.push_back({"", *level});
      } else if (!item.empty()) {
        directives_.push_back({std::string(item), LogLevel::kTrace});
      }
    } else if (auto level = ReadLevel(item.substr(equals + 1))) {
      std::string_view target = item.substr(0, equals);
      directives_.push_back({std::string(target.substr(0, target.find('['))), *level});
    }
  }
  const LogLevel level = ReadLevel(engine_level).value_or(LogLevel::kInfo);
  for (std::string_view target : kEngineTargets) directives_.push_back({std::string(target), level});
}

// The longest target that fits decides; of two equal ones, the later.
bool LogFilter::Allows(LogLevel level, std::string_view target) const {
  const Directive* best = nullptr;
  for (const Directive& directive : directives_) {
    if (!target.starts_with(directive.target)) continue;
    if (best == nullptr || directive.target.size() >= best->target.size()) best = &directive;
  }
  return best != nullptr && level <= best->level;
}

Log::Log(bool is_text, bool writes_queries)
    : is_text_(is_text),
      filter_(Environment("QE_LOG_LEVEL"), Environment("RUST_LOG")),
      writes_queries_(writes_queries || filter_.Allows(LogLevel::kDebug, kQueryTarget)) {}

void Log::Write(LogLevel level, std::string_view target, std::string_view message,
                std::initializer_list<Field> fields) const {
  if (filter_.Allows(level, target)) WriteAnyway(level, target, message, fields);
}

void Log::WriteAnyway(LogLevel level, std::string_view target, std::string_view message,
                      std::initializer_list<Field> fields) const {
  const std::string_view name = kLevelNames[static_cast<size_t>(level)];
  std::string line;
  if (is_text_) {
    line.append(Timestamp()).append(name.size() < 5 ? "  " : " ").append(name).append(" ").append(target).append(":");
    if (!message.empty()) line.append(" ").append(message);
    for (const Field& field : fields) {
      line.append(" ").append(field.name).append("=");
      line.append(field.kind == Field::Kind::kQuoted ? JsonString(field.value) : std::string(field.value));
    }
  } else {
    line = "{\"timestamp\":\"" + Timestamp() + "\",\"level\":\"" + std::string(name) + "\",\"fields\":{";
    std::string list;
    if (!message.empty()) list = "\"message\":" + JsonString(message);
    for (const Field& field : fields) {
      if (!list.empty()) list += ',';
      list.append("\"").append(field.name).append("\":");
      list.append(field.kind == Field::Kind::kPlain ? std::string(field.value) : JsonString(field.value));
    }
    line += list + "},\"target\":" + JsonString(target) + "}";
  }
  WriteLine(std::move(line));
}

void Log::Query(const engine::StatementEvent& event) const {
  if (!writes_queries_) return;
  const std::string milliseconds = std::to_string(event.duration.count() / 1000);
  WriteAnyway(LogLevel::kDebug, kQueryTarget, {},
              {{"query", event.sql},
               {"params", event.parameters},
               {"result", event.outcome(), Field::Kind::kQuoted},
               {"item_type", "query", Field::Kind::kQuoted},
               {"is_query", "true", Field::Kind::kPlain},
               {"duration_ms", milliseconds, Field::Kind::kPlain}});
}

}  // namespace prisma::server
