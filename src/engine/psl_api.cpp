#include "engine/psl_api.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

#include "diagnostics/diagnostic.h"
#include "dmmf/config.h"
#include "editor/answers.h"
#include "engine/schema_documents.h"
#include "json/reader.h"
#include "json/writer.h"
#include "schema/config_only.h"
#include "schema/preview_features.h"
#include "schema/reformat.h"
#include "schema/schema.h"

namespace prisma::engine {
namespace {

using Files = std::shared_ptr<const SourceFiles>;

// What the package says when it is told to panic, place in its sources included.
constexpr char kDebugPanic[] =
    "panicked at prisma-schema-wasm/src/lib.rs:140:5:\nThis is the panic triggered by `prisma_fmt::debug_panic()`";

// A call with arguments of the wrong form. The package panics then.
class BadCall : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The error of a schema with faults.
class SchemaFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string ResultText(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 4 + 16);  // for the escapes of JSON in JSON
  json::Writer writer(out);
  writer.BeginObject();
  writer.Member("result", text);
  writer.EndObject();
  return out;
}

// A schema in any of the forms the functions take: text, or a list of [path, text].
std::optional<Files> ReadFiles(const json::Value& value) {
  auto files = std::make_shared<SourceFiles>();
  if (value.is_string()) {
    files->Add("schema.prisma", std::string(value.text()));
    return files;
  }
  if (!value.is_array()) return {};
  for (json::Value item : value.items()) {
    if (!item.is_array() || item.size() != 2) return {};
    std::string parts[2];
    size_t i = 0;
    for (json::Value part : item.items()) {
      if (!part.is_string()) return {};
      parts[i++] = std::string(part.text());
    }
    files->Add(std::move(parts[0]), std::move(parts[1]));
  }
  return files;
}

json::Value FirstArgument(const json::Value& args) {
  for (json::Value item : args.items()) return item;
  return {};
}

// The argument itself, or, if it is a text, what the text holds as JSON.
json::Value Unpacked(const json::Value& argument, json::Document& document) {
  if (!argument.is_string()) return argument;
  if (!document.Parse(argument.text())) return {};
  return document.root();
}

Files SchemaOf(const json::Value& params, std::string_view key, std::string_view type) {
  if (!params.is_object() || !params.Has(key)) {
    throw BadCall("Failed to deserialize " + std::string(type) + ": missing field `" + std::string(key) + "`");
  }
  auto files = ReadFiles(params.Get(key));
  if (!files) throw BadCall("Failed to deserialize " + std::string(type));
  return *files;
}

// Never in colours: where the official package runs there is no terminal.
std::string FaultText(const SourceFiles& files, const DiagnosticSink& sink) {
  return Render(files, sink.errors(), false) + "\nValidation Error Count: " + std::to_string(sink.errors().size());
}

std::shared_ptr<const schema::Schema> ValidSchema(const Files& files) {
  DiagnosticSink sink;
  auto result = schema::Analyze(files, sink);
  if (sink.has_errors()) throw SchemaFault(FaultText(*files, sink));
  return result.schema;
}

std::string Validate(const json::Value& args) {
  json::Document document;
  json::Value params = Unpacked(FirstArgument(args), document);
  ValidSchema(SchemaOf(params, "prismaSchema", "ValidateParams"));
  return R"({"result":null})";
}

// The document of a large schema is large: it is sent as it is made.
std::string GetDmmf(const json::Value& args, const json::Sink& sink) {
  json::Document document;
  json::Value params = Unpacked(FirstArgument(args), document);
  auto schema = ValidSchema(SchemaOf(params, "prismaSchema", "GetDmmfParams"));
  std::string out = R"({"result":")";
  json::Writer writer(out, true, sink);
  WriteDmmf(*schema, writer);
  return out + R"("})";
}

