#include "connectors/sqlite/dialect.h"

#include "base/text.h"

namespace prisma::sqlite {
namespace {

class Dialect final : public sql::Dialect {
 public:
  Dialect() {
    features_.insert_returning = true;
    features_.update_returning = true;
    features_.delete_returning = true;
    features_.on_conflict = true;
    features_.default_in_values = false;
    features_.in_list_of_rows_needs_values = true;
    features_.no_limit = "-1";
    features_.max_bind_values = 32766;
  }
  const sql::Features& features() const override { return features_; }

  void WriteIdentifier(std::string& out, std::string_view name) const override { AppendQuoted(out, name, '`'); }

  bool WriteInsertIgnore(std::string& out) const override {
    out.append("INSERT OR IGNORE INTO ");
    return true;
  }

  const sql::Expr* Json(sql::Builder& sql, const sql::JsonCondition& c) const override {
    using sql::JsonTest;
    const sql::Expr* json = c.path != nullptr ? sql.Binary("->", c.column, c.path) : c.column;
    const sql::Expr* condition = nullptr;
    std::string_view type = "'array'";
    switch (c.test) {
      case JsonTest::kEquals:
      case JsonTest::kNotEquals:
        return sql.Binary((c.test == JsonTest::kNotEquals) != c.is_negated ? "<>" : "=", json, c.value);
      case JsonTest::kArrayStartsWith:
      case JsonTest::kArrayEndsWith: {
        const sql::Expr* item = sql.Raw(c.test == JsonTest::kArrayStartsWith ? "'$[0]'" : "'$[#-1]'");
        condition = sql.Equals(sql.Binary("->", json, item), c.value);
        break;
      }
      case JsonTest::kStringContains:
      case JsonTest::kStringStartsWith:
      case JsonTest::kStringEndsWith: {
        const sql::Expr* text = c.path != nullptr ? sql.Binary("->>", c.column, c.path) : c.column;
        const sql::Expr* pattern = c.value;
        if (c.is_insensitive) {
          text = sql.Function("LOWER", sql.Items({text}));
          pattern = sql.Function("LOWER", sql.Items({pattern}));
        }
        condition = sql.Make({.kind = sql::ExprKind::kLike, .items = sql.Items({text, pattern})});
        type = "'text'";
        break;
      }
      default:
        return sql::Dialect::Json(sql, c);
    }
    if (c.is_negated) condition = sql.Not(condition);
    const sql::Expr* type_of = sql.Function("JSON_TYPE", sql.Items({json}));
    return sql.And(condition, sql.Equals(type_of, sql.Raw(type)));
  }

 private:
  sql::Features features_;
};

}  // namespace

const sql::Dialect& SqliteDialect() {
  static const Dialect dialect;
  return dialect;
}

}  // namespace prisma::sqlite
