#include <boost/asio/bind_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "hosts/server/connection.h"
#include "hosts/server/log.h"

namespace prisma::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;

constexpr size_t kKeptBuffer = 64 << 10;  // an idle connection keeps no more than this
constexpr std::chrono::seconds kLinger{2};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
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
      self->is_first_ = false;
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
    if (error == http::error::bad_version && is_first_ && BeginsHttp2()) return BecomeHttp2();
    if (is_bad_request) return Refuse({400, {}, {}, true});
    Close();
  }

  // Whether what has come is the preface, or its beginning: the parser has seen no more than its first line.
  bool BeginsHttp2() const {
    std::string_view received(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    return !received.empty() && received.substr(0, kHttp2Preface.size()) == kHttp2Preface.substr(0, received.size());
  }

  void BecomeHttp2() {
    if (timer_) timer_->cancel();
    StartHttp2(std::move(socket_), shared_, client_, {static_cast<const char*>(buffer_.data().data()), buffer_.size()});
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
  bool is_unanswered_ = false, is_refused_ = false, is_first_ = true;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> answer_;
  asio::any_io_executor executor_;           // while lingering
  std::optional<asio::steady_timer> timer_;  // if there is a limit of time, and while lingering
};

}  // namespace

void StartConnection(Tcp::socket socket, Shared& shared) {
  std::make_shared<Connection>(std::move(socket), shared)->Start();
}

// "Sat, 21 Nov 2026 03:05:44 GMT"
std::string HttpDate() {
  std::time_t now = std::time(nullptr);
  std::tm fields{};
  gmtime_r(&now, &fields);
  char text[40];
  size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &fields);
  return std::string(text, size);
}

}  // namespace prisma::server
