#include "hosts/cli/file_watcher.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/error.h"

namespace prisma::cli {
namespace {

// Editors write a file in several steps; wait until nothing has changed for this long.
constexpr int kQuietMilliseconds = 30;
constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE;

}  // namespace

FileWatcher::FileWatcher(const std::string& folder, bool is_deep)
    : folder_(folder.empty() ? "." : folder), is_deep_(is_deep), descriptor_(inotify_init1(IN_CLOEXEC)) {
  if (descriptor_ < 0) throw Error("", std::string("Could not watch files: ") + std::strerror(errno));
  Watch();
}

FileWatcher::~FileWatcher() { close(descriptor_); }

void FileWatcher::Watch() {
  namespace fs = std::filesystem;
  if (inotify_add_watch(descriptor_, folder_.c_str(), kEvents) < 0) {
    throw Error("", "Could not watch " + folder_ + ": " + std::strerror(errno));
  }
  if (!is_deep_) return;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) inotify_add_watch(descriptor_, it->path().c_str(), kEvents);
  }
}

std::string FileWatcher::Wait() {
  std::string changed;
  for (;;) {
    pollfd entry{descriptor_, POLLIN, 0};
    const int ready = poll(&entry, 1, changed.empty() ? -1 : kQuietMilliseconds);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) break;
    alignas(inotify_event) char buffer[16384];
    const ssize_t size = read(descriptor_, buffer, sizeof buffer);
    if (size <= 0) break;
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      const std::string_view name = event->len ? std::string_view(event->name) : std::string_view();
      if (name.ends_with(".prisma") || name.ends_with(".sql"))
        changed = (std::filesystem::path(folder_) / name).string();
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  if (is_deep_) Watch();
  return changed;
}

}  // namespace prisma::cli
