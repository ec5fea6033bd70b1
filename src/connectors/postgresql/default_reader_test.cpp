#include <doctest/doctest.h>

#include "connectors/postgresql/describer.h"

namespace prisma::postgresql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

std::string Shown(TypeFamily family, std::string_view text, ColumnArity arity = ColumnArity::kRequired) {
  ColumnType type;
  type.family = family;
  type.arity = arity;
  std::optional<DefaultValue> value = ReadDefault(type, text);
  if (!value) return "none";
  switch (value->kind) {
    case DefaultValue::Kind::kNow:
      return "now";
    case DefaultValue::Kind::kSequence:
      return "sequence " + value->text;
    case DefaultValue::Kind::kDbGenerated:
      return "expression";
    default:
      break;
  }
  if (value->value.kind != SqlValue::Kind::kList) return value->value.text;
  std::string out = "[";
  for (const SqlValue& item : value->value.items) out += item.text + ";";
  return out + "]";
}

TEST_CASE("defaults as PostgreSQL writes them") {
  CHECK(Shown(TypeFamily::kInt, "5") == "5");
  CHECK(Shown(TypeFamily::kInt, "'-5'::integer") == "-5");
  CHECK(Shown(TypeFamily::kInt, "(-5)") == "-5");
  CHECK(Shown(TypeFamily::kInt, "(1 + 2)") == "expression");
  CHECK(Shown(TypeFamily::kInt, "nextval('\"User_id_seq\"'::regclass)") == "sequence \"User_id_seq\"");
  CHECK(Shown(TypeFamily::kString, "'it''s'::text") == "it's");
  CHECK(Shown(TypeFamily::kString, "'a'::character varying(20)") == "a");
  CHECK(Shown(TypeFamily::kString, "('a'::text || 'b'::text)") == "expression");
  CHECK(Shown(TypeFamily::kString, "NULL::character varying") == "none");
  CHECK(Shown(TypeFamily::kEnum, "'A'::\"Role\"") == "A");
  CHECK(Shown(TypeFamily::kBoolean, "false") == "false");
  CHECK(Shown(TypeFamily::kDateTime, "CURRENT_TIMESTAMP") == "now");
  CHECK(Shown(TypeFamily::kDateTime, "now()") == "now");
  CHECK(Shown(TypeFamily::kDateTime, "(now() + '1 day'::interval)") == "expression");
  CHECK(Shown(TypeFamily::kJson, "'{\"a\": [1]}'::jsonb") == "{\"a\": [1]}");
  CHECK(Shown(TypeFamily::kBinary, "'\\x6162'::bytea") == "ab");
  CHECK(Shown(TypeFamily::kString, "ARRAY['a'::text, 'b,c'::text]", ColumnArity::kList) == "[a;b,c;]");
  CHECK(Shown(TypeFamily::kString, "'{}'::text[]", ColumnArity::kList) == "[]");
  CHECK(Shown(TypeFamily::kInt, "'{1,2}'::integer[]", ColumnArity::kList) == "[1;2;]");
  CHECK(Shown(TypeFamily::kString, "f(1)", ColumnArity::kList) == "expression");
}

}  // namespace
}  // namespace prisma::postgresql
