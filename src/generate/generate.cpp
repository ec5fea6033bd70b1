#include "generate/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "dmmf/datamodel.h"
#include "engine/schema_documents.h"
#include "generate/process.h"
#include "generate/python/client.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::generate {

namespace fs = std::filesystem;
using schema::Capability;

namespace {

std::string Resolve(const schema::StringFromEnv& text) {
  if (text.from_env.empty()) return text.value;
  const char* value = std::getenv(text.from_env.c_str());
  return value != nullptr ? value : text.value;
}

bool EndsWithWord(std::string_view text, std::string_view word) {
  return text.ends_with(word) && (text.size() == word.size() || text[text.size() - word.size() - 1] == '/' ||
                                  text[text.size() - word.size() - 1] == ' ');
}

// Any spelling that means the Python client.
bool IsOurs(std::string_view provider) {
  return EndsWithWord(provider, "prisma-client-py") || provider.ends_with("-m prisma");
}

std::string SchemaFolder(const std::string& schema_path) {
  std::error_code error;
  return fs::is_directory(schema_path, error) ? schema_path : fs::path(schema_path).parent_path().string();
}

std::string SchemaText(const schema::Schema& schema) {
  std::string text;
  for (size_t i = 0; i < schema.files->size(); ++i) {
    if (i > 0) text += '\n';
    text += (*schema.files)[FileId(i)].text;
  }
  return text;
}

std::vector<python::ConfigEntry> Entries(const schema::Generator& generator) {
  std::vector<python::ConfigEntry> entries;
  for (const auto& [key, value] : generator.config) {
    if (const auto* text = std::get_if<schema::StringFromEnv>(&value.value)) {
      entries.emplace_back(key, Resolve(*text));
    } else {
      std::vector<std::string> list;
      for (const schema::ConfigValue& item : std::get<std::vector<schema::ConfigValue>>(value.value)) {
        if (const auto* text = std::get_if<schema::StringFromEnv>(&item.value)) list.push_back(Resolve(*text));
      }
      entries.emplace_back(key, std::move(list));
    }
  }
  return entries;
}

python::Features FeaturesOf(const schema::Schema& schema) {
  const schema::ConnectorTraits& connector = *schema.connector;
  python::Features features;
  features.provider = connector.provider();
  features.datasource_name = schema.datasource ? schema.datasource->name : "db";
  features.has_insensitive_filters = connector.Has(Capability::kInsensitiveFilters);
  features.has_fulltext_search = connector.Has(Capability::kNativeFullTextSearch);
  features.has_scalar_lists = connector.Has(Capability::kScalarLists);
  features.has_json_paths = connector.Has(Capability::kJsonFiltering);
  features.has_skip_duplicates = connector.Has(Capability::kCreateSkipDuplicates);
  features.has_create_many_and_return = connector.Has(Capability::kInsertReturning);
  features.has_update_many_and_return = connector.Has(Capability::kUpdateReturning);
  features.has_raw_queries = connector.Has(Capability::kSqlQueryRaw);
  return features;
}

std::string DatamodelJson(const schema::Schema& schema) {
  std::string text;
  json::Writer writer(text);
  dmmf::WriteDatamodel(schema, writer);
  return text;
}

// The folder that relative paths in a generator block start from.
std::string GeneratorFolder(const schema::Schema& schema, const schema::Generator& generator,
                            const GenerateOptions& options) {
  if (generator.file.index < schema.files->size()) {
    fs::path file = (*schema.files)[generator.file].path;
    if (file.is_absolute()) return file.parent_path().string();
  }
  return SchemaFolder(options.schema_path);
}

void RunPartials(const python::Config& config, const std::string& output, const std::string& schema_folder) {
  std::string target = config.partial_type_generator;
  std::error_code error;
  if (target.empty()) {
    for (const char* usual : {"prisma/partial_types.py", "partial_types.py"}) {
      fs::path path = usual[0] == 'p' && usual[1] == 'r' ? fs::path(usual) : fs::path(schema_folder) / usual;
      if (fs::exists(path, error)) target = path.string();
      if (!target.empty()) break;
    }
    if (target.empty()) return;
  } else if (!fs::exists(target, error) && fs::exists(fs::path(schema_folder) / target, error)) {
    target = (fs::path(schema_folder) / target).string();
  }
  setenv("PRISMA_GENERATOR_INVOCATION", "true", 1);
  const char* interpreter = std::getenv("PRISMA_PYTHON");
  ProcessResult result = RunProcess(
      {interpreter != nullptr ? interpreter : "python3", output + "/generator/_run_partials.py", output, target}, true);
  if (result.exit_code != 0) {
    while (result.err.ends_with('\n')) result.err.pop_back();
    throw Error("", result.err.empty() ? fmt::format("The partial type generator {} failed", target) : result.err);
  }
}

void GeneratePython(const schema::Schema& schema, const schema::Generator& generator, const GenerateOptions& options,
                    GeneratorOutcome& outcome) {
  outcome.pretty_name = "Prisma Client Python";
  outcome.version = "0.16.0";
  python::ClientInput input;
  python::Datamodel datamodel = python::ReadDatamodel(DatamodelJson(schema));
  input.datamodel = &datamodel;
  input.features = FeaturesOf(schema);
  input.config = python::ReadConfig(Entries(generator));
  input.schema_path = options.schema_path;
  input.schema_text = SchemaText(schema);
  std::string package = python::FindPackage();
  std::string folder = GeneratorFolder(schema, generator, options);
  if (package.empty()) {
    throw Error("",
                "The Python package `prisma` was not found. Install it (pip install prisma) or set "
                "PRISMA_PY_PACKAGE_DIR to its folder.");
  }
  outcome.output = package;
  if (generator.output) outcome.output = (fs::path(folder) / Resolve(*generator.output)).lexically_normal().string();
  while (outcome.output.size() > 1 && outcome.output.ends_with('/')) outcome.output.pop_back();
  python::InstallClient(python::WriteClient(input), package, outcome.output);
  RunPartials(input.config, outcome.output, folder);
}

void WriteEnvValue(const schema::StringFromEnv& text, const std::string& value, json::Writer& writer) {
  writer.BeginObject();
  writer.Key("fromEnvVar");
  if (text.from_env.empty()) {
    writer.Null();
  } else {
    writer.String(text.from_env);
  }
  writer.Member("value", value);
  writer.EndObject();
}

struct ExternalRun {
  const schema::Schema& schema;
  const GenerateOptions& options;
  const json::Value config;  // of get_config
};

// The generator as get_config tells of it, with its output resolved.
void WriteGenerator(const json::Value& json, const schema::Generator& generator, const std::string& output,
                    json::Writer& writer) {
  writer.BeginObject();
  for (json::Member member : json.members()) {
    writer.Key(member.key);
    if (member.key == "output" && !output.empty()) {
      schema::StringFromEnv written = generator.output.value_or(schema::StringFromEnv{});
      WriteEnvValue(written, output, writer);
    } else {
      json::Write(member.value, writer);
    }
  }
  writer.EndObject();
}

std::string Call(LineProcess& process, int id, std::string_view method, std::string_view params, std::string& log) {
  std::string line = fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{},"id":{}}})", method, params, id);
  bool is_sent = process.Write(line);
  std::string answer;
  while (is_sent && process.ReadLine(answer)) {
    json::Document document;
    if (document.Parse(answer) && document.root().Has("id") &&
        (document.root().Has("result") || document.root().Has("error"))) {
      json::Value error = document.root().Get("error");
      if (error.is_object()) throw Error("", std::string(error.Get("message").text()));
      return answer;
    }
    log += answer + '\n';  // what the generator says on stderr besides
  }
  return {};
}

