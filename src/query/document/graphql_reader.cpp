#include "query/document/graphql_reader.h"

#include <algorithm>
#include <charconv>

#include "diagnostics/errors.h"
#include "query/document/graphql_lexer.h"

namespace prisma::query {
namespace {

using Kind = GraphqlToken::Kind;

constexpr int kDepthLimit = 200;

class GraphqlReader {
 public:
  GraphqlReader(std::string_view text, Arena& arena, json::Value variables)
      : lexer_(text), arena_(arena), variables_(variables) {
    Advance();
  }

  std::vector<Request> ReadDocument(std::string_view operation_name) {
    std::vector<Request> chosen;
    bool found = false, is_first = true;
    while (token_.kind != Kind::kEnd || is_first) {
      std::string_view name;
      std::vector<Request> requests = ReadOperation(name);
      if (!found && (operation_name.empty() || operation_name == name)) {
        chosen = std::move(requests);
        found = true;
      }
      is_first = false;
    }
    if (!found) {
      throw errors::Unknown("Operation '" + std::string(operation_name) + "' does not match any query.");
    }
    return chosen;
  }

 private:
  std::vector<Request> ReadOperation(std::string_view& name) {
    bool is_mutation = false;
    if (!IsPunctuator('{')) {
      if (token_.kind != Kind::kName) Unexpected("{, query, mutation, subscription or fragment");
      if (token_.text == "fragment") throw errors::Unknown("Error parsing GraphQL query: Fragments are not supported.");
      if (token_.text == "subscription") {
        throw errors::Unknown("Error parsing GraphQL query: Subscriptions are not supported.");
      }
      if (token_.text != "query" && token_.text != "mutation") {
        Unexpected("{, query, mutation, subscription or fragment");
      }
      is_mutation = token_.text == "mutation";
      Advance();
      if (token_.kind == Kind::kName) {
        name = token_.text;
        Advance();
      }
      defaults_.clear();
      if (IsPunctuator('(')) ReadDefinitions();
      while (IsPunctuator('@')) SkipDirective();
    }
    Expect('{');
    std::vector<Request> requests;
    while (!IsPunctuator('}')) {
      Request request;
      request.is_mutation = is_mutation;
      request.has_plain_json = false;
      request.root = ReadField(0);
      Number(request, request.root);
      requests.push_back(request);
    }
    Advance();
    return requests;
  }

  Selection ReadField(int depth) {
    if (depth > kDepthLimit) TooDeep();
    if (IsPunctuator('.')) throw errors::Unknown("Error parsing GraphQL query: Fragments are not supported.");
    Selection selection;
    selection.name = selection.alias = ExpectName();
    if (IsPunctuator(':')) {
      Advance();
      selection.name = ExpectName();
    }
    if (IsPunctuator('(')) {
      Advance();
      selection.arguments = ReadMembers(')', depth);
    }
    while (IsPunctuator('@')) SkipDirective();
    if (IsPunctuator('{')) {
      Advance();
      selection.has_children = true;
      std::vector<Selection> children;
      while (!IsPunctuator('}')) children.push_back(ReadField(depth + 1));
      Advance();
      selection.children = arena_.Copy(children);
    }
    return selection;
  }

  // `name: value …` up to the closing bracket.
  std::span<Member> ReadMembers(char closing, int depth) {
    std::vector<Member> members;
    while (!IsPunctuator(closing)) {
      Member member;
      member.name = ExpectName();
      Expect(':');
      member.value = ReadValue(depth + 1);
      members.push_back(member);
    }
    Advance();
    return arena_.Copy(members);
  }

  static Node Scalar(Value value) {
    Node node;
    node.scalar = value;
    return node;
  }