std::string GetConfig(const json::Value& args) {
  json::Document document;
  json::Value params = Unpacked(FirstArgument(args), document);
  Files files = SchemaOf(params, "prismaSchema", "GetConfigParams");
  schema::ConfigOptions options;
  options.ignore_env = params.Get("ignoreEnvVarErrors").as_bool();
  // Only the variables that the caller names are known.
  std::unordered_map<std::string, std::string> env;
  for (json::Member member : params.Get("env").members()) {
    env.emplace(member.key, std::string(member.value.text()));
  }
  options.env = &env;
  for (json::Member member : params.Get("datasourceOverrides").members()) {
    options.url_overrides.emplace(member.key, std::string(member.value.text()));
  }
  DiagnosticSink sink;
  auto result = schema::AnalyzeConfig(files, sink, options);
  std::string out;
  json::Writer writer(out);
  dmmf::WriteConfig(*result.schema, sink, writer);
  return ResultText(out);
}

// Places in editors are counted in UTF-16 units.
int64_t Utf16Offset(std::string_view text, uint32_t offset) {
  int64_t units = 0;
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::string Lint(const json::Value& args) {
  json::Document document;
  auto files = ReadFiles(Unpacked(FirstArgument(args), document));
  if (!files) throw BadCall("Failed to deserialize SchemaFileInput");
  DiagnosticSink sink;
  schema::Analyze(*files, sink);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  auto write = [&](const std::vector<Diagnostic>& diagnostics, bool is_warning) {
    for (const Diagnostic& diagnostic : diagnostics) {
      writer.BeginObject();
      writer.Member("file_name", (**files)[diagnostic.span.file].path);
      writer.Member("start", Utf16Offset((**files)[diagnostic.span.file].text, diagnostic.span.start));
      writer.Member("end", Utf16Offset((**files)[diagnostic.span.file].text, diagnostic.span.end));
      writer.Member("text", diagnostic.message);
      writer.Member("is_warning", is_warning);
      writer.EndObject();
    }
  };
  write(sink.errors(), false);
  write(sink.warnings(), true);
  writer.EndArray();
  return ResultText(out);
}

// The connector of a schema that may have faults elsewhere; null without a good datasource.
std::shared_ptr<const schema::Schema> SchemaWithConnector(const json::Value& args) {
  json::Document document;
  json::Value argument = FirstArgument(args);
  auto files = ReadFiles(argument);
  if (argument.is_string() && document.Parse(argument.text())) {
    if (auto unpacked = ReadFiles(document.root())) files = unpacked;
  }
  if (!files) return nullptr;
  DiagnosticSink sink;
  auto schema = schema::AnalyzeConfig(*files, sink, {true, nullptr, {}}).schema;
  return schema->datasource ? schema : nullptr;
}

std::string NativeTypes(const json::Value& args) {
  auto schema = SchemaWithConnector(args);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  if (schema) {
    for (const schema::NativeTypeInfo& info : schema->connector->native_types()) {
      writer.BeginObject();
      writer.Member("name", info.name);
      writer.Member("_number_of_args", static_cast<int64_t>(info.min_arguments));
      writer.Member("_number_of_optional_args", static_cast<int64_t>(info.max_arguments - info.min_arguments));
      writer.Key("prisma_types");
      writer.BeginArray();
      for (std::string_view type : info.prisma_types) writer.String(type);
      writer.EndArray();
      writer.EndObject();
    }
  }
  writer.EndArray();
  return ResultText(out);
}

std::string ReferentialActions(const json::Value& args) {
  auto schema = SchemaWithConnector(args);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (int i = 0; schema && i <= static_cast<int>(schema::ReferentialAction::kSetDefault); ++i) {
    auto action = static_cast<schema::ReferentialAction>(i);
    if (schema->connector->SupportsReferentialAction(schema->relation_mode, action)) {
      writer.String(ReferentialActionName(action));
    }
  }
  writer.EndArray();
  return ResultText(out);
}

std::string PreviewFeatures() {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (std::string_view feature : schema::ActivePreviewFeatures("")) writer.String(feature);
  writer.EndArray();
  return ResultText(out);
}

// `[[path, text], …]`, or the text itself if a text was given.
std::string Format(const json::Value& args) {
  json::Document document;
  json::Value argument, options;
  size_t i = 0;
  for (json::Value item : args.items()) (i++ == 0 ? argument : options) = item;
  auto files = ReadFiles(Unpacked(argument, document));
  if (!files) return ResultText(argument.text());
  json::Document options_document;
  int64_t indent = Unpacked(options, options_document).Get("options").Get("tabSize").as_int();
  std::vector<std::string> texts = schema::Reformat(**files, indent > 0 && indent <= 64 ? static_cast<int>(indent) : 2);
  if (argument.is_string() && document.root().is_string()) return ResultText(texts.front());
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (size_t file = 0; file < texts.size(); ++file) {
    writer.BeginArray();
    writer.String((**files)[FileId(file)].path);
    writer.String(texts[file]);
    writer.EndArray();
  }
  writer.EndArray();
  return ResultText(out);
}

std::string MergeSchemas(const json::Value& args) {
  json::Document document;
  Files files = SchemaOf(Unpacked(FirstArgument(args), document), "schema", "MergeSchemasParams");
  ValidSchema(files);
  return ResultText(MergedText(*files));
}

// An editor's function: the files as a list, and the parameters of the Language Server Protocol.
template <class Answer>
std::string ForEditor(const json::Value& args, Answer&& answer) {
  json::Document files_document, params_document;
  json::Value argument, params;
  size_t i = 0;
  for (json::Value item : args.items()) (i++ == 0 ? argument : params) = item;
  argument = Unpacked(argument, files_document);
  auto files = argument.is_array() ? ReadFiles(argument) : std::nullopt;
  return ResultText(answer(files.value_or(nullptr), Unpacked(params, params_document)));
}

std::string ErrorText(std::string_view key, std::string_view code, std::string_view message) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Key("error");
  writer.BeginObject();
  if (key == "is_panic") {
    writer.Member("is_panic", true);
  } else {
    writer.Member(key, code);
  }
  writer.Member("message", message);
  writer.EndObject();
  writer.EndObject();
  return out;
}

