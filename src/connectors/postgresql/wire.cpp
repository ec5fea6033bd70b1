#include "connectors/postgresql/wire.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "driver/tls_identity.h"

namespace prisma::postgresql {

using driver::DbError;
using driver::DbException;

namespace {

void IgnoreNotice(void*, const PGresult*) {}

[[noreturn]] void Throw(DbError::Kind kind, std::string text) { throw DbException(kind, std::move(text)); }

// The certificates that the system trusts, where they usually are.
std::string SystemCertificates() {
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"}) {
    if (access(path, R_OK) == 0) return path;
  }
  return {};
}

}  // namespace

Wire::Wire(const Url& url) : pq_(LoadLibpq()), socket_timeout_(url.socket_timeout) {
  try {
    Open(url);
  } catch (...) {
    Close();
    throw;
  }
}

Wire::~Wire() { Close(); }

void Wire::Close() {
  std::lock_guard lock(cancel_mutex_);
  if (cancel_ != nullptr) pq_.FreeCancel(cancel_);
  if (connection_ != nullptr) pq_.Finish(connection_);
  cancel_ = nullptr;
  connection_ = nullptr;
}

void Wire::Open(const Url& url) {
  std::vector<const char*> keys, values;
  const driver::TlsIdentity identity(url.ssl_mode == "disable" ? std::string() : url.ssl_identity, url.ssl_password);
  // The values must live until the connection is begun: no temporaries here.
  auto set = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    keys.push_back(key);
    values.push_back(value.c_str());
  };
  set("host", url.host);
  set("port", url.port);
  set("dbname", url.database);
  set("user", url.user);
  set("password", url.password);
  set("application_name", url.application_name);
  set("options", url.options);
  set("channel_binding", url.channel_binding);
  keys.push_back("client_encoding");
  values.push_back("UTF8");
  std::string mode = url.ssl_mode, root;
  if (mode != "disable" && url.checks_certificate) {
    if (!url.ssl_certificate.empty() || mode == "require") {
      root = url.ssl_certificate.empty() ? SystemCertificates() : url.ssl_certificate;
      mode = "verify-full";
    }
  } else if (mode.starts_with("verify")) {
    root = url.ssl_certificate.empty() ? SystemCertificates() : url.ssl_certificate;
  }
  set("sslmode", mode);
  set("sslrootcert", root);
  set("sslcert", identity.path());
  set("sslkey", identity.path());
  if (!identity.empty()) set("sslpassword", identity.password());
  keys.push_back(nullptr);
  values.push_back(nullptr);
  connection_ = pq_.ConnectStartParams(keys.data(), values.data(), 0);
  if (connection_ == nullptr) Throw(DbError::Kind::kUnknown, "out of memory");
  auto fail = [&] { throw DbException(MapConnectError(pq_.ErrorMessage(connection_), url)); };
  if (pq_.Status(connection_) == CONNECTION_BAD) fail();
  std::optional<Clock::time_point> deadline;
  if (url.connect_timeout) deadline = Clock::now() + *url.connect_timeout;
  for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
       state = pq_.ConnectPoll(connection_)) {
    if (state == PGRES_POLLING_FAILED) fail();
    if (WaitFor(state == PGRES_POLLING_WRITING, deadline) == Wait::kTimeout) {
      Throw(DbError::Kind::kConnectionFailed, url.Location());
    }
  }
  pq_.SetNoticeReceiver(connection_, &IgnoreNotice, nullptr);
  cancel_ = pq_.GetCancel(connection_);
  // A proxy for transactions may give the next statement another connection: there names carry their schema.
  if (!url.is_pgbouncer) {
    std::string path = "SET search_path = \"";
    for (char c : url.schema) {
      if (c == '"') path.push_back('"');
      path.push_back(c);
    }
    ResultPtr result = Run(path + '"');
    Check(result.get());
  }
}

Wire::Wait Wire::WaitFor(bool for_writing, std::optional<Clock::time_point> deadline) {
  for (;;) {
    pollfd descriptor{
        .fd = pq_.Socket(connection_), .events = static_cast<short>(for_writing ? POLLOUT : POLLIN), .revents = 0};
    int milliseconds = -1;
    bool is_budget = false;
    std::optional<Clock::time_point> end = deadline;
    if (budget_ && (!end || *budget_ < *end)) {
      end = budget_;
      is_budget = true;
    }
    if (end) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(*end - Clock::now()).count();
      if (left <= 0) left = 0;
      milliseconds = static_cast<int>(std::min<int64_t>(left, 1000000));
    }
    int ready = poll(&descriptor, 1, milliseconds);
    if (ready > 0) return Wait::kReady;
    if (ready == 0 && end && Clock::now() >= *end) return is_budget ? Wait::kBudget : Wait::kTimeout;
    if (ready < 0 && errno != EINTR) return Wait::kReady;  // reading tells what is wrong
  }
}

