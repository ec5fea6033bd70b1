// A request of HTTP and its answer, without HTTP.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prisma::engine {
class Cancellation;
}

namespace prisma::server {

struct HttpRequest {
  std::string_view method;
  std::string_view path;   // without the query string
  std::string_view query;  // after `?`
  std::string_view body;
  std::function<std::string_view(std::string_view name)> header;  // empty if absent
  std::string_view client;                                        // its address
  engine::Cancellation* cancellation = nullptr;                   // null: nobody watches whether the client leaves
};

struct HttpResponse {
  int status = 200;
  std::string_view content_type;  // empty: no body
  std::string body;
  bool has_elapsed = true;  // send x-elapsed
  std::vector<std::pair<std::string_view, std::string>> headers = {};
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Requests of several connections come at once, on several threads.
  virtual HttpResponse Answer(const HttpRequest& request) = 0;
  // Whether it may have to wait for what another request's transaction holds. All others are answered even while
  // every such request waits.
  virtual bool MayWait(const HttpRequest& request) const {
    if (request.method != "POST" || !request.header("x-transaction-id").empty()) return false;
    return request.path == "/" || request.path == "/query" || request.path == "/transaction/start";
  }
};

}  // namespace prisma::server
