#include <sys/utsname.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/terminal.h"
#include "json/writer.h"

namespace prisma::cli {
namespace {

constexpr Flag kVersionFlags[] = {{"--json", FlagKind::kSwitch}};

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string Architecture() {
  utsname system{};
  uname(&system);
  const std::string machine = system.machine;
  return machine == "x86_64" ? "x64" : machine == "aarch64" ? "arm64" : machine;
}

// "Operating System" → "operating-system"
std::string JsonKey(const std::string& title) {
  std::string key;
  for (char c : title) key += c == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return key;
}

}  // namespace

int Version(Words words) {
  const Arguments arguments(words, kVersionFlags);
  const Rows rows = {
      {"prisma", PRISMA_VERSION},
      {"Operating System", "linux"},
      {"Architecture", Architecture()},
      {"Query Engine", PRISMA_VERSION " (built in, answers like 6.19)"},
      {"Schema Engine", PRISMA_VERSION " (built in, answers like 6.19)"},
      {"Compiler", __VERSION__},
  };
  std::string text;
  if (arguments.Has("--json")) {
    text = "{\n";
    for (const auto& [title, value] : rows) {
      text += text.size() > 2 ? ",\n  " : "  ";
      json::AppendString(text, JsonKey(title));
      text += ": ";
      json::AppendString(text, value);
    }
    text += "\n}\n";
  } else {
    size_t width = 0;
    for (const auto& [title, value] : rows) width = std::max(width, title.size());
    for (const auto& [title, value] : rows)
      text += title + std::string(width - title.size(), ' ') + " : " + value + "\n";
  }
  Print(text);
  return 0;
}

int Debug(Words words) {
  const Arguments arguments(words, {});
  const std::string schema = arguments.Text("--schema");
  LoadEnvironment(schema, true);
  std::string path;
  try {
    path = LocateSchema(schema);
  } catch (const std::exception& error) {
    path = error.what();
  }
  std::string text = Underline("-- Prisma schema --") + "\nPath: " + path + "\n\n" +
                     Underline("-- Environment variables --") +
                     "\nWhen not set, the line is dimmed and no value is displayed.\n"
                     "When set, the line is bold and the value is inside the `` backticks.\n\n";
  for (const char* name :
       {"CI", "DEBUG", "NO_COLOR", "FORCE_COLOR", "TERM", "PRISMA_DISABLE_WARNINGS", "QE_LOG_LEVEL"}) {
    const char* value = std::getenv(name);
    text += value ? Bold(std::string("- ") + name + ": `" + value + "`") : Dim(std::string("- ") + name + ":");
    text += "\n";
  }
  text += "\n" + Underline("-- Terminal is interactive? --") + "\n" + (IsInteractive() ? "true" : "false") + "\n";
  Print(text + "\n");
  return 0;
}

}  // namespace prisma::cli
