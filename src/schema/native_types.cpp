#include "schema/native_types.h"

#include "diagnostics/schema_errors.h"
#include "schema/expression.h"

namespace prisma::schema {

std::string NativeTypeText(const NativeType& type) {
  std::string text = type.name;
  for (size_t i = 0; i < type.arguments.size(); ++i) text += (i ? "," : "(") + type.arguments[i];
  if (!type.arguments.empty()) text += ')';
  return text;
}

NativeArguments ArgumentsOf(const NativeTypeInfo& info) {
  if (info.max_arguments == 0) return NativeArguments::kNone;
  if (info.max_arguments == 2) return NativeArguments::kTwoNumbers;
  return info.takes_max ? NativeArguments::kNumberOrMax : NativeArguments::kNumber;
}

std::optional<std::vector<uint32_t>> ReadNativeArguments(const NativeType& type, NativeArguments form,
                                                         DiagnosticSink& sink) {
  std::vector<uint32_t> numbers;
  if (type.arguments.empty()) return numbers;
  bool good = form != NativeArguments::kTwoNumbers || type.arguments.size() == 2;
  for (const std::string& argument : type.arguments) {
    auto number = ParseInteger(argument);
    if (form == NativeArguments::kNumberOrMax && (argument == "Max" || argument == "max" || argument == "MAX")) {
      numbers.push_back(UINT32_MAX);
    } else if (number && *number >= 0 && *number <= UINT32_MAX) {
      numbers.push_back(static_cast<uint32_t>(*number));
    } else {
      good = false;
    }
  }
  if (good) return numbers;
  std::string given = "(";
  for (const std::string& argument : type.arguments) given += (given.size() > 1 ? ", " : "") + argument;
  given += ')';
  std::string_view expected = form == NativeArguments::kTwoNumbers    ? "two nonnegative integers"
                              : form == NativeArguments::kNumberOrMax ? "an integer or `Max`"
                                                                      : "a nonnegative integer";
  sink.Error(type.span, errors::NativeTypeArguments(expected, given));
  return {};
}

std::string_view NativeTypeName(const ConnectorTraits& connector, const Field& field) {
  if (!field.native_type || !connector.FindNativeType(field.native_type->name)) return {};
  return field.native_type->name;
}

void ReportOutOfRange(const ConnectorTraits& connector, const NativeType& type, std::string_view message,
                      DiagnosticSink& sink) {
  sink.Error(type.span, errors::NativeTypeArgumentOutOfRange(NativeTypeText(type), connector.name(), message));
}

void ReportScaleLargerThanPrecision(const ConnectorTraits& connector, const NativeType& type, DiagnosticSink& sink) {
  sink.Error(type.span, errors::NativeTypeScaleLargerThanPrecision(NativeTypeText(type), connector.name()));
}

void ReportNotInIndex(const ConnectorTraits& connector, const Index& index, const NativeType& type,
                      std::string_view advice, Span span, DiagnosticSink& sink) {
  std::string text = NativeTypeText(type);
  if (index.kind == IndexKind::kPrimaryKey) {
    sink.Error(span, errors::NativeTypeNotInId(text, connector.name(), advice));
  } else if (index.kind == IndexKind::kUnique) {
    sink.Error(span, errors::NativeTypeNotUnique(text, connector.name(), advice));
  } else {
    sink.Error(span, errors::NativeTypeNotInIndex(text, connector.name(), advice));
  }
}

}  // namespace prisma::schema
