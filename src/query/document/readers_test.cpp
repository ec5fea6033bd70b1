#include <doctest/doctest.h>

#include "base/error.h"
#include "query/document/body.h"
#include "query/document/graphql_reader.h"
#include "value/datetime.h"

namespace prisma::query {
namespace {

std::string Print(const Node& node);

std::string Print(std::span<const Member> members) {
  std::string text;
  for (const Member& member : members) {
    if (!text.empty()) text += ' ';
    text += std::string(member.name) + ":" + Print(member.value);
  }
  return text;
}

// Scalars with their ordinals: `"a"#0`, `5n#1` for a BigInt, `USER@#2` for an enum.
std::string Print(const Node& node) {
  if (node.kind == Node::Kind::kObject) {
    return (node.tag == Node::Tag::kFieldReference ? "&{" : "{") + Print(node.members) + "}";
  }
  if (node.kind == Node::Kind::kList) {
    std::string text;
    for (const Node& item : node.items) text += (text.empty() ? "" : " ") + Print(item);
    return "[" + text + "]";
  }
  std::string text;
  const Value& value = node.scalar;
  switch (value.kind()) {
    case ValueKind::kNull:
      text = "null";
      break;
    case ValueKind::kBool:
      text = value.as_bool() ? "true" : "false";
      break;
    case ValueKind::kInt:
      text = std::to_string(value.as_int()) + (node.tag == Node::Tag::kBigInt ? "n" : "");
      break;
    case ValueKind::kFloat:
      text = std::to_string(value.as_float());
      break;
    case ValueKind::kString:
      text = "\"" + std::string(value.text()) + "\"";
      break;
    case ValueKind::kEnum:
      text = std::string(value.text()) + "@";
      break;
    case ValueKind::kDateTime:
      text = FormatDateTime(value.as_int());
      break;
    default:
      text = "<" + std::string(value.text()) + ">";
  }
  return text + "#" + std::to_string(node.ordinal);
}

std::string Print(const Selection& selection) {
  std::string text = selection.is_excluded ? "-" : "";
  if (selection.alias != selection.name) text += std::string(selection.alias) + "=";
  text += selection.name;
  if (!selection.arguments.empty()) text += "(" + Print(selection.arguments) + ")";
  if (selection.has_children) {
    text += "{";
    for (const Selection& child : selection.children) text += (text.back() == '{' ? "" : " ") + Print(child);
    text += "}";
  }
  return text;
}

std::string Graphql(std::string_view text, std::string_view operation = {}) {
  Arena arena;
  std::string printed;
  try {
    for (const Request& request : ReadGraphql(text, operation, arena)) {
      printed += (request.is_mutation ? "!" : "") + Print(request.root) + ";";
    }
  } catch (const Error& error) {
    return error.message();
  }
  return printed;
}

std::string Json(std::string_view text) {
  Arena arena;
  Body body;
  try {
    ReadJsonBody(text, arena, body);
  } catch (const Error& error) {
    return error.message();
  }
  if (!body.unreadable.empty()) return body.unreadable;
  std::string printed;
  for (const Request& request : body.requests) {
    printed += std::string(request.model) + "." + std::string(request.action) + Print(request.root) + ";";
  }
  return printed;
}

TEST_CASE("GraphQL: fields, aliases, arguments") {
  CHECK(Graphql("{ findManyUser(take: 2,,, where: {name: {contains: \"a\"}, id: 1}) { id, n: name posts { id } } }") ==
        "findManyUser(take:2#0 where:{name:{contains:\"a\"#1} id:1#2}){id n=name posts{id}};");
  CHECK(Graphql("mutation M($a: Int = 1) @x(a: 1) { a: createOneUser(data: {}) { id } b { c } }") ==
        "!a=createOneUser(data:{}){id};!b{c};");
  CHECK(Graphql("query A { a } query B { b }", "B") == "b;");
  CHECK(Graphql("\xEF\xBB\xBF# comment\n{a}") == "a;");
}

TEST_CASE("GraphQL: values") {
  CHECK(Graphql("{a(v:[1 -2.5 true false null USER \"x\"])}") ==
        "a(v:[1#0 -2.500000#1 true#2 false#3 null#4 USER@#5 \"x\"#6]);");
  CHECK(Graphql(R"({a(v:"\"\\\/\n\u00e9\ud83d\ude00")})") == "a(v:\"\"\\/\né😀\"#0);");
  CHECK(Graphql("{a(v:\"\"\"\n    one\n      two \\\"\"\"\n    \"\"\")}") == "a(v:\"one\n  two \"\"\"\"#0);");
  CHECK(Graphql("{a(v:{_container:\"User\",_ref:\"name\"})}") == "a(v:&{_container:\"User\"#0 _ref:\"name\"#1});");
  CHECK(Graphql("{a(v:{b:1,a:2,b:3})}") == "a(v:{a:2#0 b:3#1});");
}

TEST_CASE("GraphQL: variables") {
  json::Document variables;
  REQUIRE(variables.Parse(R"({"x":[1,null,{"b":"t","a":true}],"s":"\\"})"));
  Arena arena;
  const auto print = [&](std::string_view text) {
    std::string printed;
    for (const Request& request : ReadGraphql(text, {}, arena, variables.root())) printed += Print(request.root);
    return printed;
  };
  CHECK(print("query Q($x: [X!]!, $s: String = \"no\" @d) { a(v: $x, w: [$s]) }") ==
        R"(a(v:[1#0 null#1 {b:"t"#2 a:true#3}] w:["\"#4]))");
  CHECK(print("query ($d: D = {k: [7]}) { a(v: $d, w: $d) }") == "a(v:{k:[7#0]} w:{k:[7#1]})");
  CHECK_THROWS_WITH(print("query ($n: Int) { a(v: $n) }"),
                    "Error parsing GraphQL query: The variable `$n` has no value.");
}

TEST_CASE("GraphQL: faults") {
  CHECK(Graphql("{ findManyUser {") ==
        "Error parsing GraphQL query: query parse error: Parse error at 1:17\nUnexpected `end of input`\n"
        "Expected `Name`\n");
  CHECK(Graphql("{a(v:$x)}") == "Error parsing GraphQL query: The variable `$x` has no value.");
  CHECK(Graphql("{a(v:9999999999999999999)}").starts_with("A number used in the query does not fit"));
  std::string deep = "{a(v:";
  for (int i = 0; i < 10000; ++i) deep += "[";
  CHECK(Graphql(deep).find("Recursion limit") != std::string::npos);
}

TEST_CASE("JSON protocol: selections and tagged values") {
  CHECK(Json(R"({"modelName":"User","action":"findMany","query":{"arguments":{"take":1,"where":{"id":{"in":[1,2]}}},
    "selection":{"$scalars":true,"name":false,"posts":{"arguments":{},"selection":{"id":true}}}}})") ==
        "User.findMany(take:1#0 where:{id:{in:[1#1 2#2]}}){$scalars -name posts{id}};");
  CHECK(Json(R"({"action":"a","query":{"arguments":{"v":[{"$type":"DateTime","value":"2020-01-02T03:04:05Z"},
    {"$type":"BigInt","value":"5"},{"$type":"Decimal","value":"1.50"},{"$type":"Bytes","value":"YWI="},
    {"$type":"Json","value":"{}"},{"$type":"Enum","value":"USER"},{"$type":"Raw","value":{"a":[1]}},
    {"$type":"FieldRef","value":{"_ref":"a","_container":"B"}},{"$type":"Other"},null,1.5]},"selection":{}}})") ==
        ".a(v:[2020-01-02T03:04:05.000Z#0 5n#1 <1.5>#2 <ab>#3 <{}>#4 USER@#5 <{\"a\":[1]}>#6 "
        "&{_ref:\"a\"#7 _container:\"B\"#8} {$type:\"Other\"#9} null#10 1.500000#11]){};");
}

