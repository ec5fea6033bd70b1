#include "connectors/mysql/error_map.h"

#include <doctest/doctest.h>

using prisma::driver::DbError;
using prisma::mysql::MapError;
using Kind = DbError::Kind;

TEST_CASE("errors of MySQL and MariaDB name what they are about") {
  DbError unique = MapError(1062, "23000", "Duplicate entry 'a for key b' for key 'User_email_key'");
  CHECK(unique.kind == Kind::kUniqueViolation);
  CHECK(unique.constraint == "User_email_key");
  CHECK(MapError(1062, "23000", "Duplicate entry '1' for key 'User.PRIMARY'").constraint == "PRIMARY");

  DbError foreign =
      MapError(1452, "23000",
               "Cannot add or update a child row: a foreign key constraint fails (`db`.`Post`, CONSTRAINT "
               "`Post_authorId_fkey` FOREIGN KEY (`authorId`) REFERENCES `User` (`id`))");
  CHECK(foreign.kind == Kind::kForeignKeyViolation);
  CHECK(foreign.columns == std::vector<std::string>{"authorId"});

  CHECK(MapError(1048, "23000", "Column 'name' cannot be null").columns == std::vector<std::string>{"name"});
  CHECK(MapError(1054, "42S22", "Unknown column 'U.age' in 'field list'").kind == Kind::kColumnMissing);
  CHECK(MapError(1146, "42S02", "Table 'db.User' doesn't exist").table == "User");
  CHECK(MapError(1049, "42000", "Unknown database 'shop'").name == "shop");
  CHECK(MapError(1045, "28000", "Access denied for user 'jo'@'localhost' (using password: YES)").name == "jo");
  DbError denied = MapError(1044, "42000", "Access denied for user 'jo'@'localhost' to database 'shop'");
  CHECK(denied.name == "jo");
  CHECK(denied.table == "shop");
  CHECK(MapError(1213, "40001", "Deadlock found").kind == Kind::kSerialization);
  CHECK(MapError(1317, "70100", "Query execution was interrupted").kind == Kind::kInterrupted);
  CHECK(MapError(1525, "HY000", "Incorrect \"x\"").debug ==
        R"(Server(MysqlError { code: 1525, message: "Incorrect \"x\"", state: "HY000" }))");
}
