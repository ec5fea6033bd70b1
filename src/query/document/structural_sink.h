// Who reads an Operation tells here which scalars of the request decided about its structure (sort orders, enum
// arguments, distinct, take's sign, mode, booleans such as skipDuplicates): plans are then kept per value of these.
// Everything that stays an Operand of kind kParameter need not be told.
#pragma once

#include <cstdint>

namespace prisma::query {

class StructuralSink {
 public:
  virtual ~StructuralSink() = default;
  // `ordinal` of a scalar Node; UINT32_MAX is ignored.
  virtual void MarkStructural(uint32_t ordinal) = 0;
};

}  // namespace prisma::query
