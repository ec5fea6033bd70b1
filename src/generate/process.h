// Child processes, as generators need them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace prisma::generate {

struct ProcessResult {
  int exit_code = -1;  // -1: it could not be started or ended by a signal
  std::string out;
  std::string err;
};

// Runs a program (looked up in PATH) to its end and collects what it prints. `stdout_to_ours`: its output is shown.
ProcessResult RunProcess(const std::vector<std::string>& argv, bool shows_output = false);

// A shell command that answers each line on stdin with a line on stderr.
class LineProcess {
 public:
  explicit LineProcess(const std::string& command, const std::string& folder);
  ~LineProcess();
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  bool Write(std::string_view line);
  // False at the end of the stream.
  bool ReadLine(std::string& line);
  // Closes its stdin and waits.
  int Close();

 private:
  int in_ = -1;
  int err_ = -1;
  int pid_ = -1;
  std::string buffer_;
};

}  // namespace prisma::generate
