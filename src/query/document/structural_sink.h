// Who reads an Operation tells here which scalars of the request decided about its structure (sort orders, enum
// arguments, distinct, mode, booleans such as skipDuplicates): plans are then kept per value of these; of some numbers
// (take) only the sign counts. Everything else that stays an Operand of kind kParameter need not be told.
#pragma once

#include <cstdint>
#include <vector>

namespace prisma::query {

struct StructuralScalar {
  uint32_t ordinal = UINT32_MAX;
  bool is_sign = false;  // only whether the number is negative
};

class StructuralSink {
 public:
  virtual ~StructuralSink() = default;
  // `ordinal` of a scalar Node; UINT32_MAX is ignored.
  virtual void MarkStructural(uint32_t ordinal) = 0;
  virtual void MarkSign(uint32_t ordinal) { MarkStructural(ordinal); }
};

// Keeps what it is told.
class StructuralScalars final : public StructuralSink {
 public:
  void MarkStructural(uint32_t ordinal) override {
    if (ordinal != UINT32_MAX) scalars.push_back({ordinal, false});
  }
  void MarkSign(uint32_t ordinal) override {
    if (ordinal != UINT32_MAX) scalars.push_back({ordinal, true});
  }
  std::vector<StructuralScalar> scalars;
};

}  // namespace prisma::query
