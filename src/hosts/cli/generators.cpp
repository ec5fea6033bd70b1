#include "hosts/cli/generators.h"

#include <filesystem>

#include "engine/schema_documents.h"
#include "generate/generate.h"
#include "hosts/cli/terminal.h"

namespace prisma::cli {
namespace {

// "✔ Generated Prisma Client Python (v0.16.0) to ./prisma in 24ms"
std::string Line(const generate::GeneratorOutcome& outcome) {
  if (!outcome.error.empty()) return outcome.error;
  std::string text = "✔ Generated " + Bold(outcome.pretty_name.empty() ? outcome.name : outcome.pretty_name);
  if (!outcome.version.empty()) text += " (v" + outcome.version + ")";
  if (!outcome.output.empty()) {
    std::error_code error;
    const std::string relative =
        std::filesystem::path(outcome.output).lexically_relative(std::filesystem::current_path(error)).string();
    text += Dim(" to ./" + relative);
  }
  return text + " in " + Duration(static_cast<double>(outcome.duration.count()));
}

}  // namespace

GenerateReport RunGenerators(const SchemaContext& context, const std::vector<std::string>& names) {
  generate::GenerateOptions options;
  options.schema_path = std::filesystem::absolute(context.path).lexically_normal().string();
  options.names = names;
  options.version = PRISMA_VERSION;
  options.dmmf = [&] { return engine::DmmfText(*context.schema); };
  GenerateReport report;
  Progress progress("Generating");
  for (const generate::GeneratorOutcome& outcome : generate::Generate(*context.schema, options)) {
    for (const std::string& warning : outcome.warnings) report.lines.push_back(Yellow("warn") + " " + warning);
    report.lines.push_back(Line(outcome));
    report.has_failed = report.has_failed || !outcome.error.empty();
  }
  return report;
}

void GenerateAfter(const SchemaContext& context) {
  if (context.schema->generators.empty()) return;
  Print("\nRunning generate... " + Dim("(Use --skip-generate to skip the generators)") + "\n");
  for (const std::string& line : RunGenerators(context, {}).lines) Print(line + "\n");
}

}  // namespace prisma::cli
