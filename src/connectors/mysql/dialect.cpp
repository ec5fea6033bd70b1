#include "connectors/mysql/dialect.h"

#include "base/error.h"
#include "base/text.h"

namespace prisma::mysql {
namespace {

using sql::Builder;
using sql::Expr;
using sql::ExprKind;
using sql::JsonTest;

class Dialect final : public sql::Dialect {
 public:
  Dialect() {
    features_.nulls_order = false;
    features_.concat_function = true;
    features_.default_in_values = false;
    features_.wraps_selects_of_writes = true;
    features_.no_limit = "18446744073709551615";
    features_.max_bind_values = 65535;
    features_.relation_joins = sql::RelationJoins::kSubselect;
    features_.json_array = "JSON_ARRAY";
    features_.json_aggregate = "JSON_ARRAYAGG";
  }
  const sql::Features& features() const override { return features_; }

  void WriteIdentifier(std::string& out, std::string_view name) const override { AppendQuoted(out, name, '`'); }

  void WriteEmptyInsert(std::string& out) const override { out.append("() VALUES ()"); }

  bool WriteInsertIgnore(std::string& out) const override {
    out.append("INSERT IGNORE INTO ");
    return true;
  }

  sql::DatePart DatePartOf(const schema::Field& field) const override {
    if (!field.native_type) return sql::DatePart::kAll;
    if (field.native_type->name == "Date") return sql::DatePart::kDay;
    return field.native_type->name == "Time" ? sql::DatePart::kTime : sql::DatePart::kAll;
  }

  const Expr* InJson(Builder& sql, const Expr* column, const schema::Field& field) const override {
    switch (field.scalar) {
      case schema::ScalarType::kDecimal:
      case schema::ScalarType::kJson:
        return sql.Cast(column, "CHAR");
      case schema::ScalarType::kBytes:
        return sql.Function("HEX", sql.Items({column}));
      case schema::ScalarType::kBoolean:
        return sql.Binary("+", column, sql.Raw("0"));  // a BIT is no number in JSON
      default:
        return column;
    }
  }

  // Without casts to JSON and without the operators -> and ->>, which MariaDB doesn't have.
  const Expr* Json(Builder& sql, const sql::JsonCondition& c) const override {
    const Expr* json = c.path != nullptr ? Extract(sql, c.column, c.path) : c.column;
    const Expr* condition = nullptr;
    auto has_type = [&](std::string_view type) {
      return sql.Equals(sql.Function("JSON_TYPE", sql.Items({json})), sql.Raw(type));
    };
    const Expr* type = nullptr;
    switch (c.test) {
      case JsonTest::kEquals:
      case JsonTest::kNotEquals: {
        const bool differs = (c.test == JsonTest::kNotEquals) != c.is_negated;
        condition = c.value_is_column && c.path == nullptr ? sql.Equals(json, c.value) : Same(sql, json, c.value);
        return differs ? sql.Not(condition) : condition;
      }
      case JsonTest::kArrayContains:
        condition = sql.Function("JSON_CONTAINS", sql.Items({json, c.value}));
        type = has_type("'ARRAY'");
        break;
      case JsonTest::kArrayStartsWith:
        condition = Same(sql, Extract(sql, json, sql.Raw("'$[0]'")), c.value);
        type = has_type("'ARRAY'");
        break;
      case JsonTest::kArrayEndsWith: {
        const Expr* last = sql.Binary("-", sql.Function("JSON_LENGTH", sql.Items({json})), sql.Raw("1"));
        const Expr* path = sql.Function("CONCAT", sql.Items({sql.Raw("'$['"), last, sql.Raw("']'")}));
        condition = Same(sql, Extract(sql, json, path), c.value);
        type = has_type("'ARRAY'");
        break;
      }
      case JsonTest::kStringContains:
      case JsonTest::kStringStartsWith:
      case JsonTest::kStringEndsWith: {
        const Expr* text = c.path != nullptr ? sql.Function("JSON_UNQUOTE", sql.Items({json})) : json;
        const Expr* pattern = c.value;
        if (c.is_insensitive) {
          text = sql.Function("LOWER", sql.Items({text}));
          pattern = sql.Function("LOWER", sql.Items({pattern}));
        }
        condition = sql.Make({.kind = ExprKind::kLike, .items = sql.Items({text, pattern})});
        type = has_type("'STRING'");
        break;
      }
      case JsonTest::kLess:
      case JsonTest::kLessOrEqual:
      case JsonTest::kGreater:
      case JsonTest::kGreaterOrEqual: {
        std::string_view op = c.test == JsonTest::kLess          ? "<"
                              : c.test == JsonTest::kLessOrEqual ? "<="
                              : c.test == JsonTest::kGreater     ? ">"
                                                                 : ">=";
        if (c.value_is_column) {
          condition = sql.Binary(op, json, c.value);
          return c.is_negated ? sql.Not(condition) : condition;
        }
        // Only the database sees what the value is: strings are compared with strings, numbers with numbers.
        const Expr* is_string = sql.Equals(sql.Function("JSON_TYPE", sql.Items({c.value})), sql.Raw("'STRING'"));
        const Expr* text = c.path != nullptr ? sql.Function("JSON_UNQUOTE", sql.Items({c.value})) : c.value;
        const Expr* by_text = sql.Binary(op, json, text);
        const Expr* by_number = sql.Binary(op, json, sql.Binary("+", c.value, sql.Raw("0")));
        if (c.is_negated) {
          by_text = sql.Not(by_text);
          by_number = sql.Not(by_number);
        }
        by_text = sql.And(by_text, has_type("'STRING'"));
        by_number = sql.And(by_number, sql.Or(sql.Items({has_type("'INTEGER'"), has_type("'DOUBLE'")})));
        return sql.Make({.kind = ExprKind::kCase, .items = sql.Items({is_string, by_text, by_number})});
      }
    }
    // Of other types nothing is true: neither the condition nor its opposite.
    if (c.is_negated) condition = sql.Not(condition);
    return sql.And(condition, type);
  }

  const Expr* Search(Builder& sql, sql::ExprList columns, const Expr* query) const override {
    const Expr* mode = sql.Binary("IN", query, sql.Raw("BOOLEAN MODE"));
    return sql.Binary("AGAINST", sql.Function("MATCH ", columns),
                      sql.Make({.kind = ExprKind::kRow, .items = sql.Items({mode})}));
  }
  const Expr* Relevance(Builder& sql, sql::ExprList columns, const Expr* query) const override {
    return Search(sql, columns, query);
  }

 private:
  static const Expr* Extract(Builder& sql, const Expr* json, const Expr* path) {
    return sql.Function("JSON_EXTRACT", sql.Items({json, path}));
  }
  // Equal whatever the order of the members.
  static const Expr* Same(Builder& sql, const Expr* a, const Expr* b) {
    return sql.And(sql.Function("JSON_CONTAINS", sql.Items({a, b})), sql.Function("JSON_CONTAINS", sql.Items({b, a})));
  }

  sql::Features features_;
};

}  // namespace

const sql::Dialect& MysqlDialect() {
  static const Dialect dialect;
  return dialect;
}

}  // namespace prisma::mysql
