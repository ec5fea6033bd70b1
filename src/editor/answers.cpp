#include "editor/answers.h"

#include "editor/hover.h"
#include "editor/references.h"

namespace prisma::editor {
namespace {

constexpr std::string_view kNoHover = "null", kNoReferences = "[]";

std::optional<uint32_t> ReadNumber(const json::Value& value) {
  if (value.kind() != json::Kind::kInt || value.as_int() < 0 || value.as_int() > UINT32_MAX) return {};
  return static_cast<uint32_t>(value.as_int());
}

std::shared_ptr<const schema::Schema> Resolve(const Files& files) {
  DiagnosticSink sink;
  return schema::Analyze(files, sink, {.validate = false}).schema;
}

// A file and a position in it.
std::optional<std::pair<FileId, Position>> ReadDocumentPosition(const Files& files, const json::Value& params) {
  auto position = ReadPosition(params.Get("position"));
  auto file = files && position ? ReadFile(*files, params) : std::nullopt;
  if (!file) return {};
  return std::pair(*file, *position);
}

void WritePosition(json::Writer& writer, const Position& position) {
  writer.BeginObject();
  writer.Member("line", position.line);
  writer.Member("character", position.character);
  writer.EndObject();
}

}  // namespace

std::optional<Position> ReadPosition(const json::Value& value) {
  auto line = ReadNumber(value.Get("line")), character = ReadNumber(value.Get("character"));
  if (!line || !character) return {};
  return Position{*line, *character};
}

std::optional<Range> ReadRange(const json::Value& value) {
  auto start = ReadPosition(value.Get("start")), end = ReadPosition(value.Get("end"));
  if (!start || !end) return {};
  return Range{*start, *end};
}

std::optional<FileId> ReadFile(const SourceFiles& files, const json::Value& params) {
  auto uri = NormalUri(params.Get("textDocument").Get("uri").text());
  for (size_t i = 0; uri && i < files.size(); ++i) {
    if (files[FileId(i)].path == *uri) return FileId(i);
  }
  return {};
}

void WriteRange(json::Writer& writer, const Range& range) {
  writer.BeginObject();
  writer.Key("start");
  WritePosition(writer, range.start);
  writer.Key("end");
  WritePosition(writer, range.end);
  writer.EndObject();
}

std::string AnswerHover(const Files& files, const json::Value& params) {
  auto place = ReadDocumentPosition(files, params);
  if (!place) return std::string(kNoHover);
  auto schema = Resolve(files);
  auto text = Hover({*schema, place->first, OffsetOf((*files)[place->first].text, place->second)});
  if (!text) return std::string(kNoHover);
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Key("contents");
  writer.BeginObject();
  writer.Member("kind", "markdown");
  writer.Member("value", *text);
  writer.EndObject();
  writer.EndObject();
  return out;
}

std::string AnswerReferences(const Files& files, const json::Value& params) {
  auto place = ReadDocumentPosition(files, params);
  bool has_context = params.Get("context").Get("includeDeclaration").kind() == json::Kind::kBool;
  if (!place || !has_context) return std::string(kNoReferences);
  auto schema = Resolve(files);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (Span span : References({*schema, place->first, OffsetOf((*files)[place->first].text, place->second)})) {
    const SourceFile& file = (*files)[span.file];
    auto uri = NormalUri(file.path);
    if (!uri) continue;
    writer.BeginObject();
    writer.Member("uri", *uri);
    writer.Key("range");
    WriteRange(writer, RangeOf(file.text, span));
    writer.EndObject();
  }
  writer.EndArray();
  return out;
}

}  // namespace prisma::editor
