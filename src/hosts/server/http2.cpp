// HTTP/2 without TLS, for clients that begin with its preface ("prior knowledge"). nghttp2 knows the protocol; here are
// the socket, the hand-over to the threads that answer, and the limits, which are those of HTTP/1.1.
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/deadline.h"
#include "hosts/server/connection.h"
#include "hosts/server/log.h"

namespace prisma::server {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

constexpr uint32_t kMostStreams = 100;
constexpr size_t kMostRunning = 200;  // requests being answered, also of streams that the client has reset
constexpr int32_t kWindow = 1 << 20;
constexpr size_t kInput = 16 << 10, kOutput = 64 << 10;

// A request and its answer.
struct Stream {
  enum class State : uint8_t { kReading, kAnswering, kSending };

  int32_t id;
  State state = State::kReading;
  bool is_sent = false;                    // the answer, up to its end
  Clock::time_point begun = Clock::now();  // of the state
  std::string method, target;
  std::vector<std::pair<std::string, std::string>> headers;
  size_t header_size = 0;
  std::string body;
  HttpResponse response;
  size_t sent = 0;  // of the response's body

  std::mutex mutex;  // of what the answering thread and the connection both use
  engine::Cancellation* cancellation = nullptr;
  bool is_gone = false;  // nobody waits for the answer

  std::string_view Header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }

  void Abandon() {
    std::lock_guard lock(mutex);
    is_gone = true;
    if (cancellation != nullptr) cancellation->Cancel();
  }
};

class Http2Connection : public std::enable_shared_from_this<Http2Connection> {
 public:
  Http2Connection(Tcp::socket socket, Shared& shared, std::string client)
      : socket_(std::move(socket)),
        strand_(asio::make_strand(socket_.get_executor())),
        shared_(shared),
        client_(std::move(client)),
        descriptor_(socket_.native_handle()) {
    ++shared_.counts.open;
    if (shared_.limits.patience.count() > 0) timer_.emplace(strand_);
  }
  ~Http2Connection() {
    nghttp2_session_del(session_);
    shared_.counts.unanswered -= unanswered_;
    --shared_.counts.open;
  }

