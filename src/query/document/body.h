// The body of a query request over any protocol: one operation, or a batch of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/document/node.h"

namespace prisma::query {

struct BodyItem {
  Request request;
  std::string fault;  // not empty: the text that this item could not be read with
};

struct Body {
  bool is_batch = false;
  bool is_transaction = false;  // of a batch: all or nothing
  std::string isolation_level;  // "" none
  std::vector<BodyItem> items;
};

// Text in the result lives in the arena. Nothing if the body as a whole can't be read (HTTP 422); `fault` says why.
std::optional<Body> ReadJsonBody(std::string_view text, Arena& arena, std::string& fault);
std::optional<Body> ReadGraphqlBody(std::string_view text, Arena& arena, std::string& fault);

}  // namespace prisma::query
