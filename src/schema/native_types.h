// Reading native types, for the rules of connectors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "schema/connector_traits.h"
#include "schema/schema.h"

namespace prisma::schema {

// "VarChar(20)", "Decimal(10,2)".
std::string NativeTypeText(const NativeType& type);

// What the arguments of a native type are.
enum class NativeArguments : uint8_t {
  kNone,
  kNumber,       // one number
  kTwoNumbers,   // two numbers or none
  kNumberOrMax,  // a number or the word Max
};

NativeArguments ArgumentsOf(const NativeTypeInfo& info);

// The numbers; nothing after a report if the arguments are something else. Max reads as UINT32_MAX.
std::optional<std::vector<uint32_t>> ReadNativeArguments(const NativeType& type, NativeArguments form,
                                                         DiagnosticSink& sink);

// The field's native type, by name, if the connector knows it; empty otherwise.
std::string_view NativeTypeName(const ConnectorTraits& connector, const Field& field);

void ReportOutOfRange(const ConnectorTraits& connector, const NativeType& type, std::string_view message,
                      DiagnosticSink& sink);
void ReportScaleLargerThanPrecision(const ConnectorTraits& connector, const NativeType& type, DiagnosticSink& sink);
// The type can't be in such an index.
void ReportNotInIndex(const ConnectorTraits& connector, const Index& index, const NativeType& type,
                      std::string_view advice, Span span, DiagnosticSink& sink);

}  // namespace prisma::schema
