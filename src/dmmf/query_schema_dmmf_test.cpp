// Goldens: testdata/query_schema/*.prisma with *.json, two lines: the `schema` and the `mappings` member that
// Prisma 6.19 gives in the DMMF. UPDATE_GOLDENS=1 rewrites them with ours.
#include "dmmf/query_schema_dmmf.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace prisma::dmmf {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_CASE("the query schema is told as Prisma tells it") {
  std::filesystem::path folder = PRISMA_SOURCE_DIR "/src/dmmf/testdata/query_schema";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".prisma") continue;
    auto files = std::make_shared<SourceFiles>();
    files->Add("schema.prisma", ReadFile(entry.path()));
    DiagnosticSink sink;
    schema::AnalyzeResult result = schema::Analyze(files, sink);
    REQUIRE_FALSE(sink.has_errors());
    std::string text;
    json::Writer writer(text);
    query::QuerySchema query_schema(result.schema);
    WriteQuerySchema(query_schema, writer);
    text += '\n';
    writer.Restart();
    WriteMappings(query_schema, writer);
    text += '\n';
    std::filesystem::path golden = entry.path();
    golden.replace_extension(".json");
    if (std::getenv("UPDATE_GOLDENS")) std::ofstream(golden, std::ios::binary) << text;
    // Not CHECK(a == b): that would print both.
    bool is_equal = ReadFile(golden) == text;
    CAPTURE(golden.string());
    CHECK(is_equal);

    // The same as JSON in JSON, and piece by piece.
    std::string plain, nested, pieces, rest;
    json::Writer plain_writer(plain), outer(nested);
    WriteQuerySchema(query_schema, plain_writer);
    outer.String(plain);
    json::Writer by_pieces(rest, true, [&](std::string_view piece) { pieces += piece; });
    WriteQuerySchema(query_schema, by_pieces);
    by_pieces.Drain();
    bool is_equal_nested = nested == '"' + pieces + '"';
    CHECK(is_equal_nested);
  }
}

}  // namespace
}  // namespace prisma::dmmf
