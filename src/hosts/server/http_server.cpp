#include "hosts/server/http_server.h"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <optional>
#include <string>

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
constexpr std::chrono::seconds kSurplusThreadLife{10};
constexpr std::chrono::seconds kShutdownGrace{10};
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

  int busy() const { return busy_; }

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
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, Handler& handler, Workers& workers, const std::atomic<bool>& is_stopping,
             const HttpLimits& limits, std::atomic<size_t>& open)
      : socket_(std::move(socket)),
        handler_(handler),
        workers_(workers),
        is_stopping_(is_stopping),
        limits_(limits),
        open_(open) {
    ++open_;
  }
  ~Connection() { --open_; }

  void Start() {
    boost::system::error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    if (open_ > limits_.max_connections) {
      return Send({503, "application/json", UserFacingError("Too many connections are open. Try again."), true},
                  Clock::now(), false, 11);
    }
    if (auto remote = socket_.remote_endpoint(ignored); !ignored) client_ = remote.address().to_string(ignored);
    Read();
  }

 private:
  void Read() {
    parser_.emplace();
    parser_->body_limit(limits_.max_body);
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
    const bool keep_alive = message.keep_alive() && !is_stopping_;
    const unsigned version = message.version();
    Clock::time_point start = Clock::now();
    HttpResponse response = workers_.Busy([&] { return handler_.Answer(request); });
    Send(std::move(response), start, keep_alive, version);
  }

  void Send(HttpResponse&& response, Clock::time_point start, bool keep_alive, unsigned version) {
    answer_.emplace();
    answer_->version(version);
    answer_->result(static_cast<unsigned>(response.status));
    if (!response.content_type.empty()) {
      answer_->set(http::field::content_type,
                   beast::string_view(response.content_type.data(), response.content_type.size()));
    }
    if (response.has_elapsed) {
      auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
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
      if (error || !keep_alive) return self->Close();
      if (self->buffer_.capacity() > kKeptBuffer && self->buffer_.size() == 0) self->buffer_ = {};
      self->Read();
    });
  }

  void Fail(beast::error_code error) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return Send({error == http::error::body_limit ? 413 : 431, "application/json",
                   UserFacingError("The request is larger than the engine takes."), true},
                  Clock::now(), false, 11);
    }
    const bool is_bad_request = error.category() == http::make_error_code(http::error::bad_method).category() &&
                                error != http::error::end_of_stream && error != http::error::partial_message;
    if (is_bad_request) return Send({400, {}, {}, true}, Clock::now(), false, 11);
    Close();
  }

  void Close() {
    boost::system::error_code ignored;
    socket_.shutdown(Tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  Tcp::socket socket_;
  Handler& handler_;
  Workers& workers_;
  const std::atomic<bool>& is_stopping_;
  const HttpLimits& limits_;
  std::atomic<size_t>& open_;
  std::string client_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> answer_;
};

}  // namespace

struct HttpServer::Impl {
  Impl(Handler& handler, const HttpLimits& limits) : handler(handler), limits(limits) {}

  void Accept() {
    acceptor.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (!error) {
        std::make_shared<Connection>(std::move(socket), handler, workers, is_stopping, limits, open)->Start();
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
    is_stopping = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    retry.cancel();
    deadline = Clock::now() + kShutdownGrace;
    StopWhenIdle();
  }

  void StopWhenIdle() {
    if (workers.busy() == 0 || Clock::now() >= deadline) {
      // A last round lets answers that are being written go out.
      poll.expires_after(std::chrono::milliseconds(5));
      poll.async_wait([this](beast::error_code) { context.stop(); });
      return;
    }
    poll.expires_after(std::chrono::milliseconds(10));
    poll.async_wait([this](beast::error_code) { StopWhenIdle(); });
  }

  Handler& handler;
  HttpLimits limits;
  std::atomic<size_t> open{0};  // connections; outlives them
  asio::io_context context;
  Tcp::acceptor acceptor{context};
  asio::signal_set signals{context};
  asio::steady_timer retry{context}, poll{context};
  Workers workers{context};
  std::atomic<bool> is_stopping{false};
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
}

HttpServer::~HttpServer() = default;

uint16_t HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

bool HttpServer::Run(const std::function<void(int)>& on_signal) {
  ::signal(SIGPIPE, SIG_IGN);
  impl_->signals.add(SIGTERM);
  impl_->signals.add(SIGINT);
  impl_->signals.async_wait([&](beast::error_code error, int number) {
    if (error) return;
    on_signal(number);
    impl_->Stop();
  });
  impl_->Accept();
  return impl_->workers.Run();
}

}  // namespace prisma::server
