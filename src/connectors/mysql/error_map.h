#pragma once

#include <string_view>

#include "driver/connection.h"

namespace prisma::mysql {

// `code` is the number of the server or of the client library, `state` the SQLSTATE, `text` the message.
driver::DbError MapError(unsigned code, std::string_view state, std::string_view text);

}  // namespace prisma::mysql
