#include <cstdlib>
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

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != 0;
}

GenerateRequest ReadRequest(const Arguments& arguments) {
  GenerateRequest request;
  request.names = arguments.List("--generator");
  request.is_postinstall = !arguments.Text("--postinstall").empty();
  request.no_engine = arguments.Has("--no-engine") || arguments.Has("--data-proxy") || arguments.Has("--accelerate") ||
                      IsSet("PRISMA_GENERATE_DATAPROXY") || IsSet("PRISMA_GENERATE_ACCELERATE") ||
                      IsSet("PRISMA_GENERATE_NO_ENGINE");
  request.allow_no_models = !arguments.Has("--require-models");
  request.has_hints = !arguments.Has("--no-hints");
  request.with_sql = arguments.Has("--sql");
  return request;
}

GenerateReport RunOnce(const SchemaContext& context, const GenerateRequest& request) {
  CheckConfig(context, false);
  PrintConfigWarnings(context);
  CheckValid(context, "getDmmf");
  if (!request.allow_no_models && context.schema->models.empty()) throw Error("", NoModels());
  GenerateReport report = RunGenerators(context, request);
  if (context.schema->generators.empty()) report.text = NoGenerators();
  return report;
}

// Runs until it is interrupted; faults of the schema are told and waited for to go away.
int Watch(const GenerateRequest& request, const std::string& path) {
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(path, error);
  // Files of SQL lie in a folder below.
  FileWatcher watcher(is_folder ? path : std::filesystem::path(path).parent_path().string(),
                      is_folder || request.with_sql);
  const std::string watching = "\n" + Green("Watching...") + " " +
                               Dim(is_folder ? path : DisplayPath(std::filesystem::path(path).parent_path().string())) +
                               "\n\n";
  for (std::string changed;; changed = watcher.Wait()) {
    if (!changed.empty()) Print("Change in " + DisplayPath(changed) + "\n\n" + Green("Building...") + "\n\n");
    std::string text;
    try {
      text = RunOnce(LoadSchema(path, false), request).text + "\n";
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
  if (arguments.Has("--watch")) return Watch(ReadRequest(arguments), context.path);
  const GenerateReport report = RunOnce(context, ReadRequest(arguments));
  if (report.has_failed) throw Error("", "\n" + report.text);
  Print("\n" + report.text + "\n");
  return 0;
}

}  // namespace prisma::cli
