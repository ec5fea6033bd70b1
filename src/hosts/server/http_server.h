// The HTTP/1.1 listener: keep-alive connections, requests answered on a pool of threads that grows only while requests
// wait, so that a slow statement holds up nobody else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "hosts/server/service.h"

namespace prisma::server {

class HttpServer {
 public:
  // Binds and listens; throws Error if the address cannot be had.
  HttpServer(Service& service, const std::string& host, uint16_t port);
  ~HttpServer();

  uint16_t port() const;
  // Serves until SIGTERM or SIGINT, then finishes the requests that are being answered. False: some were not done
  // within the grace period, and their threads still run.
  bool Run(const std::function<void(int signal)>& on_signal);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace prisma::server
