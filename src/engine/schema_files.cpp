#include "engine/schema_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.h"

namespace prisma::engine {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 64;

// Files of a folder first, then its sub-folders. Hidden ones and node_modules hold no schema files.
void Collect(const fs::path& folder, int depth, std::vector<std::string>& found) {
  std::vector<fs::path> files, folders;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    if (name.starts_with('.') || name == "node_modules") continue;
    if (it->is_directory(error)) {
      folders.push_back(it->path());
    } else if (it->path().extension() == ".prisma") {
      files.push_back(it->path());
    }
  }
  std::sort(files.begin(), files.end());
  std::sort(folders.begin(), folders.end());
  for (const fs::path& file : files) found.push_back(file.string());
  if (depth >= kMaxDepth) return;
  for (const fs::path& sub : folders) Collect(sub, depth + 1, found);
}

}  // namespace

std::string ReadFile(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) throw Error("", "Could not read " + path + ": " + std::strerror(errno));
  std::string text;
  char buffer[65536];
  size_t count;
  while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0) text.append(buffer, count);
  const bool failed = std::ferror(file);
  std::fclose(file);
  if (failed) throw Error("", "Could not read " + path + ": " + std::strerror(errno));
  return text;
}

std::vector<std::string> FindSchemaFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> found;
  Collect(path, 0, found);
  if (found.empty()) throw Error("", "No *.prisma files found in " + path);
  return found;
}

SourceFiles ReadSchemaFiles(const std::string& path) {
  SourceFiles files;
  for (std::string& file : FindSchemaFiles(path)) {
    std::string text = ReadFile(file);
    files.Add(std::move(file), std::move(text));
  }
  return files;
}

}  // namespace prisma::engine
