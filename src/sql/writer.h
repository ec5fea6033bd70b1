// SQL tree → text. Where lists stay open until run time, the text is cut: see WrittenSql.
#pragma once

#include <string>
#include <vector>

#include "sql/dialect.h"
#include "sql/tree.h"

namespace prisma::sql {

// `text` without any placeholder if `has_lists`, else complete. `holes` in order of the text: where which slot goes.
struct WrittenSql {
  struct Hole {
    uint32_t position;  // in `text`
    uint32_t slot;
    bool is_list;
  };
  std::string text;
  std::vector<Hole> holes;
  bool has_lists = false;
};

WrittenSql Write(const Select& select, const Dialect& dialect);
WrittenSql Write(const Insert& insert, const Dialect& dialect);
WrittenSql Write(const Update& update, const Dialect& dialect);
WrittenSql Write(const Delete& statement, const Dialect& dialect);

// SQL text of a string literal.
void WriteStringLiteral(std::string& out, std::string_view text);

}  // namespace prisma::sql
