#include "generate/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>

#include "base/error.h"
#include "dmmf/datamodel.h"
#include "engine/schema_documents.h"
#include "generate/block.h"
#include "generate/external.h"
#include "generate/options.h"
#include "generate/python/client.h"
#include "generate/python/generator.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::generate {
namespace {

namespace fs = std::filesystem;

bool IsOnPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    std::error_code error;
    if (fs::is_regular_file(fs::path(folder) / program, error)) return true;
  }
  return false;
}

// Any spelling that means the installed Python client. A path names a program, which is run as such; and so is another
// generator of the same name if ours has no package to write to.
bool IsOurs(const std::string& provider) {
  if (provider == "python -m prisma" || provider == "python3 -m prisma") return !python::FindPackage().empty();
  return provider == "prisma-client-py" && (!python::FindPackage().empty() || !IsOnPath(provider));
}

// One generator from its start to its outcome.
struct Run {
  Block block;
  std::string provider;
  std::unique_ptr<External> external;  // null: ours
  json::Value manifest;
  GeneratorOutcome outcome;
};

std::vector<python::ConfigEntry> ConfigEntries(const schema::Generator& generator) {
  std::vector<python::ConfigEntry> entries;
  for (const auto& [key, value] : generator.config) {
    if (const auto* text = std::get_if<schema::StringFromEnv>(&value.value)) {
      entries.emplace_back(key, Resolve(*text));
      continue;
    }
    std::vector<std::string> list;
    for (const schema::ConfigValue& item : std::get<std::vector<schema::ConfigValue>>(value.value)) {
      if (const auto* text = std::get_if<schema::StringFromEnv>(&item.value)) list.push_back(Resolve(*text));
    }
    entries.emplace_back(key, std::move(list));
  }
  return entries;
}

void GeneratePython(const schema::Schema& schema, const GenerateOptions& options, const Run& run) {
  python::GeneratorInput input;
  json::Writer writer(input.datamodel);
  dmmf::WriteDatamodel(schema, writer);
  input.connector = schema.connector;
  input.datasource_name = schema.datasource ? schema.datasource->name : "db";
  if (schema.datasource) {
    input.url_variable = schema.datasource->url.from_env;
    input.url = schema.datasource->url.value;
  }
  for (const schema::Model& model : schema.models) {
    if (model.is_view) input.views.insert(model.name);
  }
  input.config = ConfigEntries(*run.block.generator);
  input.schema_path = options.schema_path;
  for (size_t i = 0; i < schema.files->size(); ++i) {
    if (i > 0) input.schema_text += '\n';
    input.schema_text += (*schema.files)[FileId(i)].text;
  }
  input.typed_sql = options.typed_sql;
  input.folder = run.block.folder;
  input.output = run.block.output;
  python::RunGenerator(input);
}

// Where a generator writes to that the schema does not tell: a path in node_modules means that of the project.
std::string DefaultOutput(std::string usual, const std::string& folder) {
  if (usual.starts_with("./")) usual.erase(0, 2);
  if (!usual.starts_with("node_modules")) return (fs::path(folder) / usual).lexically_normal().string();
  std::error_code error;
  const fs::path here = fs::current_path(error), base = folder;
  fs::path project = base;
  if (fs::exists(here / "prisma/schema.prisma", error) ||
      (base == here / "prisma" && fs::exists(here / "package.json", error))) {
    project = here;
  } else if (fs::exists(base / "node_modules", error)) {
    project = base;
  } else if (fs::exists(base / "../node_modules", error)) {
    project = base / "..";
  } else if (!fs::exists(base / "package.json", error) && fs::exists(base / "../package.json", error)) {
    project = base / "..";
  }
  return (project / usual).lexically_normal().string();
}

void SetOutput(Run& run) {
  Block& block = run.block;
  if (block.generator->output) {
    block.output = (fs::path(block.folder) / Resolve(*block.generator->output)).lexically_normal().string();
    block.is_custom_output = true;
  } else if (!run.external) {
    block.output = python::DefaultOutput();
  } else {
    const std::string usual(run.manifest.Get("defaultOutput").text());
    if (usual.empty()) {
      throw Error("", fmt::format("Can't resolve output dir for generator {} with provider {}.\nYou need to define "
                                  "`output` in the generator block in the schema file.",
                                  block.generator->name, run.provider));
    }
    block.output = DefaultOutput(usual, block.folder);
  }
  while (block.output.size() > 1 && block.output.ends_with('/')) block.output.pop_back();
  run.outcome.output = block.output;
}

std::string BlockJson(const Block& block) {
  std::string text;
  json::Writer writer(text);
  WriteBlock(block, writer);
  return text;
}

