#include "base/utf16.h"

#include <doctest/doctest.h>

#include <string>

namespace prisma {
namespace {

std::u16string Converted(std::string_view text) {
  Utf16Text made = ToUtf16(text);
  return made.units ? std::u16string(made.units.get(), made.size) : std::u16string(u"none");
}

TEST_CASE("UTF-16") {
  CHECK(Converted("") == u"none");
  CHECK(Converted("plain ASCII, longer than eight bytes") == u"none");
  CHECK(Converted("ä") == u"ä");
  CHECK(Converted("wide 1 äöü € 漢字 and a long plain rest") == u"wide 1 äöü € 漢字 and a long plain rest");
  CHECK(Converted("0123456789é0123456\U0001F600") == u"0123456789é0123456\U0001F600");
  CHECK(Converted("\uFFFF\U0010FFFF\u0800\u07FF\u0080") == u"\uFFFF\U0010FFFF\u0800\u07FF\u0080");
  for (const char* wrong : {"\x80", "a\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8",
                            "ä\xFF", "\xF0\x9F\x98", "\xE2\x28\xA1"}) {
    CHECK(Converted(wrong) == u"none");
  }
}

}  // namespace
}  // namespace prisma
