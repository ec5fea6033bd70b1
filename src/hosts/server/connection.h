// One client's connection, by either version of the protocol.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

#include "hosts/server/departures.h"
#include "hosts/server/handler.h"
#include "hosts/server/http_server.h"
#include "hosts/server/workers.h"

namespace prisma::server {

using Tcp = boost::asio::ip::tcp;

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

inline constexpr size_t kMaxHeader = 64 << 10;

// What a client that speaks HTTP/2 sends first; no request of HTTP/1.1 begins like that.
inline constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// Serves a client from its first byte on, by HTTP/1.1 unless it begins with the preface. The handlers of `socket` must
// run one at a time if there is a limit of time.
void StartConnection(Tcp::socket socket, Shared& shared);

// Serves a client that has begun with the preface, of which `received` is what has come so far.
void StartHttp2(Tcp::socket socket, Shared& shared, std::string client, std::string_view received);

// "Sat, 21 Nov 2026 03:05:44 GMT"
std::string HttpDate();

}  // namespace prisma::server
