// The end of a process that was started by another, which is gone.
#pragma once

namespace prisma::server {

// If stdout is a pipe or socket: sends this process SIGTERM once nobody can read it and the parent has died. A client
// that spawned the process and was killed can't end it any more; what runs behind a file, a terminal or somebody's log
// is left alone.
void EndWithParent();

}  // namespace prisma::server
