#include "psl/parser.h"

#include <utility>

#include "diagnostics/schema_errors.h"
#include "psl/grammar.h"
#include "psl/strings.h"
#include "psl/unicode.h"

namespace prisma::psl {
namespace {

using Cursor = SyntaxTree::Cursor;
using Documentation = std::optional<std::string>;

void AddLine(Documentation& documentation, std::string_view line) {
  if (documentation) {
    *documentation += '\n';
    documentation->append(line);
  } else {
    documentation = std::string(line);
  }
}

// The documentation in a comment block or trailing comment: `///` and `/* */` count, `//` does not.
Documentation ReadComments(Cursor comments) {
  Documentation result;
  for (; !comments.done(); comments.Next()) {
    std::string_view text = comments.text();
    if (comments.Is(Rule::kDocComment)) {
      AddLine(result, TrimStart(text.substr(3)));
    } else if (comments.Is(Rule::kMultiLineComment)) {
      AddLine(result, Trim(text.substr(2, text.size() - 4)));
    }
  }
  return result;
}

class Builder {
 public:
  Builder(FileId file, ast::Ast& ast, DiagnosticSink& sink) : file_(file), ast_(ast), sink_(sink) {}

  ast::File Run(const SyntaxTree& tree) {
    ast::File result;
    result.file = file_;
    // A comment directly above a block belongs to the next block that takes one: configuration blocks don't.
    Documentation pending;
    result.tops.reserve(Count(tree.Root(), Rule::kModel) + Count(tree.Root(), Rule::kEnum) +
                        Count(tree.Root(), Rule::kConfigBlock));
    auto take_pending = [&] { return std::exchange(pending, std::nullopt); };
    for (Cursor top = tree.Root(); !top.done(); top.Next()) {
      switch (top.node().rule) {
        case Rule::kModel: {
          Cursor keyword = top.Children();
          if (keyword.text() == "type") {
            result.tops.emplace_back(CompositeType(top, take_pending()));
          } else {
            result.tops.emplace_back(Model(top, take_pending(), keyword.text()));
          }
          break;
        }
        case Rule::kEnum:
          result.tops.emplace_back(Enum(top, take_pending()));
          break;
        case Rule::kConfigBlock:
          result.tops.emplace_back(ConfigBlock(top));
          break;
        case Rule::kCommentBlock: {
          Cursor next = top;
          next.Next();
          if (next.Is(Rule::kModel) || next.Is(Rule::kEnum) || next.Is(Rule::kConfigBlock)) {
            pending = ReadComments(top.Children());
          }
          break;
        }
        case Rule::kTypeAlias:
          sink_.Error(At(top), errors::TypeAlias());
          break;
        case Rule::kStrayLine:
          sink_.Error(At(top), errors::StrayLine());
          break;
        case Rule::kStrayBlock:
          sink_.Error(At(top), errors::StrayBlock());
          break;
        default:
          break;
      }
    }
    return result;
  }

 private:
  Span At(const Cursor& cursor) const { return {file_, cursor.node().start, cursor.node().end}; }
  ast::Identifier Identifier(const Cursor& cursor) const { return {cursor.text(), At(cursor)}; }

  // Goes over a block's children: sets its name and spans, and returns the cursor of its lines.
  template <class T>
  Cursor Head(const Cursor& top, T& block) {
    block.span = At(top);
    Cursor child = top.Children();
    child.Next();
    block.name = Identifier(child);
    child.Next();
    block.inner_span = At(child);
    return child.Children();
  }

  static size_t Count(Cursor lines, Rule rule) {
    size_t count = 0;
    for (; !lines.done(); lines.Next()) count += lines.Is(rule);
    return count;
  }

  ast::Model Model(const Cursor& top, Documentation documentation, std::string_view kind) {
    ast::Model model;
    model.is_view = kind == "view";
    model.documentation = std::move(documentation);
    Documentation pending;
    const Cursor lines = Head(top, model);
    model.fields.reserve(Count(lines, Rule::kField));
    for (Cursor line = lines; !line.done(); line.Next()) {
      switch (line.node().rule) {
        case Rule::kField: {
          std::optional<ast::Field> field = Field(line, kind, model.name.name, std::exchange(pending, std::nullopt));
          if (field) model.fields.push_back(std::move(*field));
          break;
        }
        case Rule::kBlockAttribute:
          model.attributes.push_back(Attribute(line));
          break;
        case Rule::kCommentBlock:
          pending = ReadComments(line.Children());
          break;
        case Rule::kStrayBlockLine:
          sink_.Error(At(line), errors::StrayFieldLine());
          break;
        default:
          break;
      }
    }
    return model;
  }

