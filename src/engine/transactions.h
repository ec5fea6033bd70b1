// Interactive transactions: who has an id holds a connection until commit, rollback or the timeout.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "driver/pool.h"

namespace prisma::engine {

class Transactions {
 public:
  // A connection, or Error P2024 when none is free in time.
  using Acquire = std::function<driver::Pool::Lease(std::chrono::milliseconds max_wait)>;
  // Runs `work`, which sends `sql`.
  using Send = std::function<void(std::string_view sql, const std::function<void()>& work)>;

  Transactions(Acquire acquire, Send send);
  ~Transactions();

  // Throws Error P2028 when no connection is free in time; DbException from the database.
  std::string Start(std::chrono::milliseconds max_wait, std::chrono::milliseconds timeout,
                    driver::IsolationLevel level);
  // Ends it; the id is remembered for a while. Throws Error P2028 if it is closed or unknown, DbException.
  void Commit(std::string_view id);
  void Rollback(std::string_view id);
  // Runs `work` on the transaction's connection, alone. `verb`: "A query", "A batch query", for errors.
  void Use(std::string_view id, std::string_view verb, const std::function<void(driver::Connection&)>& work);
  // Rolls all back.
  void Close();
  size_t open_count();

 private:
  enum class End : uint8_t { kCommitted, kRolledBack, kExpired };
  struct Transaction {
    std::mutex mutex;  // one statement at a time
    driver::Pool::Lease connection;
    std::chrono::steady_clock::time_point start, deadline;
    std::chrono::milliseconds timeout{};
    bool is_open = true;
    std::atomic<bool> is_expiring{false};
    std::mutex running_mutex;
    driver::Connection* running = nullptr;  // while a statement may be interrupted
  };
  struct Closed {
    std::string id;
    End end;
    std::chrono::milliseconds timeout{};
    std::chrono::steady_clock::time_point start;
  };
  using Open = std::unordered_map<std::string, std::shared_ptr<Transaction>>;

  std::shared_ptr<Transaction> Find(std::string_view id, std::string_view verb);
  [[noreturn]] void ThrowClosed(const Closed& closed, std::string_view verb);
  void Finish(std::string_view id, std::string_view verb, End end);
  void Remember(const std::string& id, const Transaction& transaction, End end);
  void Expire();

  Acquire acquire_;
  Send send_;
  std::mutex mutex_;
  Open open_;
  std::deque<Closed> closed_;  // the latest last
  std::condition_variable wake_;
  bool is_stopping_ = false;
  std::thread timer_;  // started with the first transaction
  size_t remembered_ = 100;
};

}  // namespace prisma::engine
