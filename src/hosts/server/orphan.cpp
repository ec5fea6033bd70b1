#include "hosts/server/orphan.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/detached_thread.h"

namespace prisma::server {
namespace {

constexpr int kPause = 500;  // ms
constexpr size_t kStackSize = 256 << 10;

void* Watch(void* parent_id) {
  const auto parent = static_cast<pid_t>(reinterpret_cast<intptr_t>(parent_id));
  pollfd out{STDOUT_FILENO, 0, 0};
  // Sleeps for good while there is a reader.
  while (poll(&out, 1, -1) < 0 && errno == EINTR) {
  }
  while (getppid() == parent) poll(nullptr, 0, kPause);
  kill(getpid(), SIGTERM);
  return nullptr;
}

}  // namespace

void EndWithParent() {
  struct stat status;
  if (fstat(STDOUT_FILENO, &status) != 0 || !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode))) return;
  StartDetachedThread(kStackSize, Watch, reinterpret_cast<void*>(static_cast<intptr_t>(getppid())));
}

}  // namespace prisma::server
