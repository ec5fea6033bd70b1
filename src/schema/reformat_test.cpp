// Goldens: testdata/reformat has x.prisma and x.formatted.prisma. UPDATE_GOLDENS=1 rewrites them.
#include "schema/reformat.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "schema/inflection.h"

namespace prisma::schema {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string ReformatText(std::string text) {
  SourceFiles files;
  files.Add("schema.prisma", std::move(text));
  return Reformat(files).at(0);
}

TEST_CASE("relations are completed") {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(PRISMA_SOURCE_DIR "/src/schema/testdata/reformat")) {
    const fs::path& path = entry.path();
    if (path.extension() != ".prisma" || path.stem().extension() == ".formatted") continue;
    CAPTURE(path.string());
    fs::path golden = fs::path(path).replace_extension(".formatted.prisma");
    std::string actual = ReformatText(Read(path));
    if (std::getenv("UPDATE_GOLDENS")) std::ofstream(golden, std::ios::binary) << actual;
    CHECK(Read(golden) == actual);
    ++count;
  }
  CHECK(count > 0);
}

TEST_CASE("relations across files") {
  SourceFiles files;
  files.Add("a.prisma", "model A {\n id Int @id\n b B\n}\n");
  files.Add("b.prisma", "model B {\n id Int @id\n}\n");
  auto result = Reformat(files, 4);
  CHECK(result.at(0) ==
        "model A {\n    id  Int @id\n    b   B   @relation(fields: [bId], references: [id])\n    bId Int\n}\n");
  CHECK(result.at(1) == "model B {\n    id Int @id\n    as A[]\n}\n");
}

TEST_CASE("names of fields made from names of models") {
  CHECK(CamelCase("UserProfile") == "userProfile");
  CHECK(CamelCase("user_profile_") == "userProfile");
  CHECK(CamelCase("HTTPServer") == "httpserver");
  CHECK(CamelCase("User2foo") == "user2Foo");
  CHECK(CamelCase("aBCd") == "aBCd");
  CHECK(Plural("category") == "categories");
  CHECK(Plural("status") == "statuses");
  CHECK(Plural("child") == "children");
  CHECK(Plural("index") == "indices");
  CHECK(Plural("userIndex") == "userIndexes");
  CHECK(Plural("money") == "money");
  CHECK(Plural("leaf") == "leaves");
  CHECK(Plural("news") == "news");
  CHECK(Plural("users") == "users");
}

}  // namespace
}  // namespace prisma::schema
