// Connections to one database, opened as they are needed and kept.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "driver/connection.h"

namespace prisma::driver {

class Pool {
 public:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    std::unique_ptr<Connection> connection;
    Clock::time_point opened, used;
  };
  // Holds a connection; gives it back at the end of its life.
  class Lease {
   public:
    Lease() = default;
    Lease(Pool* pool, Kept kept) : pool_(pool), kept_(std::move(kept)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) noexcept {
      Release();
      pool_ = other.pool_;
      kept_ = std::move(other.kept_);
      return *this;
    }
    ~Lease() { Release(); }
    Connection& operator*() { return *kept_.connection; }
    Connection* operator->() { return kept_.connection.get(); }
    Connection* get() { return kept_.connection.get(); }
    explicit operator bool() const { return kept_.connection != nullptr; }
    void Release() noexcept;

   private:
    Pool* pool_ = nullptr;
    Kept kept_;
  };

  explicit Pool(std::unique_ptr<Database> database);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Waits at most `timeout` (none: the pool's own; zero: not at all). Throws Error P2024 when there is none by then,
  // DbException when a new one can't be opened.
  Lease Acquire(std::optional<std::chrono::milliseconds> timeout = {});
  // An idle connection, or an empty lease.
  Lease TryAcquire();

  Database& database() { return *database_; }
  uint32_t limit() const { return limit_; }
  std::chrono::milliseconds timeout() const { return timeout_; }
  // Closes the idle connections; leased ones are closed when they come back.
  void Close();

  struct Counts {
    uint32_t open = 0, idle = 0, waiting = 0;
    uint64_t opened = 0, closed = 0;
  };
  Counts counts();

 private:
  friend class ForkGuard;
  void GiveBack(Kept kept) noexcept;
  // Gets the connections ready for a fork, and leaves the pool locked: nobody uses or opens one.
  void Pause(Clock::time_point deadline);
  void Resume();
  Lease TakeIdle();

  std::unique_ptr<Database> database_;
  uint32_t limit_;
  std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Kept> idle_;  // the last used is taken first
  uint32_t open_ = 0;
  uint32_t waiting_ = 0;
  uint64_t opened_ = 0, closed_ = 0;
  bool is_closing_ = false;
  bool is_pausing_ = false;
};

}  // namespace prisma::driver
