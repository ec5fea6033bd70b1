#include "query/document/json_reader.h"

#include <vector>

#include "query/document/body.h"
#include "query/document/graphql_reader.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::query {

namespace {

class Reader {
 public:
  Reader(Arena& arena, Request& request) : arena_(arena), request_(request) {}

  std::span<Member> Members(const json::Value& object) {
    std::vector<Member> members;
    for (const json::Member& member : object.members()) {
      members.push_back({arena_.Copy(member.key), Read(member.value)});
    }
    return arena_.Copy(members);
  }

  std::span<Selection> Selections(const json::Value& object) {
    std::vector<Selection> fields;
    for (const json::Member& member : object.members()) {
      Selection field;
      field.name = field.alias = arena_.Copy(member.key);
      if (member.value.is_object()) {
        Nested(member.value, field);
      } else {
        field.is_excluded = !member.value.as_bool();
      }
      fields.push_back(field);
    }
    return arena_.Copy(fields);
  }

  // `{arguments: {…}, selection: {…}}`
  void Nested(const json::Value& query, Selection& field) {
    json::Value arguments = query.Get("arguments");
    json::Value selection = query.Get("selection");
    field.arguments = Members(arguments);
    field.has_children = selection.is_object();
    field.children = Selections(selection);
  }

 private:
  Node Scalar(Value value) {
    Node node;
    node.scalar = value;
    node.ordinal = request_.scalar_count++;
    return node;
  }

  std::string_view Keep(std::string_view text) { return arena_.Copy(text); }

  Node Read(const json::Value& value) {
    switch (value.kind()) {
      case json::Kind::kNull:
        return Scalar(Value::Null());
      case json::Kind::kBool:
        return Scalar(Value::Bool(value.as_bool()));
      case json::Kind::kInt:
        return Scalar(Value::Int(value.as_int()));
      case json::Kind::kUint:
        return Scalar(Value::Text(ValueKind::kDecimal, Keep(std::to_string(static_cast<uint64_t>(value.as_int())))));
      case json::Kind::kFloat:
        return Scalar(Value::Float(value.as_float()));
      case json::Kind::kString:
        return Scalar(Value::String(Keep(value.text())));
      case json::Kind::kArray: {
        std::vector<Node> items;
        for (json::Value item : value.items()) items.push_back(Read(item));
        Node node;
        node.kind = Node::Kind::kList;
        node.items = arena_.Copy(items);
        return node;
      }
      case json::Kind::kObject:
        break;
    }
    json::Value tag = value.Get("$type");
    if (tag.is_string()) return Tagged(tag.text(), value.Get("value"));
    Node node;
    node.kind = Node::Kind::kObject;
    node.members = Members(value);
    return node;
  }

  Node Tagged(std::string_view type, const json::Value& value) {
    if (type == "DateTime") {
      if (std::optional<int64_t> time = ParseDateTime(value.text())) return Scalar(Value::DateTime(*time));
      return Scalar(Value::String(Keep(value.text())));
    }
    if (type == "BigInt") {
      return value.is_string() ? Integer(value.text()) : Read(value);
    }
    if (type == "Decimal") {
      if (std::optional<std::string> normal = ParseDecimal(value.text())) {
        return Scalar(Value::Text(ValueKind::kDecimal, Keep(*normal)));
      }
      return Scalar(Value::String(Keep(value.text())));
    }
    if (type == "Bytes") {
      if (std::optional<std::string> bytes = DecodeBase64(value.text())) {
        return Scalar(Value::Text(ValueKind::kBytes, Keep(*bytes)));
      }
      return Scalar(Value::String(Keep(value.text())));
    }
    if (type == "Json") return Scalar(Value::Text(ValueKind::kJson, Keep(value.text())));
    if (type == "Enum") return Scalar(Value::Text(ValueKind::kEnum, Keep(value.text())));
    if (type == "FieldRef") {
      Node node;
      node.kind = Node::Kind::kObject;
      node.members = Members(value);
      return node;
    }
    // Raw and Param: the plain value.
    return Read(value);
  }

