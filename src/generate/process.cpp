#include "generate/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace prisma::generate {

namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw Error("", std::string("pipe: ") + std::strerror(errno));
    read = ends[0];
    write = ends[1];
  }
};

int WaitFor(int pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

ProcessResult RunProcess(const std::vector<std::string>& argv, bool shows_output) {
  std::vector<char*> arguments;
  for (const std::string& word : argv) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  Pipe out, err;
  int pid = fork();
  if (pid < 0) throw Error("", std::string("fork: ") + std::strerror(errno));
  if (pid == 0) {
    if (!shows_output) dup2(out.write, 1);
    dup2(err.write, 2);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(out.write);
  close(err.write);
  ProcessResult result;
  pollfd ends[2] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}};
  std::string* texts[2] = {&result.out, &result.err};
  int open = 2;
  char block[16384];
  while (open > 0) {
    if (poll(ends, 2, -1) < 0 && errno != EINTR) break;
    for (int i = 0; i < 2; ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      ssize_t count = read(ends[i].fd, block, sizeof block);
      if (count > 0) {
        texts[i]->append(block, static_cast<size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        ends[i].fd = -1;
        --open;
      }
    }
  }
  close(out.read);
  close(err.read);
  result.exit_code = WaitFor(pid);
  return result;
}

LineProcess::LineProcess(const std::string& command, const std::string& folder) {
  Pipe in, err;
  pid_ = fork();
  if (pid_ < 0) throw Error("", std::string("fork: ") + std::strerror(errno));
  if (pid_ == 0) {
    dup2(in.read, 0);
    dup2(err.write, 2);
    if (!folder.empty() && chdir(folder.c_str()) != 0) _exit(126);
    setenv("PRISMA_GENERATOR_INVOCATION", "true", 1);
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(in.read);
  close(err.write);
  in_ = in.write;
  err_ = err.read;
}

LineProcess::~LineProcess() {
  Close();
  if (err_ >= 0) close(err_);
}

bool LineProcess::Write(std::string_view line) {
  // A generator that has ended must not end us.
  struct sigaction ignore = {}, before = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);
  bool good = true;
  std::string text(line);
  text += '\n';
  for (size_t done = 0; done < text.size() && good;) {
    ssize_t count = write(in_, text.data() + done, text.size() - done);
    if (count > 0) {
      done += static_cast<size_t>(count);
    } else if (errno != EINTR) {
      good = false;
    }
  }
  sigaction(SIGPIPE, &before, nullptr);
  return good;
}

bool LineProcess::ReadLine(std::string& line) {
  while (true) {
    size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return true;
    }
    char block[65536];
    ssize_t count = read(err_, block, sizeof block);
    if (count > 0) {
      buffer_.append(block, static_cast<size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      line = std::move(buffer_);
      buffer_.clear();
      return !line.empty();
    }
  }
}

int LineProcess::Close() {
  if (in_ >= 0) close(in_);
  in_ = -1;
  if (pid_ < 0) return 0;
  int code = WaitFor(pid_);
  pid_ = -1;
  return code;
}

}  // namespace prisma::generate
