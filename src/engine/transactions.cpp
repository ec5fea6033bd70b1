#include "engine/transactions.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "diagnostics/errors.h"
#include "value/ids.h"

namespace prisma::engine {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Transactions::Transactions(Acquire acquire, Send send) : acquire_(std::move(acquire)), send_(std::move(send)) {
  if (const char* size = std::getenv("CLOSED_TX_CACHE_SIZE")) {
    remembered_ = static_cast<size_t>(std::max(0, std::atoi(size)));
  }
}

Transactions::~Transactions() {
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  if (timer_.joinable()) timer_.join();
  Close();
}

namespace {

// Begins a transaction unless that takes longer than `limit`: an embedded database may have only one that writes.
void BeginWithin(milliseconds limit, driver::Connection& connection, driver::IsolationLevel level) {
  struct Limit {
    driver::Connection& connection;
    ~Limit() { connection.LimitLockWait(std::nullopt); }
  } reset{connection};
  connection.LimitLockWait(limit);
  connection.Begin(level, true);
}

}  // namespace

std::string Transactions::Start(milliseconds max_wait, milliseconds timeout, driver::IsolationLevel level) {
  static constexpr std::string_view kTooLate = "Unable to start a transaction in the given time.";
  auto transaction = std::make_shared<Transaction>();
  const Clock::time_point last = Clock::now() + max_wait;
  try {
    transaction->connection = acquire_(max_wait);
  } catch (const Error& e) {
    if (e.code() == "P2024") throw errors::TransactionError(kTooLate);
    throw;
  }
  try {
    const milliseconds left = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(last - Clock::now()));
    send_("BEGIN", [&] { BeginWithin(left, *transaction->connection, level); });
  } catch (const driver::DbException& e) {
    if (e.error.kind != driver::DbError::Kind::kTimeout || Clock::now() < last) throw;
    throw errors::TransactionError(kTooLate);
  }
  transaction->start = Clock::now();
  transaction->timeout = timeout;
  transaction->deadline = transaction->start + timeout;
  std::string id = NewCuid2();
  {
    std::lock_guard lock(mutex_);
    open_.emplace(id, std::move(transaction));
    if (!timer_.joinable()) timer_ = std::thread([this] { Expire(); });
  }
  wake_.notify_all();
  return id;
}

void Transactions::ThrowClosed(const Closed& closed, std::string_view verb) {
  std::string text = "Transaction already closed: " + std::string(verb) + " cannot be executed on ";
  switch (closed.end) {
    case End::kCommitted:
      text += "a committed transaction.";
      break;
    case End::kRolledBack:
      text += "a transaction that was rolled back.";
      break;
    case End::kExpired: {
      auto passed = std::chrono::duration_cast<milliseconds>(Clock::now() - closed.start).count();
      text += "an expired transaction. The timeout for this transaction was " + std::to_string(closed.timeout.count()) +
              " ms, however " + std::to_string(passed) +
              " ms passed since the start of the transaction. Consider increasing the interactive transaction timeout "
              "or doing less work in the transaction.";
      break;
    }
  }
  throw errors::TransactionError(text);
}

std::shared_ptr<Transactions::Transaction> Transactions::Find(std::string_view id, std::string_view verb) {
  std::lock_guard lock(mutex_);
  auto found = open_.find(std::string(id));
  if (found != open_.end()) return found->second;
  for (auto closed = closed_.rbegin(); closed != closed_.rend(); ++closed) {
    if (closed->id == id) ThrowClosed(*closed, verb);
  }
  throw errors::TransactionError(
      "Transaction not found. Transaction ID is invalid, refers to an old closed transaction Prisma doesn't have "
      "information about anymore, or was obtained before disconnecting.");
}

void Transactions::Remember(const std::string& id, const Transaction& transaction, End end) {
  std::lock_guard lock(mutex_);
  open_.erase(id);
  closed_.push_back({id, end, transaction.timeout, transaction.start});
  while (closed_.size() > remembered_) closed_.pop_front();
}

