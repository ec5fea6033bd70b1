// The shape of a request: the bytes that say what is asked, without the values. Requests of equal shape (and equal
// structural values, see PlanCache) share one plan.
//
// Lists of two or more items (or of scalars: one or more) whose items are all of one shape are *groups*: the key holds
// the item's shape once, and the number of items apart, so that a plan may leave the length open.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "query/document/node.h"

namespace prisma::query {

struct ShapeKey {
  struct Group {
    uint32_t first;   // ordinal of the first scalar
    uint32_t stride;  // scalars per item
    uint32_t count;   // items
  };
  std::string bytes;
  std::vector<Value> scalars;  // by ordinal
  std::vector<Group> groups;   // in the order of the request; never nested
  bool is_regular = true;      // false: scalars are not numbered in order (the plan can't be shared)
  bool has_plain_json = true;  // of strings: Request::has_plain_json without has_json_texts

  void Clear() {
    bytes.clear();
    scalars.clear();
    groups.clear();
    is_regular = true;
  }
};

// Fills `key`, whose memory is used again. `is_checked`: the request is as the checker left it.
void MakeShapeKey(const Request& request, ShapeKey& key, bool is_checked = false);

}  // namespace prisma::query
