// testdata/<provider>/*.golden: two schemas, and the script and summary of the difference. With UPDATE_GOLDENS set the
// files are written anew.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/schema_engine.h"

namespace prisma::engine {
namespace {

constexpr const char* kSections[] = {"from", "to", "sql", "summary"};

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::map<std::string, std::string> Split(const std::string& text) {
  std::map<std::string, std::string> sections;
  std::string current;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("=== ")) {
      current = line.substr(4);
    } else {
      sections[current] += line + "\n";
    }
  }
  return sections;
}

DiffTarget TargetOf(const std::string& models, const std::string& provider) {
  DiffTarget target;
  if (models.find_first_not_of(" \n") == std::string::npos) return target;
  target.kind = DiffTarget::Kind::kSchemaDatamodel;
  std::string text = models;
  if (models.find("datasource") == std::string::npos) {
    text = "datasource db {\n  provider = \"" + provider + "\"\n  url = env(\"TEST_DATABASE_URL\")\n}\n\n" + models;
  }
  target.schema.push_back({"schema.prisma", text});
  return target;
}

std::string Diff(const std::map<std::string, std::string>& sections, const std::string& provider, bool script) {
  DiffInput input;
  auto from = sections.find("from");
  input.from = TargetOf(from == sections.end() ? "" : from->second, provider);
  input.to = TargetOf(sections.at("to"), provider);
  input.script = script;
  std::string text = SchemaEngine::Create()->Diff(input).text;
  return text.ends_with("\n") ? text : text + "\n";
}

TEST_CASE("migrations: scripts and summaries") {
  std::filesystem::path root = std::filesystem::path(PRISMA_SOURCE_DIR) / "src/migrate/testdata";
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".golden") continue;
    ++files;
    CAPTURE(entry.path().string());
    std::string provider = entry.path().parent_path().filename().string();
    std::map<std::string, std::string> sections = Split(ReadAll(entry.path()));
    std::map<std::string, std::string> actual = sections;
    actual["sql"] = Diff(sections, provider, true);
    actual["summary"] = Diff(sections, provider, false);
    if (std::getenv("UPDATE_GOLDENS")) {
      std::ofstream out(entry.path(), std::ios::binary);
      for (const char* name : kSections) {
        if (actual.contains(name)) out << "=== " << name << "\n" << actual[name];
      }
      continue;
    }
    CHECK(actual["sql"] == sections["sql"]);
    CHECK(actual["summary"] == sections["summary"]);
  }
  CHECK(files > 0);
}

}  // namespace
}  // namespace prisma::engine
