// The certificate by which a client shows the server who it is.
#pragma once

#include <string>

namespace prisma::driver {

// A file that client libraries can read: they know PEM only, and connection URLs name PKCS #12 as well.
class TlsIdentity {
 public:
  // `path`: PEM, or PKCS #12 that `password` opens; empty: there is none. Throws DbException kTls.
  TlsIdentity(const std::string& path, const std::string& password);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  bool empty() const { return path_.empty(); }
  const std::string& path() const { return path_; }          // good as long as this lives
  const std::string& password() const { return password_; }  // of the key; empty: it is not locked

 private:
  std::string path_, password_;
  int memory_ = -1;  // a file that is in no folder
};

}  // namespace prisma::driver
