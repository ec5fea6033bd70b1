#include "hosts/cli/cli.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "generate/generate.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/help.h"
#include "hosts/cli/terminal.h"

namespace prisma::cli {
namespace {

struct Command {
  std::string_view name;
  const std::string_view& help;
  int (*run)(Words words);
};

const Command kCommands[] = {
    {"init", help::kInit, Init},
    {"validate", help::kValidate, Validate},
    {"format", help::kFormat, Format},
    {"generate", help::kGenerate, Generate},
    {"bridge", help::kBridge, Bridge},
    {"version", help::kVersion, Version},
    {"language-server", help::kLanguageServer, LanguageServer},
};
const Command kDbCommands[] = {{"push", help::kDbPush, DbPush}, {"execute", help::kDbExecute, DbExecute}};
const Command kDebugCommands[] = {{"psl", help::kDebug, DebugPsl}, {"dump", help::kDebug, DebugDump}};

bool IsHelp(std::string_view word) { return word == "--help" || word == "-h"; }

int ShowHelp(std::string_view text) {
  Print(Marked(text) + "\n");
  return 0;
}

int UnknownCommand(std::string_view name, std::string_view help_text) {
  PrintError("\n" + Bold(Red("!", 2), 2) + " Unknown command \"" + std::string(name) + "\"\n" + Marked(help_text, 2) +
             "\n");
  return 1;
}

// Of `--config PATH` or `--config=PATH`.
std::string ConfigArgument(Words words) {
  constexpr std::string_view kName = "--config";
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == kName && i + 1 < words.size()) return std::string(words[i + 1]);
    if (words[i].starts_with(kName) && words[i].substr(kName.size()).starts_with('=')) {
      return std::string(words[i].substr(kName.size() + 1));
    }
  }
  return {};
}

int Run(const Command& command, Words words) {
  for (std::string_view word : words) {
    if (word == "--") break;
    if (IsHelp(word)) return ShowHelp(command.help);
  }
  SetConfigArgument(ConfigArgument(words));
  try {
    return command.run(words);
  } catch (const UsageError& error) {
    PrintError("\n" + Bold(Red("!", 2), 2) + " " + error.message + "\n" + Marked(command.help, 2) + "\n");
    return 1;
  }
}

// A command with sub-commands.
int RunGroup(std::span<const Command> commands, std::string_view help_text, Words words) {
  if (words.empty() || IsHelp(words[0])) return ShowHelp(help_text);
  for (const Command& command : commands) {
    if (command.name == words[0]) return Run(command, words.subspan(1));
  }
  return UnknownCommand(words[0], help_text);
}

int Dispatch(Words words) {
  // Another `prisma generate` has started us as a generator.
  if (words.empty() && std::getenv("PRISMA_GENERATOR_INVOCATION") != nullptr) {
    generate::Serve(stdin, stderr);
    return 0;
  }
  if (words.empty() || IsHelp(words[0])) return ShowHelp(help::kMain);
  const std::string_view name = words[0];
  const Words rest = words.subspan(1);
  if (name == "-v" || name == "--version") return Run({"version", help::kVersion, Version}, rest);
  if (name == "db") return RunGroup(kDbCommands, help::kDb, rest);
  if (name == "debug") {
    const bool has_command = !rest.empty() && !rest[0].starts_with('-');
    return has_command ? RunGroup(kDebugCommands, help::kDebug, rest) : Run({"debug", help::kDebug, Debug}, rest);
  }
  for (const Command& command : kCommands) {
    if (command.name == name) return Run(command, rest);
  }
  if (name.starts_with('-')) {
    PrintError("\n" + Bold(Red("!", 2), 2) + " unknown or unexpected option: " + std::string(name) + "\n" +
               Marked(help::kMain, 2) + "\n");
    return 1;
  }
  return UnknownCommand(name, help::kMain);
}

int Report(const std::string& message) {
  // Faults of a schema that validation found are set off by an empty line.
  if (message.starts_with("Prisma schema validation - (validate")) PrintError("\n");
  PrintError(Bold(Red("Error:", 2), 2) + " " + message + "\n");
  return 1;
}

}  // namespace

int Main(int argc, char** argv) {
  signal(SIGXFSZ, SIG_IGN);  // a file at its limit is an error of that write
  std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    return Dispatch(words);
  } catch (const Error& error) {
    return Report(error.code().empty() ? error.message()
                                       : Red(error.code() + "\n\n", 2) + Red(error.message() + "\n", 2));
  } catch (const std::filesystem::filesystem_error& error) {
    return Report(error.what());
  } catch (const std::exception& error) {
    return Report(std::string(error.what()) +
                  "\n\nThis is a fault of Prisma itself; please report it with the command and the schema.");
  }
}

}  // namespace prisma::cli
