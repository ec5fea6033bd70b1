#include "hosts/rpc/session.h"

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
    while (ReadLine(line)) {
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
    try {
      std::string result = methods_.Call(request.Get("method").text(), request.Get("params"));
      if (!is_notification) Send("{\"jsonrpc\":\"2.0\",\"result\":" + result + ",\"id\":" + id + "}");
    } catch (const Error& error) {
      SendError(id, kEngineError, "An error happened. Check the data field for details.",
                ErrorData(error.code(), error.message(), error.meta(), false));
    } catch (const InvalidParameters& error) {
      SendError(id, kInvalidParams, "Invalid params: " + error.message + ".");
    } catch (const UnknownMethod&) {
      SendError(id, kMethodNotFound, "Method not found");
    } catch (const std::exception& error) {
      SendError(id, kEngineError, "An error happened. Check the data field for details.",
                ErrorData("", error.what(), "", true));
    }
  }

  // Calls the client back and waits until it has answered. What else comes meanwhile is answered with an error: the
  // protocol's clients have one call under way at a time.
  void Print(std::string_view text) {
    std::string id = std::to_string(++last_id_);
    std::string message = "{\"jsonrpc\":\"2.0\",\"method\":\"print\",\"params\":{\"content\":";
    json::AppendString(message, text);
    Send(message + "},\"id\":" + id + "}");
    std::string line;
    while (ReadLine(line)) {
      json::Document document;
      if (!document.Parse(line)) continue;
      json::Value answer = document.root();
      if (answer.is_object() && answer.Has("id") && !answer.Has("method") && json::ToText(answer.Get("id")) == id)
        return;
      if (answer.is_object() && answer.Has("method") && answer.Has("id")) {
        SendError(json::ToText(answer.Get("id")), kEngineError, "Another call is being worked on.");
      }
    }
  }

  Methods methods_;
  std::FILE* in_;
  std::FILE* out_;
  int64_t last_id_ = 0;
};

}  // namespace

void Serve(engine::SchemaEngine& engine, std::FILE* in, std::FILE* out) { Session(engine, in, out).Run(); }

}  // namespace prisma::rpc
