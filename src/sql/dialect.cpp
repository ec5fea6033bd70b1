#include "sql/dialect.h"

#include <charconv>

#include "base/error.h"
#include "base/text.h"

namespace prisma::sql {

void Dialect::WriteIdentifier(std::string& out, std::string_view name) const { AppendQuoted(out, name, '"'); }

void Dialect::WritePlaceholder(std::string& out, uint32_t index) const {
  if (!features().numbered_placeholders) {
    out.push_back('?');
    return;
  }
  char digits[16];
  char* end = std::to_chars(digits, digits + sizeof digits, index + 1).ptr;
  out.push_back('$');
  out.append(digits, end);
}

void Dialect::WriteTableName(std::string& out, std::string_view schema, std::string_view name) const {
  if (!schema.empty()) {
    WriteIdentifier(out, schema);
    out.push_back('.');
  }
  WriteIdentifier(out, name);
}

void Dialect::WriteEmptyInsert(std::string& out) const { out.append("DEFAULT VALUES"); }

void Dialect::WriteBoolean(std::string& out, bool value) const { out.append(value ? "1=1" : "1=0"); }

void Dialect::WriteInsensitiveLike(std::string& out, bool negated) const {
  out.append(negated ? " NOT ILIKE " : " ILIKE ");
}

bool Dialect::WriteInsertIgnore(std::string&) const { return false; }

DatePart Dialect::DatePartOf(const schema::Field&) const { return DatePart::kAll; }

const Expr* Dialect::InJson(Builder&, const Expr* column, const schema::Field&) const { return column; }

const Expr* Dialect::Json(Builder&, const JsonCondition&) const {
  throw Error("", "This filter is not supported by the database.");
}

const Expr* Dialect::Search(Builder&, ExprList, const Expr*) const {
  throw Error("", "Full-text search is not supported by the database.");
}

const Expr* Dialect::Relevance(Builder&, ExprList, const Expr*) const {
  throw Error("", "Full-text search is not supported by the database.");
}

}  // namespace prisma::sql
