#include "editor/answers.h"

#include <utility>
#include <vector>

#include "editor/completion.h"
#include "editor/hover.h"
#include "editor/references.h"
#include "editor/symbols.h"
#include "schema/reformat.h"

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

// A cursor in resolved files, if the parameters name one.
class Question {
 public:
  Question(const Files& files, const json::Value& params) {
    auto place = ReadDocumentPosition(files, params);
    if (!place) return;
    schema_ = Resolve(files);
    file_ = place->first;
    offset_ = OffsetOf((*files)[file_].text, place->second);
  }
  explicit operator bool() const { return schema_ != nullptr; }
  Cursor cursor() const { return {*schema_, file_, offset_}; }
  std::optional<Occurrence> FindOccurrence() const { return schema_ ? editor::FindOccurrence(cursor()) : std::nullopt; }

 private:
  std::shared_ptr<const schema::Schema> schema_;
  FileId file_{0u};
  uint32_t offset_ = 0;
};

void WriteLocation(json::Writer& writer, const SourceFiles& files, Places& places, Span span) {
  writer.BeginObject();
  writer.Member("uri", NormalUri(files[span.file].path).value_or(files[span.file].path));
  writer.Key("range");
  WriteRange(writer, places.RangeOf(span));
  writer.EndObject();
}

void WriteTextEdit(json::Writer& writer, const TextEdit& edit) {
  writer.BeginObject();
  writer.Key("range");
  WriteRange(writer, edit.range);
  writer.Member("newText", edit.text);
  writer.EndObject();
}

void WriteOutlineItem(json::Writer& writer, std::string_view text, Places& places, const OutlineItem& item) {
  // The line break at the end of a field is part of its span.
  Span span = item.span;
  while (span.end > item.name_span.end && (text[span.end - 1] == '\n' || text[span.end - 1] == '\r')) --span.end;
  writer.BeginObject();
  writer.Member("name", item.name);
  if (!item.detail.empty()) writer.Member("detail", item.detail);
  writer.Member("kind", static_cast<int>(item.kind));
  writer.Key("range");
  WriteRange(writer, places.RangeOf(span));
  writer.Key("selectionRange");
  WriteRange(writer, places.RangeOf(item.name_span));
  writer.Key("children");
  writer.BeginArray();
  for (const OutlineItem& child : item.children) WriteOutlineItem(writer, text, places, child);
  writer.EndArray();
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
      WriteTextEdit(writer, edit);
    }
    if (is_open) writer.EndArray();
  }
  writer.EndObject();
  writer.EndObject();
}

std::string AnswerHover(const Files& files, const json::Value& params) {
  Question question(files, params);
  auto text = question ? Hover(question.cursor()) : std::nullopt;
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
  bool has_context = params.Get("context").Get("includeDeclaration").kind() == json::Kind::kBool;
  Question question(files, params);
  if (!question || !has_context) return std::string(kNoReferences);
  Places places(*files);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (Span span : References(question.cursor())) {
    if (NormalUri((*files)[span.file].path)) WriteLocation(writer, *files, places, span);
  }
  writer.EndArray();
  return out;
}

std::string AnswerCompletion(const Files& files, const json::Value& params) {
  Question question(files, params);
  json::Value context = params.Get("context");
  bool has_context = params.Has("context") && !context.is_null();
  bool is_known = !has_context || context.Get("triggerKind").kind() == json::Kind::kInt;
  if (!question || !is_known) return std::string(kNoCompletion);
  bool may_quote = has_context && context.Get("triggerCharacter").text() != "\"";
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Member("isIncomplete", false);
  writer.Key("items");
  writer.BeginArray();
  for (const CompletionItem& item : Complete(question.cursor(), may_quote)) WriteItem(writer, item);
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

std::string AnswerDefinition(const Files& files, const json::Value& params) {
  Question question(files, params);
  auto found = question.FindOccurrence();
  if (!found) return "null";
  Places places(*files);
  std::string out;
  json::Writer writer(out);
  WriteLocation(writer, *files, places, found->declaration->span);
  return out;
}

std::string AnswerPrepareRename(const Files& files, const json::Value& params) {
  Question question(files, params);
  auto found = question.FindOccurrence();
  if (!found) return "null";
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Key("range");
  WriteRange(writer, Places(*files).RangeOf(found->span));
  writer.Member("placeholder", found->declaration->name);
  writer.EndObject();
  return out;
}

std::string AnswerRename(const Files& files, const json::Value& params, std::string& error) {
  Question question(files, params);
  auto found = question.FindOccurrence();
  if (!found) return "null";
  std::string_view name = params.Get("newName").text();
  if (!IsName(name)) {
    error =
        "`" + std::string(name) + "` can't be a name: use letters, digits and underscores, and begin with a letter.";
    return "null";
  }
  std::string out;
  json::Writer writer(out);
  WriteWorkspaceEdit(writer, *files, Rename(question.cursor(), *found, name));
  return out;
}

std::string AnswerDocumentSymbols(const Files& files, const json::Value& params) {
  auto file = files ? ReadFile(*files, params) : std::nullopt;
  if (!file) return "[]";
  auto schema = Resolve(files);
  Places places(*files);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const OutlineItem& item : Outline(schema->ast->files[file->index])) {
    WriteOutlineItem(writer, (*files)[*file].text, places, item);
  }
  writer.EndArray();
  return out;
}

std::string AnswerFormatting(const Files& files, const json::Value& params) {
  auto file = files ? ReadFile(*files, params) : std::nullopt;
  if (!file) return "[]";
  int64_t indent = params.Get("options").Get("tabSize").as_int();
  std::vector<std::string> texts = schema::Reformat(*files, indent > 0 && indent <= 64 ? static_cast<int>(indent) : 2);
  const std::string& text = (*files)[*file].text;
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  if (texts[file->index] != text) {
    Span all = {*file, 0, static_cast<uint32_t>(text.size())};
    WriteTextEdit(writer, {*file, Places(*files).RangeOf(all), texts[file->index]});
  }
  writer.EndArray();
  return out;
}

std::vector<std::string> Diagnose(const Files& files) {
  DiagnosticSink sink;
  schema::Analyze(files, sink);
  Places places(*files);
  std::vector<std::string> lists;
  for (size_t i = 0; i < files->size(); ++i) {
    json::Writer writer(lists.emplace_back());
    writer.BeginArray();
    for (const auto* diagnostics : {&sink.errors(), &sink.warnings()}) {
      for (const Diagnostic& diagnostic : *diagnostics) {
        if (diagnostic.span.file != FileId(i)) continue;
        writer.BeginObject();
        writer.Key("range");
        WriteRange(writer, places.RangeOf(diagnostic.span));
        writer.Member("severity", diagnostic.severity == Severity::kError ? 1 : 2);
        writer.Member("source", "Prisma");
        writer.Member("message", diagnostic.message);
        writer.EndObject();
      }
    }
    writer.EndArray();
  }
  return lists;
}

}  // namespace prisma::editor
