#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/language_server/server.h"

namespace prisma::cli {
namespace {

// Editors give `--stdio`; there is no other way to talk.
constexpr Flag kFlags[] = {{"--stdio", FlagKind::kSwitch}};

}  // namespace

int LanguageServer(Words words) {
  const Arguments arguments(words, kFlags);
  signal(SIGPIPE, SIG_IGN);  // an editor that has gone is seen when reading
  language_server::Options options;
  options.version = PRISMA_VERSION;
  if (const std::string schema = arguments.Text("--schema"); !schema.empty()) {
    options.schema = std::filesystem::absolute(schema).lexically_normal().string();
    while (options.schema.size() > 1 && options.schema.ends_with('/')) options.schema.pop_back();
  }
  return language_server::Serve(STDIN_FILENO, STDOUT_FILENO, options);
}

}  // namespace prisma::cli
