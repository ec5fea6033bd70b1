// Equality and hashing of values: the keys of joins, of distinct and of grouping.
#include "value/value.h"

#include <cstring>
#include <functional>

namespace prisma {

namespace {

size_t Mix(size_t seed, size_t hash) { return seed ^ (hash + 0x9e3779b97f4a7c15ull + (seed << 6) + (seed >> 2)); }

size_t HashBits(uint64_t bits) {
  bits ^= bits >> 33;
  bits *= 0xff51afd7ed558ccdull;
  bits ^= bits >> 33;
  return static_cast<size_t>(bits);
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::kNull:
      return true;
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kDateTime:
      return a.as_int() == b.as_int();
    case ValueKind::kFloat:
      return a.as_float() == b.as_float();
    case ValueKind::kList: {
      std::span<const Value> left = a.items(), right = b.items();
      if (left.size() != right.size()) return false;
      for (size_t i = 0; i < left.size(); ++i) {
        if (!(left[i] == right[i])) return false;
      }
      return true;
    }
    default:
      return a.text() == b.text();
  }
}

size_t HashValue(const Value& value) {
  size_t seed = static_cast<size_t>(value.kind());
  switch (value.kind()) {
    case ValueKind::kNull:
      return HashBits(seed);
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kDateTime:
      return Mix(seed, HashBits(static_cast<uint64_t>(value.as_int())));
    case ValueKind::kFloat: {
      double number = value.as_float();
      if (number == 0) number = 0;  // -0.0 equals 0.0
      uint64_t bits;
      std::memcpy(&bits, &number, sizeof bits);
      return Mix(seed, HashBits(bits));
    }
    case ValueKind::kList:
      for (const Value& item : value.items()) seed = Mix(seed, HashValue(item));
      return seed;
    default:
      return Mix(seed, std::hash<std::string_view>()(value.text()));
  }
}

}  // namespace prisma
