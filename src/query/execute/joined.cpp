// Levels that came as JSON in a cell of their parents' rows: a row is the list of its cells.
#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.h"
#include "query/execute/db_errors.h"
#include "query/execute/executor.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::query {

using driver::ColumnType;
using driver::DbError;
using driver::DbException;

namespace {

// As in the plan: rows with more cells are lists of lists of so many.
constexpr size_t kCellsPerList = 100;

[[noreturn]] void Fail(std::string text, uint32_t column) {
  DbError error;
  error.kind = DbError::Kind::kConversion;
  error.text = std::move(text);
  error.column_index = column;
  throw DbException(std::move(error));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Value Bytes(std::string_view text, uint32_t column, Arena& arena) {
  if (text.starts_with("\\x")) text.remove_prefix(2);
  char* out = arena.Bytes(text.size() / 2);
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    int high = HexDigit(text[i]), low = HexDigit(text[i + 1]);
    if (high < 0 || low < 0) Fail("bytes", column);
    out[i / 2] = static_cast<char>(high * 16 + low);
  }
  return Value::Text(ValueKind::kBytes, {out, text.size() / 2});
}

// A date-time, a day, or a time of day, of which an offset is left out.
Value DateTime(std::string_view text, uint32_t column) {
  if (text.size() >= 8 && text[2] == ':') {
    text = text.substr(0, text.find_first_of("+-"));
    if (std::optional<int64_t> time = ParseDateTime("1970-01-01T" + std::string(text) + "Z")) {
      return Value::DateTime(*time);
    }
  }
  std::optional<int64_t> time = ParseDatabaseDateTime(text);
  if (!time) Fail(std::string(text), column);
  return Value::DateTime(*time);
}

Value Float(const json::Value& cell, uint32_t column) {
  if (!cell.is_string()) return Value::Float(cell.as_float());
  if (cell.text() == "NaN") return Value::Float(std::numeric_limits<double>::quiet_NaN());
  if (cell.text() == "Infinity") return Value::Float(std::numeric_limits<double>::infinity());
  if (cell.text() == "-Infinity") return Value::Float(-std::numeric_limits<double>::infinity());
  std::optional<std::string> number = ParseDecimal(cell.text());
  if (!number) Fail("\"" + std::string(cell.text()) + "\"", column);
  return Value::Float(DecimalToDouble(*number));
}

Value Json(const json::Value& cell, Arena& arena) {
  json::Document document;
  // Text of its own, as every JSON column is sent; what is not JSON stands for itself.
  const bool is_text = cell.is_string() && document.Parse(cell.text());
  return Value::Text(ValueKind::kJson, arena.Copy(json::ToText(is_text ? document.root() : cell)));
}

ColumnType ItemOf(ColumnType type) {
  switch (type) {
    case ColumnType::kBoolList:
      return ColumnType::kBool;
    case ColumnType::kIntList:
      return ColumnType::kInt;
    case ColumnType::kBigIntList:
      return ColumnType::kBigInt;
    case ColumnType::kFloatList:
      return ColumnType::kFloat;
    case ColumnType::kDecimalList:
      return ColumnType::kDecimal;
    case ColumnType::kStringList:
      return ColumnType::kString;
    case ColumnType::kBytesList:
      return ColumnType::kBytes;
    case ColumnType::kDateTimeList:
      return ColumnType::kDateTime;
    case ColumnType::kJsonList:
      return ColumnType::kJson;
    case ColumnType::kEnumList:
      return ColumnType::kEnum;
    default:
      return type;
  }
}

Value Read(const json::Value& cell, ColumnType type, uint32_t column, Arena& arena) {
  const ColumnType item = ItemOf(type);
  const bool is_list = item != type;
  if (cell.is_null()) return is_list ? Value::List({}) : Value::Null();
  if (is_list) {
    if (!cell.is_array()) Fail(json::ToText(cell), column);
    std::span<Value> items = arena.NewSpan<Value>(cell.size());
    size_t i = 0;
    for (const json::Value& value : cell.items()) items[i++] = Read(value, item, column, arena);
    return Value::List(items);
  }
  switch (type) {
    case ColumnType::kBool:
      return Value::Bool(cell.kind() == json::Kind::kBool ? cell.as_bool() : cell.as_float() != 0);
    case ColumnType::kInt:
    case ColumnType::kBigInt:
      if (cell.kind() == json::Kind::kInt || cell.kind() == json::Kind::kUint) return Value::Int(cell.as_int());
      if (cell.is_string()) {
        // Types that databases don't take for numbers: object ids.
        int64_t n = 0;
        const char* end = cell.text().data() + cell.text().size();
        if (auto [rest, code] = std::from_chars(cell.text().data(), end, n); code == std::errc() && rest == end) {
          return Value::Int(n);
        }
      }
      break;
    case ColumnType::kFloat:
      return Float(cell, column);
    case ColumnType::kDecimal:
      if (std::optional<std::string> number = ParseDecimal(cell.is_string() ? cell.text() : json::ToText(cell))) {
        return Value::Text(ValueKind::kDecimal, arena.Copy(std::string_view(*number)));
      }
      break;
    case ColumnType::kBytes:
      if (cell.is_string()) return Bytes(cell.text(), column, arena);
      break;
    case ColumnType::kDateTime:
      if (cell.is_string()) return DateTime(cell.text(), column);
      break;
    case ColumnType::kJson:
      return Json(cell, arena);
    case ColumnType::kEnum:
      return Value::Text(ValueKind::kEnum, arena.Copy(cell.text()));
    default:
      return Value::String(arena.Copy(cell.is_string() ? cell.text() : std::string_view(json::ToText(cell))));
  }
  Fail(cell.is_string() ? "\"" + std::string(cell.text()) + "\"" : json::ToText(cell), column);
}

}  // namespace

