#include "generate/external.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "base/error.h"
#include "json/writer.h"

namespace prisma::generate {
namespace {

namespace fs = std::filesystem;

std::string ShellQuoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) c == '\'' ? quoted += "'\\''" : quoted += c;
  return quoted + "'";
}

// The folder and all above it.
std::vector<fs::path> Upwards(const fs::path& start) {
  std::vector<fs::path> folders;
  for (fs::path folder = start;; folder = folder.parent_path()) {
    folders.push_back(folder);
    if (folder == folder.parent_path()) return folders;
  }
}

// Places where npm packages of the project may be, best first.
std::vector<fs::path> PackageFolders(const Block& block) {
  std::error_code error;
  std::vector<fs::path> found;
  for (const fs::path& start : {fs::current_path(error), fs::path(block.folder)}) {
    for (const fs::path& folder : Upwards(start)) {
      fs::path packages = folder / "node_modules";
      if (fs::is_directory(packages, error)) found.push_back(std::move(packages));
    }
  }
  return found;
}

std::vector<std::string> SearchPath(const Block& block) {
  std::vector<std::string> path;
  std::error_code error;
  for (const fs::path& packages : PackageFolders(block)) {
    if (fs::is_directory(packages / ".bin", error)) path.push_back((packages / ".bin").string());
  }
  return path;
}

std::optional<std::string> FindPackage(const Block& block, const char* name) {
  std::error_code error;
  for (const fs::path& packages : PackageFolders(block)) {
    if (fs::exists(packages / name, error)) return fs::canonical(packages / name, error).string();
  }
  return std::nullopt;
}

// The generators that are part of the official command line, from the npm packages that hold them as well.
std::string JavaScriptClient(const Block& block) {
  if (auto script = FindPackage(block, "@prisma/client/generator-build/index.js")) {
    return "exec node --max-old-space-size=8096 " + ShellQuoted(*script);
  }
  throw Error("",
              "Could not resolve @prisma/client. Please try to install it with npm install @prisma/client and rerun "
              "prisma generate 🙏.");
}

std::string TypeScriptClient(const Block& block) {
  const auto generator = FindPackage(block, "@prisma/client-generator-ts");
  const auto helper = FindPackage(block, "@prisma/generator-helper");
  if (!generator || !helper) {
    throw Error("",
                "The generator prisma-client needs two npm packages. Please install them with npm install "
                "@prisma/client-generator-ts @prisma/generator-helper and rerun prisma generate.");
  }
  return "exec node --max-old-space-size=8096 -e " +
         ShellQuoted(
             "const { PrismaClientTsGenerator } = require(process.argv[1]);"
             "const { generatorHandler } = require(process.argv[2]);"
             "const generator = new PrismaClientTsGenerator();"
             "generatorHandler({ onManifest: (config) => generator.getManifest(config),"
             " onGenerate: (options) => generator.generate(options) });") +
         " " + ShellQuoted(*generator) + " " + ShellQuoted(*helper);
}

// The shell command that a provider stands for.
std::string CommandOf(const std::string& provider, const Block& block) {
  std::error_code error;
  if (provider == "prisma-client-js") return JavaScriptClient(block);
  if (provider == "prisma-client") return TypeScriptClient(block);
  // A script that can't be executed by itself.
  if (fs::is_regular_file(provider, error) && access(provider.c_str(), X_OK) != 0) {
    const std::string extension = fs::path(provider).extension().string();
    if (extension == ".js" || extension == ".cjs" || extension == ".mjs") return "exec node " + ShellQuoted(provider);
    if (extension == ".py") return "exec python3 " + ShellQuoted(provider);
  }
  return provider;
}

// Ids are counted over all generators of a run.
int NextId() {
  static int id = 0;
  return ++id;
}

}  // namespace

External::External(const Block& block)
    : provider_(Resolve(block.generator->provider)), process_(CommandOf(provider_, block), SearchPath(block)) {}

void External::FailEnded(std::string_view method) {
  const LineProcess::End end = process_.Finish();
  std::string quoted;
  json::AppendString(quoted, provider_);
  std::string text = fmt::format("Generator {} failed:\n\n{}", quoted, log_);
  if (end.signal != 0) text += fmt::format("It was ended by signal {}.\n", end.signal);
  if (end.signal == 0 && end.exit_code == 0) text += fmt::format("It ended without an answer to {}.\n", method);
  throw Error("", text);
}

json::Value External::Call(std::string_view method, const std::string& parameters, json::Document& answer) {
  const int id = NextId();
  process_.Write(fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{},"id":{}}})", method, parameters, id));
  std::string line;
  while (process_.ReadLine(line)) {
    if (!answer.Parse(line)) {
      if (!line.empty()) log_ += line + '\n';
      continue;
    }
    const json::Value message = answer.root();
    if (!message.is_object() || !message.Has("jsonrpc") || message.Get("id").is_null()) continue;
    if (message.Get("id").kind() != json::Kind::kInt) {
      throw Error("", "message.id has to be a number. Found value " + json::ToText(message.Get("id")));
    }
    if (message.Get("id").as_int() != id) continue;
    const json::Value error = message.Get("error");
    if (error.is_null()) return message.Get("result");
    const std::string text(error.Get("message").text());
    throw Error("", text.empty() ? fmt::format("Generator \"{}\" failed: {}", provider_, json::ToText(error)) : text);
  }
  FailEnded(method);
}

json::Value External::GetManifest(const std::string& block_json) {
  return Call("getManifest", block_json, manifest_).Get("manifest");
}

void External::Generate(const std::string& options_json) {
  json::Document answer;
  Call("generate", options_json, answer);
}

}  // namespace prisma::generate
