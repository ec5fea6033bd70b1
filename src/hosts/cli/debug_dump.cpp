#include <cstdio>
#include <string>

#include "base/error.h"
#include "engine/dump.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/schema_context.h"
#include "hosts/cli/terminal.h"
#include "schema/dump.h"

namespace prisma::cli {
namespace {

constexpr Flag kFlags[] = {{"--stage", FlagKind::kText}, {"--protocol", FlagKind::kText}};

std::string ReadStdin() {
  std::string text;
  char buffer[65536];
  for (size_t count; (count = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) text.append(buffer, count);
  return text;
}

}  // namespace

int DebugDump(Words words) {
  const Arguments arguments(words, kFlags);
  const std::string stage = arguments.Text("--stage");
  const std::string protocol = arguments.Text("--protocol");
  if (!protocol.empty() && protocol != "json" && protocol != "graphql")
    throw UsageError{"--protocol is json or graphql"};
  LoadEnvironment(arguments.Text("--schema"), false);
  const SchemaContext context = LoadSchema(arguments.Text("--schema"), false);
  if (stage == "ast") {
    Print(engine::DumpAst(*context.files));
    return 0;
  }
  CheckValid(context, "validate");
  if (stage == "schema") {
    Print(schema::Dump(*context.schema));
    return 0;
  }
  engine::RequestStage request_stage;
  if (stage == "operation") {
    request_stage = engine::RequestStage::kOperation;
  } else if (stage == "plan") {
    request_stage = engine::RequestStage::kPlan;
  } else if (stage == "sql") {
    request_stage = engine::RequestStage::kSql;
  } else {
    throw UsageError{"--stage is one of ast, schema, operation, plan, sql"};
  }
  Print(engine::DumpRequest(context.schema, ReadStdin(),
                            protocol == "graphql" ? engine::Protocol::kGraphql : engine::Protocol::kJson,
                            request_stage));
  return 0;
}

}  // namespace prisma::cli