void Executor::ReadJoined(const ChildLevel& child, const ResultLevel& parent, std::span<const uint32_t> live,
                          ResultLevel& out) {
  const size_t parents = parent.rows.rows();
  std::vector<bool> is_live(parents);
  for (uint32_t row : live) is_live[row] = true;
  json::Document document;
  for (uint32_t row = 0; row < parents; ++row) {
    const Value& cell = parent.rows.row(row)[child.joined_cell];
    const bool is_there = is_live[row] && !cell.is_null();
    if (is_there && !document.Parse(cell.text())) throw InternalError("joined rows: " + document.error().message);
    AddJoined(child, is_there ? document.root() : json::Value(), out);
  }
  FinishJoined(child, out);
  CheckRequired(child, out, live);
}

// The rows of the next parent: `cell` is a list of rows, one row, or null.
void Executor::AddJoined(const ChildLevel& child, const json::Value& cell, ResultLevel& out) {
  const StatementPlan& cells = *child.level->statement;
  const std::vector<ChildLevel>& children = child.level->children;
  if (out.offsets.empty()) {
    out.offsets.push_back(0);
    out.rows.columns = static_cast<uint32_t>(cells.types.size());
    for (size_t i = 0; i < children.size(); ++i) out.children.push_back(std::make_unique<ResultLevel>());
  }
  std::vector<uint32_t> picked;
  auto add_row = [&](const json::Value& row) {
    picked.push_back(static_cast<uint32_t>(out.rows.rows()));
    uint32_t column = 0;
    std::vector<json::Value> joined(children.size());
    auto add_cell = [&](const json::Value& value) {
      auto nested =
          std::find_if(children.begin(), children.end(), [&](const ChildLevel& c) { return c.joined_cell == column; });
      if (nested != children.end()) {
        joined[static_cast<size_t>(nested - children.begin())] = value;
        out.rows.cells.push_back(Value::Null());
      } else {
        out.rows.cells.push_back(Read(value, cells.types[column], column, out.rows.arena));
      }
      ++column;
    };
    for (const json::Value& value : row.items()) {
      if (cells.types.size() <= kCellsPerList) {
        add_cell(value);
      } else {
        for (const json::Value& inner : value.items()) add_cell(inner);
      }
    }
    PRISMA_CHECK(column == cells.types.size());
    for (size_t i = 0; i < children.size(); ++i) AddJoined(children[i], joined[i], *out.children[i]);
  };
  try {
    if (child.is_list) {
      for (const json::Value& row : cell.items()) add_row(row);
    } else if (!cell.is_null()) {
      add_row(cell);
    }
  } catch (const DbException& e) {
    throw ToError(e.error, schema_, &cells);
  }
  const LevelProcessing& processing = child.level->processing;
  if (processing.any()) Process(processing, out.rows, picked);
  if (processing.turns_round) std::reverse(picked.begin(), picked.end());
  out.child_rows.insert(out.child_rows.end(), picked.begin(), picked.end());
  out.offsets.push_back(static_cast<uint32_t>(out.child_rows.size()));
}

void Executor::FinishJoined(const ChildLevel& child, ResultLevel& out) {
  const std::vector<ChildLevel>& children = child.level->children;
  for (size_t i = 0; i < out.children.size(); ++i) {
    FinishJoined(children[i], *out.children[i]);
    CheckRequired(children[i], *out.children[i], out.child_rows);
  }
  MapCells(*child.level->statement, out.rows);
}

}  // namespace prisma::query
