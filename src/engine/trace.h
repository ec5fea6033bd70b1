// What happened while one request was answered, for clients that collect traces. A trace belongs to the thread that
// answers; code marks its parts with TraceSpan, which costs one look at a thread's variable when nobody listens.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prisma::engine {

class Trace {
 public:
  struct Span {
    uint64_t id, parent;    // parent 0: none
    std::string_view name;  // of static life
    int64_t start, end;     // nanoseconds since the epoch
    bool is_client;         // a call to another system
    std::vector<std::pair<std::string_view, std::string>> attributes;
  };

  struct Statement {
    uint64_t span;
    std::string sql, parameters;
    int64_t end;  // nanoseconds since the epoch
    std::chrono::microseconds duration;
    bool has_failed;
  };

  // Set before: keep the statements, too.
  bool captures_statements = false;

  // `text`: a `traceparent` as W3C's Trace Context has it. If that trace is kept, statements get a comment that names
  // it.
  void SetParent(std::string_view text);
  std::string_view comment() const { return comment_; }

  // This trace collects on this thread while the scope lives.
  class Scope {
   public:
    explicit Scope(Trace* trace);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Trace* previous_;
  };

  static Trace* Current();

  // Of a part that has just ended; its id.
  uint64_t AddFinished(std::string_view name, std::chrono::nanoseconds duration, bool is_client,
                       std::vector<std::pair<std::string_view, std::string>> attributes);
  void AddStatement(uint64_t span, std::string_view sql, std::string parameters, std::chrono::microseconds duration,
                    bool has_failed);
  const std::vector<Span>& spans() const { return spans_; }
  // JSON arrays.
  std::string SpansJson() const;
  std::string LogsJson() const;

 private:
  friend class TraceSpan;
  std::vector<Span> spans_;  // in the order of their ends
  std::vector<Statement> statements_;
  std::string comment_;
  uint64_t open_ = 0;  // the innermost span that has not ended
};

class TraceSpan {
 public:
  explicit TraceSpan(std::string_view name, bool is_client = false);
  ~TraceSpan();
  TraceSpan(const TraceSpan&) = delete;
  TraceSpan& operator=(const TraceSpan&) = delete;
  void SetAttribute(std::string_view name, std::string_view value) {  // `name` of static life
    if (trace_ != nullptr) span_.attributes.emplace_back(name, value);
  }

 private:
  Trace* trace_;
  Trace::Span span_{};
};

}  // namespace prisma::engine
