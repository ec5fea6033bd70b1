// The values of one request, as the slots of a plan ask for them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/arena.h"
#include "query/plan/plan.h"
#include "query/plan/shape_key.h"
#include "schema/schema.h"

namespace prisma::query {

// A value of the request is not what the slot takes. The checker of requests says exactly why.
struct CoercionFailed {};

class Parameters {
 public:
  // `key` is of this request; the plan may have been made from another one of the same shape. Both outlive this object.
  Parameters(const Plan& plan, const ShapeKey& key, const schema::Schema& schema, Arena& arena);

  // kConstant, kParameter, kGenerated. `row`: which tuple of an open list of rows.
  Value Get(const Slot& slot, uint32_t row = 0);
  // Items of a kParameterList, tuples of a kRows.
  uint32_t CountOf(const Slot& slot) const;
  // Item of a kParameterList.
  Value ItemOf(const Slot& slot, uint32_t index);
  // Throws CoercionFailed if any value is not what its slot takes: before anything is changed.
  void CheckAll(const Plan& plan);
  Value DatePart(sql::DatePart part, const Value& value);
  Arena& arena() { return arena_; }

 private:
  Value Coerce(const Slot& slot, const Value& value);
  Value JsonOfString(std::string_view text);
  Value Transformed(Slot::Transform transform, Value value);
  Value Generate(const Slot& slot);

  const ShapeKey& key_;
  const schema::Schema& schema_;
  Arena& arena_;
  std::vector<uint32_t> shifts_;  // what to add to an ordinal behind that many open lists; empty: nothing
  std::vector<uint32_t> counts_;  // of the open lists
  std::optional<int64_t> now_;
};

}  // namespace prisma::query
