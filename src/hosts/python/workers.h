// Threads for what would keep an event loop waiting.
#pragma once

#include <functional>

#include "base/lanes.h"

namespace prisma::python {

// Runs `job` on a thread of the pool; it holds no GIL. Called with the GIL held or not.
void RunOnWorker(Lane lane, std::function<void()> job);

// Waits for all jobs. Called without the GIL.
void StopWorkers();

// Once, at the start.
void WatchForks();

// Increases in a child process that was forked: what was made before can't be used there.
unsigned ForkCount();

}  // namespace prisma::python
