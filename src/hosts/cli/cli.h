// The command line `prisma`.
#pragma once

namespace prisma::cli {

// Runs one command; returns the exit code. Never throws and never ends the process.
int Main(int argc, char** argv);

}  // namespace prisma::cli
