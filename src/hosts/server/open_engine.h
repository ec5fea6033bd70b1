// What the ways to start this host share.
#pragma once

#include <memory>

#include "engine/datasource_url.h"
#include "schema/schema.h"

namespace prisma::server {

// Throws Error P1012 with the rendered faults.
std::shared_ptr<const schema::Schema> AnalyzeSchema(SourceFiles files);

}  // namespace prisma::server
