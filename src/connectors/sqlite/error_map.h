#pragma once

#include <string_view>

#include "driver/connection.h"

namespace prisma::sqlite {

// `code` is the extended result code, `text` the database's message.
driver::DbError MapError(int code, std::string_view text);

}  // namespace prisma::sqlite