void Transactions::Finish(std::string_view id, std::string_view verb, End end) {
  std::shared_ptr<Transaction> transaction = Find(id, verb);
  std::lock_guard lock(transaction->mutex);
  if (!transaction->is_open || transaction->is_expiring) {
    // Ended while we waited; if the timer has not come round yet, the lock's order makes sure that it will.
    if (transaction->is_open)
      ThrowClosed({std::string(id), End::kExpired, transaction->timeout, transaction->start}, verb);
    Find(id, verb);
    return;
  }
  transaction->is_open = false;
  struct Release {
    Transactions& all;
    std::string id;
    Transaction& transaction;
    End end;
    ~Release() {
      transaction.connection.Release();
      all.Remember(id, transaction, end);
    }
  } release{*this, std::string(id), *transaction, end};
  if (end == End::kCommitted) {
    try {
      send_("COMMIT", [&] { transaction->connection->Commit(); });
    } catch (...) {
      release.end = End::kRolledBack;  // giving the connection back rolls back
      throw;
    }
  } else {
    send_("ROLLBACK", [&] { transaction->connection->Rollback(); });
  }
}

void Transactions::Commit(std::string_view id) { Finish(id, "A commit", End::kCommitted); }
void Transactions::Rollback(std::string_view id) { Finish(id, "A rollback", End::kRolledBack); }

void Transactions::Use(std::string_view id, std::string_view verb,
                       const std::function<void(driver::Connection&)>& work) {
  std::shared_ptr<Transaction> transaction = Find(id, verb);
  std::lock_guard lock(transaction->mutex);
  if (transaction->is_expiring) {
    ThrowClosed({std::string(id), End::kExpired, transaction->timeout, transaction->start}, verb);
  }
  if (!transaction->is_open) {
    Find(id, verb);
    return;
  }
  struct Running {
    Transaction& transaction;
    explicit Running(Transaction& t) : transaction(t) { Set(t.connection.get()); }
    ~Running() { Set(nullptr); }
    void Set(driver::Connection* connection) {
      std::lock_guard lock(transaction.running_mutex);
      transaction.running = connection;
    }
  } running(*transaction);
  try {
    work(*transaction->connection);
  } catch (const driver::DbException& e) {
    if (e.error.kind != driver::DbError::Kind::kInterrupted || !transaction->is_expiring) throw;
    ThrowClosed({std::string(id), End::kExpired, transaction->timeout, transaction->start}, verb);
  }
}

void Transactions::Expire() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    Clock::time_point next = Clock::time_point::max();
    std::vector<std::pair<std::string, std::shared_ptr<Transaction>>> expired;
    Clock::time_point now = Clock::now();
    for (const auto& [id, transaction] : open_) {
      if (transaction->deadline <= now) {
        expired.emplace_back(id, transaction);
      } else {
        next = std::min(next, transaction->deadline);
      }
    }
    if (expired.empty()) {
      if (next == Clock::time_point::max()) {
        wake_.wait(lock);
      } else {
        wake_.wait_until(lock, next);
      }
      continue;
    }
    lock.unlock();
    for (auto& [id, transaction] : expired) {
      transaction->is_expiring = true;
      std::unique_lock own(transaction->mutex, std::try_to_lock);
      if (!own.owns_lock()) {
        // A statement is running. It may finish just now, so that the interrupt is lost or meets nothing.
        {
          std::lock_guard running(transaction->running_mutex);
          if (transaction->running != nullptr) transaction->running->Interrupt();
        }
        own.lock();
      }
      if (!transaction->is_open) continue;
      transaction->is_open = false;
      transaction->connection.Release();  // rolls back
      Remember(id, *transaction, End::kExpired);
    }
    lock.lock();
  }
}

size_t Transactions::open_count() {
  std::lock_guard lock(mutex_);
  return open_.size();
}

void Transactions::Close() {
  Open open;
  {
    std::lock_guard lock(mutex_);
    open.swap(open_);
  }
  for (auto& [id, transaction] : open) {
    std::lock_guard own(transaction->mutex);
    transaction->is_open = false;
    transaction->connection.Release();
  }
}

}  // namespace prisma::engine
