// JSON-RPC 2.0, one message a line. Calls are answered one after the other.
#pragma once

#include <cstdio>

#include "engine/schema_engine.h"

namespace prisma::rpc {

// Until `in` ends.
void Serve(engine::SchemaEngine& engine, std::FILE* in, std::FILE* out);

}  // namespace prisma::rpc
