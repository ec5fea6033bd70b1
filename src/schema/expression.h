// Reading values out of expressions of the schema language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"
#include "psl/ast.h"

namespace prisma::schema {

// The expression as it stands in messages: no space after commas of lists.
std::string ToString(const ast::Expression& expression);
// "numeric", "string", "literal", "functional", "array".
std::string_view DescribeType(const ast::Expression& expression);

// The value if the expression is of that type; otherwise a fault is reported and nothing returned.
std::optional<std::string_view> ReadString(const ast::Expression& expression, DiagnosticSink& sink);
std::optional<std::string_view> ReadConstant(const ast::Expression& expression, DiagnosticSink& sink);
std::optional<bool> ReadBoolean(const ast::Expression& expression, DiagnosticSink& sink);
std::optional<int64_t> ReadInteger(const ast::Expression& expression, DiagnosticSink& sink);
void ReportTypeMismatch(std::string_view expected, const ast::Expression& expression, DiagnosticSink& sink);

// Calls `read` on each item, or on the expression itself if it is no array. False if any call returned false.
template <class Read>
bool ForEachItem(const ast::Expression& expression, Read&& read) {
  const auto* array = expression.As<ast::ArrayValue>();
  if (!array) return read(expression);
  bool all = true;
  for (const ast::Expression& item : array->items) {
    if (!read(item)) all = false;
  }
  return all;
}

std::optional<int64_t> ParseInteger(std::string_view text);

}  // namespace prisma::schema
