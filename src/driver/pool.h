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
  // Holds a connection; gives it back at the end of its life.
  class Lease {
   public:
    Lease() = default;
    Lease(Pool* pool, std::unique_ptr<Connection> connection) : pool_(pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) noexcept {
      Release();
      pool_ = other.pool_;
      connection_ = std::move(other.connection_);
      return *this;
    }
    ~Lease() { Release(); }
    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }
    Connection* get() { return connection_.get(); }
    explicit operator bool() const { return connection_ != nullptr; }
    void Release() noexcept;

   private:
    Pool* pool_ = nullptr;
    std::unique_ptr<Connection> connection_;
  };

  explicit Pool(std::unique_ptr<Database> database);

  // Waits at most `timeout` (none: the pool's own; zero: not at all). Throws Error P2024 when there is none by then,
  // DbException when a new one can't be opened.
  Lease Acquire(std::optional<std::chrono::milliseconds> timeout = {});
  // An idle connection, or an empty lease.
  Lease TryAcquire();

  Database& database() { return *database_; }
  uint32_t limit() const { return limit_; }
  // Closes the idle connections; leased ones are closed when they come back.
  void Close();

  struct Counts {
    uint32_t open = 0, idle = 0, waiting = 0;
    uint64_t opened = 0, closed = 0;
  };
  Counts counts();

 private:
  void GiveBack(std::unique_ptr<Connection> connection) noexcept;

  std::unique_ptr<Database> database_;
  uint32_t limit_;
  std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used is taken first
  uint32_t open_ = 0;
  uint32_t waiting_ = 0;
  uint64_t opened_ = 0, closed_ = 0;
  bool is_closing_ = false;
};

}  // namespace prisma::driver
