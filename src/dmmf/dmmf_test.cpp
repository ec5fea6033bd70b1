// testdata/x.prisma gives x.datamodel.json and x.config.json, byte for byte what Prisma's own get_dmmf and get_config
// answer.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "dmmf/config.h"
#include "dmmf/datamodel.h"
#include "schema/config_only.h"
#include "schema/schema.h"

namespace prisma::dmmf {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_CASE("dmmf: goldens") {
  for (std::string name : {"sqlite", "postgresql", "mongodb", "cockroachdb"}) {
    CAPTURE(name);
    std::string base = PRISMA_SOURCE_DIR "/src/dmmf/testdata/" + name;
    auto files = std::make_shared<SourceFiles>();
    files->Add(name + ".prisma", ReadAll(base + ".prisma"));
    DiagnosticSink sink;
    auto result = schema::Analyze(files, sink);
    REQUIRE(!sink.has_errors());
    std::string datamodel;
    json::Writer writer(datamodel);
    WriteDatamodel(*result.schema, writer);
    CHECK(datamodel + "\n" == ReadAll(base + ".datamodel.json"));

    DiagnosticSink config_sink;
    schema::ConfigOptions options;
    options.ignore_env = true;
    auto config = schema::AnalyzeConfig(files, config_sink, options);
    std::string text;
    json::Writer config_writer(text);
    WriteConfig(*config.schema, config_sink, config_writer);
    CHECK(text + "\n" == ReadAll(base + ".config.json"));
  }
}

}  // namespace
}  // namespace prisma::dmmf
