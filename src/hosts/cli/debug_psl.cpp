#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "engine/psl_api.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"

namespace prisma::cli {

int DebugPsl(Words words) {
  const Arguments arguments(words, {});
  char* line = nullptr;
  size_t capacity = 0;
  for (ssize_t size; (size = getline(&line, &capacity, stdin)) > 0;) {
    std::string_view text(line, static_cast<size_t>(size));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (text.empty()) continue;
    engine::AnswerPslLine(text, [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }
  std::free(line);
  return 0;
}

}  // namespace prisma::cli
