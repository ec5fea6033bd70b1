// One request of the JSON protocol → Request.
#pragma once

#include <string>

#include "json/reader.h"
#include "query/document/node.h"

namespace prisma::query {

// Text in the request is copied to the arena. False: the value has not the form of a request.
bool ReadJsonRequest(const json::Value& value, Arena& arena, Request& request);

}  // namespace prisma::query
