// A generator block with what the environment and the platform say about it, as the protocol tells of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/reader.h"
#include "json/writer.h"
#include "schema/schema.h"

namespace prisma::generate {

struct BinaryTarget {
  std::optional<std::string> from_env;  // a variable that could not be read, or whose value is one target
  std::string value;                    // "debian-openssl-3.0.x"
  bool is_native = false;
};

struct Block {
  const schema::Generator* generator = nullptr;
  json::Value config;       // its object in get_config's answer
  std::string source_file;  // absolute
  std::string folder;       // of that file: where relative paths start from
  std::vector<BinaryTarget> targets;
  std::string output;  // absolute; empty until it is known
  bool is_custom_output = false;
};

// The text itself or the variable's; throws Error if that is not set.
std::string Resolve(const schema::StringFromEnv& text);

// `config` is get_config's answer for the same files; `schema_path` the absolute path of the schema's file or folder.
std::vector<Block> ReadBlocks(const schema::Schema& schema, const json::Value& config, const std::string& schema_path);

// Throws Error for an unknown platform; tells `say` if this platform is not among those of a block.
void CheckTargets(const std::vector<Block>& blocks, const std::function<void(const std::string&)>& say);

// The block as JSON.
void WriteBlock(const Block& block, json::Writer& writer);

}  // namespace prisma::generate
