// Reads a SQLite database: its tables, columns, keys and indexes from the pragmas.
#include "migrate/describer.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "connectors/sqlite/migration.h"
#include "migrate/calculator.h"

namespace prisma::sqlite {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else
using driver::RowBatch;
using Column = migrate::Column;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// SQLite takes any word for a type.
ColumnType ReadType(std::string_view written, bool is_required) {
  static const std::map<std::string_view, TypeFamily> kFamilies = {
      {"int", TypeFamily::kInt},           {"integer", TypeFamily::kInt},     {"bigint", TypeFamily::kBigInt},
      {"real", TypeFamily::kFloat},        {"float", TypeFamily::kFloat},     {"serial", TypeFamily::kInt},
      {"boolean", TypeFamily::kBoolean},   {"text", TypeFamily::kString},     {"date", TypeFamily::kDateTime},
      {"datetime", TypeFamily::kDateTime}, {"binary", TypeFamily::kBinary},   {"timestamp", TypeFamily::kDateTime},
      {"double", TypeFamily::kFloat},      {"blob", TypeFamily::kBinary},     {"binary[]", TypeFamily::kBinary},
      {"boolean[]", TypeFamily::kBoolean}, {"date[]", TypeFamily::kDateTime}, {"datetime[]", TypeFamily::kDateTime},
      {"double[]", TypeFamily::kFloat},    {"float[]", TypeFamily::kFloat},   {"timestamp[]", TypeFamily::kDateTime},
      {"int[]", TypeFamily::kInt},         {"integer[]", TypeFamily::kInt},   {"text[]", TypeFamily::kString},
      {"jsonb", TypeFamily::kJson},
  };
  ColumnType type;
  type.arity = is_required ? ColumnArity::kRequired : ColumnArity::kNullable;
  type.full_data_type = Lower(written);
  const std::string& name = type.full_data_type;
  auto contains = [&](const char* part) { return name.find(part) != std::string::npos; };
  if (auto found = kFamilies.find(name); found != kFamilies.end()) {
    type.family = found->second;
  } else if (contains("char")) {
    type.family = TypeFamily::kString;
  } else if (contains("numeric") || contains("decimal")) {
    type.family = TypeFamily::kDecimal;
  } else {
    type.family = TypeFamily::kUnsupported;
    type.unsupported = name;
  }
  return type;
}

bool IsInteger(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && text.size() < 20 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsNumber(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

// Without the quotes around it, for the numbers that are written as text.
std::string_view Bare(std::string_view text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') return text.substr(1, text.size() - 2);
  return text;
}

std::string Unquote(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front()) {
    text = text.substr(1, text.size() - 2);
  }
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\'' && i + 1 < text.size() && text[i + 1] == '\'') ++i;
  }
  return out;
}

std::optional<DefaultValue> ReadDefault(const ColumnType& type, std::string_view text) {
  std::string lower = Lower(text);
  if (lower == "null") return std::nullopt;
  DefaultValue value;
  value.database_text = text;
  auto constant = [&](SqlValue::Kind kind, std::string constant_text) {
    value.value.kind = kind;
    value.value.text = std::move(constant_text);
  };
  auto expression = [&] {
    value.kind = DefaultValue::Kind::kDbGenerated;
    value.text = text;
    value.has_expression = true;
  };
  switch (type.family) {
    case TypeFamily::kInt:
    case TypeFamily::kBigInt:
      if (!IsInteger(Bare(text))) {
        expression();
      } else if (type.family == TypeFamily::kInt) {
        value.value = ReadConstant(std::string(Bare(text)), schema::ScalarType::kInt);
      } else {
        value.value = ReadConstant(std::string(Bare(text)), schema::ScalarType::kBigInt);
      }
      break;
    case TypeFamily::kFloat:
    case TypeFamily::kDecimal:
      if (IsNumber(Bare(text))) {
        value.value = ReadConstant(std::string(Bare(text)), schema::ScalarType::kDecimal);
      } else {
        expression();
      }
      break;
    case TypeFamily::kBoolean: {
      std::string_view bare = Bare(lower);
      if (bare == "1" || bare == "true") {
        constant(SqlValue::Kind::kBoolean, "true");
      } else if (bare == "0" || bare == "false") {
        constant(SqlValue::Kind::kBoolean, "false");
      } else {
        expression();
      }
      break;
    }
    case TypeFamily::kString:
      constant(SqlValue::Kind::kString, Unquote(text));
      break;
    case TypeFamily::kJson:
      constant(SqlValue::Kind::kString, std::string(text));
      break;
    case TypeFamily::kDateTime:
      if (lower == "current_timestamp" || lower == "datetime('now')" || lower == "datetime('now', 'localtime')") {
        value.kind = DefaultValue::Kind::kNow;
      } else {
        expression();
      }
      break;
    default:
      expression();
  }
  return value;
}

