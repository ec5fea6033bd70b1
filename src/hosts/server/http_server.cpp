#include "hosts/server/http_server.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "base/error.h"
#include "hosts/server/connection.h"

namespace prisma::server {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

constexpr std::chrono::seconds kShutdownGrace{10};

}  // namespace

struct HttpServer::Impl {
  Impl(Handler& handler, const HttpLimits& limits)
      : shared{handler, limits, counts, false, Workers(context), Departures(context)} {}

  void Accept() {
    // Without a limit of time a connection has but one thing going on at a time, and needs nothing to keep order.
    const bool has_timer = shared.limits.patience.count() > 0;
    asio::any_io_executor executor = context.get_executor();
    if (has_timer) executor = asio::make_strand(context);
    acceptor.async_accept(executor, [this](ErrorCode error, Tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (!error) {
        StartConnection(std::move(socket), shared);
        return Accept();
      }
      // Out of file descriptors, most likely: wait for some to be closed.
      retry.expires_after(std::chrono::milliseconds(50));
      retry.async_wait([this](ErrorCode cancelled) {
        if (!cancelled) Accept();
      });
    });
  }

  void Stop() {
    shared.is_stopping = true;
    ErrorCode ignored;
    acceptor.close(ignored);
    retry.cancel();
    deadline = Clock::now() + kShutdownGrace;
    WaitToStop(std::chrono::milliseconds(5));  // what has arrived is read
  }

  void WaitToStop(std::chrono::milliseconds time) {
    poll.expires_after(time);
    poll.async_wait([this](ErrorCode) {
      if (counts.unanswered == 0 || Clock::now() >= deadline) return context.stop();
      WaitToStop(std::chrono::milliseconds(10));
    });
  }

  Counts counts;  // outlive the connections, of which the last ones end with the context
  asio::io_context context;
  Shared shared;
  // What accepts connections, and what stops that, one at a time.
  asio::strand<asio::io_context::executor_type> strand = asio::make_strand(context);
  Tcp::acceptor acceptor{strand};
  asio::signal_set signals{strand};
  asio::steady_timer retry{strand}, poll{strand};
  Clock::time_point deadline;
};

HttpServer::HttpServer(Handler& handler, const std::string& host, uint16_t port, const HttpLimits& limits)
    : impl_(std::make_unique<Impl>(handler, limits)) {
  ErrorCode error;
  asio::ip::address address = asio::ip::make_address(host, error);
  if (error) {
    Tcp::resolver resolver(impl_->context);
    auto found = resolver.resolve(host, std::to_string(port), error);
    if (error || found.empty()) throw Error("", "Cannot listen on " + host + ": " + error.message());
    address = found.begin()->endpoint().address();
  }
  Tcp::endpoint endpoint(address, port);
  Tcp::acceptor& acceptor = impl_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(1024, error);
  if (error) throw Error("", "Cannot listen on " + host + ":" + std::to_string(port) + ": " + error.message());
  // From here on, so that nobody who knows that the server has started can end it in any other way.
  impl_->signals.add(SIGTERM);
  impl_->signals.add(SIGINT);
}

HttpServer::~HttpServer() = default;

uint16_t HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

bool HttpServer::Run(const std::function<void(int)>& on_signal) {
  ::signal(SIGPIPE, SIG_IGN);
  impl_->signals.async_wait([&](ErrorCode error, int number) {
    if (error) return;
    on_signal(number);
    impl_->Stop();
  });
  impl_->Accept();
  return impl_->shared.workers.Run();
}

}  // namespace prisma::server