  void Start(std::string_view received) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, OnBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, OnFrameSent);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnStreamClose);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams},
                                               {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
                                               {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxHeader}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindow);
    // Its handlers run on the strand, as this function does not.
    asio::post(strand_, [self = shared_from_this(), first = std::string(received)] {
      self->Watch();
      self->Receive(first);
    });
  }

 private:
  static Http2Connection& Self(void* self) { return *static_cast<Http2Connection*>(self); }
  Stream* Find(int32_t id) {
    auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second.get();
  }

  // ---- From the client.

  void Read() {
    socket_.async_read_some(asio::buffer(input_),
                            asio::bind_executor(strand_, [self = shared_from_this()](ErrorCode error, size_t size) {
                              if (self->is_closed_) return;
                              if (error) return self->Close();
                              self->Receive({self->input_.data(), size});
                            }));
  }

  void Receive(std::string_view bytes) {
    if (nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()) < 0) {
      return Close();
    }
    Flush();
    if (is_closed_) return;
    is_reading_ = running_ < kMostRunning && nghttp2_session_want_read(session_) != 0;
    if (is_reading_) Read();
  }

  static int OnBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    auto stream = std::make_shared<Stream>();
    stream->id = frame->hd.stream_id;
    Self(self).streams_[stream->id] = std::move(stream);
    return 0;
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name_bytes, size_t name_size,
                      const uint8_t* value_bytes, size_t value_size, uint8_t, void* self) {
    Stream* stream = Self(self).Find(frame->hd.stream_id);
    // Trailers say nothing that is wanted.
    if (stream == nullptr || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    stream->header_size += name_size + value_size + 32;
    if (stream->header_size > kMaxHeader) return 0;
    std::string name(reinterpret_cast<const char*>(name_bytes), name_size);
    std::string value(reinterpret_cast<const char*>(value_bytes), value_size);
    if (name == ":method") {
      stream->method = std::move(value);
    } else if (name == ":path") {
      stream->target = std::move(value);
    } else {
      stream->headers.emplace_back(std::move(name), std::move(value));
    }
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    Stream* stream = Self(self).Find(frame->hd.stream_id);
    if (stream == nullptr || stream->state != Stream::State::kReading) return 0;
    const bool is_whole = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.type == NGHTTP2_HEADERS && !Self(self).Admit(*stream, is_whole)) return 0;
    if (is_whole) Self(self).Dispatch(stream->id);
    return 0;
  }

  // Whether a request whose headers are there may go on.
  bool Admit(Stream& stream, bool is_whole) {
    if (stream.header_size > kMaxHeader) return Refuse(stream, 431);
    const std::string_view length = stream.Header("content-length");
    size_t size = 0;
    std::from_chars(length.data(), length.data() + length.size(), size);
    if (size > shared_.limits.max_body) return Refuse(stream, 413);
    if (!is_whole && stream.Header("expect") == "100-continue") {
      const nghttp2_nv status = Field(":status", "100");
      nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream.id, nullptr, &status, 1, nullptr);
    }
    return true;
  }

  static int OnData(nghttp2_session*, uint8_t, int32_t id, const uint8_t* bytes, size_t size, void* self) {
    Stream* stream = Self(self).Find(id);
    if (stream == nullptr || stream->state != Stream::State::kReading) return 0;
    // All requests of the connection together may be as large as one of HTTP/1.1, which has one at a time.
    if (Self(self).held_ + size > Self(self).shared_.limits.max_body) {
      Self(self).Refuse(*stream, 413);
      return 0;
    }
    stream->body.append(reinterpret_cast<const char*>(bytes), size);
    Self(self).held_ += size;
    return 0;
  }

  // ---- The answer.

  void Dispatch(int32_t id) {
    std::shared_ptr<Stream> stream = streams_[id];
    Enter(*stream, Stream::State::kAnswering);
    ++running_;
    shared_.workers.Post([self = shared_from_this(), stream] {
      // Who holds a connection that others wait for must not wait for the threads of those others.
      if (!self->shared_.handler.MayWait(self->Request(*stream))) return self->AnswerNow(stream);
      if (self->shared_.workers.Enter([self, stream] { self->AnswerInPlace(stream); })) self->AnswerInPlace(stream);
    });
  }

  void AnswerInPlace(const std::shared_ptr<Stream>& stream) {
    AnswerNow(stream);
    shared_.workers.Leave();
  }

  // On a thread of its own, unlike all else.
  void AnswerNow(const std::shared_ptr<Stream>& stream) {
    HttpRequest request = Request(*stream);
    HttpResponse response = shared_.workers.Busy([&]() -> HttpResponse {
      Departures::Entry entry(shared_.departures, descriptor_);
      {
        std::lock_guard lock(stream->mutex);
        if (stream->is_gone) return {};
        stream->cancellation = &entry.cancellation();
      }
      request.cancellation = &entry.cancellation();
      HttpResponse answer = shared_.handler.Answer(request);
      std::lock_guard lock(stream->mutex);
      stream->cancellation = nullptr;
      return answer;
    });
    asio::post(strand_, [self = shared_from_this(), stream, response = std::move(response)]() mutable {
      self->Finish(*stream, std::move(response));
    });
  }

  HttpRequest Request(const Stream& stream) const {
    const std::string_view target = stream.target;
    HttpRequest request;
    request.method = stream.method;
    request.path = target.substr(0, target.find('?'));
    request.query = request.path.size() < target.size() ? target.substr(request.path.size() + 1) : std::string_view();
    request.body = stream.body;
    request.header = [&stream](std::string_view name) { return stream.Header(name); };
    request.client = client_;
    return request;
  }

  void Finish(Stream& stream, HttpResponse&& response) {
    --running_;
    held_ -= stream.body.size();
    stream.body = {};
    if (is_closed_ || Find(stream.id) != &stream) {
      --unanswered_, --shared_.counts.unanswered;
      return;
    }
    Submit(stream, std::move(response));
    // As HTTP/1.1 closes the connection then.
    if (shared_.is_stopping) {
      nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                            NGHTTP2_NO_ERROR, nullptr, 0);
    }
    Flush();
    if (is_closed_ || is_reading_ || running_ >= kMostRunning) return;
    is_reading_ = nghttp2_session_want_read(session_) != 0;
    if (is_reading_) Read();
  }

  // Of a request that has not been read. Returns false.
  bool Refuse(Stream& stream, int status) {
    held_ -= stream.body.size();
    stream.body = {};
    Enter(stream, Stream::State::kAnswering);
    Submit(stream, {status, "application/json", UserFacingError("The request is larger than the engine takes."), true});
    return false;
  }

  static nghttp2_nv Field(std::string_view name, std::string_view value) {
    auto bytes = [](std::string_view text) { return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data())); };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
  }

  void Submit(Stream& stream, HttpResponse&& response) {
    std::vector<std::pair<std::string, std::string>> fields;
    fields.emplace_back(":status", std::to_string(response.status));
    if (!response.content_type.empty()) fields.emplace_back("content-type", response.content_type);
    if (response.has_elapsed) {
      auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - stream.begun).count();
      fields.emplace_back("x-elapsed", std::to_string(elapsed));
    }
    for (auto& [name, value] : response.headers) {
      fields.emplace_back(name, std::move(value));
      for (char& c : fields.back().first) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    const std::string length = std::to_string(response.body.size());
    fields.emplace_back("qe-content-length", length);
    fields.emplace_back("content-length", length);
    fields.emplace_back("date", HttpDate());
    std::vector<nghttp2_nv> values;
    for (const auto& [name, value] : fields) values.push_back(Field(name, value));
    stream.response = std::move(response);
    Enter(stream, Stream::State::kSending);
    nghttp2_data_provider body;
    body.source.ptr = &stream;
    body.read_callback = ReadBody;
    nghttp2_submit_response(session_, stream.id, values.data(), values.size(),
                            stream.response.body.empty() ? nullptr : &body);
  }

  static ssize_t ReadBody(nghttp2_session*, int32_t, uint8_t* buffer, size_t size, uint32_t* flags,
                          nghttp2_data_source* source, void*) {
    Stream& stream = *static_cast<Stream*>(source->ptr);
    const std::string& body = stream.response.body;
    size = std::min(size, body.size() - stream.sent);
    std::memcpy(buffer, body.data() + stream.sent, size);
    stream.sent += size;
    if (stream.sent == body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  static int OnFrameSent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if ((frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) ||
        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) {
      return 0;
    }
    // Whoever still sends what has been refused sends into the void: some clients lose the answer if they are told to
    // stop.
    if (Stream* stream = Self(self).Find(frame->hd.stream_id)) Self(self).MarkSent(*stream);
    return 0;
  }

  void MarkSent(Stream& stream) {
    if (!std::exchange(stream.is_sent, true)) ++unwritten_;
  }

  static int OnStreamClose(nghttp2_session*, int32_t id, uint32_t, void* self) {
    auto found = Self(self).streams_.find(id);
    if (found == Self(self).streams_.end()) return 0;
    Stream& stream = *found->second;
    switch (stream.state) {
      case Stream::State::kReading:
        Self(self).held_ -= stream.body.size();
        break;
      case Stream::State::kAnswering:
        stream.Abandon();
        break;
      case Stream::State::kSending:
        Self(self).MarkSent(stream);
        break;
    }
    Self(self).streams_.erase(found);
    Self(self).idle_since_ = Clock::now();
    return 0;
  }

  void Enter(Stream& stream, Stream::State state) {
    if (stream.state == Stream::State::kReading) ++unanswered_, ++shared_.counts.unanswered;
    // The answer's time runs from when the request was there.
    stream.state = state;
    stream.begun = Clock::now();
  }

  // ---- To the client.

  void Flush() {
    if (is_writing_ || is_closed_) return;
    output_.clear();
    while (output_.size() < kOutput) {
      const uint8_t* bytes = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
      if (size < 0) return Close();
      if (size == 0) break;
      output_.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    }
    if (output_.empty()) {
      if (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0) Close();
      return;
    }
    is_writing_ = true;
    write_begun_ = Clock::now();
    const size_t answers = std::exchange(unwritten_, 0);
    asio::async_write(socket_, asio::buffer(output_),
                      asio::bind_executor(strand_, [self = shared_from_this(), answers](ErrorCode error, size_t) {
                        self->is_writing_ = false;
                        self->unanswered_ -= answers;
                        self->shared_.counts.unanswered -= answers;
                        if (self->is_closed_) return;
                        if (error) return self->Close();
                        self->Flush();
                      }));
  }

  // ---- Time.

  // Where patience is limited, looks now and then for what takes too long.
  void Watch() {
    if (!timer_) return;
    timer_->expires_after(std::chrono::seconds(1));
    timer_->async_wait([self = weak_from_this()](ErrorCode error) {
      auto connection = self.lock();
      if (!connection || error || connection->is_closed_) return;
      connection->Look();
    });
  }

  void Look() {
    const std::chrono::seconds patience = shared_.limits.patience;
    const Clock::time_point now = Clock::now();
    if (is_writing_ && now - write_begun_ > 5 * patience) return Close();
    for (const auto& [id, stream] : streams_) {
      if ((stream->state == Stream::State::kReading && now - stream->begun > patience) ||
          (stream->state == Stream::State::kSending && now - stream->begun > 5 * patience)) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
      }
    }
    if (streams_.empty() && running_ == 0 && now - idle_since_ > patience) {
      nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
    }
    Flush();
    if (!is_closed_) Watch();
  }

  // The socket stays open until the last request is done: somebody may look at its descriptor.
  void Close() {
    if (std::exchange(is_closed_, true)) return;
    if (timer_) timer_->cancel();
    ErrorCode ignored;
    socket_.shutdown(Tcp::socket::shutdown_both, ignored);
    for (const auto& [id, stream] : streams_) {
      if (stream->state == Stream::State::kAnswering) stream->Abandon();
    }
    streams_.clear();
  }

  Tcp::socket socket_;
  asio::strand<asio::any_io_executor> strand_;  // all but answering happens here
  Shared& shared_;
  const std::string client_;
  const int descriptor_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::shared_ptr<Stream>> streams_;
  size_t held_ = 0;     // bytes of requests
  size_t running_ = 0;  // requests that are being answered
  size_t unanswered_ = 0;
  size_t unwritten_ = 0;  // answers that are in `output_` to their end
  bool is_reading_ = true, is_writing_ = false, is_closed_ = false;
  std::array<char, kInput> input_;
  std::string output_;
  Clock::time_point write_begun_, idle_since_ = Clock::now();
  std::optional<asio::steady_timer> timer_;  // if there is a limit of time
};

}  // namespace

void StartHttp2(Tcp::socket socket, Shared& shared, std::string client, std::string_view received) {
  std::make_shared<Http2Connection>(std::move(socket), shared, std::move(client))->Start(received);
}

}  // namespace prisma::server
