// Several findUnique that select the same and are asked for at once, as data loaders do, become one findMany.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "query/document/node.h"
#include "query/execute/result.h"
#include "schema/schema.h"

namespace prisma::engine {

class CompactRead {
 public:
  // None: the requests are of another kind, or have to be asked one by one.
  static std::optional<CompactRead> Make(std::span<const query::Request> requests, const schema::Schema& schema,
                                         Arena& arena);

  const query::Request& request() const { return request_; }
  // Whether the keys are of types that are compared here.
  bool is_comparable() const { return is_comparable_; }
  // Which row of the result each request gets; kNoRow: there is none. An empty list: the database compares the keys in
  // a way of its own, so that it can't be told whose rows these are.
  static constexpr uint32_t kNoRow = UINT32_MAX;
  std::vector<uint32_t> RowsOf(const query::Result& result) const;
  // {"data":{"findUniqueUser":…}}
  void WriteAnswer(const query::Result& result, uint32_t row, bool is_tagged, std::string& out) const;
  bool is_miss_an_error() const { return is_miss_an_error_; }

 private:
  // A field by which one of the requests asks.
  struct Key {
    std::string_view field_name, result_name;
    schema::FieldId field;
  };

  explicit CompactRead(const schema::Schema& schema) : schema_(schema) {}
  bool Begin(const query::Request& first);
  void AddWanted(std::string_view name, const query::Node& value);
  // `children` with what is missing of the keys, for which there is room at the end.
  std::span<query::Selection> SelectKeys(std::span<query::Selection> children);

  const schema::Schema& schema_;
  schema::ModelId model_;
  query::Request request_;
  std::string answer_key_;
  std::vector<Key> keys_;
  std::vector<std::pair<size_t, std::string>> wanted_parts_;  // which key, and its value as text; one request's by one
  std::vector<size_t> wanted_ends_;                           // by request: where its parts end
  size_t hidden_ = 0;  // fields at the end of the result that nobody has selected
  bool is_comparable_ = true;
  bool is_miss_an_error_ = false;
};

}  // namespace prisma::engine
