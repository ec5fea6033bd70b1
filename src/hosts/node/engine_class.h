// The JavaScript class QueryEngine.
#pragma once

#include <memory>

#include "hosts/node/environment.h"
#include "hosts/node/napi.h"

namespace prisma::node {

// The constructor, for one environment.
napi_value DefineEngineClass(napi_env env, std::shared_ptr<Environment> environment);

}  // namespace prisma::node
