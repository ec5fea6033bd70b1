#include "editor/answers.h"

#include <utility>
#include <vector>

#include "editor/completion.h"
#include "editor/hover.h"
#include "editor/references.h"

namespace prisma::editor {
namespace {

constexpr std::string_view kNoHover = "null", kNoReferences = "[]", kNoActions = "[]",
                           kNoCompletion = R"({"isIncomplete":true,"items":[]})";

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

void WriteMarkdown(json::Writer& writer, std::string_view text) {
  writer.BeginObject();
  writer.Member("kind", "markdown");
  writer.Member("value", text);
  writer.EndObject();
}

void WriteItem(json::Writer& writer, const CompletionItem& item) {
  writer.BeginObject();
  writer.Member("label", item.label);
  writer.Member("kind", static_cast<int>(item.kind));
  if (!item.detail.empty()) writer.Member("detail", item.detail);
  if (!item.documentation.empty()) {
    writer.Key("documentation");
    WriteMarkdown(writer, item.documentation);
  }
  if (!item.insert_text.empty()) writer.Member("insertText", item.insert_text);
  if (item.insert_format) writer.Member("insertTextFormat", static_cast<int>(*item.insert_format));
  writer.EndObject();
}

void WriteAction(json::Writer& writer, const SourceFiles& files, const CodeAction& action,
                 const std::vector<json::Value>& diagnostics) {
  writer.BeginObject();
  writer.Member("title", action.title);
  writer.Member("kind", "quickfix");
  writer.Key("diagnostics");
  writer.BeginArray();
  for (size_t i : action.diagnostics) json::Write(diagnostics[i], writer);
  writer.EndArray();
  writer.Key("edit");
  WriteWorkspaceEdit(writer, files, action.edits);
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

void WriteWorkspaceEdit(json::Writer& writer, const SourceFiles& files, const std::vector<TextEdit>& edits) {
  writer.BeginObject();
  writer.Key("changes");
  writer.BeginObject();
  for (size_t i = 0; i < files.size(); ++i) {
    bool is_open = false;
    for (const TextEdit& edit : edits) {
      if (edit.file != FileId(i)) continue;
      if (!is_open) {
        writer.Key(NormalUri(files[edit.file].path).value_or(files[edit.file].path));
        writer.BeginArray();
        is_open = true;
      }
      writer.BeginObject();
      writer.Key("range");
      WriteRange(writer, edit.range);
      writer.Member("newText", edit.text);
      writer.EndObject();
    }
    if (is_open) writer.EndArray();
  }
  writer.EndObject();
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
  WriteMarkdown(writer, *text);
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

std::string AnswerCompletion(const Files& files, const json::Value& params) {
  auto place = ReadDocumentPosition(files, params);
  json::Value context = params.Get("context");
  bool has_context = params.Has("context") && !context.is_null();
  bool is_known = !has_context || context.Get("triggerKind").kind() == json::Kind::kInt;
  if (!place || !is_known) return std::string(kNoCompletion);
  auto schema = Resolve(files);
  bool may_quote = has_context && context.Get("triggerCharacter").text() != "\"";
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Member("isIncomplete", false);
  writer.Key("items");
  writer.BeginArray();
  Cursor cursor = {*schema, place->first, OffsetOf((*files)[place->first].text, place->second)};
  for (const CompletionItem& item : Complete(cursor, may_quote)) WriteItem(writer, item);
  writer.EndArray();
  writer.EndObject();
  return out;
}

std::string AnswerCodeActions(const Files& files, const json::Value& params) {
  auto file = files ? ReadFile(*files, params) : std::nullopt;
  json::Value list = params.Get("context").Get("diagnostics");
  if (!file || !ReadRange(params.Get("range")) || !list.is_array()) return std::string(kNoActions);
  std::vector<json::Value> values;
  std::vector<ShownDiagnostic> diagnostics;
  for (json::Value value : list.items()) {
    auto range = ReadRange(value.Get("range"));
    if (!range || !value.Get("message").is_string()) return std::string(kNoActions);
    values.push_back(value);
    diagnostics.push_back({*range, value.Get("message").text()});
  }
  auto schema = Resolve(files);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const CodeAction& action : CodeActions(*schema, *file, diagnostics)) {
    WriteAction(writer, *files, action, values);
  }
  writer.EndArray();
  return out;
}

}  // namespace prisma::editor
