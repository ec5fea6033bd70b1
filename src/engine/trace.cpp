#include "engine/trace.h"

#include <atomic>

#include "json/writer.h"

namespace prisma::engine {
namespace {

thread_local Trace* current = nullptr;
std::atomic<uint64_t> next_id{1};

int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void WriteTime(json::Writer& writer, std::string_view key, int64_t nanoseconds) {
  writer.Key(key);
  writer.BeginArray();
  writer.Int(nanoseconds / 1'000'000'000);
  writer.Int(nanoseconds % 1'000'000'000);
  writer.EndArray();
}

}  // namespace

void Trace::SetParent(std::string_view text) {
  // 00-TRACE-SPAN-FLAGS, in hexadecimal of small letters; ids that are all zeros are none.
  constexpr size_t kTrace = 3, kSpan = 36, kFlags = 53, kSize = 55;
  comment_.clear();
  if (text.size() != kSize || !text.starts_with("00-") || text[kSpan - 1] != '-' || text[kFlags - 1] != '-') return;
  const std::string_view parts[] = {text.substr(kTrace, 32), text.substr(kSpan, 16), text.substr(kFlags, 2)};
  for (std::string_view part : parts) {
    if (part.find_first_not_of("0123456789abcdef") != std::string_view::npos) return;
    if (part.find_first_not_of('0') == std::string_view::npos) return;  // flags of zero: not kept
  }
  const char last = text.back();
  const bool is_kept = ((last >= 'a' ? last - 'a' + 10 : last - '0') & 1) != 0;
  if (is_kept) comment_ = "/* traceparent='" + std::string(text) + "' */";
}

Trace::Scope::Scope(Trace* trace) : previous_(current) { current = trace; }
Trace::Scope::~Scope() { current = previous_; }

Trace* Trace::Current() { return current; }

uint64_t Trace::AddFinished(std::string_view name, std::chrono::nanoseconds duration, bool is_client,
                            std::vector<std::pair<std::string_view, std::string>> attributes) {
  const int64_t end = Now();
  spans_.push_back({next_id++, open_, name, end - duration.count(), end, is_client, std::move(attributes)});
  return spans_.back().id;
}

std::string Trace::SpansJson() const {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const Span& span : spans_) {
    writer.BeginObject();
    writer.Member("id", std::to_string(span.id));
    writer.Key("parentId");
    if (span.parent == 0) {
      writer.Null();
    } else {
      writer.String(std::to_string(span.parent));
    }
    writer.Member("name", span.name);
    WriteTime(writer, "startTime", span.start);
    WriteTime(writer, "endTime", span.end);
    writer.Member("kind", span.is_client ? "client" : "internal");
    if (!span.attributes.empty()) {
      writer.Key("attributes");
      writer.BeginObject();
      for (const auto& [key, text] : span.attributes) writer.Member(key, text);
      writer.EndObject();
    }
    writer.EndObject();
  }
  writer.EndArray();
  return out;
}

void Trace::AddStatement(uint64_t span, std::string_view sql, std::string parameters,
                         std::chrono::microseconds duration, bool has_failed) {
  statements_.push_back({span, std::string(sql), std::move(parameters), Now(), duration, has_failed});
}

std::string Trace::LogsJson() const {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const Statement& statement : statements_) {
    writer.BeginObject();
    writer.Member("spanId", std::to_string(statement.span));
    writer.Member("target", "quaint::connector::metrics");
    writer.Member("level", "query");
    WriteTime(writer, "timestamp", statement.end);
    writer.Key("attributes");
    writer.BeginObject();
    writer.Member("params", statement.parameters);
    writer.Member("is_query", true);
    writer.Member("duration_ms", static_cast<int64_t>(statement.duration.count() / 1000));
    writer.Member("result", statement.has_failed ? "error" : "success");
    writer.Member("query", statement.sql);
    writer.EndObject();
    writer.EndObject();
  }
  writer.EndArray();
  return out;
}

TraceSpan::TraceSpan(std::string_view name, bool is_client) : trace_(current) {
  if (trace_ == nullptr) return;
  span_.id = next_id++;
  span_.parent = trace_->open_;
  span_.name = name;
  span_.is_client = is_client;
  span_.start = Now();
  trace_->open_ = span_.id;
}

TraceSpan::~TraceSpan() {
  if (trace_ == nullptr) return;
  span_.end = Now();
  trace_->open_ = span_.parent;
  trace_->spans_.push_back(std::move(span_));
}

}  // namespace prisma::engine
