#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/schema_context.h"
#include "hosts/cli/terminal.h"

namespace prisma::cli {

int Validate(Words words) {
  const Arguments arguments(words, {});
  const std::string schema = arguments.Text("--schema");
  LoadEnvironment(schema, true);
  const SchemaContext context = LoadSchema(schema);
  PrintWarnings(context);
  CheckValid(context, "validate");
  CheckConfig(context, true);
  const bool is_many = context.files->size() > 1;
  Print(std::string(is_many ? "The schemas at " : "The schema at ") + Underline(context.path) +
        (is_many ? " are" : " is") + " valid 🚀\n");
  return 0;
}

}  // namespace prisma::cli
