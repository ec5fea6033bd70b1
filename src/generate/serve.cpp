#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "generate/generate.h"
#include "generate/python/generator.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::generate {
namespace {

bool ReadLine(std::FILE* in, std::string& line) {
  char* buffer = nullptr;
  size_t capacity = 0;
  const ssize_t size = getline(&buffer, &capacity, in);
  if (size > 0) line.assign(buffer, static_cast<size_t>(size));
  std::free(buffer);
  return size > 0;
}

void WriteManifest(json::Writer& writer) {
  writer.BeginObject();
  writer.Key("manifest");
  writer.BeginObject();
  writer.Member("prettyName", python::kPrettyName);
  writer.Member("defaultOutput", python::DefaultOutput());
  writer.Member("version", python::kVersion);
  writer.EndObject();
  writer.EndObject();
}

void RunFor(const json::Value& options) {
  python::GeneratorInput input;
  const json::Value generator = options.Get("generator");
  std::string provider;
  for (json::Value datasource : options.Get("datasources").items()) {
    input.datasource_name = datasource.Get("name").text();
    provider = datasource.Get("activeProvider").text();
    input.url_variable = datasource.Get("url").Get("fromEnvVar").text();
    input.url = datasource.Get("url").Get("value").text();
    break;
  }
  input.connector = schema::FindConnector(provider);
  if (input.connector == nullptr) throw Error("", "The provider \"" + provider + "\" of the datasource is not known.");
  input.datamodel = json::ToText(options.Get("dmmf").Get("datamodel"));
  for (json::Member member : generator.Get("config").members()) {
    if (!member.value.is_array()) {
      input.config.emplace_back(std::string(member.key), std::string(member.value.text()));
      continue;
    }
    std::vector<std::string> list;
    for (json::Value item : member.value.items()) list.emplace_back(item.text());
    input.config.emplace_back(std::string(member.key), std::move(list));
  }
  if (options.Get("typedSql").is_array()) {
    input.typed_sql.emplace();
    for (json::Value query : options.Get("typedSql").items()) input.typed_sql->push_back(engine::ReadTypedSql(query));
  }
  input.schema_path = options.Get("schemaPath").text();
  input.schema_text = options.Get("datamodel").text();
  std::string source(generator.Get("sourceFilePath").text());
  if (source.empty()) source = input.schema_path;
  input.folder = std::filesystem::path(source).parent_path().string();
  input.output = generator.Get("output").Get("value").text();
  if (input.output.empty()) input.output = python::DefaultOutput();
  python::RunGenerator(input);
}

void WriteError(const std::string& message, json::Writer& writer) {
  writer.Key("error");
  writer.BeginObject();
  writer.Member("code", -32000);
  writer.Member("message", message);
  writer.Key("data");
  writer.Null();
  writer.EndObject();
}

std::string Answer(const json::Value& request) {
  std::string answer;
  json::Writer writer(answer);
  writer.BeginObject();
  writer.Member("jsonrpc", "2.0");
  try {
    const std::string_view method = request.Get("method").text();
    std::string result = "null";
    if (method == "getManifest") {
      result.clear();
      json::Writer result_writer(result);
      WriteManifest(result_writer);
    } else if (method == "generate") {
      RunFor(request.Get("params"));
    } else {
      throw Error("", "The generator has no method \"" + std::string(method) + "\".");
    }
    writer.Key("result");
    writer.Raw(result);
  } catch (const std::exception& fault) {
    WriteError(fault.what(), writer);
  }
  writer.Key("id");
  json::Write(request.Get("id"), writer);
  writer.EndObject();
  return answer + "\n";
}

}  // namespace

void Serve(std::FILE* in, std::FILE* out) {
  std::string line;
  while (ReadLine(in, line)) {
    json::Document document;
    const std::string answer =
        document.Parse(line) ? Answer(document.root()) : "The request is not JSON: " + document.error().message + "\n";
    std::fwrite(answer.data(), 1, answer.size(), out);
    std::fflush(out);
  }
}

}  // namespace prisma::generate
