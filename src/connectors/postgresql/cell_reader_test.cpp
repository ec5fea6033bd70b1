#include "connectors/postgresql/cell_reader.h"

#include <doctest/doctest.h>

namespace prisma::postgresql {
namespace {

using driver::ColumnType;
using namespace std::string_view_literals;

std::string Text(Oid oid, std::string_view cell) {
  Arena arena;
  return std::string(ReadNatural(*BuiltinType(oid), cell, arena).text());
}

TEST_CASE("cells in PostgreSQL's binary form") {
  Arena arena;
  CHECK(ReadNatural(*BuiltinType(23), "\xff\xff\xff\xfe"sv, arena).as_int() == -2);
  CHECK(ReadNatural(*BuiltinType(700), "\x3f\x8c\xcc\xcd"sv, arena).as_float() == 1.1);
  // 12345.0067: groups 1, 2345, 67 from the power 1 on.
  CHECK(Text(1700, "\0\3\0\1\0\0\0\4\0\1\x09\x29\0\x43"sv) == "12345.0067");
  CHECK(Text(1700, "\0\0\0\0\0\0\0\0"sv) == "0");
  // -0.00005: one group, five thousand, from the power -2.
  CHECK(Text(1700, "\0\1\xff\xfe\x40\0\0\5\x13\x88"sv) == "-0.00005");
  CHECK(Text(1700, "\0\1\0\2\0\0\0\0\0\3"sv) == "300000000");
  CHECK(Text(790, "\xff\xff\xff\xff\xff\xff\xff\x85"sv) == "-1.23");
  CHECK(Text(2950, "\x12\x34\x56\x78\x9a\xbc\xde\xf0\x12\x34\x56\x78\x9a\xbc\xde\xf0"sv) ==
        "12345678-9abc-def0-1234-56789abcdef0");
  CHECK(Text(869, "\2\x20\0\4\x7f\0\0\1"sv) == "127.0.0.1");
  CHECK(Text(1562, "\0\0\0\5\xa8"sv) == "10101");
  CHECK(Text(3802, "\1{\"a\": [1, 2.50, \"x y\"]}"sv) == R"({"a":[1,2.5,"x y"]})");
  CHECK(ReadNatural(*BuiltinType(1114), "\0\0\0\0\0\0\0\1"sv, arena).as_int() == 946684800000001);
  CHECK(ReadNatural(*BuiltinType(1082), "\0\0\0\1"sv, arena).as_int() == 946771200000000);
}

TEST_CASE("arrays, and cells that break off") {
  Arena arena;
  Value list =
      ReadCell(*BuiltinType(1007), "\0\0\0\1\0\0\0\1\0\0\0\x17\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\7\xff\xff\xff\xff"sv,
               ColumnType::kIntList, 0, "", arena);
  REQUIRE(list.items().size() == 2);
  CHECK(list.items()[0].as_int() == 7);
  CHECK(list.items()[1].is_null());
  CHECK_THROWS_AS(ReadNatural(*BuiltinType(1007), "\0\0\0\1\0\0\0\0\0\0\0\x17\x7f\xff\xff\xff\0\0\0\1"sv, arena),
                  driver::DbException);
  CHECK_THROWS_AS(ReadNatural(*BuiltinType(20), "\0\0"sv, arena), driver::DbException);
  CHECK_THROWS_AS(ReadNatural(*BuiltinType(1114), "\x7f\xff\xff\xff\xff\xff\xff\xff"sv, arena), driver::DbException);
}

}  // namespace
}  // namespace prisma::postgresql
