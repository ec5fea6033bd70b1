#include "query/plan/shape_key.h"

#include <doctest/doctest.h>

#include "json/reader.h"
#include "query/document/json_reader.h"
#include "query/plan/plan_cache.h"

namespace prisma::query {
namespace {

struct Keyed {
  explicit Keyed(std::string_view text) {
    REQUIRE(document.Parse(text));
    REQUIRE(ReadJsonRequest(document.root(), arena, request));
    MakeShapeKey(request, key);
  }
  json::Document document;
  Arena arena;
  Request request;
  ShapeKey key;
};

std::string Find(std::string_view where) {
  return R"({"modelName":"User","action":"findMany","query":{"arguments":{"where":)" + std::string(where) +
         R"(},"selection":{"$scalars":true}}})";
}

TEST_CASE("values are no part of the shape, kinds are") {
  CHECK(Keyed(Find(R"({"id":1})")).key.bytes == Keyed(Find(R"({"id":2})")).key.bytes);
  CHECK(Keyed(Find(R"({"id":1})")).key.bytes != Keyed(Find(R"({"id":"1"})")).key.bytes);
  CHECK(Keyed(Find(R"({"id":1})")).key.bytes != Keyed(Find(R"({"id":null})")).key.bytes);
  CHECK(Keyed(Find(R"({"id":1})")).key.bytes != Keyed(Find(R"({"ix":1})")).key.bytes);
}

TEST_CASE("uniform lists are groups of any length") {
  Keyed two(Find(R"({"id":{"in":[1,2]},"name":"x"})"));
  Keyed three(Find(R"({"id":{"in":[1,2,3]},"name":"x"})"));
  CHECK(two.key.bytes == three.key.bytes);
  REQUIRE(three.key.groups.size() == 1);
  CHECK(three.key.groups[0].first == 0);
  CHECK(three.key.groups[0].stride == 1);
  CHECK(three.key.groups[0].count == 3);
  CHECK(three.key.scalars.size() == 4);

  Keyed objects(Find(R"({"OR":[{"id":1,"name":"a"},{"id":2,"name":"b"}]})"));
  REQUIRE(objects.key.groups.size() == 1);
  CHECK(objects.key.groups[0].stride == 2);

  Keyed mixed(Find(R"({"OR":[{"id":1},{"name":"b"}]})"));
  CHECK(mixed.key.groups.empty());
  CHECK(mixed.key.scalars.size() == 2);

  Keyed nested(Find(R"({"OR":[{"id":{"in":[1,2]}},{"id":{"in":[1]}}]})"));
  CHECK(nested.key.groups.size() == 2);
  CHECK(nested.key.scalars.size() == 3);
}

TEST_CASE("rows of createMany with and without nulls are of one shape") {
  auto rows = [](std::string_view data) {
    return R"({"modelName":"User","action":"createMany","query":{"arguments":{"data":)" + std::string(data) +
           R"(},"selection":{"count":true}}})";
  };
  Keyed some(rows(R"([{"a":1,"b":"x"},{"a":2,"b":null},{"a":2.5,"b":"y"}])"));
  Keyed none(rows(R"([{"a":1.5,"b":null},{"a":2,"b":"z"}])"));
  CHECK(some.key.bytes == none.key.bytes);
  REQUIRE(some.key.groups.size() == 1);
  CHECK(some.key.groups[0].stride == 2);
  CHECK(some.key.groups[0].count == 3);
  CHECK(some.key.scalars.size() == 6);
  CHECK(some.key.bytes != Keyed(rows(R"([{"a":1,"b":"x"},{"a":2,"c":null}])")).key.bytes);
  CHECK(some.key.bytes != Keyed(rows(R"([{"a":1.5,"b":7}])")).key.bytes);
}

TEST_CASE("the cache tells plans apart by structural values and closed lists") {
  PlanCache cache;
  auto plan = [](bool is_open) {
    auto p = std::make_shared<Plan>();
    if (is_open) p->open_lists.push_back({.group = 0, .stride = 1, .count = 2});
    return p;
  };
  Keyed asc(R"({"modelName":"User","action":"findMany","query":{"arguments":{"where":{"id":{"in":[1,2]}},
    "orderBy":{"id":"asc"}},"selection":{"id":true}}})");
  Keyed desc(R"({"modelName":"User","action":"findMany","query":{"arguments":{"where":{"id":{"in":[1,2,3]}},
    "orderBy":{"id":"desc"}},"selection":{"id":true}}})");
  Keyed asc_longer(R"({"modelName":"User","action":"findMany","query":{"arguments":{"where":{"id":{"in":[4,5,6]}},
    "orderBy":{"id":"asc"}},"selection":{"id":true}}})");
  CHECK(asc.key.bytes == desc.key.bytes);
  CHECK(cache.Find(asc.key) == nullptr);

  const StructuralScalar order_of_two[] = {{.ordinal = 2}};
  auto first = plan(true);
  cache.Insert(asc.key, order_of_two, first);
  CHECK(cache.Find(asc.key) == first);
  CHECK(cache.Find(asc_longer.key) == first);
  CHECK(cache.Find(desc.key) == nullptr);

  const StructuralScalar order_of_three[] = {{.ordinal = 3}};
  auto second = plan(true);
  cache.Insert(desc.key, order_of_three, second);
  CHECK(cache.Find(desc.key) == second);
  CHECK(cache.Find(asc.key) == first);

  // A plan that depends on the list's length closes the list for this shape.
  auto closed = plan(false);
  cache.Insert(asc.key, order_of_two, closed);
  CHECK(cache.Find(asc.key) == closed);
  CHECK(cache.Find(asc_longer.key) == nullptr);
}

TEST_CASE("of some numbers only the sign tells plans apart") {
  PlanCache cache;
  auto take = [](const char* number) {
    return R"({"modelName":"User","action":"findMany","query":{"arguments":{"take":)" + std::string(number) +
           R"(},"selection":{"id":true}}})";
  };
  Keyed two(take("2")), three(take("3")), last(take("-3"));
  const StructuralScalar sign[] = {{.ordinal = 0, .is_sign = true}};
  auto plan = std::make_shared<Plan>();
  cache.Insert(two.key, sign, plan);
  CHECK(cache.Find(three.key) == plan);
  CHECK(cache.Find(last.key) == nullptr);
}

}  // namespace
}  // namespace prisma::query