  ast::CompositeType CompositeType(const Cursor& top, Documentation documentation) {
    ast::CompositeType type;
    type.documentation = std::move(documentation);
    Documentation pending;
    for (Cursor line = Head(top, type); !line.done(); line.Next()) {
      switch (line.node().rule) {
        case Rule::kField: {
          std::optional<ast::Field> field = Field(line, "type", type.name.name, std::exchange(pending, std::nullopt));
          if (!field) break;
          for (const ast::Attribute& attribute : field->attributes) {
            std::string_view name = attribute.name.name;
            if (name == "id" || name == "unique" || name == "relation") {
              sink_.Error(At(line), errors::CompositeTypeFieldAttribute(name));
            }
          }
          type.fields.push_back(std::move(*field));
          break;
        }
        case Rule::kBlockAttribute: {
          ast::Attribute attribute = Attribute(line);
          sink_.Error(attribute.span, errors::CompositeTypeBlockAttribute(attribute.name.name));
          type.attributes.push_back(std::move(attribute));
          break;
        }
        case Rule::kCommentBlock:
          pending = ReadComments(line.Children());
          break;
        case Rule::kStrayBlockLine:
          sink_.Error(At(line), errors::StrayFieldLine());
          break;
        default:
          break;
      }
    }
    return type;
  }

  ast::Enum Enum(const Cursor& top, Documentation documentation) {
    ast::Enum result;
    result.documentation = std::move(documentation);
    Documentation pending;
    for (Cursor line = Head(top, result); !line.done(); line.Next()) {
      switch (line.node().rule) {
        case Rule::kEnumValue:
          result.values.push_back(EnumValue(line, std::exchange(pending, std::nullopt)));
          break;
        case Rule::kBlockAttribute:
          result.attributes.push_back(Attribute(line));
          break;
        case Rule::kCommentBlock:
          pending = ReadComments(line.Children());
          break;
        case Rule::kStrayBlockLine:
          sink_.Error(At(line), errors::StrayEnumLine());
          break;
        default:
          break;
      }
    }
    return result;
  }

  ast::ConfigBlock ConfigBlock(const Cursor& top) {
    ast::ConfigBlock block;
    std::string_view kind = top.Children().text();
    block.is_datasource = kind == "datasource";
    for (Cursor line = Head(top, block); !line.done(); line.Next()) {
      switch (line.node().rule) {
        case Rule::kKeyValue: {
          ast::ConfigProperty property;
          property.span = At(line);
          Cursor child = line.Children();
          property.name = Identifier(child);
          child.Next();
          if (!child.done() && !child.Is(Rule::kTrailingComment)) property.value = Expression(child);
          // Blanks after a comment don't belong to the property, but those after a value without one do.
          for (; !child.done(); child.Next()) {
            if (child.Is(Rule::kTrailingComment)) property.span.end = At(child).end;
          }
          block.properties.push_back(std::move(property));
          break;
        }
        case Rule::kCommentBlock:
          block.documentation = ReadComments(line.Children());
          break;
        case Rule::kStrayBlockLine:
          sink_.Error(At(line), errors::StrayConfigLine(kind));
          break;
        default:
          break;
      }
    }
    return block;
  }

  void AddTrailing(Documentation& documentation, const Cursor& trailing) {
    if (Documentation line = ReadComments(trailing.Children())) AddLine(documentation, *line);
  }

  std::optional<ast::Field> Field(const Cursor& line, std::string_view container_kind, std::string_view container,
                                  Documentation documentation) {
    ast::Field field;
    field.span = At(line);
    field.documentation = std::move(documentation);
    for (Cursor child = line.Children(); !child.done(); child.Next()) {
      switch (child.node().rule) {
        case Rule::kIdentifier:
          field.name = Identifier(child);
          break;
        case Rule::kLegacyColon:
          sink_.Error(At(child), errors::LegacyColon());
          return {};
        case Rule::kFieldAttribute:
          field.attributes.push_back(Attribute(child));
          break;
        case Rule::kTrailingComment:
          AddTrailing(field.documentation, child);
          break;
        case Rule::kOptionalListType:
          sink_.Error(At(child), errors::OptionalList());
          return {};
        case Rule::kLegacyRequiredType:
          sink_.Error(At(child), errors::LegacyRequiredType());
          return {};
        case Rule::kLegacyListType:
          sink_.Error(At(child), errors::LegacyListType());
          return {};
        case Rule::kListType:
          field.type = BaseType(child.Children(), ast::Arity::kList);
          break;
        case Rule::kOptionalType:
          field.type = BaseType(child.Children(), ast::Arity::kOptional);
          break;
        default:
          field.type = BaseType(child, ast::Arity::kRequired);
      }
    }
    if (!field.type) {
      sink_.Error(field.span, errors::FieldWithoutType(container_kind, container));
      return {};
    }
    return field;
  }

