#include "generate/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "engine/schema_documents.h"
#include "json/writer.h"

namespace prisma::generate {
namespace {

namespace fs = std::filesystem;

// The engines of the release whose command line this one equals; generators compare it with the version they know.
constexpr std::string_view kEnginesVersion = "c2990dca591cba766e3b7ef5d9e8a84796e47ab7";

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// .env beside the nearest package.json upwards of the generator's output.
std::string RootEnvironmentFile(const fs::path& start) {
  for (fs::path folder = start;; folder = folder.parent_path()) {
    if (Exists(folder / "package.json")) return Exists(folder / ".env") ? (folder / ".env").string() : "";
    if (folder == folder.parent_path()) return "";
  }
}

std::string SchemaEnvironmentFile(const std::string& schema_path) {
  for (const std::string& path :
       {(fs::path(schema_path).parent_path() / ".env").string(), std::string("./prisma/.env"), std::string("./.env")}) {
    if (Exists(path)) return path;
  }
  return "";
}

struct Engine {
  std::string_view name;  // in manifests
  const char* variable;
  const char* file;  // from the folder of our program
};

constexpr Engine kEngines[] = {
    {"libqueryEngine", "PRISMA_QUERY_ENGINE_LIBRARY", "../lib/libquery_engine.so.node"},
    {"queryEngine", "PRISMA_QUERY_ENGINE_BINARY", "query-engine"},
    {"schemaEngine", "PRISMA_SCHEMA_ENGINE_BINARY", "schema-engine"},
};

// Where an engine is for a platform; empty if it isn't there.
std::string EnginePath(const Engine& engine, bool is_native) {
  if (const char* given = std::getenv(engine.variable); given != nullptr && *given != 0) {
    std::error_code error;
    return fs::absolute(given, error).lexically_normal().string();
  }
  if (!is_native) return {};
  std::error_code error;
  const fs::path ours = fs::read_symlink("/proc/self/exe", error).parent_path() / engine.file;
  return Exists(ours) ? ours.lexically_normal().string() : std::string();
}

void WriteBinaryPaths(const std::string& name, const json::Value& manifest, const std::vector<BinaryTarget>& targets,
                      json::Writer& writer, std::vector<std::string>& warnings) {
  writer.BeginObject();
  for (json::Value required : manifest.Get("requiresEngines").items()) {
    for (const Engine& engine : kEngines) {
      if (engine.name != required.text()) continue;
      bool has_any = false;
      for (const BinaryTarget& target : targets) {
        const std::string path = EnginePath(engine, target.is_native);
        if (path.empty()) continue;
        if (!has_any) {
          writer.Key(engine.name);
          writer.BeginObject();
        }
        has_any = true;
        writer.Member(target.value, path);
      }
      if (has_any) {
        writer.EndObject();
      } else {
        warnings.push_back(
            fmt::format("Generator {} asks for the engine {}, which is not part of this Prisma. Set {} to "
                        "its file if the generated client needs it.",
                        name, engine.name, engine.variable));
      }
    }
  }
  writer.EndObject();
}

}  // namespace

OptionsWriter::OptionsWriter(const schema::Schema& schema, const json::Value& config, const GenerateOptions& options,
                             const std::vector<Block>& blocks, const std::vector<json::Value>& manifests)
    : options_(options), blocks_(blocks), manifests_(manifests), dmmf_(engine::DmmfText(schema)) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (manifests[i].Get("requiresEngines").size() == 0) continue;
    for (const BinaryTarget& target : blocks[i].targets) {
      const bool is_known = std::any_of(targets_.begin(), targets_.end(),
                                        [&](const BinaryTarget& known) { return known.value == target.value; });
      if (!is_known) targets_.push_back(target);
    }
  }
  if (options.typed_sql) {
    for (const engine::TypedSql& query : *options.typed_sql) {
      typed_sql_ += typed_sql_.empty() ? '[' : ',';
      engine::AppendTypedSql(query, typed_sql_);
    }
    typed_sql_ += typed_sql_.empty() ? "[]" : "]";
  }
  json::AppendString(datamodel_, engine::MergedText(*schema.files));
  json::Writer writer(datasources_);
  json::Write(config.Get("datasources"), writer);
}

std::string OptionsWriter::Write(size_t index, std::vector<std::string>& warnings) const {
  const Block& block = blocks_[index];
  std::string text;
  json::Writer writer(text);
  writer.BeginObject();
  writer.Key("datamodel");
  writer.Raw(datamodel_);
  writer.Key("datasources");
  writer.Raw(datasources_);
  writer.Key("generator");
  WriteBlock(block, writer);
  writer.Key("dmmf");
  writer.Raw(dmmf_);
  writer.Key("otherGenerators");
  writer.BeginArray();
  for (size_t i = 0; i < blocks_.size(); ++i) {
    if (i != index) WriteBlock(blocks_[i], writer);
  }
  writer.EndArray();
  writer.Member("schemaPath", options_.schema_path);
  writer.Member("version", kEnginesVersion);
  writer.Member("postinstall", options_.is_postinstall);
  writer.Member("noEngine", options_.no_engine);
  writer.Member("allowNoModels", options_.allow_no_models);
  writer.Key("envPaths");
  writer.BeginObject();
  const std::string root = RootEnvironmentFile(block.output), beside = SchemaEnvironmentFile(options_.schema_path);
  writer.Key("rootEnvPath");
  root.empty() ? writer.Null() : writer.String(root);
  if (!beside.empty()) writer.Member("schemaEnvPath", beside);
  writer.EndObject();
  if (!typed_sql_.empty()) {
    writer.Key("typedSql");
    writer.Raw(typed_sql_);
  }
  if (manifests_[index].Has("requiresEngines")) {
    writer.Key("binaryPaths");
    WriteBinaryPaths(block.generator->name, manifests_[index], targets_, writer, warnings);
  }
  writer.EndObject();
  return text;
}

}  // namespace prisma::generate
