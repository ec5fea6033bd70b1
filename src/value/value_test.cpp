#include "value/value.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"
#include "value/ids.h"

using namespace prisma;

TEST_CASE("values are equal by kind and contents") {
  CHECK(Value::Int(1) == Value::Int(1));
  CHECK_FALSE(Value::Int(1) == Value::Bool(true));
  CHECK(Value::String("a") == Value::String(std::string("a")));
  CHECK_FALSE(Value::String("a") == Value::Text(ValueKind::kEnum, "a"));
  CHECK(HashValue(Value::Float(0.0)) == HashValue(Value::Float(-0.0)));
  const Value items[] = {Value::Int(1), Value::Null()};
  const Value same[] = {Value::Int(1), Value::Null()};
  CHECK(Value::List(items) == Value::List(same));
  CHECK(HashValue(Value::List(items)) == HashValue(Value::List(same)));
}

TEST_CASE("date-times") {
  CHECK(FormatDateTime(*ParseDateTime("2026-11-21T02:42:36.316Z")) == "2026-11-21T02:42:36.316Z");
  CHECK(FormatDateTime(*ParseDateTime("2026-11-21 02:42:36+02:00")) == "2026-11-21T00:42:36.000Z");
  CHECK(FormatDateTime(*ParseDateTime("1969-12-31t23:59:59.9999999z")) == "1969-12-31T23:59:59.999Z");
  CHECK(FormatDateTime(*ParseDateTime("2024-02-29T00:00:00-00:30")) == "2024-02-29T00:30:00.000Z");
  CHECK(FormatDateTime(*ParseDateTime("0001-01-01T00:00:00Z")) == "0001-01-01T00:00:00.000Z");
  CHECK_FALSE(ParseDateTime("2023-02-29T00:00:00Z"));
  CHECK_FALSE(ParseDateTime("2023-02-20"));
  CHECK_FALSE(ParseDateTime("2023-02-20T00:00Z"));
  CHECK_FALSE(ParseDateTime("2023-02-20T00:00:00"));
  CHECK_FALSE(ParseDateTime(""));
  CHECK_FALSE(ParseDateTime("2023-02-20T24:00:00Z"));
  CHECK(FormatDateTime(*ParseDatabaseDateTime("2023-02-20")) == "2023-02-20T00:00:00.000Z");
  CHECK(FormatDateTime(*ParseDatabaseDateTime("2023-02-20 01:02:03")) == "2023-02-20T01:02:03.000Z");
  CHECK(FormatDateTime(*ParseDatabaseDateTime("2023-02-20 01:02:03.5 UTC")) == "2023-02-20T01:02:03.500Z");
  CHECK(FormatDateTime(*ParseDatabaseDateTime("2023-02-20 01:02:03.5+0130")) == "2023-02-19T23:32:03.500Z");
  CHECK(FormatDateTimeWithOffset(*ParseDateTime("2023-02-20T01:02:03.5Z")) == "2023-02-20T01:02:03.500+00:00");
}

TEST_CASE("decimals are normalised") {
  CHECK(*ParseDecimal("1.50") == "1.5");
  CHECK(*ParseDecimal("-.5") == "-0.5");
  CHECK(*ParseDecimal("+007.") == "7");
  CHECK(*ParseDecimal("1e3") == "1000");
  CHECK(*ParseDecimal("1.25E-3") == "0.00125");
  CHECK(*ParseDecimal("120e-1") == "12");
  CHECK(*ParseDecimal("-0.000") == "0");
  CHECK(*ParseDecimal("0e99999999999") == "0");
  CHECK_FALSE(ParseDecimal("1e99999999999"));
  CHECK_FALSE(ParseDecimal("1e99999999999999999999999"));
  CHECK_FALSE(ParseDecimal(""));
  CHECK_FALSE(ParseDecimal("."));
  CHECK_FALSE(ParseDecimal("1.2.3"));
  CHECK_FALSE(ParseDecimal("1e"));
  CHECK_FALSE(ParseDecimal("NaN"));
  CHECK(*DecimalFromDouble(1e21) == "1000000000000000000000");
  CHECK(*DecimalFromDouble(0.1) == "0.1");
  CHECK(CompareDecimals("-1.5", "1") < 0);
  CHECK(CompareDecimals("10", "9.99") > 0);
  CHECK(CompareDecimals("-10", "-9.99") < 0);
  CHECK(CompareDecimals("0.1", "0.15") < 0);
}

TEST_CASE("base64 goes both ways") {
  for (std::string text : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd\x00z"}) {
    CHECK(*DecodeBase64(EncodeBase64(text)) == text);
  }
  CHECK(EncodeBase64("hello") == "aGVsbG8=");
  CHECK(*DecodeBase64("aGVsbG8") == "hello");
  CHECK_FALSE(DecodeBase64("aGVs!"));
  CHECK_FALSE(DecodeBase64("a"));
}

TEST_CASE("identifiers have their forms and are unique") {
  std::set<std::string> seen;
  std::string last_v7;
  for (int i = 0; i < 1000; ++i) {
    for (const std::string& id : {NewUuidV4(), NewUuidV7(), NewCuid(), NewCuid2(), NewUlid(), NewNanoid()}) {
      CHECK(seen.insert(id).second);
    }
    const std::string v7 = NewUuidV7();
    CHECK(v7 > last_v7);
    last_v7 = v7;
  }
  CHECK(NewUuidV4()[14] == '4');
  CHECK(last_v7[14] == '7');
  CHECK(last_v7.size() == 36);
  CHECK(NewCuid().size() == 25);
  CHECK(NewCuid()[0] == 'c');
  CHECK(NewCuid2().size() == 24);
  CHECK(NewUlid().size() == 26);
  CHECK(NewUlid()[0] == '0');
  CHECK(NewNanoid(5).size() == 5);
}
