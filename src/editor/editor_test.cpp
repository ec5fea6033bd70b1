// The editor's functions on small schemas; `|` in the text is the cursor.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "editor/code_actions.h"
#include "editor/completion.h"
#include "editor/hover.h"
#include "editor/place.h"
#include "editor/references.h"
#include "editor/symbols.h"
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
  Place place() const { return FindPlace(cursor()); }
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

// Labels, with the text to insert where it is another.
std::string Offered(const std::string& text) {
  std::string out;
  for (const CompletionItem& item : Complete(Opened(text).cursor(), true)) {
    out += item.label + (item.insert_text.empty() ? "" : "=" + item.insert_text) + " ";
  }
  return out;
}

const std::string kDatasource =
    "datasource db {\n provider = \"postgresql\"\n url = env(\"U\")\n schemas = [\"a\", \"b\"]\n";

TEST_CASE("editor completion") {
  CHECK(Offered("model A {\n b B @relation(onDelete: Set|)\n}\nmodel B {\n id Int\n}\n") == "SetNull SetDefault ");
  CHECK(Offered("datasource db {\n |\n}\n") ==
        "provider=provider = $0 url=url = $0 shadowDatabaseUrl=shadowDatabaseUrl = $0 directUrl=directUrl = $0 "
        "relationMode=relationMode = $0 ");
  CHECK(Offered("datasource db {\n directUrl = env(|)\n}\n") == "DIRECT_URL=\"DIRECT_URL\" ");
  CHECK(Offered("datasource db {\n directUrl = env(|\"\")\n}\n") == "DIRECT_URL=DIRECT_URL ");
  CHECK(Offered("datasource db {\n url = |\n}\n") == "env()=env($0) \"\"=\"$0\" ");
  CHECK(Offered(kDatasource + "}\nmodel A {\n id Int\n @@schema(|)\n}\n") == "a=\"a\" b=\"b\" ");
  CHECK(Offered(kDatasource + "}\nmodel A {\n id Int\n @@index([id], type: |)\n}\n") ==
        "BTree Hash Gist Gin SpGist Brin ");
  CHECK(Offered(kDatasource + "}\nmodel A {\n j Json\n @@index([j(ops: |)], type: Gin)\n}\n") ==
        "JsonbOps JsonbPathOps raw=raw(\"$0\") ");
  CHECK(Offered("model A {\n | \n}\n").empty());
}

// What the schema is with the first action's edits; the diagnostic is on the whole of the cursor's line.
std::string Mended(const std::string& text, std::string_view message) {
  Opened opened(text);
  std::string_view source = (*opened.schema->files)[FileId(0u)].text;
  Position at = PositionOf(source, opened.offset);
  std::vector<CodeAction> actions =
      CodeActions(*opened.schema, FileId(0u), {{{{at.line, 1}, {at.line + 1, 0}}, message}});
  if (actions.empty()) return "";
  std::string out(source);
  for (size_t i = actions[0].edits.size(); i-- > 0;) {
    const TextEdit& edit = actions[0].edits[i];
    uint32_t start = OffsetOf(source, edit.range.start), end = OffsetOf(source, edit.range.end);
    out.replace(start, end - start, edit.text);
  }
  return actions[0].title + "\n" + out;
}

TEST_CASE("editor code actions") {
  CHECK(Mended("model A {\n b |B\n}\n", "Type \"B\" is neither a built-in type, nor refers to another model, …") ==
        "Create new model 'B'\nmodel A {\n b B\n}\nmodel B {\n\n}\n");
  CHECK(
      Mended("model A {\n id Int @id\n b |B @relation(\"x\")\n}\nmodel B {\n id Int @id\n as A[] @relation(\"x\")\n}\n",
             "The relation field `b` must specify the `fields` argument in the @relation attribute.") ==
      "Add relation attribute for relation field\nmodel A {\n id Int @id\n b B @relation(\"x\", fields: [bid], "
      "references: [id])\nbid Int?\n}\nmodel B {\n id Int @id\n as A[] @relation(\"x\")\n}\n");
  CHECK(Mended("model A {\n id Int @id\n b |B\n}\nmodel B {\n id Int @id\n}\n",
               "The relation field `b` is missing an opposite relation field on the model `B`.") ==
        "Add missing relation field to model B\nmodel A {\n id Int @id\n b B\n}\nmodel B {\n id Int @id\n\n as "
        "A[]\n}\n");
  CHECK(
      Mended(
          "// é\nmodel A {\n id Int @id\n x Int\n b |B @relation(fields: [x], references: [y])\n}\nmodel B {\n id Int "
          "@id\n y Int\n as A[]\n}\n",
          "…") ==
      "Make referenced field(s) unique\n// é\nmodel A {\n id Int @id\n x Int\n b B @relation(fields: [x], "
      "references: [y])\n}\nmodel B {\n id Int @id\n y Int @unique\n as A[]\n}\n");
}

TEST_CASE("editor symbols: names stand for declarations") {
  auto target = [](const std::string& text) {
    Opened opened(text);
    auto found = FindOccurrence(opened.cursor());
    if (!found) return std::string();
    std::string_view source = (*opened.schema->files)[FileId(0u)].text;
    return std::string(found->declaration->name) + "@" +
           std::to_string(PositionOf(source, found->declaration->span.start).line);
  };
  CHECK(target("model A {\n b |B\n}\nenum B {\n X\n}\n") == "B@3");
  CHECK(target("model A {\n b B @default(|X)\n}\nenum B {\n X\n}\n") == "X@4");
  CHECK(target("type T {\n x Int\n}\nmodel A {\n t T\n @@index([t.|x(sort: Desc)])\n}\n") == "x@1");
  CHECK(target("type T {\n x Int\n}\nmodel A {\n t T\n @@index([|t.x])\n}\n") == "t@4");
  CHECK(target("model A {\n s |String\n}\n").empty());
}

}  // namespace
}  // namespace prisma::editor
