#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/file_watcher.h"
#include "hosts/cli/generators.h"
#include "hosts/cli/schema_context.h"
#include "hosts/cli/terminal.h"

namespace prisma::cli {
namespace {

constexpr Flag kFlags[] = {
    {"--watch", FlagKind::kSwitch},
    {"--generator", FlagKind::kList},
    {"--no-hints", FlagKind::kSwitch},
    {"--allow-no-models", FlagKind::kSwitch},
    {"--require-models", FlagKind::kSwitch},
    {"--no-engine", FlagKind::kSwitch},
    {"--data-proxy", FlagKind::kSwitch},
    {"--accelerate", FlagKind::kSwitch},
    {"--sql", FlagKind::kSwitch},
    {"--postinstall", FlagKind::kText},
};

std::string NoGenerators() {
  return "\n" + Styled(Style::kCyan, "info") + " You don't have any generators defined in your " +
         Bold("schema.prisma") + ", so nothing will be generated.\nYou can define them like this:\n\n" +
         Bold("generator client {\n  provider = \"prisma-client-py\"\n}") + "\n";
}

std::string NoModels() {
  return "\nYou don't have any models defined in your schema.prisma, so nothing will be generated.\n"
         "You can define a model like this:\n\n" +
         Bold(
             "model User {\n  id    Int     @id @default(autoincrement())\n  email String  @unique\n  name  String?\n}",
             2) +
         "\n\nMore information in our documentation:\nhttps://pris.ly/d/prisma-schema\n";
}

// What one run prints after "Prisma schema loaded from …".
struct Outcome {
  std::string text;
  bool has_failed = false;
};

Outcome RunOnce(const SchemaContext& context, const Arguments& arguments) {
  CheckConfig(context, false);
  CheckValid(context, "getDmmf");
  if (arguments.Has("--require-models") && context.schema->models.empty()) throw Error("", NoModels());
  if (context.schema->generators.empty()) return {NoGenerators(), false};
  const GenerateReport report = RunGenerators(context, arguments.List("--generator"));
  Outcome outcome;
  for (const std::string& line : report.lines) outcome.text += line + "\n\n";
  outcome.has_failed = report.has_failed;
  return outcome;
}

// Runs until it is interrupted; faults of the schema are told and waited for to go away.
int Watch(const Arguments& arguments, const std::string& path) {
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(path, error);
  FileWatcher watcher(is_folder ? path : std::filesystem::path(path).parent_path().string(), is_folder);
  const std::string watching = "\n" + Green("Watching...") + " " +
                               Dim(is_folder ? path : DisplayPath(std::filesystem::path(path).parent_path().string())) +
                               "\n\n";
  for (std::string changed;; changed = watcher.Wait()) {
    if (!changed.empty()) Print("Change in " + DisplayPath(changed) + "\n\n" + Green("Building...") + "\n\n");
    std::string text;
    try {
      text = RunOnce(LoadSchema(path, false), arguments).text;
    } catch (const std::exception& fault) {
      text = std::string(fault.what()) + "\n\n";
    }
    Print((changed.empty() ? watching : "") + text);
  }
}

}  // namespace

int Generate(Words words) {
  const Arguments arguments(words, kFlags);
  if (arguments.Has("--require-models") && arguments.Has("--allow-no-models")) {
    throw Error("", "Cannot use --allow-no-models and --require-models together");
  }
  const std::string schema = arguments.Text("--schema");
  LoadEnvironment(schema, true);
  const SchemaContext context = LoadSchema(schema);
  if (arguments.Has("--watch")) return Watch(arguments, context.path);
  PrintWarnings(context);
  const Outcome outcome = RunOnce(context, arguments);
  if (outcome.has_failed) throw Error("", "\n" + outcome.text);
  Print("\n" + outcome.text);
  return 0;
}

}  // namespace prisma::cli
