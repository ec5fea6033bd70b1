// Waits for changes of files in a folder.
#pragma once

#include <string>

namespace prisma::cli {

class FileWatcher {
 public:
  // Watches the *.prisma files of a folder, and of the folders in it if `is_deep`. Throws Error.
  FileWatcher(const std::string& folder, bool is_deep);
  ~FileWatcher();
  FileWatcher(const FileWatcher&) = delete;
  FileWatcher& operator=(const FileWatcher&) = delete;

  // The path of a file that has changed; several changes at once are one. Blocks.
  std::string Wait();

 private:
  void Watch();

  std::string folder_;
  bool is_deep_;
  int descriptor_;
};

}  // namespace prisma::cli
