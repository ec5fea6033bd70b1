#include "generate/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

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

// A process and all that it has started, as far as the system tells: the shell of a command does not pass signals on.
void AddDescendants(int pid, std::vector<int>& pids) {
  pids.push_back(pid);
  const std::string path = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children";
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return;
  std::vector<int> children;
  for (int child; std::fscanf(file, "%d", &child) == 1;) children.push_back(child);
  std::fclose(file);
  for (int child : children) AddDescendants(child, pids);
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

LineProcess::LineProcess(const std::string& command, const std::vector<std::string>& path) {
  // All that needs memory is done before the fork: another thread may be in the middle of an allocation.
  std::vector<std::string> variables = {"PRISMA_GENERATOR_INVOCATION=true"};
  std::string search = "PATH=";
  for (const std::string& folder : path) search += folder + ":";
  const char* usual = std::getenv("PATH");
  variables.push_back(search + (usual != nullptr ? usual : "/usr/local/bin:/usr/bin:/bin"));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    if (!text.starts_with("PATH=") && !text.starts_with("PRISMA_GENERATOR_INVOCATION=")) variables.emplace_back(text);
  }
  std::vector<char*> environment;
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::string words[] = {"/bin/sh", "-c", command};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};

  Pipe in, err;
  pid_ = fork();
  if (pid_ < 0) throw Error("", std::string("fork: ") + std::strerror(errno));
  if (pid_ == 0) {
    dup2(in.read, 0);
    dup2(err.write, 2);
    execve("/bin/sh", arguments, environment.data());
    _exit(127);
  }
  close(in.read);
  close(err.write);
  in_ = in.write;
  err_ = err.read;
  fcntl(in_, F_SETFL, O_NONBLOCK);
}

LineProcess::~LineProcess() {
  Stop();
  if (err_ >= 0) close(err_);
}

bool LineProcess::Write(std::string_view line) {
  // A generator that has ended must not end us.
  struct sigaction ignore = {}, before = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);
  std::string text(line);
  text += '\n';
  bool is_good = true;
  for (size_t done = 0; done < text.size() && is_good;) {
    pollfd ends[2] = {{in_, POLLOUT, 0}, {err_, POLLIN, 0}};
    if (poll(ends, 2, -1) < 0) {
      is_good = errno == EINTR;
      continue;
    }
    if (ends[1].revents != 0 && !Receive()) is_good = false;
    if (ends[0].revents == 0) continue;
    ssize_t count = write(in_, text.data() + done, text.size() - done);
    if (count > 0) {
      done += static_cast<size_t>(count);
    } else if (errno != EINTR && errno != EAGAIN) {
      is_good = false;
    }
  }
  sigaction(SIGPIPE, &before, nullptr);
  return is_good;
}

bool LineProcess::Receive() {
  char block[65536];
  ssize_t count;
  do {
    count = read(err_, block, sizeof block);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  buffer_.append(block, static_cast<size_t>(count));
  return true;
}

bool LineProcess::ReadLine(std::string& line) {
  for (size_t searched = 0;;) {
    size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return true;
    }
    searched = buffer_.size();
    if (!Receive()) {
      line = std::move(buffer_);
      buffer_.clear();
      return !line.empty();
    }
  }
}

bool LineProcess::HasEnded() {
  if (in_ >= 0) close(in_);
  in_ = -1;
  constexpr int kStepMilliseconds = 5, kSteps = 400;
  for (int i = 0; pid_ >= 0 && i < kSteps; ++i) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == 0) {
      timespec pause = {0, kStepMilliseconds * 1000000};
      nanosleep(&pause, nullptr);
      continue;
    }
    pid_ = -1;
    if (WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
  }
  return pid_ < 0;
}

LineProcess::End LineProcess::Finish() {
  if (!HasEnded()) Stop();
  return end_;
}

void LineProcess::Stop() {
  if (pid_ < 0) return;
  std::vector<int> pids;
  AddDescendants(pid_, pids);
  for (int pid : pids) kill(pid, SIGTERM);
  if (HasEnded()) return;
  for (int pid : pids) kill(pid, SIGKILL);
  WaitFor(pid_);
  pid_ = -1;
}

}  // namespace prisma::generate
