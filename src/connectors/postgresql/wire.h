// One connection of libpq: opening it, sending, waiting with a deadline, cancelling. Knows no values.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "connectors/postgresql/error_map.h"
#include "connectors/postgresql/libpq.h"
#include "connectors/postgresql/url.h"

namespace prisma::postgresql {

class Wire {
 public:
  using Clock = std::chrono::steady_clock;

  // Throws DbException.
  explicit Wire(const Url& url);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  const Libpq& pq() const { return pq_; }
  PGconn* get() { return connection_; }

  // Before anything is sent: the time that it may take begins.
  void Start();
  // The next result, waited for; null: there are no more. A statement that takes too long is cancelled.
  ResultPtr Next();
  // All results up to the end, of which the last is given, or the first error. Throws if there is none at all.
  ResultPtr Finish();
  // Throws DbException of a failed result.
  void Check(PGresult* result);
  [[noreturn]] void ThrowClosed();
  // Text without parameters.
  ResultPtr Run(const std::string& sql);

  void Interrupt();  // from any thread
  void set_budget(std::optional<Clock::time_point> deadline) { budget_ = deadline; }
  std::optional<Clock::time_point> budget() const { return budget_; }
  bool is_idle();
  bool is_in_transaction();
  bool IsOpen();

 private:
  void Open(const Url& url);
  void Close();
  enum class Wait { kReady, kBudget, kTimeout };
  Wait WaitFor(bool for_writing, std::optional<Clock::time_point> deadline);
  void Cancel();

  const Libpq& pq_;
  PGconn* connection_ = nullptr;
  std::mutex cancel_mutex_;
  PGcancel* cancel_ = nullptr;
  std::optional<std::chrono::milliseconds> socket_timeout_;
  std::optional<Clock::time_point> budget_;
  std::optional<Clock::time_point> deadline_;  // of the socket timeout
  std::atomic<bool> is_interrupted_ = false;
  bool has_timed_out_ = false;
  bool is_broken_ = false;
};

}  // namespace prisma::postgresql
