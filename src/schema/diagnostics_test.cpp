// The files of testdata/diagnostics/ hold schemas with faults, and what is reported of each:
//
//   === PROVIDER: what is wrong      a datasource of the provider is put before the schema; none if there is no
//   provider, the schema                       or if a + follows it
//   ---
//   the faults, then the warnings
//
// UPDATE_EXPECT=1 writes the reports anew. scripts/check_diagnostics.py checks that every text is in a golden.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "schema/schema.h"

namespace prisma::schema {
namespace {

constexpr std::string_view kTitle = "=== ";

struct Case {
  std::string title, schema, expected;
};

std::vector<Case> ReadCases(const std::filesystem::path& path) {
  std::vector<Case> cases;
  std::ifstream in(path, std::ios::binary);
  bool in_schema = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kTitle)) {
      cases.push_back({line.substr(kTitle.size()), {}, {}});
      in_schema = true;
    } else if (in_schema && line == "---") {
      in_schema = false;
    } else if (!cases.empty()) {
      (in_schema ? cases.back().schema : cases.back().expected) += line + "\n";
    }
  }
  return cases;
}

std::string Reported(const Case& item) {
  std::string provider = item.title.substr(0, item.title.find(':'));
  std::string text = item.schema;
  if (!provider.empty() && provider.back() != '+') {
    text = "datasource db {\n  provider = \"" + provider + "\"\n  url      = \"url\"\n}\n\n" + text;
  }
  auto files = std::make_shared<SourceFiles>();
  files->Add("schema.prisma", text);
  DiagnosticSink sink;
  Analyze(files, sink);
  std::string out = Render(*files, sink.errors(), false);
  for (const Diagnostic& warning : sink.warnings()) out += "warning: " + warning.message + "\n";
  return out;
}

TEST_CASE("schema: every fault that is reported") {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(PRISMA_SOURCE_DIR "/src/schema/testdata/diagnostics")) {
    if (entry.path().extension() == ".cases") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  CHECK(!paths.empty());
  for (const auto& path : paths) {
    std::string text;
    for (const Case& item : ReadCases(path)) {
      CAPTURE(path.filename().string());
      CAPTURE(item.title);
      std::string reported = Reported(item);
      CHECK(!reported.empty());
      if (!std::getenv("UPDATE_EXPECT")) CHECK(reported == item.expected);
      text += std::string(kTitle) + item.title + "\n" + item.schema + "---\n" + reported;
    }
    if (std::getenv("UPDATE_EXPECT")) std::ofstream(path, std::ios::binary) << text;
  }
}

}  // namespace
}  // namespace prisma::schema