TEST_CASE("JSON protocol: faults") {
  constexpr std::string_view kPrefix =
      "Error parsing Json query. Ensure that engine protocol of the client and the engine matches. ";
  std::string no_variant = std::string(kPrefix) + "data did not match any variant of untagged enum JsonBody";
  CHECK(Json(R"({"batch": )") == std::string(kPrefix) + "EOF while parsing a value at line 1 column 10");
  CHECK(Json("[]") == no_variant);
  CHECK(Json(R"({"action":"a","query":{"arguments":{}}})") == no_variant);
  CHECK(Json(R"({"action":"a","query":{"arguments":{},"selection":{"a":1}}})") == no_variant);
  CHECK(Json(R"({"action":"a","query":{"arguments":{"v":{"$type":"BigInt","value":"x"}},"selection":{}}})") ==
        "Could not convert argument value Object {\"$type\": String(\"BigInt\"), \"value\": String(\"x\")} to "
        "ArgumentValue.");
}

TEST_CASE("batches") {
  Arena arena;
  Body body;
  ReadJsonBody(R"({"batch":[{"action":"a","query":{"selection":{}}},{"action":"b","query":{"selection":{}}}],
    "transaction":{"isolationLevel":"Serializable"}})",
               arena, body);
  CHECK(body.unreadable.empty());
  CHECK(body.is_batch);
  CHECK(body.is_transaction);
  CHECK(body.isolation_level == "Serializable");
  REQUIRE(body.requests.size() == 2);
  CHECK(body.requests[1].action == "b");
  Body graphql;
  ReadGraphqlBody(R"({"batch":[{"query":"{a b}","variables":{}}],"transaction":true,"isolationLevel":null})", arena,
                  graphql);
  CHECK(graphql.unreadable.empty());
  CHECK(graphql.is_transaction);
  CHECK_FALSE(graphql.isolation_level.has_value());
  REQUIRE(graphql.requests.size() == 1);
  CHECK(graphql.requests[0].root.name == "b");  // of several fields the last
  Body without_variables;
  ReadGraphqlBody(R"({"query":"{a}"})", arena, without_variables);
  CHECK(without_variables.unreadable.ends_with("untagged enum GraphqlBody"));
}

}  // namespace
}  // namespace prisma::query
