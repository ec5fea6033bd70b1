// Each file of testdata/ is a schema; the comment at its end is what the analyser makes of it: the faults, or the
// resolved schema if there are none. UPDATE_EXPECT=1 writes the comments anew.
#include "schema/schema.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "schema/dump.h"

namespace prisma::schema {
namespace {

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Where the comment at the end starts.
size_t FindExpectation(const std::string& text) {
  size_t start = text.size();
  while (start > 0) {
    size_t line = start < 2 ? std::string::npos : text.rfind('\n', start - 2);
    line = line == std::string::npos ? 0 : line + 1;
    if (text.compare(line, 2, "//") != 0) break;
    start = line;
  }
  return start;
}

std::string AsComment(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out += line.empty() ? "//\n" : "// " + line + "\n";
  return out;
}

std::string Analysed(const std::string& name, const std::string& text, bool* has_errors = nullptr) {
  auto files = std::make_shared<SourceFiles>();
  files->Add(name, text);
  DiagnosticSink sink;
  auto result = Analyze(files, sink);
  if (has_errors) *has_errors = sink.has_errors();
  std::string out = sink.has_errors() ? Render(*files, sink.errors(), false) : Dump(*result.schema);
  for (const Diagnostic& warning : sink.warnings()) out += "warning: " + warning.message + "\n";
  return out;
}

TEST_CASE("schema: goldens") {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(PRISMA_SOURCE_DIR "/src/schema/testdata")) {
    if (entry.path().extension() == ".prisma") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  CHECK(!paths.empty());
  for (const auto& path : paths) {
    CAPTURE(path.filename().string());
    std::string text = ReadAll(path);
    size_t end = FindExpectation(text);
    std::string input = text.substr(0, end);
    bool has_errors = false;
    std::string actual = AsComment(Analysed("schema.prisma", input, &has_errors));
    CHECK(path.filename().string().starts_with("fail_") == has_errors);
    if (std::getenv("UPDATE_EXPECT")) {
      std::ofstream(path, std::ios::binary) << input << actual;
    } else {
      CHECK(text.substr(end) == actual);
    }
  }
}

TEST_CASE("schema: input that is no schema neither crashes nor hangs") {
  std::string text = ReadAll(PRISMA_SOURCE_DIR "/src/schema/testdata/everything.prisma");
  for (size_t i = 0; i < text.size(); i += 7) {
    Analysed("cut.prisma", text.substr(0, i));
    std::string dropped = text;
    dropped.erase(i, 5);
    Analysed("dropped.prisma", dropped);
  }
}

TEST_CASE("schema: time grows with the number of models only") {
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    std::string n = std::to_string(i);
    text += "model A" + n + " {\n  id Int @id\n  bs B" + n + "[]\n}\nmodel B" + n +
            " {\n  id Int @id\n  aId Int\n  a A" + n +
            " @relation(fields: [aId], references: [id])\n  @@index([aId])\n}\n";
  }
  auto files = std::make_shared<SourceFiles>();
  files->Add("many.prisma", text);
  DiagnosticSink sink;
  auto result = Analyze(files, sink);
  CHECK(!sink.has_errors());
  CHECK(result.schema->models.size() == 4000);
  CHECK(result.schema->relations.size() == 2000);
}

TEST_CASE("schema: opposite fields and keys") {
  auto files = std::make_shared<SourceFiles>();
  files->Add("s.prisma",
             "model A {\n id Int @id\n bs B[]\n}\nmodel B {\n id Int @id\n aId Int\n"
             " a A @relation(fields: [aId], references: [id])\n}\n");
  DiagnosticSink sink;
  auto schema = Analyze(files, sink).schema;
  REQUIRE(!sink.has_errors());
  FieldId bs = schema->FindField(schema->FindModel("A"), "bs");
  FieldId a = schema->FindField(schema->FindModel("B"), "a");
  CHECK(schema->OppositeField(bs) == a);
  CHECK(schema->OppositeField(a) == bs);
  CHECK(schema->HasForeignKey(a));
  CHECK(!schema->HasForeignKey(bs));
  CHECK(!schema->FindModel("C").valid());
}

}  // namespace
}  // namespace prisma::schema
