// The module `sql`: a function and a class of rows for each file of SQL.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/error.h"
#include "generate/python/client.h"
#include "generate/python/names.h"

namespace prisma::generate::python {
namespace {

// A name that is none of `taken`.
std::string Fresh(std::string name, std::set<std::string>& taken) {
  std::string fresh = name;
  for (int n = 2; !taken.insert(fresh).second; ++n) fresh = fmt::format("{}_{}", name, n);
  return fresh;
}

// What a column or a parameter is called in Python.
std::string PythonName(std::string_view text, std::string_view otherwise) {
  std::string name;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 || c == '_' || byte >= 0x80 ? c : '_';
  }
  while (name.ends_with('_')) name.pop_back();
  while (name.starts_with('_')) name.erase(0, 1);
  if (name.empty()) name = otherwise;
  if (std::isdigit(static_cast<unsigned char>(name[0])) != 0) name = fmt::format("{}{}", otherwise, name);
  if (IsKeyword(name) || IsModelAttribute(name)) name += '_';
  return name;
}

// "get_user" and "getUser": "GetUserResult".
std::string ClassName(std::string_view query) {
  std::string name;
  bool is_start = true;
  for (char c : query) {
    if (c == '_') {
      is_start = true;
      continue;
    }
    name += is_start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    is_start = false;
  }
  return name + "Result";
}

std::string TypeOf(const Datamodel& datamodel, std::string_view type, bool is_parameter) {
  constexpr std::string_view kArray = "-array";
  if (type.ends_with(kArray)) {
    type.remove_suffix(kArray.size());
    return fmt::format("_List[{}]", TypeOf(datamodel, type, is_parameter));
  }
  if (type == "int" || type == "bigint") return "_int";
  if (type == "float" || type == "double") return "_float";
  if (type == "bool") return "_bool";
  if (type == "decimal") return "_decimal.Decimal";
  if (type == "bytes") return "_bytes";
  if (type == "datetime") return "_datetime.datetime";
  if (type == "date") return "_datetime.date";
  if (type == "time") return "_datetime.time";
  if (type == "null") return "None";
  if (type == "string" || type == "char" || type == "xml" || type == "uuid" || type == "enum") return "_str";
  for (const Enum& entry : datamodel.enums) {
    if (entry.db_name == type && !entry.has_mapped_values) return "_enums." + entry.name;
  }
  if (std::any_of(datamodel.enums.begin(), datamodel.enums.end(), [&](const Enum& e) { return e.db_name == type; })) {
    return "_str";
  }
  return "_Any";
}

std::string Optional(const std::string& type, bool is_nullable) {
  return is_nullable && type != "None" && type != "_Any" ? "_Optional[" + type + "]" : type;
}

std::string RowClass(const Datamodel& datamodel, const engine::TypedSql& query, const std::string& name) {
  std::string out =
      fmt::format("\n\nclass {}(_TypedRow):\n{}", name, Docstring("A row of `" + query.name + "`.", "    "));
  std::set<std::string> taken, columns;
  std::string fields;
  for (const engine::TypedSqlColumn& column : query.columns) {
    if (!columns.insert(column.name).second) continue;  // only one of a name is in a row
    const std::string field = Fresh(PythonName(column.name, "column"), taken);
    const std::string type = Optional(TypeOf(datamodel, column.type, false), column.is_nullable);
    const bool may_be_left_out = column.is_nullable || type == "_Any";
    std::string value;
    if (field != column.name) {
      value = fmt::format(" = _Field({}alias={})", may_be_left_out ? "None, " : "", Quote(column.name));
    } else if (may_be_left_out) {
      value = " = None";
    }
    fields += fmt::format("    {}: {}{}\n", field, type, value);
  }
  return out + "\n" + fields;
}

std::string Function(const Datamodel& datamodel, const engine::TypedSql& query, const std::string& row) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const engine::TypedSqlParameter& parameter : query.parameters) {
    names.push_back(Fresh(PythonName(parameter.name, "arg"), taken));
  }
  size_t required = names.size();
  while (required > 0 && query.parameters[required - 1].is_nullable) --required;
  std::string signature, values, documentation = query.documentation.value_or("");
  for (size_t i = 0; i < names.size(); ++i) {
    const engine::TypedSqlParameter& parameter = query.parameters[i];
    if (i > 0) signature += ", ";
    signature += names[i] + ": " + Optional(TypeOf(datamodel, parameter.type, true), parameter.is_nullable);
    if (i >= required) signature += " = None";
    values += i == 0 ? names[i] : ", " + names[i];
    if (parameter.documentation) {
      documentation += (documentation.empty() ? "`" : "\n\n`") + names[i] + "`: " + *parameter.documentation;
    }
  }
  if (names.size() == 1) values += ',';
  return fmt::format(
      "\n\ndef {}({}) -> '_TypedSql[{}]':\n{}    return _TypedSql(\n        {},\n        {},\n        ({}),\n        "
      "{},\n    )\n",
      query.name, signature, row, Docstring(documentation, "    "), Quote(query.name), Quote(query.source), values,
      row);
}

}  // namespace

std::string WriteTypedSql(const Datamodel& datamodel, const std::vector<engine::TypedSql>& queries) {
  std::set<std::string> taken;
  for (const engine::TypedSql& query : queries) {
    if (!IsIdentifier(query.name) || IsKeyword(query.name)) {
      throw Error(
          "", fmt::format("The file {}.sql can't be a typed function of Python: {} is {}. Rename the file.", query.name,
                          query.name, IsKeyword(query.name) ? "a keyword of Python" : "no name in Python"));
    }
    taken.insert(query.name);
  }
  std::string all, body;
  for (const engine::TypedSql& query : queries) {
    std::string row = "None";
    if (!query.columns.empty()) {
      row = Fresh(ClassName(query.name), taken);
      body += RowClass(datamodel, query, row);
      all += fmt::format("    {},\n", Quote(row));
    }
    body += Function(datamodel, query, row);
    all += fmt::format("    {},\n", Quote(query.name));
  }
  return std::string(kHeader) +
         fmt::format(R"("""A function for each file `sql/*.sql` beside the schema, for `client.query_raw_typed(…)`."""

import datetime as _datetime
import decimal as _decimal
from typing import Any as _Any, List as _List, Optional as _Optional

from pydantic import Field as _Field

from . import enums as _enums
from ._typed_sql import TypedRow as _TypedRow, TypedSql as _TypedSql, missing as _missing

_bool = bool
_bytes = bytes
_float = float
_int = int
_str = str

__all__ = (
{})


def __getattr__(name: str) -> _Any:
    raise _missing(__name__, name)
{})",
                     all, body);
}

}  // namespace prisma::generate::python
