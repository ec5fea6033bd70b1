#include "hosts/rpc/session.h"

#include <deque>
#include <exception>
#include <string>

#include "base/error.h"
#include "hosts/rpc/methods.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::rpc {
namespace {

constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601, kInvalidParams = -32602;
constexpr int kEngineError = 4466;
constexpr size_t kMaxLine = size_t{256} << 20;

class Session {
 public:
  Session(engine::SchemaEngine& engine, std::FILE* in, std::FILE* out)
      : methods_(engine, [this](std::string_view text) { Print(text); }), in_(in), out_(out) {}

  void Run() {
    std::string line;
    while (NextLine(line)) {
      if (line.find_first_not_of(" \t\r") != std::string::npos) Answer(line);
    }
  }

 private:
  bool ReadLine(std::string& line) {
    line.clear();
    for (int c; (c = std::getc(in_)) != EOF;) {
      if (c == '\n') return true;
      if (line.size() < kMaxLine) line += static_cast<char>(c);
    }
    return !line.empty();
  }

  // First those that came while the client was called back.
  bool NextLine(std::string& line) {
    if (waiting_.empty()) return ReadLine(line);
    line = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }

  void Send(const std::string& message) {
    std::fwrite(message.data(), 1, message.size(), out_);
    std::fputc('\n', out_);
    std::fflush(out_);
  }

  void SendError(const std::string& id, int code, std::string_view message, const std::string& data = {}) {
    std::string text = "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" + std::to_string(code) + ",\"message\":";
    json::AppendString(text, message);
    if (!data.empty()) text += ",\"data\":" + data;
    Send(text + "},\"id\":" + id + "}");
  }

  void Answer(const std::string& line) {
    json::Document document;
    if (!document.Parse(line)) {
      SendError("null", kParseError, "Parse error");
      return;
    }
    json::Value request = document.root();
    // An answer to a call of ours that nobody waits for any more.
    if (request.is_object() && !request.Has("method") && (request.Has("result") || request.Has("error"))) return;
    std::string id = request.is_object() && request.Has("id") ? json::ToText(request.Get("id")) : "null";
    if (!request.is_object() || !request.Get("method").is_string()) {
      SendError(id, kInvalidRequest, "Invalid request");
      return;
    }
    bool is_notification = !request.Has("id");
    // Nobody waits for an answer to a notification, not even for an error.
    auto send_error = [&](int code, std::string_view message, const std::string& data = {}) {
      if (!is_notification) SendError(id, code, message, data);
    };
    try {
      std::string result = methods_.Call(request.Get("method").text(), request.Get("params"));
      if (!is_notification) Send("{\"jsonrpc\":\"2.0\",\"result\":" + result + ",\"id\":" + id + "}");
    } catch (const Error& error) {
      send_error(kEngineError, "An error happened. Check the data field for details.",
                 ErrorData(error.code(), error.message(), error.meta(), false));
    } catch (const InvalidParameters& error) {
      send_error(kInvalidParams, "Invalid params: " + error.message + ".");
    } catch (const UnknownMethod&) {
      send_error(kMethodNotFound, "Method not found");
    } catch (const std::exception& error) {
      send_error(kEngineError, "An error happened. Check the data field for details.",
                 ErrorData("", error.what(), "", true));
    }
  }

  // Calls the client back and waits until it has answered. What else comes meanwhile is kept for later.
  void Print(std::string_view text) {
    std::string id = std::to_string(++last_id_);
    std::string message = "{\"jsonrpc\":\"2.0\",\"method\":\"print\",\"params\":{\"content\":";
    json::AppendString(message, text);
    Send(message + "},\"id\":" + id + "}");
    std::string line;
    while (ReadLine(line)) {
      json::Document document;
      if (document.Parse(line)) {
        json::Value answer = document.root();
        bool is_answer = answer.is_object() && answer.Has("id") && !answer.Has("method");
        if (is_answer && json::ToText(answer.Get("id")) == id) return;
      }
      waiting_.push_back(line);
    }
  }

  Methods methods_;
  std::FILE* in_;
  std::FILE* out_;
  int64_t last_id_ = 0;
  std::deque<std::string> waiting_;
};

}  // namespace

void Serve(engine::SchemaEngine& engine, std::FILE* in, std::FILE* out) { Session(engine, in, out).Run(); }

}  // namespace prisma::rpc
