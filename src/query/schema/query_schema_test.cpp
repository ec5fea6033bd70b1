#include "query/schema/query_schema.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace prisma::query {
namespace {

std::shared_ptr<const schema::Schema> Load(std::string text) {
  auto files = std::make_shared<SourceFiles>();
  files->Add("schema.prisma", std::move(text));
  DiagnosticSink sink;
  schema::AnalyzeResult result = schema::Analyze(files, sink);
  REQUIRE_FALSE(sink.has_errors());
  return result.schema;
}

std::string ManyModels(int count) {
  std::string text = "datasource db {\n  provider = \"sqlite\"\n  url = \"file:dev.db\"\n}\n";
  for (int i = 0; i < count; ++i) {
    std::string n = std::to_string(i), next = std::to_string((i + 1) % count);
    text += "model M" + n + " {\n  id Int @id\n  name String\n  nextId Int?\n";
    text += "  next M" + next + "? @relation(\"r" + n + "\", fields: [nextId], references: [id])\n";
    text += "  previous M" + std::to_string((i + count - 1) % count) + "[] @relation(\"r" +
            std::to_string((i + count - 1) % count) + "\")\n}\n";
  }
  return text;
}

TEST_CASE("roots are found by name and by model and action") {
  QuerySchema schema(Load(ManyModels(3)));
  const OutputField* root = schema.FindRootByName(false, "findUniqueM1OrThrow");
  REQUIRE(root != nullptr);
  CHECK(root == schema.FindRoot("M1", "findUniqueOrThrow"));
  CHECK(schema.InfoOf(*root).kind == RootKind::kFindUniqueOrThrow);
  CHECK(schema.FindRootByName(true, "createManyM1AndReturn") != nullptr);
  CHECK(schema.FindRootByName(true, "findManyM1") == nullptr);
  CHECK(schema.FindRootByName(false, "findManyM9") == nullptr);
  CHECK(schema.FindRoot("M1", "nothing") == nullptr);
  CHECK(schema.FindRoot("", "queryRaw") == schema.FindRootByName(true, "queryRaw"));
  CHECK(QuerySchema(Load(ManyModels(2)), false).FindRoot("", "queryRaw") == nullptr);
}

TEST_CASE("nothing is made before it is asked for") {
  auto schema = Load(ManyModels(100));
  // The thread's own time: the machine may be busy.
  auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  auto best = std::chrono::nanoseconds::max();
  for (int i = 0; i < 5; ++i) {
    const auto start = now();
    QuerySchema query_schema(schema);
    const OutputField* root = query_schema.FindRoot("M50", "findMany");
    REQUIRE(root != nullptr);
    CHECK(query_schema.FindField(*root->arguments, "where") != nullptr);
    CHECK(query_schema.FindField(*root->object, "name") != nullptr);
    best = std::min<std::chrono::nanoseconds>(best, now() - start);
  }
  CHECK(best < std::chrono::milliseconds(3));
}

TEST_CASE("models and fields that are ignored can't be asked for") {
  QuerySchema schema(Load(R"(
datasource db {
  provider = "sqlite"
  url      = "file:dev.db"
}
model A {
  id     Int     @id
  hidden String? @ignore
}
model B {
  id Int @id
  @@ignore
}
)"));
  CHECK(schema.FindRoot("B", "findMany") == nullptr);
  const OutputField* root = schema.FindRoot("A", "findMany");
  REQUIRE(root != nullptr);
  CHECK(schema.FindField(*root->object, "hidden") == nullptr);
}

}  // namespace
}  // namespace prisma::query
