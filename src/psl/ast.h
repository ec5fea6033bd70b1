// The syntax tree of schema files: what was written, in order, with spans; nothing is resolved. Built once, then const.
// Text is a view into SourceFiles (or into Ast::made_up for unescaped strings).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "diagnostics/diagnostic.h"

namespace prisma::ast {

struct Identifier {
  std::string_view name;
  Span span;
};

struct Expression;

struct Argument {
  std::optional<Identifier> name;     // `fields:` in `fields: [a]`
  std::unique_ptr<Expression> value;  // null for an empty argument `name:` (whoever reads the attribute reports it)
  Span span;
};

struct NumericValue {
  std::string_view text;
};
struct StringValue {
  std::string_view raw;    // between the quotes
  std::string_view value;  // unescaped
};
struct ConstantValue {
  std::string_view text;  // identifiers, `true`, dotted paths `a.b`
};
struct FunctionCall {
  std::string_view name;
  Span name_span;
  std::vector<Argument> arguments;
  bool trailing_comma = false;  // a fault, not yet reported
  Span trailing_comma_span;
};
struct ArrayValue {
  std::vector<Expression> items;
};

struct Expression {
  std::variant<NumericValue, StringValue, ConstantValue, FunctionCall, ArrayValue> value;
  Span span;

  template <class T>
  const T* As() const {
    return std::get_if<T>(&value);
  }
};

// `@id`, `@@index([a])`, `@db.VarChar(20)`: the name keeps its dots.
struct Attribute {
  Identifier name;
  std::vector<Argument> arguments;
  bool has_parens = false;
  bool trailing_comma = false;  // a fault, not yet reported
  Span trailing_comma_span;
  Span span;  // with the @ and, if there are no parentheses, the blanks that follow; of @@ with the comment too
};

enum class Arity : uint8_t { kRequired, kOptional, kList };

struct FieldType {
  Identifier name;  // for Unsupported("x"): "Unsupported"
  std::optional<StringValue> unsupported;
  Arity arity = Arity::kRequired;
  Span span;  // of the name, or of the string of Unsupported
};

struct Field {
  Identifier name;
  std::optional<FieldType> type;  // always there: a field without a type is reported and left out
  std::vector<Attribute> attributes;
  std::optional<std::string> documentation;
  bool is_commented_out = false;
  Span span;  // with the line break
};

struct Model {
  Identifier name;
  std::vector<Field> fields;
  std::vector<Attribute> attributes;  // @@
  std::optional<std::string> documentation;
  bool is_view = false;
  bool is_commented_out = false;
  Span span;
  Span inner_span;  // the lines between the braces
};

struct CompositeType {
  Identifier name;
  std::vector<Field> fields;
  std::vector<Attribute> attributes;  // always a fault, already reported
  std::optional<std::string> documentation;
  Span span;
  Span inner_span;
};

struct EnumValue {
  Identifier name;
  std::vector<Attribute> attributes;
  std::optional<std::string> documentation;
  bool is_commented_out = false;
  Span span;
};

struct Enum {
  Identifier name;
  std::vector<EnumValue> values;
  std::vector<Attribute> attributes;
  std::optional<std::string> documentation;
  Span span;
  Span inner_span;
};

struct ConfigProperty {
  Identifier name;
  std::optional<Expression> value;
  Span span;
};

// datasource and generator
struct ConfigBlock {
  Identifier name;
  std::vector<ConfigProperty> properties;
  std::optional<std::string> documentation;
  bool is_datasource = false;
  Span span;
  Span inner_span;
};

using Top = std::variant<Model, CompositeType, Enum, ConfigBlock>;

struct File {
  FileId file;
  std::vector<Top> tops;
};

struct Ast {
  std::vector<File> files;
  std::deque<std::string> made_up;  // owns unescaped strings
};

}  // namespace prisma::ast
