// One request of the JSON protocol → Request.
#pragma once

#include "base/arena.h"
#include "json/reader.h"
#include "query/document/node.h"

namespace prisma::query {

// {"modelName":…,"action":…,"query":{"arguments":{…},"selection":{…}}}. False: it is not of that form. Throws Error if
// a tagged value can't be read. Texts are views into the document of `query`.
bool ReadJsonRequest(const json::Value& query, Arena& arena, Request& request);

}  // namespace prisma::query
