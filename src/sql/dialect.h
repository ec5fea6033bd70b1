// What the one SQL writer and the planner ask of a database's SQL: flags first, small hooks for the rest. The base is
// ANSI; one constant instance per provider lives in connectors/<provider>/dialect.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/schema.h"
#include "sql/tree.h"

namespace prisma::sql {

// How JSON columns are asked; empty: not at all.
struct JsonSyntax {
  std::string_view extract;        // operator: the JSON at a path
  std::string_view extract_text;   // operator: the text at a path
  std::string_view type_function;  // of JSON: its type's name
  std::string_view string_type, array_type;
  std::string_view first_item, last_item;  // paths
};

struct Features {
  bool insert_returning = false;
  bool update_returning = false;
  bool delete_returning = false;
  bool row_values = true;    // (a, b) IN (SELECT …), (a, b) IN (VALUES …)
  bool on_conflict = false;  // INSERT … ON CONFLICT
  JsonSyntax json;
  bool insensitive_like = false;
  bool nulls_order = true;        // NULLS FIRST/LAST
  bool default_in_values = true;  // the keyword DEFAULT in VALUES (…)
  bool limit_in_update = false;
  bool window_functions = true;
  bool numbered_placeholders = false;
  bool in_list_of_rows_needs_values = false;  // (a, b) IN (VALUES (?, ?), …) in place of IN ((?, ?), …)
  std::string_view no_limit;  // written for LIMIT where there is only OFFSET; empty: OFFSET may stand alone
  uint32_t max_bind_values = 999;
  uint32_t max_insert_rows = UINT32_MAX;
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual const Features& features() const = 0;
  virtual void WriteIdentifier(std::string& out, std::string_view name) const;  // "name"
  virtual void WritePlaceholder(std::string& out, uint32_t index) const;        // ?; index counts from 0
  virtual void WriteTableName(std::string& out, std::string_view schema, std::string_view name) const;
  virtual void WriteEmptyInsert(std::string& out) const;                    // DEFAULT VALUES
  virtual void WriteBoolean(std::string& out, bool value) const;            // a condition: 1=1, 1=0
  virtual void WriteInsensitiveLike(std::string& out, bool negated) const;  // ILIKE
  // "INSERT INTO" that ignores conflicts where ON CONFLICT isn't known; true: it was written.
  virtual bool WriteInsertIgnore(std::string& out) const;
};

}  // namespace prisma::sql
