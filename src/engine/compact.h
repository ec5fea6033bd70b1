// Several findUnique of one form that are asked for at once, as data loaders do, become one findMany.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "query/document/node.h"
#include "query/execute/result.h"
#include "schema/schema.h"

namespace prisma::engine {

class CompactRead {
 public:
  // None: the requests differ in more than the values of their key, or are of another kind.
  static std::optional<CompactRead> Make(std::span<const query::Request> requests, const schema::Schema& schema,
                                         Arena& arena);

  const query::Request& request() const { return request_; }
  // Which row of the result each request gets; kNoRow: there is none. An empty list: the database compares the keys in
  // a way of its own, so that it can't be told whose rows these are.
  static constexpr uint32_t kNoRow = UINT32_MAX;
  std::vector<uint32_t> RowsOf(const query::Result& result) const;
  // {"data":{"findUniqueUser":…}}
  void WriteAnswer(const query::Result& result, uint32_t row, bool is_tagged, std::string& out) const;
  bool is_miss_an_error() const { return is_miss_an_error_; }

 private:
  query::Request request_;
  std::string answer_key_;
  std::vector<std::string> wanted_;          // by request: the values of its key as one text
  std::vector<std::string_view> key_names_;  // of the fields of the key in the result
  size_t hidden_ = 0;                        // fields at the end of the result that nobody has selected
  bool is_miss_an_error_ = false;
};

}  // namespace prisma::engine
