// The bodies of POST /: one request or a batch, in the JSON or the GraphQL protocol.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "json/reader.h"
#include "query/document/node.h"

namespace prisma::query {

struct Body {
  bool is_batch = false;
  std::span<Request> requests;  // exactly one unless it's a batch
  bool is_transaction = false;  // batch: all or nothing
  std::optional<std::string> isolation_level;

  // Not empty: the body can't be read at all (HTTP status 422); the message for the bare error.
  std::string unreadable;

  json::Document document;  // owns the texts of the requests
};

// The requests live in `body` and `arena`. Throws Error where the body can be read but one of its requests can't be
// turned into nodes (that ends the whole batch).
void ReadJsonBody(std::string_view text, Arena& arena, Body& body);
void ReadGraphqlBody(std::string_view text, Arena& arena, Body& body);

}  // namespace prisma::query
