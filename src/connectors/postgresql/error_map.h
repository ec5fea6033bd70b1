// What PostgreSQL said → DbError.
#pragma once

#include <string>
#include <string_view>

#include "connectors/postgresql/url.h"
#include "driver/connection.h"

namespace prisma::postgresql {

// The fields of an error that the server reported; empty: none.
struct ServerError {
  std::string code, message, severity, detail, column, hint, position;
};
driver::DbError MapError(const ServerError& error);

// Of a connection that could not be opened: libpq has only its text.
driver::DbError MapConnectError(std::string_view text, const Url& url);

}  // namespace prisma::postgresql
