#include "driver/pool.h"

#include <pthread.h>

#include <algorithm>

#include "diagnostics/errors.h"

namespace prisma::driver {

namespace {
constexpr auto kDefaultTimeout = std::chrono::milliseconds(10000);
// A fork waits no longer for connections that are in use.
constexpr auto kMaxPause = std::chrono::milliseconds(500);
}  // namespace

// Brings connections that can't go through a fork into a state that can.
class ForkGuard {
 public:
  static void Add(Pool* pool) {
    static const int is_watching = pthread_atfork(&Before, &InParent, &InChild);
    (void)is_watching;
    std::lock_guard lock(mutex);
    pools.push_back(pool);
  }
  static void Remove(Pool* pool) {
    std::lock_guard lock(mutex);
    pools.erase(std::remove(pools.begin(), pools.end(), pool), pools.end());
  }

 private:
  static void Before() {
    mutex.lock();
    const Pool::Clock::time_point deadline = Pool::Clock::now() + kMaxPause;
    for (Pool* pool : pools) pool->Pause(deadline);
  }
  static void InParent() {
    for (Pool* pool : pools) pool->Resume();
    mutex.unlock();
  }
  // The pools are the parent's. Nobody waits for their connections here, and those who did there must not be looked
  // for.
  static void InChild() {
    for (Pool* pool : pools) {
      if (pool->open_ > pool->idle_.size()) pool->database_->WasForkedInUse();
      pool->mutex_.unlock();
    }
    pools.clear();
    mutex.unlock();
  }

  static inline std::mutex mutex;
  static inline std::vector<Pool*> pools;
};

void Pool::Lease::Release() noexcept {
  if (kept_.connection != nullptr) pool_->GiveBack(std::move(kept_));
}

Pool::Pool(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      limit_(std::max(1u, database_->connection_limit().value_or(database_->default_connection_limit()))),
      timeout_(database_->pool_timeout().value_or(kDefaultTimeout)) {
  if (database_->at_fork() != Database::AtFork::kAny) ForkGuard::Add(this);
}

Pool::~Pool() {
  if (database_->at_fork() != Database::AtFork::kAny) ForkGuard::Remove(this);
}

void Pool::Pause(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  is_pausing_ = true;
  returned_.wait_until(lock, deadline, [&] { return open_ == idle_.size(); });
  if (database_->at_fork() == Database::AtFork::kClosed) {
    open_ -= static_cast<uint32_t>(idle_.size());
    closed_ += idle_.size();
    idle_.clear();
  }
  lock.release();  // stays locked
}

void Pool::Resume() {
  is_pausing_ = false;
  mutex_.unlock();
  returned_.notify_all();
}

Pool::Lease Pool::Acquire(std::optional<std::chrono::milliseconds> timeout) {
  std::unique_lock lock(mutex_);
  is_closing_ = false;
  if (is_pausing_ || (idle_.empty() && open_ >= limit_)) {
    auto limit = timeout.value_or(timeout_);
    auto is_free = [&] { return !is_pausing_ && (!idle_.empty() || open_ < limit_); };
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
  if (Lease lease = TakeIdle(); lease) return lease;
  ++open_;
  ++opened_;
  lock.unlock();
  Kept kept;
  kept.opened = kept.used = Clock::now();
  try {
    kept.connection = database_->Connect();
  } catch (...) {
    lock.lock();
    --open_;
    --opened_;
    returned_.notify_one();
    throw;
  }
  return Lease(this, std::move(kept));
}

Pool::Lease Pool::TryAcquire() {
  std::lock_guard lock(mutex_);
  return is_pausing_ ? Lease() : TakeIdle();
}

// The last used one that is still good; the others are closed. Under the lock.
Pool::Lease Pool::TakeIdle() {
  std::optional<std::chrono::milliseconds> max_idle = database_->max_idle_lifetime(), max = database_->max_lifetime();
  while (!idle_.empty()) {
    Kept kept = std::move(idle_.back());
    idle_.pop_back();
    Clock::time_point now = max_idle || max ? Clock::now() : Clock::time_point();
    bool is_old = (max_idle && now - kept.used > *max_idle) || (max && now - kept.opened > *max);
    if (!is_old && kept.connection->IsOpen()) return Lease(this, std::move(kept));
    --open_;
    ++closed_;
  }
  return Lease();
}

void Pool::GiveBack(Kept kept) noexcept {
  Connection* connection = kept.connection.get();
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
  if (database_->max_idle_lifetime()) kept.used = Clock::now();
  bool is_pausing = false;
  {
    std::lock_guard lock(mutex_);
    if (is_good && !is_closing_) {
      idle_.push_back(std::move(kept));
    } else {
      --open_;
      ++closed_;
    }
    is_pausing = is_pausing_;
  }
  // The fork waits for them all.
  is_pausing ? returned_.notify_all() : returned_.notify_one();
}

void Pool::Close() {
  std::vector<Kept> idle;
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
