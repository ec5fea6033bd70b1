#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "engine/psl_api.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"

namespace prisma::cli {
namespace {

// One call follows the other: memory that the first one took is kept for the next, and whoever reads the answers from a
// pipe is woken seldom. If the system does neither, it is only slower.
void PrepareForManyCalls() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 25);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
#ifdef F_SETPIPE_SZ
  fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20);
#endif
}

}  // namespace

int DebugPsl(Words words) {
  const Arguments arguments(words, {});
  PrepareForManyCalls();
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