// Starts the programs and asks what they are.
void Describe(std::vector<Run>& runs) {
  for (Run& run : runs) {
    if (!IsOurs(run.provider)) run.external = std::make_unique<External>(run.block);
  }
  for (Run& run : runs) {
    run.outcome.name = run.block.generator->name;
    run.outcome.pretty_name = run.external ? run.provider : python::kPrettyName;
    if (run.external) {
      run.manifest = run.external->GetManifest(BlockJson(run.block));
      if (std::string_view name = run.manifest.Get("prettyName").text(); !name.empty()) run.outcome.pretty_name = name;
      run.outcome.version = run.manifest.Get("version").text();
      if (run.provider == "prisma-client-js" && !run.outcome.version.empty()) run.outcome.version.insert(0, "v");
    } else {
      run.outcome.version = python::kVersion;
    }
    SetOutput(run);
  }
}

// A generator may ask for others.
void CheckRequired(const std::vector<Run>& runs) {
  std::set<std::string, std::less<>> providers;
  for (const Run& run : runs) providers.insert(run.provider);
  for (const Run& run : runs) {
    if (!run.external) continue;
    for (json::Value required : run.manifest.Get("requiresGenerators").items()) {
      if (providers.contains(required.text())) continue;
      throw Error("", fmt::format("Generator \"{0}\" requires generator \"{1}\", but it is missing in your "
                                  "schema.prisma.\nPlease add it to your schema.prisma:\n\ngenerator gen {{\n  "
                                  "provider = \"{1}\"\n}}\n",
                                  run.outcome.pretty_name, required.text()));
    }
  }
}

std::vector<Block> Select(std::vector<Block> blocks, const std::vector<std::string>& names) {
  if (names.empty()) return blocks;
  std::vector<Block> selected;
  for (Block& block : blocks) {
    if (std::find(names.begin(), names.end(), block.generator->name) != names.end()) {
      selected.push_back(std::move(block));
    }
  }
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    const bool is_known = std::any_of(selected.begin(), selected.end(),
                                      [&](const Block& block) { return block.generator->name == name; });
    if (!is_known) unknown.push_back(name);
  }
  if (unknown.empty()) return selected;
  const bool is_one = unknown.size() == 1;
  throw Error("", fmt::format("The {} {} specified via --generator {} not exist in your Prisma schema",
                              is_one ? "generator" : "generators", fmt::join(unknown, ", "), is_one ? "does" : "do"));
}

}  // namespace

std::vector<GeneratorOutcome> Generate(const schema::Schema& schema, const GenerateOptions& options) {
  SourceFiles files;  // of absolute paths, as generators are told them
  for (size_t i = 0; i < schema.files->size(); ++i) {
    const SourceFile& file = (*schema.files)[FileId(i)];
    std::error_code error;
    files.Add(fs::absolute(file.path, error).lexically_normal().string(), file.text);
  }
  json::Document config;
  config.Parse(engine::ConfigText(std::make_shared<SourceFiles>(std::move(files))));
  std::vector<Run> runs;
  for (Block& block : Select(ReadBlocks(schema, config.root().Get("config"), options.schema_path), options.names)) {
    Run& run = runs.emplace_back();
    run.provider = Resolve(block.generator->provider);
    run.block = std::move(block);
  }
  {
    std::vector<Block> blocks;
    for (const Run& run : runs) blocks.push_back(run.block);
    CheckTargets(blocks, options.say);
  }
  Describe(runs);
  CheckRequired(runs);

  std::vector<Block> blocks;
  std::vector<json::Value> manifests;
  for (const Run& run : runs) {
    blocks.push_back(run.block);
    manifests.push_back(run.manifest);
  }
  std::unique_ptr<OptionsWriter> writer;  // made when a program needs it
  std::vector<GeneratorOutcome> outcomes;
  for (size_t i = 0; i < runs.size(); ++i) {
    Run& run = runs[i];
    if (run.external && !writer) {
      writer = std::make_unique<OptionsWriter>(schema, config.root().Get("config"), options, blocks, manifests);
    }
    const auto started = std::chrono::steady_clock::now();
    try {
      if (run.external) {
        run.external->Generate(writer->Write(i, run.outcome.warnings));
      } else {
        GeneratePython(schema, options, run);
      }
    } catch (const Error& error) {
      run.outcome.error = error.message().empty() ? "The generator failed." : error.message();
    }
    run.outcome.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    if (run.external) run.external->Stop();
    outcomes.push_back(std::move(run.outcome));
  }
  return outcomes;
}

}  // namespace prisma::generate
