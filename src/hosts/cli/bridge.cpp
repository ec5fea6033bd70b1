// `prisma bridge`: finds the schema and the settings, then becomes `query-engine bridge`.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"

namespace prisma::cli {
namespace {

// The engine's executable: named by the variable, or beside this one, or on the path.
std::string FindEngine() {
  const char* named = std::getenv("PRISMA_QUERY_ENGINE_BINARY");
  if (named != nullptr && *named != 0) return named;
  std::error_code ignored;
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::filesystem::path beside = own.parent_path() / "query-engine";
  if (std::filesystem::exists(beside, ignored)) return beside.string();
  return "query-engine";
}

}  // namespace

int Bridge(Words words) {
  std::string schema;
  std::vector<std::string> arguments = {"query-engine", "bridge"};
  for (size_t i = 0; i < words.size(); ++i) {
    std::string word(words[i]);
    if (word == "--schema" && i + 1 < words.size()) {
      schema = words[++i];
    } else if (word.starts_with("--schema=")) {
      schema = word.substr(std::strlen("--schema="));
    } else {
      arguments.push_back(std::move(word));
    }
  }
  LoadEnvironment(schema, false);
  const char* variable = std::getenv("PRISMA_SCHEMA_PATH");
  if (schema.empty() && variable != nullptr) schema = variable;
  arguments.push_back("--schema");
  arguments.push_back(LocateSchema(schema));
  const std::string engine = FindEngine();
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execvp(engine.c_str(), pointers.data());
  throw Error("", "Could not start `" + engine + "`: " + std::strerror(errno) +
                      ". Put query-engine beside prisma or on the PATH, or name it with PRISMA_QUERY_ENGINE_BINARY.");
}

}  // namespace prisma::cli
