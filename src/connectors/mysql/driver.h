// libmariadb behind driver::Database.
#pragma once

#include <memory>
#include <string_view>

#include "driver/connection.h"

namespace prisma::mysql {

// Doesn't connect yet. Throws Error P1013 for a malformed URL.
std::unique_ptr<driver::Database> OpenDatabase(std::string_view url, std::string_view config_dir);
// The same server and user, but no database.
std::unique_ptr<driver::Database> OpenServer(std::string_view url, std::string_view config_dir);

}  // namespace prisma::mysql