  Node Integer(std::string_view text) {
    int64_t number = 0;
    std::optional<std::string> normal = ParseDecimal(text);
    if (normal && normal->find('.') == std::string::npos && normal->size() <= 20) {
      bool fits = true;
      bool negative = (*normal)[0] == '-';
      for (char c : std::string_view(*normal).substr(negative ? 1 : 0)) {
        fits = fits && !__builtin_mul_overflow(number, int64_t{10}, &number) &&
               !__builtin_sub_overflow(number, int64_t{c - '0'}, &number);
      }
      if (fits && !negative) fits = !__builtin_mul_overflow(number, int64_t{-1}, &number);
      if (fits) return Scalar(Value::Int(number));
    }
    return Scalar(Value::String(Keep(text)));
  }

  Arena& arena_;
  Request& request_;
};

std::string IsolationLevel(const json::Value& value) { return std::string(value.text()); }

}  // namespace

bool ReadJsonRequest(const json::Value& value, Arena& arena, Request& request) {
  json::Value action = value.Get("action");
  json::Value query = value.Get("query");
  if (!value.is_object() || !action.is_string() || !query.is_object()) return false;
  json::Value model = value.Get("modelName");
  if (!model.is_null() && !model.is_string()) return false;
  request.model = arena.Copy(model.text());
  request.action = arena.Copy(action.text());
  request.is_mutation =
      !(request.action.starts_with("find") || request.action == "aggregate" || request.action == "groupBy");
  Reader(arena, request).Nested(query, request.root);
  return true;
}

std::optional<Body> ReadJsonBody(std::string_view text, Arena& arena, std::string& fault) {
  json::Document document;
  if (!document.Parse(text)) {
    fault = "Error parsing Json query. Ensure that engine protocol of the client and the engine matches. " +
            document.error().message;
    return std::nullopt;
  }
  json::Value root = document.root();
  Body body;
  json::Value batch = root.Get("batch");
  if (batch.is_array()) {
    body.is_batch = true;
    json::Value transaction = root.Get("transaction");
    body.is_transaction = transaction.is_object();
    body.isolation_level = IsolationLevel(transaction.Get("isolationLevel"));
    for (json::Value item : batch.items()) {
      BodyItem& added = body.items.emplace_back();
      if (!ReadJsonRequest(item, arena, added.request)) body.items.clear(), batch = json::Value();
      if (batch.is_null()) break;
    }
    if (!batch.is_null()) return body;
  } else {
    BodyItem& added = body.items.emplace_back();
    if (ReadJsonRequest(root, arena, added.request)) return body;
  }
  fault =
      "Error parsing Json query. Ensure that engine protocol of the client and the engine matches. data did not match "
      "any "
      "variant of untagged enum JsonBody";
  return std::nullopt;
}

std::optional<Body> ReadGraphqlBody(std::string_view text, Arena& arena, std::string& fault) {
  constexpr std::string_view kPrefix =
      "Error parsing Graphql query. Ensure that engine protocol of the client and the engine matches. ";
  json::Document document;
  if (!document.Parse(text)) {
    fault = std::string(kPrefix) + document.error().message;
    return std::nullopt;
  }
  json::Value root = document.root();
  Body body;
  json::Value batch = root.Get("batch");
  body.is_batch = batch.is_array();
  if (body.is_batch) {
    body.is_transaction = root.Get("transaction").as_bool();
    body.isolation_level = IsolationLevel(root.Get("isolationLevel"));
  }
  auto read = [&](const json::Value& item) {
    json::Value query = item.Get("query");
    if (!query.is_string() || !item.Get("variables").is_object()) return false;
    BodyItem& added = body.items.emplace_back();
    ReadGraphql(query.text(), arena, added.request, added.fault);
    return true;
  };
  bool is_good = true;
  if (body.is_batch) {
    for (json::Value item : batch.items()) is_good = is_good && read(item);
  } else {
    is_good = read(root);
  }
  if (is_good) return body;
  fault = std::string(kPrefix) + "data did not match any variant of untagged enum GraphqlBody";
  return std::nullopt;
}

}  // namespace prisma::query