  ast::FieldType BaseType(const Cursor& base, ast::Arity arity) {
    ast::FieldType type;
    type.arity = arity;
    Cursor child = base.Children();
    if (child.Is(Rule::kUnsupported)) {
      Cursor text = child.Children();
      type.name = {"Unsupported", At(child)};
      type.unsupported = String(text);
      type.span = At(text);
    } else {
      type.name = Identifier(child);
      type.span = type.name.span;
    }
    return type;
  }

  ast::EnumValue EnumValue(const Cursor& line, Documentation documentation) {
    ast::EnumValue value;
    value.span = At(line);
    value.documentation = std::move(documentation);
    Cursor child = line.Children();
    value.name = Identifier(child);
    for (child.Next(); !child.done(); child.Next()) {
      if (child.Is(Rule::kFieldAttribute)) {
        value.attributes.push_back(Attribute(child));
      } else {
        AddTrailing(value.documentation, child);
      }
    }
    return value;
  }

  ast::Attribute Attribute(const Cursor& cursor) {
    ast::Attribute attribute;
    attribute.span = At(cursor);
    Cursor child = cursor.Children();
    attribute.name = Identifier(child);
    child.Next();
    if (child.Is(Rule::kArguments)) {
      attribute.has_parens = true;
      Arguments(child, attribute);
    }
    return attribute;
  }

  template <class T>
  void Arguments(const Cursor& list, T& call) {
    for (Cursor child = list.Children(); !child.done(); child.Next()) {
      if (child.Is(Rule::kTrailingComma)) {
        call.trailing_comma = true;
        call.trailing_comma_span = At(child);
        continue;
      }
      ast::Argument argument;
      argument.span = At(child);
      Cursor value = child;
      if (child.Is(Rule::kNamedArgument) || child.Is(Rule::kEmptyArgument)) {
        value = child.Children();
        argument.name = Identifier(value);
        value.Next();
      }
      if (!child.Is(Rule::kEmptyArgument)) argument.value = std::make_unique<ast::Expression>(Expression(value));
      call.arguments.push_back(std::move(argument));
    }
  }

  ast::Expression Expression(const Cursor& cursor) {
    ast::Expression expression;
    expression.span = At(cursor);
    switch (cursor.node().rule) {
      case Rule::kNumber:
        expression.value = ast::NumericValue{cursor.text()};
        break;
      case Rule::kString:
        expression.value = String(cursor);
        break;
      case Rule::kFunctionCall: {
        ast::FunctionCall call;
        Cursor child = cursor.Children();
        call.name = child.text();
        call.name_span = At(child);
        child.Next();
        Arguments(child, call);
        expression.value = std::move(call);
        break;
      }
      case Rule::kArray: {
        ast::ArrayValue array;
        for (Cursor item = cursor.Children(); !item.done(); item.Next()) array.items.push_back(Expression(item));
        expression.value = std::move(array);
        break;
      }
      default:
        expression.value = ast::ConstantValue{cursor.text()};
    }
    return expression;
  }

  ast::StringValue String(const Cursor& cursor) {
    std::string_view raw = cursor.text();
    raw = raw.substr(1, raw.size() - 2);
    if (raw.find('\\') == std::string_view::npos) return {raw, raw};
    ast_.made_up.push_back(Unescape(raw, At(cursor), sink_));
    return {raw, ast_.made_up.back()};
  }

  FileId file_;
  ast::Ast& ast_;
  DiagnosticSink& sink_;
};

}  // namespace

ast::Ast Parse(const SourceFiles& files, DiagnosticSink& sink) {
  ast::Ast ast;
  for (size_t i = 0; i < files.size(); ++i) {
    FileId id(i);
    ast.files.push_back(Builder(id, ast, sink).Run(ParseSyntax(files[id].text)));
  }
  return ast;
}

}  // namespace prisma::psl
