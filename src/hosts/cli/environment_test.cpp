#include "hosts/cli/environment.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace prisma::cli {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("a .env file: names, quotes, comments, export") {
  CHECK(ParseDotenv("A=1\n# no\n\nexport B = two words # comment\nC='a # b'\r\nD=\"x\\ny\"\nE=\nF: g\n") ==
        Variables{{"A", "1"}, {"B", "two words"}, {"C", "a # b"}, {"D", "x\ny"}, {"E", ""}, {"F", "g"}});
  CHECK(ParseDotenv("A=\"several\nlines\"\nB=`it's`") == Variables{{"A", "several\nlines"}, {"B", "it's"}});
  CHECK(ParseDotenv("just text\n=x\nA\n").empty());
  CHECK(ParseDotenv("A=\"open") == Variables{{"A", "\"open"}});
}

TEST_CASE("a .env file: expansion from what came before and from the environment") {
  setenv("PRISMA_TEST_OUTER", "outer", 1);
  CHECK(ParseDotenv("A=x\nB=${A}/$A\nC='$A'\nD=\\$A\nE=${PRISMA_TEST_OUTER}\nF=$\nG=${open") ==
        Variables{{"A", "x"}, {"B", "x/x"}, {"C", "$A"}, {"D", "$A"}, {"E", "outer"}, {"F", "$"}, {"G", "${open"}});
}

TEST_CASE("flags: values, lists, the rest") {
  constexpr Flag flags[] = {{"--on", FlagKind::kSwitch}, {"--name", FlagKind::kText}, {"--many", FlagKind::kList}};
  const std::vector<std::string_view> words = {"--on", "--name=x=y", "--many", "a",   "--many",
                                               "b",    "rest",       "--",     "--on"};
  const Arguments arguments(words, flags);
  CHECK(arguments.Has("--on"));
  CHECK(arguments.Text("--name") == "x=y");
  CHECK(arguments.List("--many") == std::vector<std::string>{"a", "b"});
  CHECK(arguments.positional() == std::vector<std::string>{"rest", "--on"});
  CHECK_FALSE(arguments.Has("--help"));
  for (const std::vector<std::string_view>& wrong :
       {std::vector<std::string_view>{"--nope"}, {"--name"}, {"--name", "--on"}, {"-x"}}) {
    CHECK_THROWS_AS(Arguments(wrong, flags), UsageError);
  }
}

TEST_CASE("durations") {
  CHECK(Duration(0.2) == "0ms");
  CHECK(Duration(24.4) == "24ms");
  CHECK(Duration(1204) == "1.20s");
}

}  // namespace
}  // namespace prisma::cli