std::optional<ForeignKeyAction> ReadAction(std::string_view text) {
  static const std::map<std::string, ForeignKeyAction> kActions = {
      {"no action", ForeignKeyAction::kNoAction}, {"restrict", ForeignKeyAction::kRestrict},
      {"set null", ForeignKeyAction::kSetNull},   {"set default", ForeignKeyAction::kSetDefault},
      {"cascade", ForeignKeyAction::kCascade},
  };
  auto found = kActions.find(Lower(text));
  return found == kActions.end() ? std::nullopt : std::optional(found->second);
}

// SQLite's own tables, and those that hosts of SQLite databases put into them.
bool IsIgnored(std::string_view table) {
  if (table.starts_with("sqlite_") || table == "d1_migrations") return true;
  return table.starts_with("_cf_") && table.size() > 4 && std::isupper(static_cast<unsigned char>(table[4]));
}

class Reader {
 public:
  explicit Reader(driver::Connection& connection) : connection_(connection) {}

  SqlSchema Run() {
    using T = driver::ColumnType;
    RowBatch names;
    Query("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name", {},
          {T::kString, T::kString, T::kString}, names);
    for (size_t i = 0; i < names.rows(); ++i) {
      std::string name(names.row(i)[0].text());
      if (IsIgnored(name)) continue;
      if (names.row(i)[1].text() == "view") {
        std::string definition = names.row(i)[2].is_null() ? "" : std::string(names.row(i)[2].text());
        schema_.views.push_back(View{name, {}, std::move(definition)});
        continue;
      }
      TableId table = schema_.AddTable(name);
      ReadColumns(table);
      ReadIndexes(table);
    }
    for (size_t i = 0; i < schema_.tables.size(); ++i) ReadForeignKeys(TableId(i));
    return std::move(schema_);
  }

 private:
  void Query(std::string_view sql, const std::string& parameter, std::vector<driver::ColumnType> types,
             RowBatch& rows) {
    Value value = Value::String(parameter);
    std::span<const Value> parameters;
    if (sql.find('?') != std::string_view::npos) parameters = {&value, 1};
    connection_.Query({.sql = sql, .parameters = parameters, .cacheable = false}, types, rows);
  }

  void ReadColumns(TableId table) {
    using T = driver::ColumnType;
    RowBatch rows;
    Query("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info(?) ORDER BY cid",
          schema_.tables[table].name, {T::kString, T::kString, T::kInt, T::kString, T::kInt}, rows);
    std::map<int64_t, ColumnId> key;
    for (size_t i = 0; i < rows.rows(); ++i) {
      auto row = rows.row(i);
      Column column;
      column.name = row[0].text();
      column.type = ReadType(row[1].is_null() ? "" : row[1].text(), row[2].as_int() != 0);
      if (!row[3].is_null()) column.default_value = ReadDefault(column.type, row[3].text());
      ColumnId id = schema_.AddColumn(table, std::move(column));
      if (row[4].as_int() > 0) key[row[4].as_int()] = id;
    }
    if (key.empty()) return;
    Index index;
    index.kind = IndexKind::kPrimaryKey;
    for (const auto& [position, id] : key) index.columns.emplace_back().column = id;
    if (key.size() == 1) {
      // A column of just this type is the row id: it counts up, and is never NULL.
      Column& column = schema_.columns[key.begin()->second];
      if (column.type.full_data_type == "integer") {
        column.auto_increment = true;
        column.type.arity = ColumnArity::kRequired;
      }
    }
    schema_.AddIndex(table, std::move(index));
  }