// The answer, or the end of it if the sink has got its beginning.
std::string Dispatch(std::string_view function, const json::Value& args, const json::Sink& sink) {
  if (function == "validate") return Validate(args);
  if (function == "get_dmmf") return GetDmmf(args, sink);
  if (function == "get_config") return GetConfig(args);
  if (function == "lint") return Lint(args);
  if (function == "native_types") return NativeTypes(args);
  if (function == "referential_actions") return ReferentialActions(args);
  if (function == "preview_features") return PreviewFeatures();
  if (function == "format") return Format(args);
  if (function == "merge_schemas") return MergeSchemas(args);
  if (function == "text_document_completion") return ForEditor(args, editor::AnswerCompletion);
  if (function == "code_actions") return ForEditor(args, editor::AnswerCodeActions);
  if (function == "hover") return ForEditor(args, editor::AnswerHover);
  if (function == "references") return ForEditor(args, editor::AnswerReferences);
  if (function == "debug_panic") throw BadCall(kDebugPanic);
  return ErrorText("name", "Error", "prisma-schema-wasm has no function " + std::string(function) + ".");
}

std::string Call(std::string_view function, const json::Value& args, const json::Sink& sink) {
  try {
    return Dispatch(function, args, sink);
  } catch (const SchemaFault& fault) {
    return ErrorText("error_code", "P1012", fault.what());
  } catch (const std::exception& error) {
    return ErrorText("is_panic", "", error.what());
  }
}

}  // namespace

void AnswerPslLine(std::string_view line, const json::Sink& sink) {
  json::Document document;
  if (!document.Parse(line)) return sink(ErrorText("name", "SyntaxError", document.error().message));
  sink(Call(document.root().Get("fn").text(), document.root().Get("args"), sink));
}

}  // namespace prisma::engine
