// The configuration file prisma.config.ts (or .js, .mjs, .cjs, .mts, .cts). It is a program, which is not run here:
// what its default export says in plain texts, variables of the environment and joined paths is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prisma::cli {

struct ConfigFile {
  std::string path;                   // absolute
  bool loads_environment = false;     // it imports dotenv/config
  std::optional<std::string> schema;  // absolute
  std::optional<std::string> url;     // of the datasource
  std::optional<std::string> direct_url;
  std::optional<std::string> shadow_url;
  std::optional<std::string> migrations;  // absolute path of the folder
  std::optional<std::string> seed;        // the command
  std::optional<std::string> typed_sql;   // absolute path of the folder
};

// Whether it asks for .env of the current folder.
bool LoadsEnvironment(std::string_view text);

// Throws Error if the text can't be understood, says something about the schema that is not plain, or needs a variable
// that is not set.
ConfigFile ParseConfigFile(std::string_view text, const std::string& path);

// The file that --config names, or the one in the current folder; none if there is none. Throws Error.
std::optional<std::string> FindConfigFile(const std::string& argument);

}  // namespace prisma::cli