void GenerateExternal(const ExternalRun& run, const schema::Generator& generator, const std::string& provider,
                      const std::string& dmmf, GeneratorOutcome& outcome) {
  std::string folder = GeneratorFolder(run.schema, generator, run.options);
  LineProcess process(provider, "");
  json::Value described;
  std::string others;
  json::Writer others_writer(others);
  others_writer.BeginArray();
  for (json::Value item : run.config.Get("generators").items()) {
    if (item.Get("name").text() == generator.name) {
      described = item;
    } else {
      json::Write(item, others_writer);
    }
  }
  others_writer.EndArray();
  if (generator.output) {
    outcome.output = (fs::path(folder) / Resolve(*generator.output)).lexically_normal().string();
  }
  auto describe = [&] {
    std::string text;
    json::Writer writer(text);
    WriteGenerator(described, generator, outcome.output, writer);
    return text;
  };
  std::string log;
  std::string answer = Call(process, 1, "getManifest", describe(), log);
  json::Document document;
  if (answer.empty() || !document.Parse(answer)) {
    int code = process.Close();
    while (log.ends_with('\n')) log.pop_back();
    throw Error("", fmt::format("Generator \"{}\" failed:\n\n{}", provider,
                                log.empty() ? fmt::format("exit code {}", code) : log));
  }
  json::Value manifest = document.root().Get("result").Get("manifest");
  outcome.pretty_name = manifest.Get("prettyName").text();
  outcome.version = manifest.Get("version").text();
  std::string usual = std::string(manifest.Get("defaultOutput").text());
  if (!generator.output && !usual.empty()) outcome.output = (fs::path(folder) / usual).lexically_normal().string();
  std::string params;
  json::Writer writer(params);
  writer.BeginObject();
  writer.Member("datamodel", SchemaText(run.schema));
  writer.Key("datasources");
  json::Write(run.config.Get("datasources"), writer);
  writer.Key("generator");
  writer.Raw(describe());
  writer.Key("dmmf");
  writer.Raw(dmmf);
  writer.Key("otherGenerators");
  writer.Raw(others);
  writer.Member("schemaPath", run.options.schema_path);
  writer.Member("version", run.options.version);
  writer.Member("postinstall", false);
  writer.Member("noEngine", false);
  writer.Member("allowNoModels", false);
  writer.Key("envPaths");
  writer.Raw(R"({"rootEnvPath":null,"schemaEnvPath":null})");
  writer.Key("binaryPaths");
  writer.Raw("{}");
  writer.EndObject();
  answer = Call(process, 2, "generate", params, log);
  int code = process.Close();
  if (answer.empty()) {
    while (log.ends_with('\n')) log.pop_back();
    throw Error("", fmt::format("Generator at {} ended without an answer (exit code {}){}{}", provider, code,
                                log.empty() ? "" : ":\n\n", log));
  }
}

}  // namespace

