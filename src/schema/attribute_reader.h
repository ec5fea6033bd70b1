// Reads the attributes of one schema item. What no reader asked for is reported, so nothing written goes unnoticed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnostics/diagnostic.h"
#include "psl/ast.h"

namespace prisma::schema {

// The arguments of one attribute.
class ArgumentReader {
 public:
  ArgumentReader(const ast::Attribute& attribute, DiagnosticSink& sink);

  const ast::Attribute& attribute() const { return *attribute_; }
  DiagnosticSink& sink() { return *sink_; }

  // The argument of that name or the unnamed one; null after a report if both or none are there.
  const ast::Expression* Default(std::string_view name);
  // Like Default, but a missing argument is no fault.
  const ast::Expression* OptionalDefault(std::string_view name);
  const ast::Expression* Optional(std::string_view name);
  // Optional string that must not be empty.
  std::optional<std::string_view> OptionalName(std::string_view name);

  void Error(std::string_view message);
  // Reports arguments nobody asked for.
  void Finish();

 private:
  const ast::Argument* Take(std::optional<std::string_view> name);

  const ast::Attribute* attribute_;
  DiagnosticSink* sink_;
  std::vector<const ast::Argument*> arguments_;  // not yet asked for; the last one of each name
};

class AttributeReader {
 public:
  AttributeReader(const std::vector<ast::Attribute>& attributes, DiagnosticSink& sink);

  // The attribute, if it is there once and can be read; twice is reported.
  std::optional<ArgumentReader> Single(std::string_view name);
  // The next attribute of that name.
  std::optional<ArgumentReader> Repeated(std::string_view name);
  // `@db.VarChar(20)`, or null.
  const ast::Attribute* Scoped();
  // Reports attributes nobody asked for.
  void Finish();

 private:
  // Faults that all attributes share; false if the arguments can't be used.
  bool CheckArguments(const ast::Attribute& attribute);

  const std::vector<ast::Attribute>& attributes_;
  DiagnosticSink& sink_;
  std::vector<bool> used_;
};

}  // namespace prisma::schema
