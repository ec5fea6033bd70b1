#include "connectors/postgresql/nullable.h"

#include <algorithm>

#include "json/reader.h"

namespace prisma::postgresql {
namespace {

class Visitor {
 public:
  explicit Visitor(const json::Value& root) {
    for (json::Value output : root.Get("Output").items()) outputs_.push_back(output.text());
    nullable_.assign(outputs_.size(), false);
    Visit(root, false);
  }
  std::vector<bool> nullable() const { return nullable_; }

 private:
  void Visit(const json::Value& plan, bool may_be_missing) {
    if (may_be_missing) {
      for (json::Value output : plan.Get("Output").items()) {
        for (size_t i = 0; i < outputs_.size(); ++i) {
          if (outputs_[i] == output.text()) nullable_[i] = true;
        }
      }
    }
    const std::string_view join = plan.Get("Join Type").text();
    for (json::Value part : plan.Get("Plans").items()) {
      const std::string_view side = part.Get("Parent Relationship").text();
      const bool is_missing =
          join == "Full" || (join == "Left" && side == "Inner") || (join == "Right" && side == "Outer");
      Visit(part, may_be_missing || is_missing);
    }
  }

  std::vector<std::string_view> outputs_;
  std::vector<bool> nullable_;
};

}  // namespace

std::vector<bool> NullableByJoins(std::string_view plan) {
  json::Document document;
  if (!document.Parse(plan) || !document.root().is_array()) return {};
  for (json::Value item : document.root().items()) {
    if (item.Get("Plan").is_object()) return Visitor(item.Get("Plan")).nullable();
    break;
  }
  return {};
}

}  // namespace prisma::postgresql