std::vector<GeneratorOutcome> Generate(const schema::Schema& schema, const GenerateOptions& options) {
  for (const std::string& name : options.names) {
    bool is_known = std::any_of(schema.generators.begin(), schema.generators.end(),
                                [&](const schema::Generator& generator) { return generator.name == name; });
    if (!is_known) {
      throw Error("",
                  fmt::format("The generator {} specified via --generator does not exist in your Prisma schema", name));
    }
  }
  std::vector<GeneratorOutcome> outcomes;
  std::optional<std::string> dmmf;
  for (const schema::Generator& generator : schema.generators) {
    if (!options.names.empty() &&
        std::find(options.names.begin(), options.names.end(), generator.name) == options.names.end()) {
      continue;
    }
    auto started = std::chrono::steady_clock::now();
    GeneratorOutcome outcome;
    outcome.name = generator.name;
    try {
      std::string provider = Resolve(generator.provider);
      if (IsOurs(provider)) {
        GeneratePython(schema, generator, options, outcome);
      } else {
        if (!dmmf) dmmf = options.dmmf ? options.dmmf() : engine::DmmfText(schema);
        json::Document config;
        config.Parse(engine::ConfigText(schema.files));
        ExternalRun run{schema, options, config.root().Get("config")};
        GenerateExternal(run, generator, provider, *dmmf, outcome);
      }
    } catch (const Error& error) {
      outcome.error = error.message();
      if (outcome.error.empty()) outcome.error = "The generator failed.";
    }
    outcome.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace prisma::generate
