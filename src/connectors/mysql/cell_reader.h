// How cells of MySQL's binary protocol become values of a ColumnType.
#pragma once

#include "connectors/mysql/library.h"
#include "driver/connection.h"

namespace prisma::mysql {

// `data` is where the cell stands in its row; null: SQL's NULL. Throws DbException kConversion or kOutOfRange.
Value ReadCell(const MYSQL_FIELD& field, const unsigned char* data, driver::ColumnType type, uint32_t column,
               Arena& arena);

// The type that a raw query's column is read as; `name` is the word of the raw answer.
driver::ColumnType RawColumnType(const MYSQL_FIELD& field, std::string& name);

}  // namespace prisma::mysql
