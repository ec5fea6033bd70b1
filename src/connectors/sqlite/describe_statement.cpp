#include "connectors/sqlite/describe_statement.h"

#include <string>

#include "connectors/sqlite/cell_reader.h"
#include "connectors/sqlite/program.h"

namespace prisma::sqlite {
namespace {

std::string_view Word(Classes classes) {
  switch (classes & kAnyValue) {
    case kIntegerClass:
      return "bigint";
    case kRealClass:
    case kIntegerClass | kRealClass:
      return "double";
    case kTextClass:
      return "string";
    case kBlobClass:
      return "bytes";
    case kNoClass:
      return "null";
    default:
      return "unknown";
  }
}

}  // namespace

driver::DescribedStatement DescribeStatement(sqlite3* db, sqlite3_stmt* statement) {
  driver::DescribedStatement described;
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
    driver::DescribedItem& parameter = described.parameters.emplace_back();
    const char* name = sqlite3_bind_parameter_name(statement, i);
    parameter.name = name == nullptr ? "_" + std::to_string(i) : name[0] == ':' ? name + 1 : name;
    parameter.type = "unknown";
  }
  const int count = sqlite3_column_count(statement);
  if (count == 0) return described;
  const std::vector<Classes> classes = ResultClasses(db, sqlite3_sql(statement));
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<size_t>(i);
    const Classes of_column = at < classes.size() && classes[at] != kNoClass ? classes[at] : kAnyClass;
    driver::DescribedItem& column = described.columns.emplace_back();
    column.name = sqlite3_column_name(statement, i);
    column.is_nullable = (of_column & kNullClass) != 0;
    if (!DeclaredColumnType(statement, i, column.type)) column.type = Word(of_column);
  }
  return described;
}

}  // namespace prisma::sqlite
