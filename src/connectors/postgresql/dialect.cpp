#include "connectors/postgresql/dialect.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "connectors/postgresql/url.h"

namespace prisma::postgresql {
namespace {

using sql::Expr;
using sql::ExprKind;
using sql::JsonTest;

class Dialect final : public sql::Dialect {
 public:
  Dialect(std::string schema, Variant variant) : schema_(std::move(schema)) {
    features_.insert_returning = true;
    features_.update_returning = true;
    features_.delete_returning = true;
    features_.on_conflict = true;
    features_.insensitive_like = true;
    features_.nulls_are_largest = variant.nulls_are_largest;
    features_.distinct_on = variant.distinct_on;
    features_.array_columns = true;
    features_.numbered_placeholders = true;
    features_.like_cast = "::text";
    features_.relation_joins = sql::RelationJoins::kLateral;
    // Not the functions of jsonb, which would change the form of numbers and the order of members.
    features_.json_array = "JSON_BUILD_ARRAY";
    features_.json_aggregate = "JSON_AGG";
    features_.json_text_type = "text";
    features_.max_bind_values = 32766;
  }
  const sql::Features& features() const override { return features_; }

  void WriteTableName(std::string& out, std::string_view schema, std::string_view name) const override {
    sql::Dialect::WriteTableName(out, schema.empty() ? std::string_view(schema_) : schema, name);
  }

  const Expr* InJson(sql::Builder& sql, const Expr* column, const schema::Field& field) const override {
    const bool is_list = field.arity == schema::Arity::kList;
    const std::string_view text = is_list ? "text[]" : "text";
    const std::string_view native = field.native_type ? std::string_view(field.native_type->name) : std::string_view();
    switch (field.scalar) {
      case schema::ScalarType::kDecimal:
        return sql.Cast(native == "Money" ? sql.Cast(column, is_list ? "numeric[]" : "numeric") : column, text);
      case schema::ScalarType::kJson:
        return sql.Cast(column, text);
      case schema::ScalarType::kBytes:
        // Whatever the server's bytea_output is.
        return is_list ? column : sql.Function("ENCODE", sql.Items({column, sql.Raw("'hex'")}));
      case schema::ScalarType::kString:
        // Without the length of the network.
        return native == "Inet" && !is_list ? sql.Function("HOST", sql.Items({column})) : column;
      default:
        return column;
    }
  }

  const Expr* Json(sql::Builder& sql, const sql::JsonCondition& c) const override {
    auto cast = [&](const Expr* e, std::string_view type) { return sql.Cast(e, type); };
    const Expr* column = c.column;
    const Expr* json = column;
    if (c.path != nullptr) json = sql.Binary("#>", column, c.path);
    const Expr* value = c.value;
    auto type_is = [&](std::string_view type) {
      return sql.Equals(sql.Function("JSONB_TYPEOF", sql.Items({cast(json, "jsonb")})), sql.Raw(type));
    };
    switch (c.test) {
      case JsonTest::kEquals:
      case JsonTest::kNotEquals: {
        const Expr* right = cast(value, "jsonb");
        return sql.Binary((c.test == JsonTest::kNotEquals) != c.is_negated ? "<>" : "=", cast(json, "jsonb"), right);
      }
      case JsonTest::kStringContains:
      case JsonTest::kStringStartsWith:
      case JsonTest::kStringEndsWith: {
        const Expr* text =
            c.path != nullptr ? sql.Binary("#>>", column, c.path) : sql.Binary("#>>", column, sql.Raw("'{}'"));
        const Expr* like =
            sql.Make({.kind = ExprKind::kLike, .is_insensitive = c.is_insensitive, .items = sql.Items({text, value})});
        if (c.is_negated) like = sql.Not(like);
        return sql.And(like, type_is("'string'"));
      }
      case JsonTest::kArrayContains: {
        const Expr* found = sql.Binary("@>", cast(json, "jsonb"), cast(value, "jsonb"));
        if (c.is_negated) found = sql.Not(found);
        return sql.And(found, type_is("'array'"));
      }
      case JsonTest::kArrayStartsWith:
      case JsonTest::kArrayEndsWith: {
        const Expr* item = sql.Binary("->", json, sql.Raw(c.test == JsonTest::kArrayStartsWith ? "0" : "-1"));
        const Expr* equal = sql.Equals(cast(item, "jsonb"), cast(value, "jsonb"));
        if (c.is_negated) equal = sql.Not(equal);
        return sql.And(equal, type_is("'array'"));
      }
      default: {
        std::string_view op = c.test == JsonTest::kLess          ? "<"
                              : c.test == JsonTest::kLessOrEqual ? "<="
                              : c.test == JsonTest::kGreater     ? ">"
                                                                 : ">=";
        // Only what has the type of the value can be less or greater.
        const Expr* right = cast(value, "jsonb");
        const Expr* compared = sql.Binary(op, cast(json, "jsonb"), right);
        if (c.is_negated) compared = sql.Not(compared);
        const Expr* same = sql.Equals(sql.Function("JSONB_TYPEOF", sql.Items({cast(json, "jsonb")})),
                                      sql.Function("JSONB_TYPEOF", sql.Items({right})));
        return sql.And(compared, same);
      }
    }
  }

  const Expr* Search(sql::Builder& sql, sql::ExprList columns, const Expr* query) const override {
    return sql.Binary("@@", Document(sql, columns), sql.Function("to_tsquery", sql.Items({query})));
  }

  const Expr* Relevance(sql::Builder& sql, sql::ExprList columns, const Expr* query) const override {
    return sql.Function("ts_rank", sql.Items({Document(sql, columns), sql.Function("to_tsquery", sql.Items({query}))}));
  }

 private:
  static const Expr* Document(sql::Builder& sql, sql::ExprList columns) {
    std::vector<const Expr*> items{sql.Raw("' '")};
    items.insert(items.end(), columns.begin(), columns.end());
    return sql.Function("to_tsvector", sql.Items({sql.Function("concat_ws", sql.Copy(items))}));
  }

  std::string schema_;
  sql::Features features_;
};

}  // namespace

const sql::Dialect& DialectOf(std::string_view url) { return DialectOf(url, {}); }

const sql::Dialect& DialectOf(std::string_view url, Variant variant) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, Variant>, std::unique_ptr<Dialect>> dialects;
  std::string schema = url.empty() ? std::string() : ParseUrl(url, {}).schema;
  std::lock_guard lock(mutex);
  std::unique_ptr<Dialect>& dialect = dialects[{schema, variant}];
  if (dialect == nullptr) dialect = std::make_unique<Dialect>(schema, variant);
  return *dialect;
}

}  // namespace prisma::postgresql
