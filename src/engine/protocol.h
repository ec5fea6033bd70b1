// One body of POST / → one JSON answer, over the functions that run requests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "engine/query_engine.h"
#include "query/document/node.h"
#include "query/execute/result.h"
#include "schema/schema.h"

namespace prisma::engine {

using RunRequest = std::function<std::unique_ptr<query::Result>(const query::Request&, Arena&)>;

struct Runner {
  RunRequest single;
  // QueryEngine::ExecuteBatch.
  std::function<std::vector<std::unique_ptr<query::Result>>(std::span<const QueryEngine::BatchItem> items,
                                                            std::string_view isolation_level)>
      batch;
  // Throws Error if there is no such operation.
  std::function<void(const query::Request&)> check_root;
  // Throws Error if the request is wrong, without asking the database.
  std::function<void(const query::Request&, Arena&)> check;
  bool is_in_transaction = false;
  const schema::Schema* schema = nullptr;
};

std::string AnswerBody(const Runner& runner, std::string_view body, Protocol protocol, int& status);

}  // namespace prisma::engine
