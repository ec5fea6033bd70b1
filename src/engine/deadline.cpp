#include "engine/deadline.h"

#include <algorithm>
#include <utility>

namespace prisma::engine {

using driver::DbError;
using driver::DbException;
using std::chrono::milliseconds;

namespace {
thread_local Deadline* current = nullptr;
constexpr milliseconds kLongestPause{500};
}  // namespace

Watchdog::~Watchdog() {
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::Add(std::shared_ptr<Watched> watched, Clock::time_point when) {
  {
    std::lock_guard lock(mutex_);
    watched->next = std::min(watched->next, when);
    if (std::find(watched_.begin(), watched_.end(), watched) == watched_.end()) watched_.push_back(std::move(watched));
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  }
  wake_.notify_all();
}

void Watchdog::Remove(const std::shared_ptr<Watched>& watched) {
  std::lock_guard lock(mutex_);
  std::erase(watched_, watched);
}

void Cancellation::Cancel() {
  std::lock_guard lock(mutex_);
  if (std::exchange(is_cancelled_, true)) return;
  if (watched_ != nullptr) watchdog_->Add(watched_, Watchdog::Clock::now());
}

void Watchdog::Run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    Clock::time_point next = Clock::time_point::max();
    const Clock::time_point now = Clock::now();
    std::vector<std::shared_ptr<Watched>> due;
    for (const std::shared_ptr<Watched>& watched : watched_) {
      if (watched->next <= now) {
        due.push_back(watched);
      } else {
        next = std::min(next, watched->next);
      }
    }
    if (due.empty()) {
      if (next == Clock::time_point::max()) {
        wake_.wait(lock);
      } else {
        wake_.wait_until(lock, next);
      }
      continue;
    }
    lock.unlock();
    for (const std::shared_ptr<Watched>& watched : due) {
      // The request can't give its connection back meanwhile: nobody else's statement is met.
      std::lock_guard own(watched->mutex);
      watched->is_over = true;
      if (watched->running != nullptr) watched->running->Interrupt();
    }
    lock.lock();
    for (const std::shared_ptr<Watched>& watched : due) {
      watched->next = Clock::now() + watched->pause;
      watched->pause = std::min(watched->pause * 2, kLongestPause);
    }
  }
}

Deadline::Deadline(Watchdog& watchdog, std::optional<milliseconds> timeout, Cancellation* cancellation)
    : watchdog_(watchdog), cancellation_(cancellation), previous_(current) {
  if (timeout) {
    end_ = Watchdog::Clock::now() + *timeout;
    watchdog_.Add(watched_, end_);
    is_watched_ = true;
  }
  if (cancellation_ != nullptr) {
    std::lock_guard lock(cancellation_->mutex_);
    cancellation_->watchdog_ = &watchdog_;
    cancellation_->watched_ = watched_;
    if (cancellation_->is_cancelled_) watched_->is_over = true;
  }
  current = this;
}

Deadline::~Deadline() {
  if (cancellation_ != nullptr) {
    std::lock_guard lock(cancellation_->mutex_);
    cancellation_->watched_ = nullptr;
    is_watched_ |= cancellation_->is_cancelled_;
  }
  if (is_watched_) watchdog_.Remove(watched_);
  current = previous_;
}

Deadline* Deadline::Current() { return current; }

bool Deadline::IsOver() const {
  return watched_->is_over || (end_ != Watchdog::Clock::time_point::max() && Watchdog::Clock::now() >= end_);
}

milliseconds Deadline::left() const {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(end_ - Watchdog::Clock::now()));
}

void Deadline::Cut() {
  has_cut_ = true;
  throw DbException(DbError::Kind::kInterrupted, "the request is out of time");
}

void Deadline::Run(driver::Connection& connection, const std::function<void()>& work) {
  struct Use {
    Watchdog::Watched& watched;
    driver::Connection* previous = nullptr;
    bool Begin(driver::Connection* connection) {
      std::lock_guard lock(watched.mutex);
      previous = watched.running;
      watched.running = connection;
      return !watched.is_over;
    }
    ~Use() {
      std::lock_guard lock(watched.mutex);
      watched.running = previous;
    }
  } use{*watched_};
  if (!use.Begin(&connection) || IsOver()) Cut();
  try {
    work();
  } catch (const DbException& e) {
    if (e.error.kind == DbError::Kind::kInterrupted && IsOver()) has_cut_ = true;
    throw;
  }
}

}  // namespace prisma::engine