  // Members keep their order, in which nested writes are done; of several of one name the last counts.
  static std::span<Member> WithoutDuplicates(std::span<Member> members) {
    std::vector<uint32_t> by_name(members.size());
    for (uint32_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
    std::sort(by_name.begin(), by_name.end(), [&](uint32_t a, uint32_t b) {
      return members[a].name != members[b].name ? members[a].name < members[b].name : a < b;
    });
    std::vector<bool> is_dropped(members.size());
    for (size_t i = 1; i < by_name.size(); ++i) {
      is_dropped[by_name[i - 1]] = members[by_name[i - 1]].name == members[by_name[i]].name;
    }
    size_t count = 0;
    for (size_t i = 0; i < members.size(); ++i) {
      if (!is_dropped[i]) members[count++] = members[i];
    }
    return members.first(count);
  }

  static void Number(Request& request, Node& node) {
    if (node.kind == Node::Kind::kScalar) node.ordinal = request.scalar_count++;
    for (Node& item : node.items) Number(request, item);
    for (Member& member : node.members) Number(request, member.value);
  }

  static void Number(Request& request, Selection& selection) {
    for (Member& member : selection.arguments) Number(request, member.value);
    for (Selection& child : selection.children) Number(request, child);
  }

  Node ReadValue(int depth) {
    if (depth > kDepthLimit) TooDeep();
    GraphqlToken token = token_;
    switch (token.kind) {
      case Kind::kInt: {
        int64_t number = 0;
        auto [end, code] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), number);
        if (code == std::errc::result_out_of_range) {
          throw errors::ValueDoesNotFit(
              "A number used in the query does not fit into a 64 bit signed integer. Consider using `BigInt` as field "
              "type if you're trying to store large integers.");
        }
        if (code != std::errc() || end != token.text.data() + token.text.size()) Unexpected("Value");
        Advance();
        return Scalar(Value::Int(number));
      }
      case Kind::kFloat: {
        double number = 0;
        auto [end, code] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), number);
        if (code != std::errc() || end != token.text.data() + token.text.size()) Unexpected("Value");
        Advance();
        return Scalar(Value::Float(number));
      }
      case Kind::kString:
      case Kind::kBlockString: {
        std::string_view contents;
        if (!ReadGraphqlString(token, arena_, contents)) Unexpected("Value");
        Advance();
        return Scalar(Value::String(contents));
      }
      case Kind::kName:
        Advance();
        if (token.text == "true") return Scalar(Value::Bool(true));
        if (token.text == "false") return Scalar(Value::Bool(false));
        if (token.text == "null") return Scalar(Value::Null());
        return Scalar(Value::Text(ValueKind::kEnum, token.text));
      case Kind::kPunctuator:
        break;
      default:
        Unexpected("Value");
    }
    if (IsPunctuator('[')) {
      Advance();
      std::vector<Node> items;
      while (!IsPunctuator(']')) items.push_back(ReadValue(depth + 1));
      Advance();
      Node node;
      node.kind = Node::Kind::kList;
      node.items = arena_.Copy(items);
      return node;
    }
    if (IsPunctuator('{')) {
      Advance();
      Node node;
      node.kind = Node::Kind::kObject;
      node.members = WithoutDuplicates(ReadMembers('}', depth));
      if (node.Find("_ref") != nullptr) node.tag = Node::Tag::kFieldReference;
      return node;
    }
    if (IsPunctuator('$')) {
      Advance();
      return ReadVariable(ExpectName(), depth);
    }
    Unexpected("Value");
  }

  // `($name: Type = value …)`: types are told by the fields that the values are for.
  void ReadDefinitions() {
    Advance();
    while (!IsPunctuator(')')) {
      Expect('$');
      std::string_view name = ExpectName();
      Expect(':');
      while (IsPunctuator('[')) Advance();
      ExpectName();
      while (IsPunctuator(']') || IsPunctuator('!')) Advance();
      if (IsPunctuator('=')) {
        Advance();
        defaults_.push_back({name, ReadValue(0)});
      }
      while (IsPunctuator('@')) SkipDirective();
    }
    Advance();
  }

  Node ReadVariable(std::string_view name, int depth) {
    if (variables_.Has(name)) return NodeOf(variables_.Get(name), depth);
    for (const Member& member : defaults_) {
      if (member.name == name) return Copy(member.value);
    }
    throw errors::Unknown("Error parsing GraphQL query: The variable `$" + std::string(name) + "` has no value.");
  }

  // Each use is numbered for itself.
  Node Copy(const Node& node) {
    Node copy = node;
    copy.items = arena_.NewSpan<Node>(node.items.size());
    for (size_t i = 0; i < node.items.size(); ++i) copy.items[i] = Copy(node.items[i]);
    copy.members = arena_.NewSpan<Member>(node.members.size());
    for (size_t i = 0; i < node.members.size(); ++i) {
      copy.members[i] = {node.members[i].name, Copy(node.members[i].value)};
    }
    return copy;
  }

  Node NodeOf(json::Value value, int depth) {
    if (depth > kDepthLimit) TooDeep();
    Node node;
    switch (value.kind()) {
      case json::Kind::kNull:
        break;
      case json::Kind::kBool:
        node.scalar = Value::Bool(value.as_bool());
        break;
      case json::Kind::kInt:
        node.scalar = Value::Int(value.as_int());
        break;
      case json::Kind::kUint:
      case json::Kind::kFloat:
        node.scalar = Value::Float(value.as_float());
        break;
      case json::Kind::kString:
        node.scalar = Value::String(value.text());
        break;
      case json::Kind::kArray: {
        node.kind = Node::Kind::kList;
        node.items = arena_.NewSpan<Node>(value.size());
        size_t i = 0;
        for (json::Value item : value.items()) node.items[i++] = NodeOf(item, depth + 1);
        break;
      }
      case json::Kind::kObject: {
        node.kind = Node::Kind::kObject;
        node.members = arena_.NewSpan<Member>(value.size());
        size_t i = 0;
        for (const json::Member& member : value.members()) {
          node.members[i++] = {member.key, NodeOf(member.value, depth + 1)};
        }
        node.members = WithoutDuplicates(node.members);
        if (node.Find("_ref") != nullptr) node.tag = Node::Tag::kFieldReference;
        break;
      }
    }
    return node;
  }

  void SkipArguments() {
    int depth = 0;
    do {
      if (token_.kind == Kind::kEnd) Unexpected(")");
      if (IsPunctuator('(')) ++depth;
      if (IsPunctuator(')')) --depth;
      Advance();
    } while (depth > 0);
  }

  void SkipDirective() {
    Advance();
    ExpectName();
    if (!IsPunctuator('(')) return;
    SkipArguments();
  }

  bool IsPunctuator(char c) const { return token_.kind == Kind::kPunctuator && token_.text[0] == c; }

  void Advance() { token_ = lexer_.Next(); }

  void Expect(char c) {
    if (!IsPunctuator(c)) Unexpected(std::string(1, c));
    Advance();
  }

  std::string_view ExpectName() {
    if (token_.kind != Kind::kName) Unexpected("Name");
    std::string_view name = token_.text;
    Advance();
    return name;
  }

  [[noreturn]] void Unexpected(const std::string& expected) {
    const char* kind = "";
    switch (token_.kind) {
      case Kind::kEnd:
      case Kind::kInvalid:
        break;
      case Kind::kPunctuator:
        kind = "Punctuator";
        break;
      case Kind::kName:
        kind = "Name";
        break;
      case Kind::kInt:
        kind = "IntValue";
        break;
      case Kind::kFloat:
        kind = "FloatValue";
        break;
      case Kind::kString:
        kind = "StringValue";
        break;
      case Kind::kBlockString:
        kind = "BlockString";
        break;
    }
    std::string found = "end of input";
    if (token_.kind != Kind::kEnd) {
      found = token_.kind == Kind::kInvalid ? std::string(token_.text) : std::string(token_.text) + "[" + kind + "]";
    }
    throw errors::Unknown("Error parsing GraphQL query: query parse error: Parse error at " +
                          lexer_.Position(token_.start) + "\nUnexpected `" + found + "`\nExpected `" + expected +
                          "`\n");
  }

  [[noreturn]] void TooDeep() {
    throw errors::Unknown("Error parsing GraphQL query: query parse error: Parse error at " +
                          lexer_.Position(token_.start) + "\nRecursion limit exceeded\n");
  }

  GraphqlLexer lexer_;
  Arena& arena_;
  json::Value variables_;
  std::vector<Member> defaults_;  // of the operation's variables
  GraphqlToken token_;
};

}  // namespace

std::vector<Request> ReadGraphql(std::string_view text, std::string_view operation_name, Arena& arena,
                                 json::Value variables) {
  return GraphqlReader(text, arena, variables).ReadDocument(operation_name);
}

}  // namespace prisma::query
