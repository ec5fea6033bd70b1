// Goldens: testdata/check/*.prisma with *.jsonl, a line a request: {"request": …, "answer": {"errors": […]} | null}.
// The answers are what Prisma 6.19 says. UPDATE_GOLDENS=1 rewrites them with ours.
#include "query/document/check.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "diagnostics/errors.h"
#include "json/writer.h"
#include "query/document/body.h"

namespace prisma::query {
namespace {

class Sink : public StructuralSink {
 public:
  void MarkStructural(uint32_t ordinal) override { ordinals.push_back(ordinal); }
  std::vector<uint32_t> ordinals;
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::shared_ptr<const schema::Schema> Load(std::string text) {
  auto files = std::make_shared<SourceFiles>();
  files->Add("schema.prisma", std::move(text));
  DiagnosticSink sink;
  schema::AnalyzeResult result = schema::Analyze(files, sink);
  REQUIRE_FALSE(sink.has_errors());
  return result.schema;
}

std::string Answer(const QuerySchema& schema, std::string_view request) {
  Arena arena;
  Body body;
  Sink sink;
  try {
    ReadJsonBody(request, arena, body);
    if (!body.unreadable.empty()) return body.unreadable;
    for (Request& item : body.requests) Check(item, schema, arena, sink);
  } catch (const Error& error) {
    std::string text;
    json::Writer writer(text);
    writer.BeginObject();
    writer.Key("errors");
    writer.BeginArray();
    errors::WriteProtocolError(writer, error);
    writer.EndArray();
    writer.EndObject();
    return text;
  }
  return "null";
}

TEST_CASE("requests are answered as Prisma answers them") {
  std::filesystem::path folder = PRISMA_SOURCE_DIR "/src/query/document/testdata/check";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".prisma") continue;
    QuerySchema schema(Load(ReadFile(entry.path())));
    std::filesystem::path golden = entry.path();
    golden.replace_extension(".jsonl");
    std::istringstream lines(ReadFile(golden));
    std::string line, updated;
    while (std::getline(lines, line)) {
      json::Document document;
      REQUIRE(document.Parse(line));
      std::string request = json::ToText(document.root().Get("request"));
      std::string expected = json::ToText(document.root().Get("answer"));
      std::string actual = Answer(schema, request);
      updated += R"({"request":)" + request + R"(,"answer":)" + actual + "}\n";
      CAPTURE(request);
      if (!std::getenv("UPDATE_GOLDENS")) CHECK(actual == expected);
    }
    if (std::getenv("UPDATE_GOLDENS")) std::ofstream(golden, std::ios::binary) << updated;
  }
}

constexpr const char* kSchema = R"(
datasource db {
  provider = "sqlite"
  url      = "file:dev.db"
}
enum Role {
  USER
  ADMIN
}
model User {
  id    Int      @id
  role  Role     @default(USER)
  big   BigInt?
  price Decimal?
  born  DateTime?
  data  Bytes?
  json  Json?
  posts Post[]
}
model Post {
  id     Int   @id
  user   User? @relation(fields: [userId], references: [id])
  userId Int?
}
)";

struct Checked {
  Arena arena;
  Body body;
  Sink sink;
  explicit Checked(const QuerySchema& schema, std::string_view text, bool is_graphql = false) {
    if (is_graphql) {
      ReadGraphqlBody(text, arena, body);
    } else {
      ReadJsonBody(text, arena, body);
    }
    REQUIRE(body.unreadable.empty());
    Check(body.requests[0], schema, arena, sink);
  }
  const Selection& root() const { return body.requests[0].root; }
  const Node& Argument(std::string_view name) const {
    for (const Member& member : root().arguments) {
      if (member.name == name) return member.value;
    }
    FAIL("no such argument");
    static Node none;
    return none;
  }
};

TEST_CASE("scalars become values of their types") {
  QuerySchema schema(Load(kSchema));
  Checked checked(schema,
                  R"({"modelName":"User","action":"createOne","query":{"arguments":{"data":{"id":1,"role":"ADMIN",
    "big":"12","price":1.50,"born":"2020-01-01T00:00:00Z","data":"YWI=","json":{"a":[1,"x"]}}},"selection":{"id":true}}})");
  const Node& data = checked.Argument("data");
  CHECK(data.Find("id")->scalar.kind() == ValueKind::kInt);
  CHECK(data.Find("id")->ordinal == 0);
  CHECK(data.Find("role")->scalar.kind() == ValueKind::kEnum);
  CHECK(data.Find("big")->scalar.as_int() == 12);
  CHECK(data.Find("price")->scalar.kind() == ValueKind::kDecimal);
  CHECK(data.Find("price")->scalar.text() == "1.5");
  CHECK(data.Find("born")->scalar.as_int() == 1577836800000000);
  CHECK(data.Find("data")->scalar.kind() == ValueKind::kBytes);
  CHECK(data.Find("data")->scalar.text() == "ab");
  CHECK(data.Find("json")->scalar.kind() == ValueKind::kJson);
  CHECK(data.Find("json")->scalar.text() == R"({"a":[1,"x"]})");
  // A tree became a value: all are numbered anew, and none is structural.
  CHECK(data.Find("json")->ordinal == 6);
  CHECK(checked.sink.ordinals.empty());
}

TEST_CASE("JSON is itself in the JSON protocol and text in GraphQL") {
  QuerySchema schema(Load(kSchema));
  Checked plain(schema, R"({"modelName":"User","action":"createOne","query":{"arguments":{"data":{"id":1,"json":"{}"}},
    "selection":{"id":true}}})");
  CHECK(plain.Argument("data").Find("json")->scalar.text() == R"("{}")");
  Checked graphql(schema,
                  R"({"query":"mutation { createOneUser(data: {id: 1, json: \"{}\"}) { id } }","variables":{}})", true);
  CHECK(graphql.Argument("data").Find("json")->scalar.text() == "{}");
  CHECK(graphql.Argument("data").Find("json")->ordinal == 1);
  CHECK(graphql.body.requests[0].action == "createOne");
  CHECK(graphql.body.requests[0].model == "User");
}

TEST_CASE("selections are written out") {
  QuerySchema schema(Load(kSchema));
  Checked checked(schema, R"({"modelName":"User","action":"findMany","query":{"arguments":{},
    "selection":{"$scalars":true,"$composites":true,"big":false,"posts":true,"_count":true,"id":true}}})");
  CHECK(checked.root().name == "findManyUser");
  CHECK(checked.root().alias == "findManyUser");
  std::string names;
  for (const Selection& child : checked.root().children) {
    names += std::string(child.name) + " ";
    for (const Selection& nested : child.children) names += "." + std::string(nested.name) + " ";
  }
  CHECK(names == "id role price born data json posts .id .userId _count .posts ");
}

TEST_CASE("alternatives within alternatives come to an end") {
  QuerySchema schema(Load(kSchema));
  std::string data = R"({"nope":1})";
  for (int i = 0; i < 60; ++i) {
    data = (i % 2 ? R"({"id":1,"posts":{"create":)" : R"({"id":1,"user":{"create":)") + data + "}}";
  }
  std::string request = R"({"modelName":"User","action":"createOne","query":{"arguments":{"data":)" + data +
                        R"(},"selection":{"id":true}}})";
  CHECK(Answer(schema, request).find("errors") != std::string::npos);
}

}  // namespace
}  // namespace prisma::query
