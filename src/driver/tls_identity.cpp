#include "driver/tls_identity.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "driver/connection.h"
#include "value/pkcs12.h"

namespace prisma::driver {
namespace {

[[noreturn]] void Fail(const std::string& path, const std::string& fault) {
  throw DbException(DbError::Kind::kTls,
                    "The client's certificate `" + path + "` (`sslidentity`) can't be used. " + fault);
}

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

TlsIdentity::TlsIdentity(const std::string& path, const std::string& password) : path_(path), password_(password) {
  if (path.empty()) return;
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail(path, "There is no such file, or it may not be read.");
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.find("-----BEGIN ") != std::string::npos) return;
  std::string fault;
  std::optional<std::string> pem = Pkcs12ToPem(bytes, password, fault);
  if (!pem) Fail(path, fault);
  // The key must not come to lie on a disk.
  memory_ = memfd_create("sslidentity", MFD_CLOEXEC);
  const bool is_there = memory_ >= 0 && fchmod(memory_, S_IRUSR | S_IWUSR) == 0 && WriteAll(memory_, *pem);
  if (!is_there) {
    if (memory_ >= 0) close(memory_);
    Fail(path, "The system has no memory for it.");
  }
  path_ = "/proc/self/fd/" + std::to_string(memory_);
  password_.clear();
}

TlsIdentity::~TlsIdentity() {
  if (memory_ >= 0) close(memory_);
}

}  // namespace prisma::driver
