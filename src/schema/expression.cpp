#include "schema/expression.h"

#include <charconv>

#include "diagnostics/schema_errors.h"

namespace prisma::schema {
namespace {

void AppendString(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    switch (c) {
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '"':
        out += "\\\"";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += c;
    }
  }
  out += '"';
}

void Append(std::string& out, const ast::Expression& expression) {
  if (const auto* number = expression.As<ast::NumericValue>()) {
    out += number->text;
  } else if (const auto* text = expression.As<ast::StringValue>()) {
    AppendString(out, text->value);
  } else if (const auto* constant = expression.As<ast::ConstantValue>()) {
    out += constant->text;
  } else if (const auto* call = expression.As<ast::FunctionCall>()) {
    out += call->name;
    out += '(';
    bool first = true;
    for (const ast::Argument& argument : call->arguments) {
      if (!argument.value) continue;
      if (!first) out += ',';
      first = false;
      if (argument.name) {
        out += argument.name->name;
        out += ": ";
      }
      Append(out, *argument.value);
    }
    out += ')';
  } else if (const auto* array = expression.As<ast::ArrayValue>()) {
    out += '[';
    for (size_t i = 0; i < array->items.size(); ++i) {
      if (i) out += ',';
      Append(out, array->items[i]);
    }
    out += ']';
  }
}

}  // namespace

std::string ToString(const ast::Expression& expression) {
  std::string out;
  Append(out, expression);
  return out;
}

std::string_view DescribeType(const ast::Expression& expression) {
  static constexpr std::string_view kNames[] = {"numeric", "string", "literal", "functional", "array"};
  return kNames[expression.value.index()];
}

void ReportTypeMismatch(std::string_view expected, const ast::Expression& expression, DiagnosticSink& sink) {
  sink.Error(expression.span, errors::TypeMismatch(expected, DescribeType(expression), ToString(expression)));
}

std::optional<std::string_view> ReadString(const ast::Expression& expression, DiagnosticSink& sink) {
  if (const auto* text = expression.As<ast::StringValue>()) return text->value;
  ReportTypeMismatch("string", expression, sink);
  return {};
}

std::optional<std::string_view> ReadConstant(const ast::Expression& expression, DiagnosticSink& sink) {
  if (const auto* constant = expression.As<ast::ConstantValue>()) return constant->text;
  ReportTypeMismatch("constant", expression, sink);
  return {};
}

std::optional<bool> ReadBoolean(const ast::Expression& expression, DiagnosticSink& sink) {
  if (const auto* constant = expression.As<ast::ConstantValue>()) {
    if (constant->text == "true") return true;
    if (constant->text == "false") return false;
  }
  ReportTypeMismatch("boolean", expression, sink);
  return {};
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<int64_t> ReadInteger(const ast::Expression& expression, DiagnosticSink& sink) {
  if (const auto* number = expression.As<ast::NumericValue>()) {
    if (auto value = ParseInteger(number->text)) return value;
  }
  ReportTypeMismatch("numeric", expression, sink);
  return {};
}

}  // namespace prisma::schema
