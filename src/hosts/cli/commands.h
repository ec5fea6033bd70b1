// The commands. Each takes the words after its name and returns the exit code; what goes wrong is thrown as Error
// (shown as `Error: …`) or UsageError (shown with the command's help).
#pragma once

#include <span>
#include <string_view>

namespace prisma::cli {

using Words = std::span<const std::string_view>;

int Init(Words words);
int Validate(Words words);
int Format(Words words);
int Generate(Words words);
int DbPush(Words words);
int DbExecute(Words words);
int Bridge(Words words);
int Version(Words words);
int LanguageServer(Words words);
int Debug(Words words);
int DebugPsl(Words words);
int DebugDump(Words words);

}  // namespace prisma::cli
