// libsqlite3 behind driver::Database.
#pragma once

#include <memory>
#include <string_view>

#include "driver/connection.h"

namespace prisma::sqlite {

// Doesn't touch the file yet. Throws Error P1013 for a malformed URL.
std::unique_ptr<driver::Database> OpenDatabase(std::string_view url, std::string_view config_dir);

}  // namespace prisma::sqlite
