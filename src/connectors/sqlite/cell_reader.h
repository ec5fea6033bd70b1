// How SQLite's dynamically typed cells become values of a ColumnType.
#pragma once

#include <sqlite3.h>

#include "driver/connection.h"

namespace prisma::sqlite {

// Throws DbException kConversion.
Value ReadCell(sqlite3_stmt* statement, int column, driver::ColumnType type, Arena& arena);

// By the declared type of a raw query's column, if it is one that is known.
std::optional<driver::ColumnType> DeclaredColumnType(sqlite3_stmt* statement, int column, std::string& name);
// The type that a raw query's column is read as: by the declared type, else by the first row's cell; `name` is the word
// of the raw answer.
driver::ColumnType RawColumnType(sqlite3_stmt* statement, int column, std::string& name);

}  // namespace prisma::sqlite
