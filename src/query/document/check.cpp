#include "query/document/check.h"

#include <charconv>
#include <vector>

#include "diagnostics/errors.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::query {

namespace {

class Checker {
 public:
  Checker(const QuerySchema& schema, Arena& arena, StructuralSink& sink) : schema_(schema), arena_(arena), sink_(sink) {}

  void Root(Request& request) {
    const OutputField* root = nullptr;
    std::string name(request.root.name);
    if (request.root.name.empty()) {
      root = schema_.FindRoot(request.model, request.action);
      if (root == nullptr) {
        throw Error("", "Operation '" + std::string(request.action) + "' for model '" +
                            (request.model.empty() ? "None" : std::string(request.model)) + "' does not match any query.");
      }
      request.root.name = request.root.alias = root->name;
    } else {
      root = schema_.FindRoot(request.is_mutation, request.root.name);
      if (root == nullptr) Fail("Unknown operation " + name);
    }
    Field(request.root, *root);
  }

 private:
  [[noreturn]] void Fail(const std::string& message) { throw errors::Validation(message, "{\"kind\":\"Unknown\"}"); }

  void Field(Selection& selection, const OutputField& field) {
    Arguments(selection, field);
    if (field.object != nullptr) Children(selection, *field.object);
  }

  void Arguments(Selection& selection, const OutputField& field) {
    static const std::span<const InputField> kNone;
    std::span<const InputField> known = field.arguments == nullptr ? kNone : schema_.Fields(*field.arguments);
    Object(selection.arguments, known, field.arguments);
  }

  void Object(std::span<Member> members, std::span<const InputField> known, const InputObject* object) {
    for (Member& member : members) {
      const InputField* found = nullptr;
      for (const InputField& field : known) {
        if (field.name == member.name) found = &field;
      }
      if (found == nullptr) Fail("Unknown argument " + std::string(member.name));
      Value(member.value, *found);
    }
    for (const InputField& field : known) {
      if (!field.is_required) continue;
      bool is_given = false;
      for (const Member& member : members) is_given |= member.name == field.name;
      if (!is_given) throw errors::RequiredArgumentMissing("Missing a required value at " + std::string(field.name), "{}");
    }
    if (object == nullptr) return;
    int counted = 0;
    for (const Member& member : members) {
      bool counts = object->constrained_fields.empty();
      for (std::string_view name : object->constrained_fields) counts |= name == member.name;
      counted += counts ? 1 : 0;
    }
    if (object->min_fields >= 0 && counted < object->min_fields) Fail("Expected at least one field");
    if (object->max_fields >= 0 && counted > object->max_fields) {
      Fail("Expected exactly one field to be present, got " + std::to_string(counted) + ".");
    }
  }

  void Value(Node& node, const InputField& field) {
    std::string first;
    std::optional<Error> fault;
    for (const InputType& type : field.types) {
      try {
        As(node, type);
        return;
      } catch (const Error& error) {
        if (!fault) fault = error;
      }
    }
    throw *fault;
  }

  void As(Node& node, const InputType& type) {
    if (type.is_list) {
      InputType item = type;
      item.is_list = false;
      if (node.kind == Node::Kind::kList) {
        for (Node& n : node.items) As(n, item);
        return;
      }
      if (node.is_null()) Fail("Expected a list");
      As(node, item);
      if (type.kind != InputType::Kind::kObject) {
        std::span<Node> items = arena_.NewSpan<Node>(1);
        items[0] = node;
        Node list;
        list.kind = Node::Kind::kList;
        list.items = items;
        node = list;
      }
      return;
    }
    switch (type.kind) {
      case InputType::Kind::kObject:
        if (node.kind != Node::Kind::kObject) Fail("Expected an object");
        Object(node.members, schema_.Fields(*type.object), type.object);
        return;
      case InputType::Kind::kEnum:
        Enum(node, *type.enum_type);
        return;
      case InputType::Kind::kScalar:
        Scalar(node, type.scalar);
    }
  }

  void Enum(Node& node, const EnumType& type) {
    if (node.kind != Node::Kind::kScalar ||
        (node.scalar.kind() != ValueKind::kString && node.scalar.kind() != ValueKind::kEnum)) {
      Fail("Expected an enum value");
    }
    for (std::string_view value : type.values) {
      if (value != node.scalar.text()) continue;
      bool is_marker = value == "JsonNull" || value == "DbNull" || value == "AnyNull";
      if (is_marker && node.scalar.kind() == ValueKind::kString) {
        sink_.MarkStructural(node.ordinal);
        node.ordinal = UINT32_MAX;
      }
      node.scalar = prisma::Value::Text(ValueKind::kEnum, node.scalar.text());
      return;
    }
    Fail("Unknown enum value " + std::string(node.scalar.text()));
  }

