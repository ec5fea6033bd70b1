#include <doctest/doctest.h>

#include <limits>

#include "json/reader.h"
#include "json/writer.h"

namespace prisma::json {
namespace {

std::string FloatText(double number) {
  std::string text;
  AppendFloat(text, number);
  return text;
}

std::string StringText(std::string_view value) {
  std::string text;
  AppendString(text, value);
  return text;
}

TEST_CASE("floats are printed as serde prints them") {
  CHECK(FloatText(0) == "0.0");
  CHECK(FloatText(-0.0) == "-0.0");
  CHECK(FloatText(1) == "1.0");
  CHECK(FloatText(-12.5) == "-12.5");
  CHECK(FloatText(0.1) == "0.1");
  CHECK(FloatText(1e15) == "1000000000000000.0");
  CHECK(FloatText(1e16) == "1e16");
  CHECK(FloatText(123456789012345680.0) == "1.2345678901234568e17");
  CHECK(FloatText(0.00001) == "0.00001");
  CHECK(FloatText(1.5e-7) == "1.5e-7");
  CHECK(FloatText(5e-324) == "5e-324");
  CHECK(FloatText(std::numeric_limits<double>::max()) == "1.7976931348623157e308");
  CHECK(FloatText(std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("strings are escaped") {
  CHECK(StringText("") == "\"\"");
  CHECK(StringText("plain text of some length") == "\"plain text of some length\"");
  CHECK(StringText("a\"b\\c\n\r\t\b\f\x01\x1f") == R"("a\"b\\c\n\r\t\b\f\u0001\u001f")");
  CHECK(StringText("12345678\n12345678\"") == R"("12345678\n12345678\"")");
  CHECK(StringText("\x7f é 😀 /") == "\"\x7f é 😀 /\"");
}

TEST_CASE("commas are put where they belong") {
  std::string text;
  Writer writer(text);
  writer.BeginObject();
  writer.Member("a", 1);
  writer.Key("b");
  writer.BeginArray();
  writer.Null();
  writer.BeginObject();
  writer.EndObject();
  writer.String("x");
  writer.EndArray();
  writer.Member("c", true);
  writer.EndObject();
  CHECK(text == R"({"a":1,"b":[null,{},"x"],"c":true})");
}

TEST_CASE("a document is walked in order") {
  Document document;
  REQUIRE(document.Parse(
      R"( {"n":null,"t":true,"i":-5,"u":18446744073709551615,"f":1.5,"s":"a\u00e9\ud83d\ude00","a":[1,[2],{}],"o":{"k":"v"}} )"));
  Value root = document.root();
  CHECK(root.size() == 8);
  CHECK(root.Get("n").is_null());
  CHECK(root.Get("t").as_bool());
  CHECK(root.Get("i").as_int() == -5);
  CHECK(root.Get("u").kind() == Kind::kUint);
  CHECK(root.Get("f").as_float() == 1.5);
  CHECK(root.Get("s").text() == "aé😀");
  CHECK(root.Get("o").Get("k").text() == "v");
  CHECK(root.Get("missing").is_null());
  CHECK(root.Has("n"));
  CHECK_FALSE(root.Has("missing"));
  std::string keys;
  for (const Member& member : root.members()) keys += member.key;
  CHECK(keys == "ntiufsao");
  size_t count = 0;
  for (Value item : root.Get("a").items()) count += item.size() + 1;
  CHECK(count == 4);
  for (Value item : root.items()) CHECK(item.is_null());  // an object has no items
  CHECK(ToText(root) ==
        R"({"n":null,"t":true,"i":-5,"u":18446744073709551615,"f":1.5,"s":"aé😀","a":[1,[2],{}],"o":{"k":"v"}})");
}

TEST_CASE("integers beyond 64 bits are read as floats") {
  Document document;
  REQUIRE(document.Parse("[99999999999999999999, 1]"));
  CHECK(ToText(document.root()) == "[1e20,1]");
}

TEST_CASE("faults are told as serde tells them") {
  auto fault = [](std::string_view text) {
    Document document;
    CHECK_FALSE(document.Parse(text));
    return document.error().message;
  };
  CHECK(fault("") == "EOF while parsing a value at line 1 column 0");
  CHECK(fault("{\"query\": ") == "EOF while parsing a value at line 1 column 10");
  CHECK(fault("[1") == "EOF while parsing a list at line 1 column 2");
  CHECK(fault("{\"a\":1") == "EOF while parsing an object at line 1 column 6");
  CHECK(fault("\"abc") == "EOF while parsing a string at line 1 column 4");
  CHECK(fault("x!") == "expected value at line 1 column 1");
  CHECK(fault("{a:1}") == "key must be a string at line 1 column 2");
  CHECK(fault("[1,]") == "trailing comma at line 1 column 4");
  CHECK(fault("[1 2]") == "expected `,` or `]` at line 1 column 4");
  CHECK(fault("{\"a\" 1}") == "expected `:` at line 1 column 6");
  CHECK(fault("1 2") == "trailing characters at line 1 column 3");
  CHECK(fault("\n\n tru") == "EOF while parsing a value at line 3 column 4");
  CHECK(fault("nul!") == "expected ident at line 1 column 4");
  CHECK(fault("01") == "invalid number at line 1 column 2");
  CHECK(fault("\"\\x\"") == "invalid escape at line 1 column 3");
  CHECK(fault("1e999") == "number out of range at line 1 column 5");
  CHECK(fault(std::string(2000, '[')).starts_with("recursion limit exceeded at line 1 column 128"));
}

}  // namespace
}  // namespace prisma::json
