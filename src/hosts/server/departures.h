// Cancels the requests whose client closes the connection before it has its answer: what they have a database do is
// stopped.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <mutex>

#include "engine/deadline.h"

namespace prisma::server {

// Looks now and then at the sockets of those that take long; the others pay for an entry in a list alone.
class Departures {
 public:
  explicit Departures(boost::asio::io_context& context) : timer_(context) {}

  // A request that is being answered, of the client at the other end of `socket`.
  class Entry {
   public:
    Entry(Departures& departures, int socket);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    engine::Cancellation& cancellation() { return cancellation_; }

   private:
    friend class Departures;
    Departures& departures_;
    const int socket_;
    bool is_old_ = false;  // was there the last time that somebody looked
    Entry *previous_ = nullptr, *next_ = nullptr;
    engine::Cancellation cancellation_;
  };

 private:
  void Arm();
  void Look();

  std::mutex mutex_;
  Entry* first_ = nullptr;
  boost::asio::steady_timer timer_;
  bool is_armed_ = false, has_new_ = false;
};

}  // namespace prisma::server
