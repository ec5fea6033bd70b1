#include "generate/targets.h"

#include <sys/utsname.h>

#include <cstdio>
#include <filesystem>

namespace prisma::generate {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTargets[] = {
    "darwin",
    "darwin-arm64",
    "debian-openssl-1.0.x",
    "debian-openssl-1.1.x",
    "debian-openssl-3.0.x",
    "rhel-openssl-1.0.x",
    "rhel-openssl-1.1.x",
    "rhel-openssl-3.0.x",
    "linux-arm64-openssl-1.1.x",
    "linux-arm64-openssl-1.0.x",
    "linux-arm64-openssl-3.0.x",
    "linux-arm-openssl-1.1.x",
    "linux-arm-openssl-1.0.x",
    "linux-arm-openssl-3.0.x",
    "linux-musl",
    "linux-musl-openssl-3.0.x",
    "linux-musl-arm64-openssl-1.1.x",
    "linux-musl-arm64-openssl-3.0.x",
    "linux-nixos",
    "linux-static-x64",
    "linux-static-arm64",
    "windows",
    "freebsd11",
    "freebsd12",
    "freebsd13",
    "freebsd14",
    "freebsd15",
    "openbsd",
    "netbsd",
    "arm",
};

// The value of NAME=value or NAME="value".
std::string_view Entry(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
    if (!line.starts_with(name) || line.size() == name.size() || line[name.size()] != '=') continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && (line.front() == '"' || line.front() == '\'')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == '"' || line.back() == '\'')) line.remove_suffix(1);
    return line;
  }
  return {};
}

bool HasWord(std::string_view words, std::string_view word) {
  return (" " + std::string(words) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

std::string OpensslVersion(std::string_view machine) {
  const std::string multiarch = "/usr/lib/" + std::string(machine) + "-linux-gnu";
  const std::string plain = "/lib/" + std::string(machine) + "-linux-gnu";
  struct Library {
    const char *file, *version;
  };
  for (const Library& library : {Library{"libssl.so.3", "3.0.x"}, Library{"libssl.so.1.1", "1.1.x"},
                                 Library{"libssl.so.1.0.2", "1.0.x"}, Library{"libssl.so.10", "1.0.x"}}) {
    for (const std::string& folder : {multiarch, plain, std::string("/usr/lib64"), std::string("/lib64"),
                                      std::string("/usr/lib"), std::string("/lib")}) {
      std::error_code error;
      if (fs::exists(folder + "/" + library.file, error)) return library.version;
    }
  }
  return {};
}

}  // namespace

std::span<const std::string_view> KnownTargets() { return kTargets; }

std::string LinuxTarget(std::string_view os_release, std::string_view machine, std::string_view openssl) {
  const std::string_view id = Entry(os_release, "ID"), like = Entry(os_release, "ID_LIKE");
  const std::string version(openssl.empty() ? "1.1.x" : openssl);
  if (id == "nixos") return "linux-nixos";
  if (id == "alpine") {
    if (machine == "aarch64") return "linux-musl-arm64-openssl-" + version;
    return version == "3.0.x" ? "linux-musl-openssl-3.0.x" : "linux-musl";
  }
  if (machine == "aarch64") return "linux-arm64-openssl-" + version;
  if (machine.starts_with("arm")) return "linux-arm-openssl-" + version;
  const bool is_rhel = id == "fedora" || id == "rhel" || id == "centos" || id == "amzn" || HasWord(like, "rhel") ||
                       HasWord(like, "fedora") || HasWord(like, "centos");
  return (is_rhel ? "rhel-openssl-" : "debian-openssl-") + version;
}

std::string NativeTarget() {
  utsname system{};
  uname(&system);
  std::string text;
  if (std::FILE* file = std::fopen("/etc/os-release", "rb")) {
    char buffer[8192];
    text.assign(buffer, std::fread(buffer, 1, sizeof buffer, file));
    std::fclose(file);
  }
  return LinuxTarget(text, system.machine, OpensslVersion(system.machine));
}

}  // namespace prisma::generate
