#include "driver/pool.h"

#include "diagnostics/errors.h"

namespace prisma::driver {

namespace {
constexpr auto kDefaultTimeout = std::chrono::milliseconds(10000);
}

void Pool::Lease::Release() noexcept {
  if (connection_ != nullptr) pool_->GiveBack(std::move(connection_));
}

Pool::Pool(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      limit_(std::max(1u, database_->connection_limit().value_or(database_->default_connection_limit()))),
      timeout_(database_->pool_timeout().value_or(kDefaultTimeout)) {}

Pool::Lease Pool::Acquire(std::optional<std::chrono::milliseconds> timeout) {
  std::unique_lock lock(mutex_);
  is_closing_ = false;
  if (idle_.empty() && open_ >= limit_) {
    auto limit = timeout.value_or(timeout_);
    auto is_free = [&] { return !idle_.empty() || open_ < limit_; };
    ++waiting_;
    // A pool timeout of zero in the URL means to wait for ever.
    bool is_there = true;
    if (!timeout && limit.count() == 0) {
      returned_.wait(lock, is_free);
    } else {
      is_there = returned_.wait_for(lock, limit, is_free);
    }
    --waiting_;
    if (!is_there) {
      throw errors::PoolTimeout(limit_, std::chrono::duration_cast<std::chrono::seconds>(limit).count());
    }
  }
  if (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return Lease(this, std::move(connection));
  }
  ++open_;
  ++opened_;
  lock.unlock();
  try {
    return Lease(this, database_->Connect());
  } catch (...) {
    lock.lock();
    --open_;
    --opened_;
    returned_.notify_one();
    throw;
  }
}

Pool::Lease Pool::TryAcquire() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return Lease();
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return Lease(this, std::move(connection));
}

void Pool::GiveBack(std::unique_ptr<Connection> connection) noexcept {
  bool is_good = false;
  try {
    is_good = connection->IsHealthy();
    if (!is_good) {
      connection->Rollback();
      is_good = connection->IsHealthy();
    }
  } catch (...) {
    is_good = false;
  }
  {
    std::lock_guard lock(mutex_);
    if (is_good && !is_closing_) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
      ++closed_;
    }
  }
  returned_.notify_one();
}

void Pool::Close() {
  std::vector<std::unique_ptr<Connection>> idle;
  std::lock_guard lock(mutex_);
  is_closing_ = true;
  open_ -= static_cast<uint32_t>(idle_.size());
  closed_ += idle_.size();
  idle.swap(idle_);
}

Pool::Counts Pool::counts() {
  std::lock_guard lock(mutex_);
  return {open_, static_cast<uint32_t>(idle_.size()), waiting_, opened_, closed_};
}

}  // namespace prisma::driver