  void Scalar(Node& node, InputScalar scalar) {
    using prisma::Value;
    if (node.kind != Node::Kind::kScalar) Fail("Expected a scalar");
    ValueKind kind = node.scalar.kind();
    bool is_text = kind == ValueKind::kString;
    switch (scalar) {
      case InputScalar::kNull:
        if (kind == ValueKind::kNull) return;
        break;
      case InputScalar::kString:
        if (is_text || kind == ValueKind::kUuid) return;
        break;
      case InputScalar::kInt:
        if (kind == ValueKind::kInt && node.scalar.as_int() >= INT32_MIN && node.scalar.as_int() <= INT32_MAX) return;
        break;
      case InputScalar::kBigInt:
        if (kind == ValueKind::kInt) return;
        if (is_text) {
          std::string_view text = node.scalar.text();
          int64_t n = 0;
          auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
          if (code == std::errc() && end == text.data() + text.size() && !text.empty()) {
            node.scalar = Value::Int(n);
            return;
          }
        }
        break;
      case InputScalar::kFloat:
        if (kind == ValueKind::kFloat) return;
        if (kind == ValueKind::kInt) {
          node.scalar = Value::Float(static_cast<double>(node.scalar.as_int()));
          return;
        }
        if (kind == ValueKind::kDecimal) {
          node.scalar = Value::Float(DecimalToDouble(node.scalar.text()));
          return;
        }
        break;
      case InputScalar::kDecimal: {
        if (kind == ValueKind::kDecimal) return;
        std::optional<std::string> decimal;
        if (is_text) decimal = ParseDecimal(node.scalar.text());
        if (kind == ValueKind::kFloat) decimal = DecimalFromDouble(node.scalar.as_float());
        if (kind == ValueKind::kInt) decimal = std::to_string(node.scalar.as_int());
        if (decimal) {
          node.scalar = Value::Text(ValueKind::kDecimal, arena_.Copy(*decimal));
          return;
        }
        break;
      }
      case InputScalar::kBoolean:
        if (kind == ValueKind::kBool) return;
        break;
      case InputScalar::kDateTime:
        if (kind == ValueKind::kDateTime) return;
        if (is_text) {
          if (std::optional<int64_t> time = ParseDateTime(node.scalar.text())) {
            node.scalar = Value::DateTime(*time);
            return;
          }
        }
        break;
      case InputScalar::kBytes:
        if (kind == ValueKind::kBytes) return;
        if (is_text) {
          if (std::optional<std::string> bytes = DecodeBase64(node.scalar.text())) {
            node.scalar = Value::Text(ValueKind::kBytes, arena_.Copy(*bytes));
            return;
          }
        }
        break;
      case InputScalar::kJson:
      case InputScalar::kJsonList:
        if (kind == ValueKind::kJson) return;
        if (is_text) {
          node.scalar = Value::Text(ValueKind::kJson, node.scalar.text());
          return;
        }
        break;
    }
    Fail("Invalid argument value for " + std::string(InputScalarName(scalar)));
  }

  void Children(Selection& selection, const OutputObject& object) {
    std::vector<Selection> out;
    std::vector<std::string_view> excluded;
    for (Selection& child : selection.children) {
      if (child.is_excluded) excluded.push_back(child.name);
    }
    auto add = [&](Selection child) {
      for (std::string_view name : excluded) {
        if (name == child.name) return;
      }
      for (Selection& other : out) {
        if (other.alias == child.alias) {
          if (child.has_children || !child.arguments.empty()) other = child;
          return;
        }
      }
      out.push_back(child);
    };
    for (Selection& child : selection.children) {
      if (child.is_excluded) continue;
      if (child.name == "$scalars") {
        for (const OutputField& field : schema_.Fields(object)) {
          if (field.object == nullptr) add(Named(field.name));
        }
        continue;
      }
      if (child.name == "$composites") continue;
      const OutputField* field = schema_.FindField(object, child.name);
      if (field == nullptr) Fail("Unknown field " + std::string(child.name));
      if (field->object != nullptr && !child.has_children) {
        child.has_children = true;
        std::vector<Selection> all;
        for (const OutputField& inner : schema_.Fields(*field->object)) {
          if (inner.object == nullptr) all.push_back(Named(inner.name));
        }
        child.children = arena_.Copy(all);
      }
      Field(child, *field);
      add(child);
    }
    if (out.empty()) Fail("The selection set is empty");
    selection.children = arena_.Copy(out);
    selection.has_children = true;
  }

  static Selection Named(std::string_view name) {
    Selection selection;
    selection.name = selection.alias = name;
    return selection;
  }

  const QuerySchema& schema_;
  Arena& arena_;
  StructuralSink& sink_;
};

}  // namespace

void Check(Request& request, const QuerySchema& schema, Arena& arena, StructuralSink& sink) {
  Checker(schema, arena, sink).Root(request);
}

}  // namespace prisma::query
