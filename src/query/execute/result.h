// The result of an operation: the rows of each level as the database gave them, and which child rows belong to which
// parent row. Owns its memory; doors walk it by the shape (see query/response/write.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "driver/connection.h"
#include "query/plan/shape.h"
#include "schema/schema.h"

namespace prisma::query {

// One level of rows.
struct ResultLevel {
  driver::RowBatch rows;
  // For each row of the parent level: the child rows are child_rows[offsets[i] … offsets[i+1]). Empty at the root.
  std::vector<uint32_t> offsets;
  std::vector<uint32_t> child_rows;
  std::vector<std::unique_ptr<ResultLevel>> children;  // by ResultShape::Field::child
};

struct Result {
  enum class Kind : uint8_t { kObjectOrNull, kList, kCount /* {"count": n} */, kRaw, kInteger /* executeRaw */ };
  Kind kind = Kind::kList;
  std::string key;                           // "findManyUser"
  std::shared_ptr<const ResultShape> shape;  // kObjectOrNull, kList
  std::vector<uint32_t> root_rows;           // rows of `root` in the order of the answer (kObjectOrNull: none or one)
  ResultLevel root;
  int64_t count = 0;                           // kCount, kInteger
  std::vector<driver::RawColumn> raw_columns;  // kRaw, with the rows in root.rows
};

}  // namespace prisma::query
