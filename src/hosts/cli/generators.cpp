#include "hosts/cli/generators.h"

#include <filesystem>

#include "base/error.h"
#include "generate/generate.h"
#include "hosts/cli/terminal.h"
#include "hosts/cli/typed_sql.h"
#include "schema/connector_traits.h"

namespace prisma::cli {
namespace {

// "✔ Generated Prisma Client Python (v0.16.0) to ./prisma in 24ms"
std::string Line(const generate::GeneratorOutcome& outcome) {
  if (!outcome.error.empty()) return outcome.error;
  std::string text = "✔ Generated " + Bold(outcome.pretty_name);
  if (!outcome.version.empty()) text += " (" + outcome.version + ")";
  if (!outcome.output.empty()) {
    std::error_code error;
    std::string relative =
        std::filesystem::path(outcome.output).lexically_relative(std::filesystem::current_path(error)).string();
    if (relative == ".") relative.clear();
    text += Dim(" to ./" + relative);
  }
  return text + " in " + Duration(static_cast<double>(outcome.duration.count()));
}

std::vector<generate::GeneratorOutcome> Run(const SchemaContext& context, const GenerateRequest& request) {
  const std::string example = std::string(schema::AllConnectors().front()->provider());
  if (!context.schema->datasource) {
    throw Error("", "\nYou don't have any " + Bold("datasource", 2) + " defined in your " + Bold("schema.prisma", 2) +
                        ".\nYou can define a datasource like this:\n\n" +
                        Bold("datasource db {\n  provider = \"" + example + "\"\n  url      = env(\"DB_URL\")\n}", 2) +
                        "\n\nMore information in our documentation:\nhttps://pris.ly/d/prisma-schema\n");
  }
  generate::GenerateOptions options;
  std::error_code error;
  options.schema_path = std::filesystem::absolute(context.path, error).lexically_normal().string();
  options.names = request.names;
  options.is_postinstall = request.is_postinstall;
  options.no_engine = request.no_engine;
  options.allow_no_models = request.allow_no_models;
  if (request.with_sql) options.typed_sql = DescribeSqlFiles(context);
  options.say = [](const std::string& text) { Print(text + "\n"); };
  Progress progress("Generating");
  return generate::Generate(*context.schema, options);
}

}  // namespace

GenerateReport RunGenerators(const SchemaContext& context, const GenerateRequest& request) {
  GenerateReport report;
  for (const generate::GeneratorOutcome& outcome : Run(context, request)) {
    if (!report.text.empty()) report.text += "\n";
    if (request.has_hints) {
      for (const std::string& warning : outcome.warnings) report.text += Yellow("warn") + " " + warning + "\n";
    }
    report.text += Line(outcome) + (outcome.error.empty() ? "\n" : "\n\n");
    report.has_failed = report.has_failed || !outcome.error.empty();
  }
  return report;
}

void GenerateAfter(const SchemaContext& context) {
  if (context.schema->generators.empty()) return;
  Print("\nRunning generate... " + Dim("(Use --skip-generate to skip the generators)") + "\n");
  std::string text;
  for (const generate::GeneratorOutcome& outcome : Run(context, {})) text += Line(outcome) + "\n";
  Print(text);
}

}  // namespace prisma::cli
