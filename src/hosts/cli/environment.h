// The files .env, and where the schema is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/cli/config_file.h"

namespace prisma::cli {

// NAME=value lines of a .env file: comments, `export`, quotes, \n in double quotes. `${NAME}` is expanded from the
// environment and from what came before, except in single quotes.
std::vector<std::pair<std::string, std::string>> ParseDotenv(std::string_view text);

// What --config says; the configuration file is read when the environment or the schema is first asked for.
void SetConfigArgument(std::string path);

// The project's configuration file; null if there is none. Throws Error.
const ConfigFile* ProjectConfig();

// Loads the project's .env and the one beside the schema into the environment; what is set already stays. Tells so on
// stderr if `is_loud`. Throws Error if the two files disagree. With a configuration file only what that asks for.
void LoadEnvironment(const std::string& schema_argument, bool is_loud);

// The schema's file or folder, relative to the working folder if it lies below it: the argument; or the path that
// prisma.config.ts, pyproject.toml or package.json names; or ./schema.prisma; or ./prisma/schema.prisma. Throws Error.
std::string LocateSchema(const std::string& schema_argument);

// As users see a path: relative to the working folder.
std::string DisplayPath(const std::string& path);

}  // namespace prisma::cli
