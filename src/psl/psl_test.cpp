// Goldens: testdata/format has x.prisma and x.formatted.prisma, testdata/errors x.prisma and its faults x.txt, as they
// are printed in colours. UPDATE_GOLDENS=1 rewrites them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "psl/format.h"
#include "psl/parser.h"

namespace prisma::psl {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void CheckGolden(const fs::path& path, const std::string& actual) {
  if (std::getenv("UPDATE_GOLDENS")) std::ofstream(path, std::ios::binary) << actual;
  CHECK(Read(path) == actual);
}

template <class Check>
void ForEachSchema(const char* topic, Check check) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(PRISMA_SOURCE_DIR "/src/psl/testdata") / topic)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".prisma" || path.stem().extension() == ".formatted") continue;
    CAPTURE(path.string());
    check(path, Read(path));
    ++count;
  }
  CHECK(count > 0);
}

struct Parsed {
  SourceFiles files;
  DiagnosticSink sink;
  ast::Ast ast;
  explicit Parsed(std::string text) {
    files.Add("schema.prisma", std::move(text));
    ast = Parse(files, sink);
  }
  template <class T>
  const T& Top(size_t i) const {
    return std::get<T>(ast.files[0].tops.at(i));
  }
};

TEST_CASE("formatted text") {
  ForEachSchema("format", [](const fs::path& path, const std::string& text) {
    std::string formatted = Format(text);
    CheckGolden(fs::path(path).replace_extension(".formatted.prisma"), formatted);
    CHECK(Format(formatted) == formatted);
  });
}

TEST_CASE("faults of syntax") {
  ForEachSchema("errors", [](const fs::path& path, const std::string& text) {
    Parsed parsed(text);
    CheckGolden(fs::path(path).replace_extension(".txt"), Render(parsed.files, parsed.sink.errors(), true));
  });
}

TEST_CASE("spans") {
  Parsed parsed(
      "model A {\n  id Int? @id @db.Char(  1) // x\n  b Unsupported(\"y\")[]\n  @@map(name: \"z\") // w\n}\n");
  CHECK(!parsed.sink.has_errors());
  auto text = [&](Span span) { return parsed.files.Text(span); };
  const auto& model = parsed.Top<ast::Model>(0);
  CHECK(text(model.span).ends_with("w\n}"));
  CHECK(text(model.inner_span).starts_with("id Int?"));
  const ast::Field& id = model.fields.at(0);
  CHECK(text(id.span) == "id Int? @id @db.Char(  1) // x\n");
  CHECK(text(id.type->span) == "Int");
  CHECK(id.type->arity == ast::Arity::kOptional);
  CHECK(text(id.attributes.at(0).span) == "@id ");
  CHECK(text(id.attributes.at(1).span) == "@db.Char(  1)");
  CHECK(text(id.attributes.at(1).name.span) == "db.Char");
  CHECK(text(model.fields.at(1).type->span) == "\"y\"");
  CHECK(model.fields.at(1).type->unsupported->value == "y");
  const ast::Attribute& map = model.attributes.at(0);
  CHECK(text(map.span) == "@@map(name: \"z\") // w");
  CHECK(text(map.arguments.at(0).span) == "name: \"z\"");
}

TEST_CASE("documentation") {
  Parsed parsed(
      "/// of A\n/* and\n more */\n// not\nmodel A {\n  /// field\n\n  id Int @id /// and behind\n  // none\n  b "
      "Int\n}\n"
      "/// of B\ngenerator g {\n  /// inside\n}\nmodel B {\n}\nenum E {\n  /// one\n  X /// two\n}\n");
  const auto& a = parsed.Top<ast::Model>(0);
  CHECK(a.documentation == "of A\nand\n more");
  CHECK(a.fields.at(0).documentation == "field\nand behind");
  CHECK(!a.fields.at(1).documentation);
  CHECK(parsed.Top<ast::ConfigBlock>(1).documentation == "inside");
  CHECK(parsed.Top<ast::Model>(2).documentation == "of B");
  CHECK(parsed.Top<ast::Enum>(3).values.at(0).documentation == "one\ntwo");
}

TEST_CASE("expressions") {
  Parsed parsed("generator g {\n  a = f.g(-1.50, x: [b, \"\\u00e9\\n\"], y:,)\n  b =\n}\n");
  const auto& block = parsed.Top<ast::ConfigBlock>(0);
  const auto* call = block.properties.at(0).value->As<ast::FunctionCall>();
  REQUIRE(call);
  CHECK(call->name == "f.g");
  CHECK(call->trailing_comma);
  CHECK(call->arguments.at(0).value->As<ast::NumericValue>()->text == "-1.50");
  const auto* array = call->arguments.at(1).value->As<ast::ArrayValue>();
  CHECK(array->items.at(0).As<ast::ConstantValue>()->text == "b");
  CHECK(array->items.at(1).As<ast::StringValue>()->value == "\xC3\xA9\n");
  CHECK(call->arguments.at(2).name->name == "y");
  CHECK(!call->arguments.at(2).value);
  CHECK(!block.properties.at(1).value);
}

TEST_CASE("hostile text costs no more than its length") {
  auto repeat = [](std::string_view part, size_t times) {
    std::string text;
    for (size_t i = 0; i < times; ++i) text += part;
    return text;
  };
  constexpr size_t kTimes = 50000;
  for (const std::string& text : {
           repeat("model A {\n", kTimes),
           repeat("model A {\nenum B {\ngenerator c {\n", kTimes) + "/*\n}\n*/",
           repeat("/*\n", kTimes),
           repeat("foo {\n", kTimes),
           "model A {\n  a B @c(" + repeat("f(", kTimes) + ")\n}\n",
           "model A {\n  a B @c(" + repeat("[", kTimes) + repeat("]", kTimes) + ")\n}\n",
           repeat("type A = B\n", kTimes),
           "model A {\n  a B " + repeat("@c ", kTimes) + "\n}\n",
       }) {
    Parsed parsed(text);
    std::string formatted = Format(text);
    CHECK(!formatted.empty());
  }
}

TEST_CASE("broken UTF-8 is no name") {
  Parsed parsed("model A {\n  \xC3 Int\n  a\xFF Int\n}\n\xE2\x80");
  CHECK(parsed.sink.errors().size() == 3);
  CHECK(Render(parsed.files, parsed.sink.errors(), false).size() > 0);
}

}  // namespace
}  // namespace prisma::psl
