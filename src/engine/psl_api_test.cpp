#include "engine/psl_api.h"

#include <doctest/doctest.h>

namespace prisma::engine {
namespace {

std::string Answer(std::string_view line) {
  std::string text;
  AnswerPslLine(line, [&](std::string_view piece) { text += piece; });
  return text;
}

TEST_CASE("psl calls: answers") {
  CHECK(Answer(R"({"fn":"validate","args":[{"prismaSchema":"model A {\n id Int @id\n}"}]})") == R"({"result":null})");
  CHECK(
      Answer(R"({"fn":"referential_actions","args":["datasource db {\n provider = \"sqlserver\"\n url = \"\"\n}"]})") ==
      R"({"result":"[\"Cascade\",\"NoAction\",\"SetNull\",\"SetDefault\"]"})");
  CHECK(Answer(R"({"fn":"lint","args":[[["a.prisma","// é😀\nmodel A {\n id Foo\n}"]]]})") ==
        R"({"result":"[{\"file_name\":\"a.prisma\",\"start\":21,\"end\":24,\"text\":\"Type \\\"Foo\\\" is neither a )"
        R"(built-in type, nor refers to another model, composite type, or enum.\",\"is_warning\":false}]"})");
  CHECK(
      Answer(
          R"({"fn":"get_config","args":[{"prismaSchema":"datasource db {\n provider = \"sqlite\"\n url = env(\"X\")\n}"}]})")
          .find("Environment variable not found: X.") != std::string::npos);
}

TEST_CASE("psl calls: bad calls are errors") {
  CHECK(Answer("{").starts_with(R"({"error":)"));
  CHECK(Answer("[]").starts_with(R"({"error":)"));
  CHECK(Answer(R"({"fn":"validate","args":[{}]})").starts_with(R"({"error":{"is_panic":true)"));
  CHECK(Answer(R"({"fn":"foo","args":[]})") ==
        R"({"error":{"name":"Error","message":"prisma-schema-wasm has no function foo."}})");
}

}  // namespace
}  // namespace prisma::engine
