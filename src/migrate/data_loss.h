// What of the data a migration would lose (warnings), and which steps can't be done with the rows that are there
// (unexecutable). With a database its rows are counted; without one the texts say what might happen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql_schema.h"
#include "migrate/steps.h"

namespace prisma::migrate {

class RowCounter {
 public:
  virtual ~RowCounter() = default;
  // Nothing if it can't be known.
  virtual std::optional<int64_t> Rows(std::string_view name_space, std::string_view table) = 0;
  virtual std::optional<int64_t> NonNullValues(std::string_view name_space, std::string_view table,
                                               std::string_view column) = 0;
};

struct Check {
  enum class Kind : uint8_t {
    // warnings
    kDropAndRecreateColumn,
    kNonEmptyColumnDrop,
    kNonEmptyTableDrop,
    kRiskyCast,
    kNotCastable,
    kPrimaryKeyChange,
    kUniqueConstraintAddition,
    kEnumValueRemoval,
    // unexecutable
    kAddedRequiredColumn,
    kAddedRequiredColumnWithClientDefault,
    kMadeOptionalColumnRequired,
    kMadeScalarColumnIntoList,
    kDropAndRecreateRequiredColumn,
  };
  Kind kind = Kind::kNonEmptyColumnDrop;
  size_t step = 0;
  std::string name_space, table, column;
  std::string previous_type, next_type;  // casts
  std::vector<std::string> names;        // columns of a unique index, values of an enum
  bool is_warning() const { return kind <= Kind::kEnumValueRemoval; }
};

// A provider's own view of changed columns.
class DataLossRules {
 public:
  virtual ~DataLossRules() = default;
  virtual void AlterColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                           std::vector<Check>& checks) const;
  virtual void DropAndRecreateColumn(const SchemaPair& schemas, const TableChange& change, size_t step,
                                     std::vector<Check>& checks) const;
  // As messages about casts name it.
  virtual std::string TypeName(const SqlSchema& schema, const Column& column) const;
};

struct DataLoss {
  struct Message {
    std::string text;
    size_t step = 0;
  };
  std::vector<Message> warnings;
  std::vector<Message> unexecutable;
};

// `counter` may be null: there is no database to look at.
DataLoss CheckDataLoss(const Steps& steps, const SchemaPair& schemas, const DataLossRules& rules, RowCounter* counter);

// A check about a column of the previous schema.
Check CheckOf(Check::Kind kind, const SqlSchema& schema, ColumnId column, size_t step);

}  // namespace prisma::migrate
