// Cells in PostgreSQL's binary form → values.
#pragma once

#include <string_view>

#include "connectors/postgresql/types.h"
#include "driver/connection.h"

namespace prisma::postgresql {

// A cell as its column's own type says it. Throws DbException kUnsupportedColumn, or kConversion if its value has no
// form here (infinity).
Value ReadNatural(const TypeInfo& type, std::string_view cell, Arena& arena);

// What a field has for NULL: lists of scalars are empty then.
Value ReadNull(driver::ColumnType wanted);

// A cell as what a field wants.
Value ReadCell(const TypeInfo& type, std::string_view cell, driver::ColumnType wanted, uint32_t column,
               std::string_view column_name, Arena& arena);

}  // namespace prisma::postgresql
