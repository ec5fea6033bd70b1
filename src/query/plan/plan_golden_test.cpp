// testdata/*.plans: requests of the JSON protocol on a schema beside them, each followed by its plan, by dialect.
// UPDATE_GOLDENS=1 writes them anew.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/connectors.h"
#include "json/reader.h"
#include "query/document/build_operation.h"
#include "query/document/check.h"
#include "query/document/json_reader.h"
#include "query/plan/planner.h"
#include "query/schema/query_schema.h"
#include "schema/schema.h"

namespace prisma::query {
namespace {

const std::string kFolder = PRISMA_SOURCE_DIR "/src/query/plan/testdata/";

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::shared_ptr<const schema::Schema> LoadSchema(const std::string& name) {
  auto files = std::make_shared<SourceFiles>();
  files->Add(name, ReadFile(kFolder + name));
  DiagnosticSink sink;
  auto schema = schema::Analyze(files, sink).schema;
  REQUIRE(!sink.has_errors());
  return schema;
}

class IgnoringSink final : public StructuralSink {
  void MarkStructural(uint32_t) override {}
};

std::string PlanOf(std::string_view text, const std::shared_ptr<const schema::Schema>& schema,
                   const QuerySchema& query_schema) {
  try {
    json::Document document;
    Arena arena;
    Request request;
    IgnoringSink sink;
    ShapeKey key;
    if (!document.Parse(text) || !ReadJsonRequest(document.root(), arena, request)) return "not a request\n";
    MakeShapeKey(request, key);
    Check(request, query_schema, arena, sink);
    const Operation* operation = BuildOperation(request, *schema, arena, sink);
    return Print(*Compile(*operation, *schema, engine::PartsOf(*schema->connector).dialect_of({}), &key));
  } catch (const Error& e) {
    return e.code() + ": " + e.message() + "\n";
  }
}

void CheckFile(const std::string& name, const std::vector<std::string>& schemas = {"schema.prisma"}) {
  std::vector<std::shared_ptr<const schema::Schema>> loaded;
  for (const std::string& file : schemas) loaded.push_back(LoadSchema(file));
  std::istringstream in(ReadFile(kFolder + name));
  std::string line, actual, expected;
  bool is_plan = false;
  while (std::getline(in, line)) {
    expected += line + "\n";
    if (line.starts_with("{")) {
      is_plan = true;
      actual += line + "\n";
      for (const auto& schema : loaded) {
        QuerySchema query_schema(schema);
        actual += "-- " + std::string(schema->connector->provider()) + "\n" + PlanOf(line, schema, query_schema);
      }
    } else if (!is_plan || line.empty()) {
      is_plan = false;
      actual += line + "\n";
    }
  }
  if (std::getenv("UPDATE_GOLDENS") != nullptr) {
    std::ofstream(kFolder + name) << actual;
    return;
  }
  CHECK(actual == expected);
}

TEST_CASE("plans of reads") { CheckFile("reads.plans"); }
TEST_CASE("plans of filters") { CheckFile("filters.plans"); }
TEST_CASE("plans of aggregates") { CheckFile("aggregates.plans"); }
TEST_CASE("plans of writes") { CheckFile("writes.plans"); }
TEST_CASE("plans of joined reads") { CheckFile("joins.plans", {"joins_lateral.prisma", "joins_subselect.prisma"}); }
TEST_CASE("plans of nested writes") { CheckFile("nested_writes.plans"); }

}  // namespace
}  // namespace prisma::query
