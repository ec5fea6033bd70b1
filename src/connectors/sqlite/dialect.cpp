#include "connectors/sqlite/dialect.h"

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
    features_.json = {.extract = "->",
                      .extract_text = "->>",
                      .type_function = "JSON_TYPE",
                      .string_type = "text",
                      .array_type = "array",
                      .first_item = "$[0]",
                      .last_item = "$[#-1]"};
    features_.max_bind_values = 32766;
  }
  const sql::Features& features() const override { return features_; }

  void WriteIdentifier(std::string& out, std::string_view name) const override {
    out.push_back('`');
    for (char c : name) {
      if (c == '`') out.push_back('`');
      out.push_back(c);
    }
    out.push_back('`');
  }

  bool WriteInsertIgnore(std::string& out) const override {
    out.append("INSERT OR IGNORE INTO ");
    return true;
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
