// Where the package is, and how generated files get into it.
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/error.h"
#include "generate/process.h"
#include "generate/python/client.h"

namespace prisma::generate::python {

namespace fs = std::filesystem;

namespace {

bool IsPackage(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "_client.py", error) && fs::exists(folder / "_actions.py", error);
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

// A file whose text is the same stays as it is, with its time.
void WriteText(const fs::path& path, const std::string& text) {
  std::error_code error;
  if (fs::file_size(path, error) == text.size() && !error && ReadText(path) == text) return;
  fs::path fresh = path;
  fresh += ".new";
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.flush();
    if (!file) throw Error("", fmt::format("Could not write {}: {}", path.string(), std::strerror(errno)));
  }
  fs::rename(fresh, path, error);
  if (error) throw Error("", fmt::format("Could not write {}: {}", path.string(), error.message()));
}

bool IsSameFile(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::exists(b, error) && fs::file_size(a, error) == fs::file_size(b, error) &&
         fs::last_write_time(a, error) == fs::last_write_time(b, error);
}

void CopyPackage(const fs::path& from, const fs::path& to, const std::set<std::string>& generated) {
  fs::create_directories(to);
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    std::string name = entry.path().filename().string();
    if (entry.is_directory()) {
      if (name != "__pycache__") CopyPackage(entry.path(), to / name, {});
      continue;
    }
    std::string extension = entry.path().extension().string();
    // Of the libraries that a wheel brings, all belong.
    bool belongs = from.filename() == "_libs" || extension == ".py" || extension == ".pyi" || extension == ".so" ||
                   extension == ".pyd" || name == "py.typed";
    if (!belongs || generated.count(name) != 0 || IsSameFile(entry.path(), to / name)) continue;
    // A running program may have the old file open: a new one takes its place.
    std::error_code error;
    fs::remove(to / name, error);
    fs::copy_file(entry.path(), to / name, fs::copy_options::overwrite_existing);
    fs::last_write_time(to / name, fs::last_write_time(entry.path()), error);
  }
}

}  // namespace

std::string FindPackage() {
  const char* given = std::getenv("PRISMA_PY_PACKAGE_DIR");
  if (given != nullptr && IsPackage(given)) return given;
  // The current folder often has a folder `prisma` of its own, which is not the package.
  constexpr const char* kScript =
      "import sys; sys.path = [p for p in sys.path if p]\n"
      "import importlib.util as u; s = u.find_spec('prisma')\n"
      "print(s.submodule_search_locations[0] if s and s.submodule_search_locations else '')";
  const char* ours = std::getenv("PRISMA_PYTHON");
  for (const char* python : {ours, "python3", "python"}) {
    if (python == nullptr) continue;
    ProcessResult result = RunProcess({python, "-c", kScript});
    while (!result.out.empty() && (result.out.back() == '\n' || result.out.back() == '\r')) result.out.pop_back();
    if (result.exit_code == 0 && !result.out.empty() && IsPackage(result.out)) return result.out;
  }
  return {};
}

void InstallClient(const std::vector<ClientFile>& files, const std::string& package, const std::string& output) {
  try {
    fs::path target = output;
    std::error_code error;
    if (!fs::equivalent(package, target, error)) {
      std::set<std::string> generated = {"sql.py"};  // of the package's own schema
      for (const ClientFile& file : files) generated.insert(file.name);
      CopyPackage(package, target, generated);
    }
    for (const ClientFile& file : files) WriteText(target / file.name, file.text);
  } catch (const fs::filesystem_error& failure) {
    throw Error("", fmt::format("The client could not be written to {}: {}{}", output, failure.code().message(),
                                failure.path1().empty() ? "" : " (" + failure.path1().string() + ")"));
  }
}

}  // namespace prisma::generate::python
