// Child processes, as generators need them.
#pragma once

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

// A shell command that answers each line on stdin with a line on stderr; what it prints on stdout is shown.
class LineProcess {
 public:
  // `path`: folders that are looked through before those of PATH.
  LineProcess(const std::string& command, const std::vector<std::string>& path);
  ~LineProcess();
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  // Reads what comes meanwhile, so that neither side waits for the other. False: the process takes no more.
  bool Write(std::string_view line);
  // False at the end of the stream.
  bool ReadLine(std::string& line);

  struct End {
    int exit_code = 0;
    int signal = 0;
  };
  // Closes its stdin and gives it two seconds to end by itself.
  End Finish();
  // Ends it: SIGTERM, and SIGKILL two seconds later.
  void Stop();

 private:
  bool Receive();   // one block of stderr into buffer_; false at its end
  bool HasEnded();  // waits for at most two seconds

  int in_ = -1;
  int err_ = -1;
  int pid_ = -1;
  End end_;
  std::string buffer_;
};

}  // namespace prisma::generate
