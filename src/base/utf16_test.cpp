#include "base/utf16.h"

#include <doctest/doctest.h>

namespace prisma {
namespace {

TEST_CASE("Latin-1 where it stands") {
  auto latin1 = [](std::string text) { return ToLatin1(text) ? text : "no: " + text; };
  CHECK(latin1("") == "");
  CHECK(latin1("plain, and longer than eight bytes") == "plain, and longer than eight bytes");
  CHECK(latin1("N\xC2\xBA 1") == "N\xBA 1");
  CHECK(latin1("\xC3\xBF\xC2\x80") == "\xFF\x80");
  CHECK(latin1("12345678\xC3\xA4"
               "12345678\xC3\xB6"
               "1234567890abcdefg\xC3\xBC") ==
        "12345678\xE4"
        "12345678\xF6"
        "1234567890abcdefg\xFC");
  for (const char* other : {"\xC4\x80", "12345678 \xE2\x82\xAC", "a\xC3",
                            "\xC3"
                            "a",
                            "\xC3\xC3\xA4", "\x80", "\xC1\x80", "\xF0\x9F\x98\x80"}) {
    CHECK(latin1(std::string("1234 \xC3\xA4 ") + other) == std::string("no: 1234 \xC3\xA4 ") + other);
  }
}

TEST_CASE("UTF-16, in memory that serves again") {
  Utf16Text text;
  auto wide = [&](std::string_view utf8) {
    return ToUtf16(utf8, text) ? std::u16string(text.units.get(), text.size) : std::u16string(u"no");
  };
  CHECK(wide("12345678 \xE2\x82\xAC \xF0\x9F\x98\x80 \xC3\xA4") == u"12345678 \u20AC \U0001F600 \u00E4");
  const char16_t* before = text.units.get();
  CHECK(wide("short \xC4\x80") == u"short \u0100");
  CHECK(text.units.get() == before);
  CHECK(wide("wide 1 äöü € 漢字 and a long plain rest") == u"wide 1 äöü € 漢字 and a long plain rest");
  CHECK(wide("\uFFFF\U0010FFFF\u0800\u07FF\u0080") == u"\uFFFF\U0010FFFF\u0800\u07FF\u0080");
  CHECK(wide("") == u"");
  for (const char* bad : {"\x80", "a\xC3", "\xC0\x80", "\xC1\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8", "ä\xFF", "\xF0\x9F\x98", "\xE2\x28\xA1", "\xC3("}) {
    CHECK(wide(bad) == u"no");
  }
}

}  // namespace
}  // namespace prisma
