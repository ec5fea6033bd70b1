// Threads for what would keep an event loop waiting. One pool serves all environments of the process.
#pragma once

#include <functional>

#include "base/lanes.h"

namespace prisma::node {

// `job` must not throw.
void RunOnWorker(Lane lane, std::function<void()> job);

}  // namespace prisma::node
