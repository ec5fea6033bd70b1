// One scalar of a request → the Value of the type that is expected of it.
#pragma once

#include "base/arena.h"
#include "query/document/node.h"
#include "query/schema/query_schema.h"

namespace prisma::query {

enum class CoerceResult : uint8_t {
  kGood,
  kWrongType,  // a value of another type
  kBadText,    // the right kind of text, but not such a value
  kTooLarge,   // a float that is no 64 bit integer
};

// Null fits kNull alone. `tag` tells a BigInt from an Int. `has_plain_json`: a string where JSON is expected stands for
// itself (JSON protocol), else it is JSON text (GraphQL).
CoerceResult CoerceScalar(const Value& given, Node::Tag tag, InputScalar type, bool has_plain_json, Arena& arena,
                          Value& out);

// The JSON text of a tree as the JSON protocol means it, dates and the like as strings.
// `has_json_values`: a JSON value in an object stands for itself, else for its text.
std::string JsonTextOf(const Node& node, bool has_json_values = false);

}  // namespace prisma::query
