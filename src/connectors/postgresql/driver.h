// libpq behind driver::Database.
#pragma once

#include <memory>
#include <string_view>

#include "connectors/postgresql/url.h"
#include "driver/connection.h"

namespace prisma::postgresql {

// Doesn't connect yet. Throws Error P1013 for a malformed URL.
std::unique_ptr<driver::Database> OpenDatabase(std::string_view url, std::string_view config_dir);
std::unique_ptr<driver::Database> OpenDatabase(Url url);

}  // namespace prisma::postgresql
