// Threads for what would keep an event loop waiting. One pool serves all environments of the process.
#pragma once

#include <cstdint>
#include <functional>

namespace prisma::node {

enum class Lane : uint8_t {
  kOrdinary,
  // Work of one who holds a connection that others wait for: never queues behind those others.
  kUrgent,
};

// `job` must not throw.
void RunOnWorker(Lane lane, std::function<void()> job);

}  // namespace prisma::node
