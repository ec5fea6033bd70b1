#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "engine/schema_engine.h"
#include "engine/schema_files.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/database_name.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/generators.h"
#include "hosts/cli/schema_context.h"
#include "hosts/cli/terminal.h"

namespace prisma::cli {
namespace {

constexpr Flag kPushFlags[] = {
    {"--accept-data-loss", FlagKind::kSwitch},
    {"--force-reset", FlagKind::kSwitch},
    {"--skip-generate", FlagKind::kSwitch},
};
constexpr Flag kExecuteFlags[] = {
    {"--stdin", FlagKind::kSwitch}, {"--file", FlagKind::kText}, {"--url", FlagKind::kText}};

constexpr std::string_view kExecuteHint = "\nSee `prisma db execute -h`";

// Makes the database if there is none yet.
void EnsureDatabase(engine::SchemaEngine& engine, const SchemaContext& context, const DatabaseName& name) {
  engine::DatasourceTarget target;
  target.schema = context.texts();
  target.config_dir = context.config_dir();
  try {
    engine.EnsureConnectionValidity(target);
    return;
  } catch (const Error& error) {
    if (error.code() != "P1003") {
      Print("\n");
      throw Error("", error.code().empty() ? error.message() : error.code() + ": " + error.message());
    }
  }
  engine.CreateDatabase(target);
  Print("\n" + name.provider + " database " + (name.database.empty() ? "" : name.database + " ") + "created" +
        (name.location.empty() ? "" : " at " + Bold(name.location)) + "\n");
}

void Reset(engine::SchemaEngine& engine, const DatabaseName& name) {
  Print("\n");
  engine.Reset();
  std::string text = "The " + name.provider + " database";
  if (!name.database.empty()) text += " \"" + name.database + "\"";
  if (!name.schema.empty()) text += " schema \"" + name.schema + "\"";
  if (!name.location.empty()) text += " at \"" + name.location + "\"";
  Print(text + " was successfully reset.\n");
}

std::string ReadAll(std::FILE* file) {
  std::string text;
  char buffer[65536];
  for (size_t count; (count = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, count);
  return text;
}

std::string ReadScript(const Arguments& arguments) {
  if (arguments.Has("--stdin")) return ReadAll(stdin);
  const std::string path = arguments.Text("--file");
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw Error("", "Provided --file at " + path + " doesn't exist.");
  return engine::ReadFile(path);
}

}  // namespace

int DbPush(Words words) {
  const Arguments arguments(words, kPushFlags);
  const std::string schema = arguments.Text("--schema");
  LoadEnvironment(schema, true);
  SchemaContext context = LoadSchema(schema);
  CheckConfig(context, true);
  if (!context.schema->datasource) throw Error("", "A datasource block is missing in the Prisma schema file.");
  const DatabaseName name = NameDatabase(*context.schema);
  Print(Dim(name.Describe()) + "\n");

  engine::SchemaEngineOptions options;
  options.schema = context.texts();
  auto engine = engine::SchemaEngine::Create(std::move(options));
  EnsureDatabase(*engine, context, name);
  const bool was_reset = arguments.Has("--force-reset");
  if (was_reset) Reset(*engine, name);

  const auto start = std::chrono::steady_clock::now();
  engine::SchemaPushInput input;
  input.schema = context.texts();
  input.force = arguments.Has("--accept-data-loss");
  auto push = [&] {
    Progress progress("Changing the database");
    return engine->SchemaPush(input);
  };
  engine::SchemaPushOutput output = push();
  if (!output.unexecutable.empty()) {
    std::string text = Bold(Red("\n⚠️ We found changes that cannot be executed:\n", 2), 2);
    for (const std::string& reason : output.unexecutable) text += "\n  • " + reason;
    Print("\n");
    throw Error("", text + "\n\nYou may use the --force-reset flag to drop the database before push like " +
                        Bold(Green("prisma db push --force-reset", 2), 2) + "\n" +
                        Bold(Red("All data will be lost.", 2), 2) + "\n      ");
  }
  if (!output.warnings.empty()) {
    std::string text = Bold(Yellow("\n⚠️  There might be data loss when applying the changes:\n\n"));
    for (const std::string& warning : output.warnings) text += "  • " + warning + "\n\n";
    Print(text + "\n");
    if (!arguments.Has("--accept-data-loss")) {
      if (!IsInteractive()) {
        throw Error("", "Use the --accept-data-loss flag to ignore the data loss warnings like " +
                            Bold(Green("prisma db push --accept-data-loss", 2), 2));
      }
      Print("\n");
      if (!Confirm("Do you want to ignore the warning(s)?")) {
        Print("Push cancelled.\n");
        return 130;
      }
      input.force = true;
      push();
    }
  }
  if (!was_reset && output.warnings.empty() && output.executed_steps == 0) {
    Print("\nThe database is already in sync with the Prisma schema.\n");
  } else {
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
    const bool has_tables = context.schema->connector->Has(schema::Capability::kSqlQueryRaw);
    Print(std::string("\n🚀  Your database ") + (has_tables ? "is" : "indexes are") +
          " now in sync with your Prisma schema. Done in " + Duration(elapsed.count()) + "\n");
  }
  engine.reset();
  if (arguments.Has("--skip-generate") || std::getenv("PRISMA_MIGRATE_SKIP_GENERATE")) return 0;
  CheckValid(context, "getDmmf");
  GenerateAfter(context);
  return 0;
}

int DbExecute(Words words) {
  const Arguments arguments(words, kExecuteFlags);
  const std::string schema = arguments.Text("--schema");
  LoadEnvironment(schema, false);
  const bool has_url = arguments.Has("--url"), has_schema = arguments.Has("--schema");
  if (arguments.Has("--stdin") && arguments.Has("--file")) {
    throw Error("", "--stdin and --file cannot be used at the same time. Only 1 must be provided. " +
                        std::string(kExecuteHint));
  }
  if (!arguments.Has("--stdin") && !arguments.Has("--file")) {
    throw Error("", "Either --stdin or --file must be provided." + std::string(kExecuteHint));
  }
  if (has_url && has_schema) {
    throw Error(
        "", "--url and --schema cannot be used at the same time. Only 1 must be provided." + std::string(kExecuteHint));
  }
  if (!has_url && !has_schema)
    throw Error("", "Either --url or --schema must be provided." + std::string(kExecuteHint));
  const std::string script = ReadScript(arguments);
  engine::DatasourceTarget target;
  if (has_url) {
    target.url = arguments.Text("--url");
  } else {
    const SchemaContext context = LoadSchema(schema, false);
    CheckConfig(context, true);
    target.schema = context.texts();
    target.config_dir = context.config_dir();
  }
  {
    Progress progress("Executing the script");
    engine::SchemaEngine::Create()->DbExecute(target, script);
  }
  Print("Script executed successfully.\n");
  return 0;
}

}  // namespace prisma::cli
