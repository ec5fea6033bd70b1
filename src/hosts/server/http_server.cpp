#include "hosts/server/http_server.h"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "hosts/server/departures.h"
#include "hosts/server/log.h"

namespace prisma::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr uint32_t kMaxHeader = 64 << 10;
constexpr size_t kKeptBuffer = 64 << 10;  // an idle connection keeps no more than this
constexpr int kMaxThreads = 256;
constexpr int kMaxWaiting = 192;  // threads of requests that may wait for a connection of the database
constexpr std::chrono::seconds kSurplusThreadLife{10};
constexpr std::chrono::seconds kShutdownGrace{10};
constexpr std::chrono::seconds kLinger{2};
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kStackSize = 8 << 20;
#else
constexpr size_t kStackSize = 1 << 20;
#endif

// "Sat, 21 Nov 2026 03:05:44 GMT"
std::string HttpDate() {
  std::time_t now = std::time(nullptr);
  std::tm fields{};
  gmtime_r(&now, &fields);
  char text[40];
  size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &fields);
  return std::string(text, size);
}

// Threads that run one io_context. Whoever starts to answer a request makes sure that another thread is left to wait
// for events; the one that answers needs no hand-over. Surplus threads end after a while without work.
class Workers {
 public:
  explicit Workers(asio::io_context& context) : context_(context) {}

  // Runs the context on this thread, too, until it is stopped. False: other threads have not ended after a second.
  bool Run() {
    threads_ = 1;
    context_.run();
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, std::chrono::seconds(1), [&] { return threads_ == 1; });
  }

  template <class Work>
  auto Busy(Work&& work) {
    if (++busy_ >= threads_) Spawn();
    struct Done {
      std::atomic<int>& busy;
      ~Done() { --busy; }
    } done{busy_};
    return work();
  }

  // A place for a request that may wait for others. False: all are taken; `resume` is called with one later.
  template <class Resume>
  bool Enter(Resume&& resume) {
    std::lock_guard lock(places_mutex_);
    if (taken_ < kMaxWaiting) {
      ++taken_;
      return true;
    }
    parked_.emplace_back(std::forward<Resume>(resume));
    return false;
  }

  void Leave() {
    std::function<void()> next;
    {
      std::lock_guard lock(places_mutex_);
      if (parked_.empty()) {
        --taken_;
        return;
      }
      next = std::move(parked_.front());
      parked_.pop_front();
    }
    asio::post(context_, std::move(next));
  }

 private:
  void Spawn() {
    std::lock_guard lock(mutex_);
    if (busy_ < threads_ || threads_ >= kMaxThreads) return;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackSize);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    auto body = [](void* self) -> void* {
      static_cast<Workers*>(self)->RunThread();
      return nullptr;
    };
    // Counted before it runs: it may have taken a request by the time that this call returns.
    ++threads_;
    if (pthread_create(&thread, &attributes, body, this) != 0) --threads_;
    pthread_attr_destroy(&attributes);
  }

  void RunThread() {
    while (!context_.stopped()) {
      // The first extra thread stays: with it, one request at a time never waits for a thread to start.
      if (threads_ <= 2) {
        context_.run_one();
        continue;
      }
      if (context_.run_one_for(kSurplusThreadLife) == 0 && !context_.stopped()) {
        std::lock_guard lock(mutex_);
        if (threads_ > 2 && busy_ + 1 < threads_) break;
      }
    }
    std::lock_guard lock(mutex_);
    --threads_;
    ended_.notify_all();
  }

  asio::io_context& context_;
  std::atomic<int> busy_{0};
  std::atomic<int> threads_{0};
  std::mutex mutex_;
  std::condition_variable ended_;

  std::mutex places_mutex_;
  int taken_ = 0;
  std::deque<std::function<void()>> parked_;
};

struct Counts {
  std::atomic<size_t> open{0};        // connections
  std::atomic<size_t> unanswered{0};  // requests that have been read and whose answers are not yet written
};

// What the connections of a server share.
struct Shared {
  Handler& handler;
  HttpLimits limits;
  Counts& counts;
  std::atomic<bool> is_stopping{false};
  Workers workers;
  Departures departures;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // The handlers of `socket` must run one at a time if there is a limit of time.
  Connection(Tcp::socket socket, Shared& shared) : socket_(std::move(socket)), shared_(shared), counts_(shared.counts) {
    ++counts_.open;
    if (shared_.limits.patience.count() > 0) timer_.emplace(socket_.get_executor());
  }
  ~Connection() {
    SetUnanswered(false);
    --counts_.open;
  }

