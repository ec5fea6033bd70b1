// The editor's functions on small schemas; `|` in the text is the cursor.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "editor/hover.h"
#include "editor/place.h"
#include "editor/references.h"
#include "editor/text.h"

namespace prisma::editor {
namespace {

struct Opened {
  std::shared_ptr<const schema::Schema> schema;
  uint32_t offset;

  explicit Opened(std::string text) : offset(static_cast<uint32_t>(text.find('|'))) {
    auto files = std::make_shared<SourceFiles>();
    files->Add("file:///schema.prisma", text.erase(offset, 1));
    DiagnosticSink sink;
    schema = schema::Analyze(files, sink, {.validate = false}).schema;
  }
  Cursor cursor() const { return {*schema, FileId(0u), offset}; }
  Place place() const { return FindPlace(schema->ast->files[0], offset); }
};

// The text of each reference with the line it is on.
std::string Found(const std::string& text) {
  Opened opened(text);
  std::string out;
  for (Span span : References(opened.cursor())) {
    Position position = PositionOf((*opened.schema->files)[span.file].text, span.start);
    out += std::string(opened.schema->files->Text(span)) + "@" + std::to_string(position.line) + " ";
  }
  return out;
}

TEST_CASE("editor text: positions count UTF-16 units") {
  std::string_view text = "é😀x\r\nab\n";
  CHECK(OffsetOf(text, {0, 0}) == 0);
  CHECK(OffsetOf(text, {0, 1}) == 2);
  CHECK(OffsetOf(text, {0, 2}) == 6);  // in the middle of a pair
  CHECK(OffsetOf(text, {0, 3}) == 6);
  CHECK(OffsetOf(text, {0, 99}) == 8);
  CHECK(OffsetOf(text, {1, 1}) == 10);
  CHECK(OffsetOf(text, {99, 0}) == text.size());
  CHECK(PositionOf(text, 6) == Position{0, 3});
  CHECK(PositionOf(text, 10) == Position{1, 1});
  CHECK(PositionOf(text, static_cast<uint32_t>(text.size())) == Position{2, 0});
}

TEST_CASE("editor text: URIs") {
  CHECK(NormalUri("file:///a/b.prisma") == "file:///a/b.prisma");
  CHECK(NormalUri("FILE:/a b.prisma") == "file:///a%20b.prisma");
  CHECK(NormalUri("untitled:x") == "untitled:x");
  CHECK(!NormalUri("a.prisma"));
  CHECK(!NormalUri(""));
}

TEST_CASE("editor place: the end of a span belongs to it") {
  CHECK(Opened("model A| {\n id Int\n}\n").place().kind == PlaceKind::kBlockName);
  CHECK(Opened("model A |{\n id Int\n}\n").place().kind == PlaceKind::kBlock);
  CHECK(Opened("model A {\n id| Int\n}\n").place().kind == PlaceKind::kFieldName);
  CHECK(Opened("model A {\n id Int|\n}\n").place().kind == PlaceKind::kFieldType);
  CHECK(Opened("model A {\n id Int @|id\n}\n").place().kind == PlaceKind::kAttribute);
  CHECK(Opened("model A {\n b B @relation(onDelete: |)\n}\n").place().kind == PlaceKind::kArgument);
  CHECK(Opened("model A {\n b B @relation(onDelete: Ca|)\n}\n").place().kind == PlaceKind::kArgumentValue);
  CHECK(Opened("model A {\n @@index([a(ops: |)])\n}\n").place().kind == PlaceKind::kFunctionArgument);
  CHECK(Opened("datasource db {\n url = env(|)\n}\n").place().kind == PlaceKind::kPropertyEnv);
  CHECK(Opened("datasource db {\n url = e|\n}\n").place().kind == PlaceKind::kProperty);
  CHECK(Opened("datasource d|b {\n}\n").place().kind == PlaceKind::kBlockName);
  CHECK(Opened("enum E {\n A|\n}\n").place().kind == PlaceKind::kEnumValueName);
  CHECK(Opened("model A {\n id Int\n}\n\n|").place().kind == PlaceKind::kOutside);
}

TEST_CASE("editor references") {
  const std::string tail =
      "\n b B @relation(fields: [x], references: [id])\n @@index([x])\n}\nmodel B {\n id Int\n as A[]\n}\n";
  CHECK(Found("model |A {\n x Int" + tail) == "A@0 A@7 ");
  CHECK(Found("model A {\n |x Int" + tail) == "x@1 x@3 x@2 ");
  CHECK(Found("model A {\n x Int\n b |B\n}\nmodel B {\n id Int\n}\n") == "B@4 B@2 ");
  CHECK(Found("model A {\n b B @relation(references: [i|d])\n}\nmodel B {\n id Int\n @@id([id])\n}\n") == "id@4 id@5 ");
  CHECK(Found("datasource db {\n provider = \"postgresql\"\n url = \"\"\n}\nmodel A {\n a String @db.|Text\n}\n") ==
        "db@0 db.Text@5 ");
  CHECK(Found("model A {\n x Int |\n}\n").empty());
}

TEST_CASE("editor hover") {
  CHECK(Hover(Opened("/// doc\nmodel |A {\n id Int\n}\n").cursor()) == "```prisma\nmodel A {}\n```\n___\ndoc");
  CHECK(
      Hover(
          Opened(
              "model A {\n b |B @relation(fields: [x], references: [id])\n x Int\n}\nmodel B {\n id Int\n as A[]\n}\n")
              .cursor()) ==
      "```prisma\nmodel B {\n\t...\n\tas A[] @relation(name: \"AToB\")\n}\n```\n___\none-to-many\n___\n");
  CHECK(!Hover(Opened("model A {\n id |Int\n}\n").cursor()));
}

}  // namespace
}  // namespace prisma::editor