  void ReadIndexes(TableId table) {
    using T = driver::ColumnType;
    RowBatch rows;
    // Partial indexes can't be said in a schema; primary keys are known already.
    Query("SELECT name, \"unique\" FROM pragma_index_list(?) WHERE origin <> 'pk' AND NOT partial ORDER BY seq",
          schema_.tables[table].name, {T::kString, T::kInt}, rows);
    for (size_t i = 0; i < rows.rows(); ++i) {
      Index index;
      index.name = rows.row(i)[0].text();
      index.kind = rows.row(i)[1].as_int() != 0 ? IndexKind::kUnique : IndexKind::kNormal;
      RowBatch columns;
      Query("SELECT name, \"desc\" FROM pragma_index_xinfo(?) WHERE \"key\" ORDER BY seqno", index.name,
            {T::kString, T::kInt}, columns);
      bool is_plain = true;  // expressions have no name
      for (size_t j = 0; j < columns.rows(); ++j) {
        auto row = columns.row(j);
        ColumnId id = row[0].is_null() ? ColumnId() : schema_.FindColumn(table, row[0].text());
        if (!id) {
          is_plain = false;
          break;
        }
        IndexColumn& column = index.columns.emplace_back();
        column.column = id;
        column.sort = row[1].as_int() == 0 ? SortOrder::kAscending : SortOrder::kDescending;
      }
      if (is_plain) schema_.AddIndex(table, std::move(index));
    }
  }

  void ReadForeignKeys(TableId table) {
    using T = driver::ColumnType;
    RowBatch rows;
    Query(
        "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq",
        schema_.tables[table].name, {T::kInt, T::kString, T::kString, T::kString, T::kString, T::kString}, rows);
    for (size_t i = 0; i < rows.rows();) {
      int64_t id = rows.row(i)[0].as_int();
      ForeignKey key;
      key.table = table;
      key.referenced_table = FindTableOfKey(rows.row(i)[1].text());
      key.on_update = ReadAction(rows.row(i)[4].text()).value_or(ForeignKeyAction::kNoAction);
      key.on_delete = ReadAction(rows.row(i)[5].text()).value_or(ForeignKeyAction::kNoAction);
      bool is_complete = key.referenced_table.valid();
      bool is_short = false;  // REFERENCES "Parent" alone: its primary key is meant
      for (; i < rows.rows() && rows.row(i)[0].as_int() == id; ++i) {
        auto row = rows.row(i);
        if (!is_complete) continue;
        ColumnId column = schema_.FindColumn(table, row[2].text());
        is_short |= row[3].is_null();
        ColumnId referenced = row[3].is_null() ? ColumnId() : schema_.FindColumn(key.referenced_table, row[3].text());
        is_complete = column && (referenced || row[3].is_null());
        key.columns.push_back(column);
        key.referenced_columns.push_back(referenced);
      }
      if (is_complete && is_short) {
        IndexId primary = schema_.PrimaryKey(key.referenced_table);
        is_complete = primary && schema_.indexes[primary].columns.size() == key.columns.size();
        for (size_t j = 0; is_complete && j < key.columns.size(); ++j) {
          key.referenced_columns[j] = schema_.indexes[primary].columns[j].column;
        }
      }
      if (is_complete) schema_.AddForeignKey(std::move(key));
    }
  }

  // Names of tables are compared without regard to case.
  TableId FindTableOfKey(std::string_view name) const {
    if (TableId exact = schema_.FindTable(name)) return exact;
    for (size_t i = 0; i < schema_.tables.size(); ++i) {
      if (Lower(schema_.tables[TableId(i)].name) == Lower(name)) return TableId(i);
    }
    return {};
  }

  driver::Connection& connection_;
  SqlSchema schema_;
};

class SqliteDescriberImpl final : public Describer {
 public:
  SqlSchema Describe(driver::Connection& connection, const std::vector<std::string>&) const override {
    return Reader(connection).Run();
  }

  std::string Version(driver::Connection& connection) const override {
    RowBatch rows;
    driver::ColumnType type = driver::ColumnType::kString;
    connection.Query({.sql = "SELECT sqlite_version()", .parameters = {}, .cacheable = false}, {&type, 1}, rows);
    return rows.rows() == 0 ? "" : std::string(rows.row(0)[0].text());
  }
};

}  // namespace

const Describer& SqliteDescriber() {
  static const SqliteDescriberImpl kDescriber;
  return kDescriber;
}

}  // namespace prisma::sqlite
