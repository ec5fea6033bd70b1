// The listener for HTTP/1.1 and HTTP/2 without TLS: keep-alive connections, requests answered on a pool of threads that
// grows only while requests wait, so that a slow statement holds up nobody else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "hosts/server/handler.h"

namespace prisma::server {

struct HttpLimits {
  size_t max_body = size_t{256} << 20;
  size_t max_connections = SIZE_MAX;  // more are told so and closed
  std::chrono::seconds patience{0};   // a connection that sends no whole request for so long is closed; 0: never
};

class HttpServer {
 public:
  // Binds and listens; throws Error if the address cannot be had.
  HttpServer(Handler& handler, const std::string& host, uint16_t port, const HttpLimits& limits = {});
  ~HttpServer();

  uint16_t port() const;
  // Serves until SIGTERM or SIGINT, then finishes the requests that have been read and sends their answers. False:
  // some were not done within the grace period, and their threads still run.
  bool Run(const std::function<void(int signal)>& on_signal);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace prisma::server
