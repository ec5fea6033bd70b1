#include "dmmf/config.h"

#include <vector>

namespace prisma::dmmf {
namespace {

using schema::ConfigValue;
using schema::Datasource;
using schema::Generator;
using schema::Schema;
using schema::StringFromEnv;

void WriteStringFromEnv(const StringFromEnv& text, json::Writer& writer) {
  writer.BeginObject();
  writer.Key("fromEnvVar");
  if (text.is_env) {
    writer.String(text.from_env);
  } else {
    writer.Null();
  }
  writer.Key("value");
  if (text.is_env && !text.is_resolved) {
    writer.Null();
  } else {
    writer.String(text.value);
  }
  writer.EndObject();
}

void WriteConfigValue(const ConfigValue& value, json::Writer& writer) {
  if (const auto* text = std::get_if<StringFromEnv>(&value.value)) {
    writer.String(text->is_env ? text->from_env : text->value);
    return;
  }
  writer.BeginArray();
  for (const ConfigValue& item : std::get<std::vector<ConfigValue>>(value.value)) WriteConfigValue(item, writer);
  writer.EndArray();
}

void WriteStrings(const std::vector<std::string>& items, json::Writer& writer) {
  writer.BeginArray();
  for (const std::string& item : items) writer.String(item);
  writer.EndArray();
}

void WriteGenerator(const Schema& schema, const Generator& generator, json::Writer& writer) {
  writer.BeginObject();
  writer.Member("name", generator.name);
  writer.Key("provider");
  WriteStringFromEnv(generator.provider, writer);
  writer.Key("output");
  if (generator.output) {
    WriteStringFromEnv(*generator.output, writer);
  } else {
    writer.Null();
  }
  writer.Key("config");
  writer.BeginObject();
  for (const auto& [name, value] : generator.config) {
    writer.Key(name);
    WriteConfigValue(value, writer);
  }
  writer.EndObject();
  writer.Key("binaryTargets");
  writer.BeginArray();
  for (const StringFromEnv& target : generator.binary_targets) WriteStringFromEnv(target, writer);
  writer.EndArray();
  writer.Key("previewFeatures");
  WriteStrings(generator.preview_features, writer);
  if (generator.has_documentation) writer.Member("documentation", generator.documentation);
  writer.Member("sourceFilePath", (*schema.files)[generator.file].path);
  writer.EndObject();
}

void WriteDatasource(const Schema& schema, const Datasource& datasource, json::Writer& writer) {
  writer.BeginObject();
  writer.Member("name", datasource.name);
  writer.Member("provider", datasource.provider);
  writer.Member("activeProvider", datasource.active_provider);
  writer.Key("url");
  WriteStringFromEnv(datasource.url, writer);
  if (datasource.direct_url) {
    writer.Key("directUrl");
    WriteStringFromEnv(*datasource.direct_url, writer);
  }
  writer.Key("schemas");
  WriteStrings(datasource.schemas, writer);
  if (datasource.has_documentation) writer.Member("documentation", datasource.documentation);
  writer.Member("sourceFilePath", (*schema.files)[datasource.file].path);
  writer.EndObject();
}

}  // namespace

void WriteConfig(const Schema& schema, const DiagnosticSink& sink, json::Writer& writer) {
  writer.BeginObject();
  writer.Key("config");
  writer.BeginObject();
  writer.Key("generators");
  writer.BeginArray();
  for (const Generator& generator : schema.generators) WriteGenerator(schema, generator, writer);
  writer.EndArray();
  writer.Key("datasources");
  writer.BeginArray();
  if (schema.datasource) WriteDatasource(schema, *schema.datasource, writer);
  for (const Datasource& datasource : schema.more_datasources) WriteDatasource(schema, datasource, writer);
  writer.EndArray();
  writer.Key("warnings");
  writer.BeginArray();
  // Prisma reads the configuration file by file, and tells after each file of everything so far.
  std::vector<const Diagnostic*> told;
  for (size_t file = 0; file < schema.files->size(); ++file) {
    for (const Diagnostic& warning : sink.warnings()) {
      if (warning.span.file == FileId(file)) told.push_back(&warning);
    }
    for (const Diagnostic* warning : told) writer.String(warning->message);
  }
  writer.EndArray();
  writer.EndObject();
  writer.Key("errors");
  writer.BeginArray();
  for (const Diagnostic& error : sink.errors()) {
    writer.BeginObject();
    writer.Member("file_name", (*schema.files)[error.span.file].path);
    writer.Member("message", Render(*schema.files, {error}, false));
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

}  // namespace prisma::dmmf
