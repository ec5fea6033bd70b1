#include "generate/block.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "generate/targets.h"

namespace prisma::generate {
namespace {

namespace fs = std::filesystem;

// What `env(…)` names; null if that is not set.
const char* Variable(const schema::StringFromEnv& text) {
  if (text.from_env.empty()) {
    throw Error("", "A generator block has env(\"\"), which names no variable: write its name between the quotes.");
  }
  return std::getenv(text.from_env.c_str());
}

void ReadTarget(const schema::StringFromEnv& text, Block& block) {
  std::vector<BinaryTarget> targets;
  if (text.is_env) {
    targets.push_back({text.from_env, "", false});
  } else {
    targets.push_back({std::nullopt, text.value, false});
  }
  const char* variable = text.is_env ? Variable(text) : nullptr;
  if (variable != nullptr && *variable != 0) {
    json::Document document;
    if (!document.Parse(variable) || (!document.root().is_array() && !document.root().is_string())) {
      throw Error("", fmt::format("The variable {} is the binaryTargets of generator {}: it must be JSON, like "
                                  "[\"native\"]",
                                  text.from_env, block.generator->name));
    }
    if (document.root().is_string()) {
      targets[0].value = document.root().text();
    } else {
      targets.clear();
      for (json::Value item : document.root().items())
        targets.push_back({std::nullopt, std::string(item.text()), false});
    }
  }
  for (BinaryTarget& target : targets) {
    target.is_native = target.value == "native";
    if (target.is_native) target.value = NativeTarget();
    block.targets.push_back(std::move(target));
  }
}

// Why an old name of a platform is refused; empty if it isn't one.
std::string_view Successor(std::string_view target) {
  if (target == "linux-glibc-libssl1.0.1" || target == "linux-glibc-libssl1.0.2") return "debian-openssl-1.0.x";
  if (target == "linux-glibc-libssl1.1.0") return "debian-openssl1.1.x";
  return {};
}

std::string Missing(const Block& block, const std::string& native) {
  std::string listed;
  for (const BinaryTarget& target : block.targets) {
    if (!listed.empty()) listed += ",";
    json::AppendString(listed, target.is_native ? "native" : target.value);
  }
  std::string spaced = "\"native\"", provider;
  for (const BinaryTarget& target : block.targets) {
    spaced += ", ";
    json::AppendString(spaced, target.value);
  }
  const schema::StringFromEnv& given = block.generator->provider;
  json::AppendString(provider, given.is_env ? "env(\"" + given.from_env + "\")" : given.value);
  return fmt::format(
      "Warning: Your current platform `{}` is not included in your generator's `binaryTargets` configuration [{}].\n"
      "To fix it, use this generator config in your schema.prisma:\ngenerator {} {{\n  provider      = {}\n"
      "  binaryTargets = [{}]\n}}\nNote, that by providing `native`, Prisma Client automatically resolves `{}`.\n"
      "Read more about deploying Prisma Client: "
      "https://www.prisma.io/docs/reference/tools-and-interfaces/prisma-schema/generators\n",
      native, listed, block.generator->name, provider, spaced, native);
}

}  // namespace

std::string Resolve(const schema::StringFromEnv& text) {
  if (!text.is_env) return text.value;
  const char* value = Variable(text);
  if (value == nullptr || *value == 0) {
    throw Error("",
                fmt::format("Attempted to load provider value using `env({0})` but it was not present. Please ensure "
                            "that {0} is present in your Environment Variables",
                            text.from_env));
  }
  return value;
}

std::vector<Block> ReadBlocks(const schema::Schema& schema, const json::Value& config, const std::string& schema_path) {
  std::vector<json::Value> described;
  for (json::Value item : config.Get("generators").items()) described.push_back(item);
  std::error_code error;
  const bool is_folder = fs::is_directory(schema_path, error);
  std::vector<Block> blocks;
  for (size_t i = 0; i < schema.generators.size(); ++i) {
    const schema::Generator& generator = schema.generators[i];
    Block block;
    block.generator = &generator;
    if (i < described.size()) block.config = described[i];
    block.source_file = schema_path;
    if (is_folder && generator.file.index < schema.files->size()) {
      block.source_file = fs::absolute((*schema.files)[generator.file].path, error).lexically_normal().string();
    }
    block.folder = fs::path(block.source_file).parent_path().string();
    for (const schema::StringFromEnv& target : generator.binary_targets) ReadTarget(target, block);
    if (generator.binary_targets.empty()) block.targets.push_back({std::nullopt, NativeTarget(), true});
    blocks.push_back(std::move(block));
  }
  return blocks;
}

void CheckTargets(const std::vector<Block>& blocks, const std::function<void(const std::string&)>& say) {
  const std::string native = NativeTarget();
  const std::span<const std::string_view> known = KnownTargets();
  for (const Block& block : blocks) {
    for (const auto& [name, value] : block.generator->config) {
      if (name == "platforms") {
        throw Error("",
                    "The `platforms` field on the generator definition is deprecated. Please rename it to "
                    "`binaryTargets`.");
      }
      if (name == "pinnedBinaryTargets") {
        throw Error("",
                    "The `pinnedBinaryTargets` field on the generator definition is deprecated.\nPlease use the "
                    "PRISMA_QUERY_ENGINE_BINARY env var instead to pin the binary target.");
      }
    }
    bool has_native = false;
    for (const BinaryTarget& target : block.targets) {
      if (target.from_env && target.value.empty()) {
        throw Error("", fmt::format("Attempted to load binaryTargets value using `env({0})` but it was not present. "
                                    "Please ensure that {0} is present in your Environment Variables",
                                    *target.from_env));
      }
      if (std::string_view successor = Successor(target.value); !successor.empty()) {
        throw Error("", fmt::format("Binary target {} is deprecated. Please use {} instead.", target.value, successor));
      }
      if (std::find(known.begin(), known.end(), target.value) == known.end()) {
        std::string list;
        for (std::string_view name : known) list += std::string(name) + ", ";
        throw Error("", fmt::format("Unknown binary target {} in generator {}.\nPossible binaryTargets: {}native",
                                    target.value, block.generator->name, list));
      }
      has_native = has_native || target.value == native;
    }
    if (!has_native && say) say(Missing(block, native));
  }
}

void WriteBlock(const Block& block, json::Writer& writer) {
  writer.BeginObject();
  for (json::Member member : block.config.members()) {
    writer.Key(member.key);
    if (member.key == "output" && !block.output.empty()) {
      writer.BeginObject();
      writer.Member("value", block.output);
      writer.Key("fromEnvVar");
      writer.Null();
      writer.EndObject();
    } else if (member.key == "binaryTargets") {
      writer.BeginArray();
      for (const BinaryTarget& target : block.targets) {
        writer.BeginObject();
        writer.Key("fromEnvVar");
        target.from_env ? writer.String(*target.from_env) : writer.Null();
        writer.Key("value");
        target.value.empty() ? writer.Null() : writer.String(target.value);
        if (target.is_native) writer.Member("native", true);
        writer.EndObject();
      }
      writer.EndArray();
    } else if (member.key == "sourceFilePath") {
      writer.String(block.source_file);
    } else {
      json::Write(member.value, writer);
    }
  }
  if (block.is_custom_output) writer.Member("isCustomOutput", true);
  writer.EndObject();
}

}  // namespace prisma::generate
