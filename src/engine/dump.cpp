#include "engine/dump.h"

#include <cstdio>

#include "base/arena.h"
#include "base/error.h"
#include "engine/connectors.h"
#include "psl/parser.h"
#include "query/document/body.h"
#include "query/document/build_operation.h"
#include "query/document/check.h"
#include "query/plan/plan.h"
#include "query/plan/planner.h"
#include "query/schema/query_schema.h"
#include "value/datetime.h"

namespace prisma::engine {
namespace {

class Text {
 public:
  std::string out;
  void Line(int depth, std::string_view text) {
    out.append(static_cast<size_t>(depth) * 2, ' ').append(text).push_back('\n');
  }
};

// Expressions and attributes are shown as they were written.
class AstPrinter : public Text {
 public:
  explicit AstPrinter(const SourceFiles& files) : files_(files) {}

  void Print(const ast::Ast& ast) {
    for (const ast::File& file : ast.files) {
      Line(0, "file " + files_[file.file].path);
      for (const ast::Top& top : file.tops) std::visit([this](const auto& block) { Print(block); }, top);
    }
  }

 private:
  std::string At(const Span& span) const {
    return " [" + std::to_string(span.start) + ".." + std::to_string(span.end) + ")";
  }

  void Print(const ast::Model& model) {
    Line(1, std::string(model.is_view ? "view " : "model ") + std::string(model.name.name) + At(model.span));
    for (const ast::Field& field : model.fields) Print(field);
    Print(model.attributes, 2);
  }
  void Print(const ast::CompositeType& type) {
    Line(1, "type " + std::string(type.name.name) + At(type.span));
    for (const ast::Field& field : type.fields) Print(field);
  }
  void Print(const ast::Enum& item) {
    Line(1, "enum " + std::string(item.name.name) + At(item.span));
    for (const ast::EnumValue& value : item.values) {
      Line(2, "value " + std::string(value.name.name) + At(value.span));
      Print(value.attributes, 3);
    }
    Print(item.attributes, 2);
  }
  void Print(const ast::ConfigBlock& block) {
    Line(1, std::string(block.is_datasource ? "datasource " : "generator ") + std::string(block.name.name) +
                At(block.span));
    for (const ast::ConfigProperty& property : block.properties) {
      std::string value = property.value ? std::string(files_.Text(property.value->span)) : "(nothing)";
      Line(2, std::string(property.name.name) + " = " + value + At(property.span));
    }
  }
  void Print(const ast::Field& field) {
    std::string type;
    if (field.type) {
      static constexpr std::string_view kArity[] = {"", "?", "[]"};
      type = std::string(field.type->name.name);
      if (field.type->unsupported) type += "(\"" + std::string(field.type->unsupported->raw) + "\")";
      type += kArity[static_cast<size_t>(field.type->arity)];
    }
    Line(2, std::string(field.is_commented_out ? "// " : "") + "field " + std::string(field.name.name) + " " + type +
                At(field.span));
    Print(field.attributes, 3);
  }
  void Print(const std::vector<ast::Attribute>& attributes, int depth) {
    for (const ast::Attribute& attribute : attributes) {
      std::string text = "attribute " + std::string(attribute.name.name);
      for (const ast::Argument& argument : attribute.arguments) {
        text += argument.name ? " " + std::string(argument.name->name) + ": " : " ";
        text += argument.value ? std::string(files_.Text(argument.value->span)) : "(nothing)";
      }
      Line(depth, text + At(attribute.span));
    }
  }

  const SourceFiles& files_;
};

std::string ScalarText(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull:
      return "null";
    case ValueKind::kBool:
      return value.as_bool() ? "true" : "false";
    case ValueKind::kInt:
      return std::to_string(value.as_int());
    case ValueKind::kFloat: {
      char text[40];
      std::snprintf(text, sizeof text, "%.17g", value.as_float());
      return text;
    }
    case ValueKind::kDateTime:
      return FormatDateTime(value.as_int());
    case ValueKind::kBytes:
      return std::to_string(value.text().size()) + " bytes";
    case ValueKind::kList:
      return "[…]";
    default:
      return "\"" + std::string(value.text()) + "\"";
  }
}

// The tree of a request; {n} is the ordinal of a scalar, by which a plan's parameters name it.
class RequestPrinter : public Text {
 public:
  void Print(const query::Selection& selection, int depth) {
    const bool has_alias = selection.alias != selection.name && !selection.alias.empty();
    Line(depth, std::string(selection.name) + (has_alias ? " as " + std::string(selection.alias) : ""));
    for (const query::Member& argument : selection.arguments) Print(argument.name, argument.value, depth + 1, ": ");
    for (const query::Selection& child : selection.children) Print(child, depth + 1);
  }

 private:
  void Print(std::string_view name, const query::Node& node, int depth, std::string_view separator) {
    const std::string head = std::string(name) + std::string(separator);
    switch (node.kind) {
      case query::Node::Kind::kScalar: {
        const bool has_ordinal = node.ordinal != UINT32_MAX;
        return Line(depth,
                    head + ScalarText(node.scalar) + (has_ordinal ? " {" + std::to_string(node.ordinal) + "}" : ""));
      }
      case query::Node::Kind::kList:
        Line(depth, head + "[]");
        for (const query::Node& item : node.items) Print("-", item, depth + 1, " ");
        return;
      case query::Node::Kind::kObject:
        Line(depth, head + "{}");
        for (const query::Member& member : node.members) Print(member.name, member.value, depth + 1, ": ");
        return;
    }
  }
};

class NoSink final : public query::StructuralSink {
 public:
  void MarkStructural(uint32_t) override {}
};

// The lines of a printed plan that are SQL.
std::string Statements(const std::string& plan) {
  std::string out;
  for (size_t from = 0; from < plan.size();) {
    size_t end = plan.find('\n', from);
    if (end == std::string::npos) end = plan.size();
    std::string_view line = std::string_view(plan).substr(from, end - from);
    while (line.starts_with(' ')) line.remove_prefix(1);
    for (std::string_view verb : {"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "}) {
      if (line.starts_with(verb)) out.append(line).append(";\n");
    }
    from = end + 1;
  }
  return out;
}

}  // namespace

std::string DumpAst(const SourceFiles& files) {
  DiagnosticSink sink;
  const ast::Ast ast = psl::Parse(files, sink);
  AstPrinter printer(files);
  printer.Print(ast);
  return printer.out;
}

std::string DumpRequest(std::shared_ptr<const schema::Schema> schema, std::string_view body, Protocol protocol,
                        RequestStage stage) {
  const query::QuerySchema query_schema(schema, true);
  Arena arena;
  query::Body read;
  protocol == Protocol::kJson ? query::ReadJsonBody(body, arena, read) : query::ReadGraphqlBody(body, arena, read);
  if (!read.unreadable.empty()) throw Error("", read.unreadable);
  std::string out;
  NoSink sink;
  for (query::Request& request : read.requests) {
    query::Check(request, query_schema, arena, sink);
    if (stage == RequestStage::kOperation) {
      RequestPrinter printer;
      printer.Print(request.root, 0);
      out += printer.out;
      continue;
    }
    const query::Operation* operation = query::BuildOperation(request, *schema, arena, sink);
    if (!operation->raw_sql.empty()) {
      out.append(operation->raw_sql).append("\n");
      continue;
    }
    const std::string plan =
        query::Print(*query::Compile(*operation, *schema, PartsOf(*schema->connector).dialect_of({}), nullptr));
    out += stage == RequestStage::kPlan ? plan : Statements(plan);
  }
  return out;
}

}  // namespace prisma::engine