  void Start() {
    boost::system::error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    if (counts_.open > shared_.limits.max_connections) {
      return Refuse({503, "application/json", UserFacingError("Too many connections are open. Try again."), true});
    }
    if (auto remote = socket_.remote_endpoint(ignored); !ignored) client_ = remote.address().to_string(ignored);
    Read();
  }

 private:
  void Read() {
    SetDeadline(shared_.limits.patience);
    parser_.emplace();
    parser_->body_limit(shared_.limits.max_body);
    parser_->header_limit(kMaxHeader);
    http::async_read_header(socket_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (error) return self->Fail(error);
      self->ReadBody();
    });
  }

  void ReadBody() {
    if (parser_->is_done()) return Answer();
    if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      asio::async_write(socket_, asio::buffer(kContinue), [self = shared_from_this()](beast::error_code error, size_t) {
        if (!error) self->ReadRest();
      });
      return;
    }
    ReadRest();
  }

  void ReadRest() {
    http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (error) return self->Fail(error);
      self->Answer();
    });
  }

  void Answer() {
    if (timer_) timer_->cancel();
    SetUnanswered(true);
    start_ = Clock::now();
    const HttpRequest request = Request();
    // Who holds a connection that others wait for must not wait for the threads of those others.
    if (!shared_.handler.MayWait(request)) return AnswerNow(request);
    if (shared_.workers.Enter([self = shared_from_this()] { self->AnswerInPlace(self->Request()); })) {
      AnswerInPlace(request);
    }
  }

  void AnswerInPlace(const HttpRequest& request) {
    struct Place {
      Workers& workers;
      ~Place() { workers.Leave(); }
    } place{shared_.workers};
    AnswerNow(request);
  }

  void AnswerNow(HttpRequest request) {
    const bool keep_alive = parser_->get().keep_alive() && !shared_.is_stopping;
    const unsigned version = parser_->get().version();
    HttpResponse response = shared_.workers.Busy([&] {
      Departures::Entry entry(shared_.departures, socket_.native_handle());
      request.cancellation = &entry.cancellation();
      return shared_.handler.Answer(request);
    });
    Send(std::move(response), keep_alive, version);
  }

  // Of what the parser holds.
  HttpRequest Request() const {
    const auto& message = parser_->get();
    std::string_view target(message.target().data(), message.target().size());
    HttpRequest request;
    request.method = {message.method_string().data(), message.method_string().size()};
    request.path = target.substr(0, target.find('?'));
    request.query = request.path.size() < target.size() ? target.substr(request.path.size() + 1) : std::string_view();
    request.body = message.body();
    request.header = [&message](std::string_view name) {
      auto value = message[beast::string_view(name.data(), name.size())];
      return std::string_view(value.data(), value.size());
    };
    request.client = client_;
    return request;
  }

  void Send(HttpResponse&& response, bool keep_alive, unsigned version) {
    SetDeadline(5 * shared_.limits.patience);
    answer_.emplace();
    answer_->version(version);
    answer_->result(static_cast<unsigned>(response.status));
    if (!response.content_type.empty()) {
      answer_->set(http::field::content_type,
                   beast::string_view(response.content_type.data(), response.content_type.size()));
    }
    if (response.has_elapsed) {
      auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count();
      answer_->set("x-elapsed", std::to_string(elapsed));
    }
    for (const auto& [name, value] : response.headers)
      answer_->set(beast::string_view(name.data(), name.size()), value);
    answer_->set("qe-content-length", std::to_string(response.body.size()));
    answer_->set(http::field::date, HttpDate());
    answer_->keep_alive(keep_alive);
    answer_->body() = std::move(response.body);
    answer_->prepare_payload();
    http::async_write(socket_, *answer_, [self = shared_from_this(), keep_alive](beast::error_code error, size_t) {
      self->answer_.reset();
      self->SetUnanswered(false);
      if (error) return self->Close();
      if (!keep_alive) return self->is_refused_ ? self->Linger() : self->Close();
      if (self->buffer_.capacity() > kKeptBuffer && self->buffer_.size() == 0) self->buffer_ = {};
      self->Read();
    });
  }

  // The last answer, to a request that has not been read.
  void Refuse(HttpResponse&& response) {
    is_refused_ = true;
    start_ = Clock::now();
    Send(std::move(response), false, 11);
  }

  void Fail(beast::error_code error) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return Refuse({error == http::error::body_limit ? 413 : 431, "application/json",
                     UserFacingError("The request is larger than the engine takes."), true});
    }
    const bool is_bad_request = error.category() == http::make_error_code(http::error::bad_method).category() &&
                                error != http::error::end_of_stream && error != http::error::partial_message;
    if (is_bad_request) return Refuse({400, {}, {}, true});
    Close();
  }

  // Reads on for a while what nobody wants: a connection that is closed before that is reset, and a client that is
  // still sending sees the reset instead of the answer.
  void Linger() {
    boost::system::error_code ignored;
    socket_.shutdown(Tcp::socket::shutdown_send, ignored);
    parser_.reset();
    buffer_ = {};
    buffer_.reserve(kKeptBuffer);
    if (timer_) {
      timer_->expires_after(kLinger);
      executor_ = socket_.get_executor();
    } else {
      executor_ = asio::make_strand(socket_.get_executor());
      timer_.emplace(executor_, kLinger);
    }
    timer_->async_wait(asio::bind_executor(executor_, [self = shared_from_this()](beast::error_code error) {
      if (!error) self->Close();
    }));
    Discard();
  }

  void Discard() {
    socket_.async_read_some(
        buffer_.prepare(kKeptBuffer),
        asio::bind_executor(executor_, [self = shared_from_this()](beast::error_code error, size_t) {
          if (!error) return self->Discard();
          self->timer_->cancel();
          self->Close();
        }));
  }

  // What is begun now must be done by then, or the connection is closed.
  void SetDeadline(std::chrono::seconds time) {
    if (!timer_) return;
    timer_->expires_after(time);
    timer_->async_wait([self = weak_from_this()](beast::error_code error) {
      if (auto connection = self.lock(); connection && !error) connection->Close();
    });
  }

  void SetUnanswered(bool value) {
    if (value && !is_unanswered_) ++counts_.unanswered;
    if (!value && is_unanswered_) --counts_.unanswered;
    is_unanswered_ = value;
  }

  void Close() {
    if (timer_) timer_->cancel();
    boost::system::error_code ignored;
    socket_.shutdown(Tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  Tcp::socket socket_;
  Shared& shared_;
  Counts& counts_;
  std::string client_;
  Clock::time_point start_;  // of the answer
  bool is_unanswered_ = false, is_refused_ = false;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> answer_;
  asio::any_io_executor executor_;           // while lingering
  std::optional<asio::steady_timer> timer_;  // if there is a limit of time, and while lingering
};

}  // namespace

