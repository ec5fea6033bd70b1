// Faults in a user's schema: collected, never thrown.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "diagnostics/source.h"

namespace prisma {

enum class Severity : uint8_t { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  Span span;
  std::string message;
};

class DiagnosticSink {
 public:
  void Error(Span span, std::string message) { errors_.push_back({Severity::kError, span, std::move(message)}); }
  void Warning(Span span, std::string message) { warnings_.push_back({Severity::kWarning, span, std::move(message)}); }
  bool has_errors() const { return !errors_.empty(); }
  const std::vector<Diagnostic>& errors() const { return errors_; }
  const std::vector<Diagnostic>& warnings() const { return warnings_; }

 private:
  std::vector<Diagnostic> errors_;
  std::vector<Diagnostic> warnings_;
};

// The text that Prisma prints for errors (or warnings): header, arrow line with path and line number, source lines with
// the span marked, one after the other. ANSI colours if `color`.
std::string Render(const SourceFiles& files, const std::vector<Diagnostic>& diagnostics, bool color);

}  // namespace prisma
