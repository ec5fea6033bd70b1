#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/schema_files.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/schema_context.h"
#include "hosts/cli/terminal.h"
#include "schema/reformat.h"

namespace prisma::cli {
namespace {

constexpr Flag kFlags[] = {{"--check", FlagKind::kSwitch}};

// Writes beside the file and renames, so that a full disk or a crash leaves the old text; links stay links.
void Replace(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path target = fs::canonical(path, error);
  if (error) target = path;
  const std::string scratch = target.string() + ".prisma-format";
  std::FILE* file = std::fopen(scratch.c_str(), "wb");
  if (!file) throw Error("", "Could not write " + path + ": " + std::strerror(errno));
  bool ok = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  ok = std::fflush(file) == 0 && fsync(fileno(file)) == 0 && ok;
  ok = std::fclose(file) == 0 && ok;
  if (ok) {
    fs::permissions(scratch, fs::status(target).permissions(), error);
    fs::rename(scratch, target, error);
    ok = !error;
  }
  if (!ok) {
    const std::string reason = error ? error.message() : std::strerror(errno);
    fs::remove(scratch, error);
    throw Error("", "Could not write " + path + ": " + reason);
  }
}

}  // namespace

int Format(Words words) {
  const Arguments arguments(words, kFlags);
  const auto start = std::chrono::steady_clock::now();
  const std::string path = LocateSchema(arguments.Text("--schema"));
  const SourceFiles files = engine::ReadSchemaFiles(path);
  Print(Dim("Prisma schema loaded from " + path) + "\n");

  const std::vector<std::string> formatted = schema::Reformat(files);
  SourceFiles result;
  for (size_t i = 0; i < files.size(); ++i) result.Add(files[FileId(i)].path, formatted[i]);
  const SchemaContext context = AnalyzeFiles(path, std::move(result));
  PrintWarnings(context);
  CheckValid(context, "validate");

  if (arguments.Has("--check")) {
    for (size_t i = 0; i < files.size(); ++i) {
      if (formatted[i] == files[FileId(i)].text) continue;
      PrintError(Bold(Red("!", 2), 2) + " There are unformatted files. Run " + Underline("prisma format", 2) +
                 " to format them.\n");
      return 1;
    }
    Print("All files are formatted correctly!\n");
    return 0;
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if (formatted[i] != files[FileId(i)].text) Replace(files[FileId(i)].path, formatted[i]);
  }
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  Print("Formatted " + Underline(path) + " in " + Duration(elapsed.count()) + " 🚀\n");
  return 0;
}

}  // namespace prisma::cli
