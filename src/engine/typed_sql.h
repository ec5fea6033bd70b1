// Files of SQL that clients have typed functions for: the comments in them that say what parameters are
// (`-- @param {Int} $1:age? words`, `-- @description words`), and what the database says of the rest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/connection.h"
#include "json/reader.h"

namespace prisma::engine {

struct SqlQuery {
  std::string name;
  std::string source;
};

struct TypedSqlParameter {
  std::string name;
  std::string type;  // "int", "string", …; as written in a comment: "Int", an enum's name
  std::optional<std::string> documentation;
  bool is_nullable = false;
};

struct TypedSqlColumn {
  std::string name;
  std::string type;
  bool is_nullable = false;
};

struct TypedSql {
  std::string name;
  std::string source;  // as it is sent, without the lines that are comments
  std::optional<std::string> documentation;
  std::vector<TypedSqlParameter> parameters;
  std::vector<TypedSqlColumn> columns;
};

// Throws DbException for a statement that the database refuses, Error for a comment that can't be understood. Both tell
// the place in the source.
TypedSql DescribeTypedSql(const SqlQuery& query, driver::Connection& connection);

// As generators and clients of the schema engine know it.
void AppendTypedSql(const TypedSql& query, std::string& json);
TypedSql ReadTypedSql(const json::Value& value);

}  // namespace prisma::engine
