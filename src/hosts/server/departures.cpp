#include "hosts/server/departures.h"

#include <poll.h>

namespace prisma::server {

namespace {
constexpr std::chrono::milliseconds kPause{200};

// A client that says no more is gone, as for the official engine: half a connection is none.
bool HasLeft(int socket) {
  pollfd state{socket, POLLRDHUP, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}
}  // namespace

Departures::Entry::Entry(Departures& departures, int socket) : departures_(departures), socket_(socket) {
  std::lock_guard lock(departures_.mutex_);
  next_ = departures_.first_;
  if (next_ != nullptr) next_->previous_ = this;
  departures_.first_ = this;
  departures_.has_new_ = true;
  if (!departures_.is_armed_) departures_.Arm();
}

Departures::Entry::~Entry() {
  std::lock_guard lock(departures_.mutex_);
  (previous_ != nullptr ? previous_->next_ : departures_.first_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
}

// Under the lock.
void Departures::Arm() {
  is_armed_ = true;
  timer_.expires_after(kPause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Look();
  });
}

void Departures::Look() {
  std::lock_guard lock(mutex_);
  is_armed_ = false;
  for (Entry* entry = first_; entry != nullptr; entry = entry->next_) {
    if (entry->is_old_ && HasLeft(entry->socket_)) entry->cancellation_.Cancel();
    entry->is_old_ = true;
  }
  // While nobody asks for anything there is nothing to look at.
  if (first_ != nullptr || has_new_) Arm();
  has_new_ = false;
}

}  // namespace prisma::server