struct HttpServer::Impl {
  Impl(Handler& handler, const HttpLimits& limits)
      : shared{handler, limits, counts, false, Workers(context), Departures(context)} {}

  void Accept() {
    // Without a limit of time a connection has but one thing going on at a time, and needs nothing to keep order.
    const bool has_timer = shared.limits.patience.count() > 0;
    asio::any_io_executor executor = context.get_executor();
    if (has_timer) executor = asio::make_strand(context);
    acceptor.async_accept(executor, [this](beast::error_code error, Tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (!error) {
        auto connection = std::make_shared<Connection>(std::move(socket), shared);
        connection->Start();
        return Accept();
      }
      // Out of file descriptors, most likely: wait for some to be closed.
      retry.expires_after(std::chrono::milliseconds(50));
      retry.async_wait([this](beast::error_code cancelled) {
        if (!cancelled) Accept();
      });
    });
  }

  void Stop() {
    shared.is_stopping = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    retry.cancel();
    deadline = Clock::now() + kShutdownGrace;
    WaitToStop(std::chrono::milliseconds(5));  // what has arrived is read
  }

  void WaitToStop(std::chrono::milliseconds time) {
    poll.expires_after(time);
    poll.async_wait([this](beast::error_code) {
      if (counts.unanswered == 0 || Clock::now() >= deadline) return context.stop();
      WaitToStop(std::chrono::milliseconds(10));
    });
  }

  Counts counts;  // outlive the connections, of which the last ones end with the context
  asio::io_context context;
  Shared shared;
  Tcp::acceptor acceptor{context};
  asio::signal_set signals{context};
  asio::steady_timer retry{context}, poll{context};
  Clock::time_point deadline;
};

HttpServer::HttpServer(Handler& handler, const std::string& host, uint16_t port, const HttpLimits& limits)
    : impl_(std::make_unique<Impl>(handler, limits)) {
  boost::system::error_code error;
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
  impl_->signals.async_wait([&](beast::error_code error, int number) {
    if (error) return;
    on_signal(number);
    impl_->Stop();
  });
  impl_->Accept();
  return impl_->shared.workers.Run();
}

}  // namespace prisma::server
