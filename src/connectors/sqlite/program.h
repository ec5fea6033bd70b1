// What the program of a statement can put into the columns of its result: an abstract interpretation of SQLite's
// bytecode, whose values are sets of storage classes.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace prisma::sqlite {

// A set of storage classes. Empty: never written.
using Classes = uint8_t;
inline constexpr Classes kNoClass = 0, kNullClass = 1, kIntegerClass = 2, kRealClass = 4, kTextClass = 8,
                         kBlobClass = 16, kAnyValue = 30, kAnyClass = 31;

// One set a column of the result; shorter, or with empty sets, where the program doesn't tell.
std::vector<Classes> ResultClasses(sqlite3* db, std::string_view sql);

}  // namespace prisma::sqlite
