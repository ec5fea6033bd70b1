// An end to the time that one request may take, or when nobody wants its answer any more: what its thread still has a
// database do then is interrupted.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "driver/connection.h"

namespace prisma::engine {

// Interrupts connections whose request is out of time. Its thread starts with the first request that has a deadline.
class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;

  // What it knows of one request.
  struct Watched {
    std::mutex mutex;
    driver::Connection* running = nullptr;  // in use by the request
    std::atomic<bool> is_over = false;
    Clock::time_point next = Clock::time_point::max();  // when to interrupt, or to do so again: an interrupt between
                                                        // two statements meets nothing
    std::chrono::milliseconds pause{10};
  };

  Watchdog() = default;
  ~Watchdog();
  // Interrupts it at `when`, or before if that has been said, and again after that.
  void Add(std::shared_ptr<Watched> watched, Clock::time_point when);
  void Remove(const std::shared_ptr<Watched>& watched);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::shared_ptr<Watched>> watched_;
  bool is_stopping_ = false;
  std::thread thread_;
};

// Ends a request from another thread.
class Cancellation {
 public:
  void Cancel();

 private:
  friend class Deadline;
  std::mutex mutex_;
  bool is_cancelled_ = false;
  Watchdog* watchdog_ = nullptr;  // of the request, while it runs
  std::shared_ptr<Watchdog::Watched> watched_;
};

// Of the work that this thread does while the object lives.
class Deadline {
 public:
  // Without `timeout`, and with a null `cancellation`, that does not end it.
  Deadline(Watchdog& watchdog, std::optional<std::chrono::milliseconds> timeout, Cancellation* cancellation);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Null: this thread may take as long as it likes.
  static Deadline* Current();

  std::chrono::milliseconds left() const;  // rounded up, zero when it is over; long if nothing but cancellation ends it
  // Runs `work`, which uses `connection`. Throws DbException kInterrupted when there is no time for it.
  void Run(driver::Connection& connection, const std::function<void()>& work);
  // The same for work that could not be begun.
  [[noreturn]] void Cut();
  // Work was ended, or not begun, for want of time.
  bool has_cut() const { return has_cut_; }

 private:
  bool IsOver() const;

  Watchdog& watchdog_;
  Watchdog::Clock::time_point end_ = Watchdog::Clock::time_point::max();
  Cancellation* cancellation_;
  std::shared_ptr<Watchdog::Watched> watched_ = std::make_shared<Watchdog::Watched>();
  Deadline* previous_;
  bool has_cut_ = false;
  bool is_watched_ = false;  // by the watchdog
};

}  // namespace prisma::engine