void Wire::Start() {
  if (connection_ == nullptr || is_broken_) ThrowClosed();
  deadline_.reset();
  if (socket_timeout_) deadline_ = Clock::now() + *socket_timeout_;
}

void Wire::Cancel() {
  std::lock_guard lock(cancel_mutex_);
  if (cancel_ == nullptr) return;
  char unused[256];
  pq_.Cancel(cancel_, unused, sizeof unused);
}

void Wire::Interrupt() {
  is_interrupted_ = true;
  Cancel();
}

ResultPtr Wire::Next() {
  while (pq_.IsBusy(connection_) != 0) {
    switch (WaitFor(false, deadline_)) {
      case Wait::kReady:
        if (pq_.ConsumeInput(connection_) == 0) {
          is_broken_ = true;
          ThrowClosed();
        }
        break;
      case Wait::kBudget:
        // Its result is waited for: the statement is over one way or the other.
        budget_.reset();
        Interrupt();
        break;
      case Wait::kTimeout:
        // The server may be gone: nothing more is expected of this connection.
        is_broken_ = true;
        has_timed_out_ = true;
        Cancel();
        Throw(DbError::Kind::kTimeout, "socket timeout");
    }
  }
  return ResultPtr(pq_.GetResult(connection_));
}

ResultPtr Wire::Finish() {
  ResultPtr last, failed;
  while (ResultPtr result = Next()) {
    switch (pq_.ResultStatus(result.get())) {
      case PGRES_COPY_IN:
        pq_.PutCopyEnd(connection_, "COPY from the client is not supported here");
        break;
      case PGRES_COPY_OUT:
      case PGRES_COPY_BOTH: {
        char* data = nullptr;
        while (pq_.GetCopyData(connection_, &data, 0) > 0) pq_.Freemem(data);
        break;
      }
      case PGRES_FATAL_ERROR:
      case PGRES_BAD_RESPONSE:
        if (failed == nullptr) failed = std::move(result);
        break;
      default:
        last = std::move(result);
    }
    if (pq_.Status(connection_) == CONNECTION_BAD) break;
  }
  if (failed != nullptr) return failed;
  if (last == nullptr) ThrowClosed();
  return last;
}

void Wire::Check(PGresult* result) {
  ExecStatusType status = pq_.ResultStatus(result);
  bool was_interrupted = is_interrupted_.exchange(false);
  if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE) return;
  auto field = [&](int code) -> std::string {
    const char* text = pq_.ResultErrorField(result, code);
    return text != nullptr ? text : "";
  };
  ServerError error{field(PG_DIAG_SQLSTATE),          field(PG_DIAG_MESSAGE_PRIMARY), field(PG_DIAG_SEVERITY),
                    field(PG_DIAG_MESSAGE_DETAIL),    field(PG_DIAG_COLUMN_NAME),     field(PG_DIAG_MESSAGE_HINT),
                    field(PG_DIAG_STATEMENT_POSITION)};
  if (error.code.empty()) {
    if (pq_.Status(connection_) == CONNECTION_BAD) {
      is_broken_ = true;
      ThrowClosed();
    }
    error.message = pq_.ResultErrorMessage(result);
    error.severity = "ERROR";
  }
  DbError mapped = MapError(error);
  if (mapped.kind == DbError::Kind::kConnectionClosed) is_broken_ = true;
  // Cancelled by somebody else: an error like any other.
  if (mapped.kind == DbError::Kind::kInterrupted && !was_interrupted) mapped.kind = DbError::Kind::kUnknown;
  throw DbException(std::move(mapped));
}

void Wire::ThrowClosed() { Throw(DbError::Kind::kConnectionClosed, "the server closed the connection"); }

ResultPtr Wire::Run(const std::string& sql) {
  Start();
  if (pq_.SendQuery(connection_, sql.c_str()) == 0) ThrowClosed();
  return Finish();
}

bool Wire::is_idle() {
  return !is_broken_ && pq_.Status(connection_) == CONNECTION_OK && pq_.TransactionStatus(connection_) == PQTRANS_IDLE;
}

bool Wire::is_in_transaction() {
  PGTransactionStatusType status = pq_.TransactionStatus(connection_);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool Wire::IsOpen() {
  if (is_broken_ || pq_.Status(connection_) != CONNECTION_OK) return false;
  pollfd descriptor{.fd = pq_.Socket(connection_), .events = POLLIN, .revents = 0};
  if (poll(&descriptor, 1, 0) <= 0) return true;
  // Something was sent unasked: a message about a setting, or the end.
  if (pq_.ConsumeInput(connection_) == 0) return false;
  while (pq_.IsBusy(connection_) == 0) {
    ResultPtr result(pq_.GetResult(connection_));
    if (result == nullptr) break;
  }
  if (pq_.Status(connection_) != CONNECTION_OK) return false;
  return poll(&descriptor, 1, 0) <= 0;
}

}  // namespace prisma::postgresql
