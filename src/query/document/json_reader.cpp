#include "query/document/json_reader.h"

#include <charconv>

#include "diagnostics/errors.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::query {
namespace {

class JsonRequestReader {
 public:
  JsonRequestReader(Arena& arena, Request& request) : arena_(arena), request_(request) {}

  // The root field's or a nested field's {"arguments":…,"selection":…}.
  bool ReadField(const json::Value& field, Selection& selection) {
    bool has_selection = false;
    for (const json::Member& member : field.members()) {
      if (member.key == "arguments") {
        if (member.value.is_null()) continue;
        if (!member.value.is_object()) return false;
        selection.arguments = ReadMembers(member.value);
      } else if (member.key == "selection") {
        if (!member.value.is_object()) return false;
        has_selection = true;
        selection.has_children = true;
        std::span<Selection> children = arena_.NewSpan<Selection>(member.value.size());
        size_t i = 0;
        for (const json::Member& child : member.value.members()) {
          if (!ReadSelection(child, children[i++])) return false;
        }
        selection.children = children;
      }
    }
    return has_selection;
  }

 private:
  bool ReadSelection(const json::Member& member, Selection& selection) {
    selection.name = selection.alias = member.key;
    switch (member.value.kind()) {
      case json::Kind::kBool:
        selection.is_excluded = !member.value.as_bool();
        return true;
      case json::Kind::kObject:
        return ReadField(member.value, selection);
      default:
        return false;
    }
  }

  std::span<Member> ReadMembers(const json::Value& object) {
    std::span<Member> members = arena_.NewSpan<Member>(object.size());
    size_t i = 0;
    for (const json::Member& member : object.members()) {
      members[i].name = member.key;
      ReadNode(member.value, members[i].value);
      ++i;
    }
    return members;
  }

  void Scalar(Node& node, Value value) {
    node.kind = Node::Kind::kScalar;
    node.ordinal = request_.scalar_count++;
    node.scalar = value;
  }

  void ReadNode(const json::Value& value, Node& node) {
    switch (value.kind()) {
      case json::Kind::kNull:
        return Scalar(node, Value::Null());
      case json::Kind::kBool:
        return Scalar(node, Value::Bool(value.as_bool()));
      case json::Kind::kInt:
        return Scalar(node, Value::Int(value.as_int()));
      case json::Kind::kUint:
      case json::Kind::kFloat:
        return Scalar(node, Value::Float(value.as_float()));
      case json::Kind::kString:
        return Scalar(node, Value::String(value.text()));
      case json::Kind::kArray: {
        node.kind = Node::Kind::kList;
        node.items = arena_.NewSpan<Node>(value.size());
        size_t i = 0;
        for (json::Value item : value.items()) ReadNode(item, node.items[i++]);
        return;
      }
      case json::Kind::kObject: {
        json::Value type = value.Get("$type");
        if (type.is_string() && ReadTagged(type.text(), value, node)) return;
        node.kind = Node::Kind::kObject;
        node.members = ReadMembers(value);
        return;
      }
    }
  }

  // False: not a known tag, an object like any other.
  bool ReadTagged(std::string_view type, const json::Value& object, Node& node) {
    json::Value value = object.Get("value");
    std::string_view text = value.text();
    bool has_text = value.is_string();
    if (type == "DateTime") {
      std::optional<int64_t> time = has_text ? ParseDateTime(text) : std::nullopt;
      if (!time) Fail(object);
      Scalar(node, Value::DateTime(*time));
    } else if (type == "BigInt") {
      int64_t number = 0;
      auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (!has_text || text.empty() || code != std::errc() || end != text.data() + text.size()) Fail(object);
      Scalar(node, Value::Int(number));
      node.tag = Node::Tag::kBigInt;
    } else if (type == "Decimal") {
      std::optional<std::string> decimal = has_text ? ParseDecimal(text) : std::nullopt;
      if (!decimal) Fail(object);
      Scalar(node, Value::Text(ValueKind::kDecimal, *decimal == text ? text : arena_.Copy(*decimal)));
    } else if (type == "Bytes") {
      // Standard base64 alone.
      has_text = has_text && text.size() % 4 == 0 && text.find_first_of("-_") == text.npos;
      std::optional<std::string> bytes = has_text ? DecodeBase64(text) : std::nullopt;
      if (!bytes) Fail(object);
      Scalar(node, Value::Text(ValueKind::kBytes, arena_.Copy(*bytes)));
    } else if (type == "Json") {
      if (!has_text || !json::FindSyntaxError(text).empty()) Fail(object);
      Scalar(node, Value::Text(ValueKind::kJson, text));
    } else if (type == "Enum") {
      if (!has_text) Fail(object);
      Scalar(node, Value::Text(ValueKind::kEnum, text));
    } else if (type == "Raw") {
      Scalar(node, Value::Text(ValueKind::kJson, arena_.Copy(json::ToText(value))));
      node.tag = Node::Tag::kRaw;
    } else if (type == "FieldRef") {
      if (!value.is_object()) Fail(object);
      node.kind = Node::Kind::kObject;
      node.tag = Node::Tag::kFieldReference;
      node.members = ReadMembers(value);
    } else {
      return false;
    }
    return true;
  }

  [[noreturn]] void Fail(const json::Value& value) {
    throw errors::Unknown("Could not convert argument value " + errors::DebugText(value) + " to ArgumentValue.");
  }

  Arena& arena_;
  Request& request_;
};

}  // namespace

bool ReadJsonRequest(const json::Value& query, Arena& arena, Request& request) {
  if (!query.is_object()) return false;
  bool has_action = false, has_query = false;
  for (const json::Member& member : query.members()) {
    if (member.key == "modelName") {
      if (member.value.is_null()) continue;
      if (!member.value.is_string()) return false;
      request.model = member.value.text();
    } else if (member.key == "action") {
      if (!member.value.is_string()) return false;
      request.action = member.value.text();
      has_action = true;
    } else if (member.key == "query") {
      if (!member.value.is_object() || !JsonRequestReader(arena, request).ReadField(member.value, request.root)) {
        return false;
      }
      has_query = true;
    }
  }
  request.is_mutation =
      !request.action.starts_with("find") && request.action != "aggregate" && request.action != "groupBy";
  return has_action && has_query;
}

}  // namespace prisma::query
