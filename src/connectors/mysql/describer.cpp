// Reads a MySQL or MariaDB database from its information_schema.
#include "migrate/describer.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "connectors/mysql/migration.h"
#include "migrate/calculator.h"

namespace prisma::mysql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else
using driver::RowBatch;
using Column = migrate::Column;
using Row = std::vector<std::string>;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool IsNumber(std::string_view text, bool with_fraction) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_not_of(with_fraction ? "0123456789." : "0123456789") == std::string_view::npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

bool IsQuoted(std::string_view text) { return text.size() >= 2 && text.front() == '\'' && text.back() == '\''; }

// The text of a literal in quotes.
std::string Unquote(std::string_view text) {
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    bool has_next = i + 1 < text.size();
    if (has_next && text[i] == '\\') {
      constexpr std::string_view kEscapes = "n\nt\tr\rb\b";
      char c = text[++i];
      size_t at = kEscapes.find(c);
      if (c == '0') {
        out += '\0';
      } else if (c == 'Z') {
        out += '\x1a';
      } else {
        out += at != std::string_view::npos && at % 2 == 0 ? kEscapes[at + 1] : c;
      }
      continue;
    }
    if (has_next && text[i] == '\'' && text[i + 1] == '\'') ++i;
    out += text[i];
  }
  return out;
}

// enum('a','it''s') or set(…): what is in the parentheses.
std::vector<std::string> ReadVariants(std::string_view type) {
  std::vector<std::string> variants;
  size_t at = type.find('(');
  while (at != std::string_view::npos && at + 1 < type.size() && type[at + 1] == '\'') {
    size_t end = at + 2;
    while (end < type.size() && (type[end] != '\'' || (end + 1 < type.size() && type[end + 1] == '\''))) {
      end += type[end] == '\'' ? 2 : 1;
    }
    variants.push_back(Unquote(type.substr(at + 1, end - at)));
    at = end + 1 < type.size() && type[end + 1] == ',' ? end + 1 : std::string_view::npos;
  }
  return variants;
}

DefaultValue Expression(std::string_view text) {
  DefaultValue value;
  value.kind = DefaultValue::Kind::kDbGenerated;
  value.has_expression = true;
  bool is_wrapped = text.starts_with('(') && text.ends_with(')');
  value.text = is_wrapped ? std::string(text) : "(" + std::string(text) + ")";
  return value;
}

bool IsNow(std::string_view lower) {
  for (std::string_view word : {"current_timestamp", "now", "localtimestamp", "localtime"}) {
    if (lower.starts_with(word)) {
      std::string_view rest = lower.substr(word.size());
      if (rest.empty() || (rest.starts_with('(') && rest.ends_with(')'))) return true;
    }
  }
  return false;
}

class Reader {
 public:
  explicit Reader(driver::Connection& connection) : connection_(connection) {}

  SqlSchema Run() {
    is_mariadb_ = Select("SELECT @@version", 1).at(0)[0].find("MariaDB") != std::string::npos;
    for (Row& row : Select("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
                           "TABLE_TYPE = 'BASE TABLE' ORDER BY BINARY TABLE_NAME",
                           1)) {
      TableId id = schema_.AddTable(row[0]);
      tables_.emplace(std::move(row[0]), id);
    }
    for (Row& row : Select("SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = "
                           "DATABASE() ORDER BY BINARY TABLE_NAME",
                           2)) {
      schema_.views.push_back(View{std::move(row[0]), {}, std::move(row[1])});
    }
    if (tables_.empty()) return std::move(schema_);
    if (is_mariadb_) ReadJsonChecks();
    ReadColumns();
    ReadForeignKeys();
    ReadIndexes();
    return std::move(schema_);
  }

 private:
  // NULL comes as an empty text.
  std::vector<Row> Select(std::string_view sql, size_t columns) {
    RowBatch rows;
    std::vector<driver::ColumnType> types(columns, driver::ColumnType::kString);
    connection_.Query({.sql = sql, .parameters = {}, .cacheable = false}, types, rows);
    std::vector<Row> out;
    out.reserve(rows.rows());
    for (size_t i = 0; i < rows.rows(); ++i) {
      Row& row = out.emplace_back();
      for (const Value& cell : rows.row(i)) row.emplace_back(cell.is_null() ? std::string_view() : cell.text());
    }
    return out;
  }

  TableId Table(const std::string& name) const {
    auto found = tables_.find(name);
    return found == tables_.end() ? TableId() : found->second;
  }

  // MariaDB has no type for JSON: it is text with a check.
  void ReadJsonChecks() {
    for (const Row& row : Select("SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE "
                                 "CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE LIKE 'json\\_valid(`%`)'",
                                 2)) {
      std::string_view clause = row[1];
      json_columns_[row[0]].emplace_back(clause.substr(12, clause.size() - 14));
    }
  }

  bool IsJson(const std::string& table, const std::string& column) const {
    auto found = json_columns_.find(table);
    return found != json_columns_.end() &&
           std::find(found->second.begin(), found->second.end(), column) != found->second.end();
  }

  struct Sizes {
    std::string precision, scale, time_precision, length;
  };

  ColumnType ReadType(const std::string& table, const std::string& name, std::string_view data_type,
                      const std::string& full_type, const Sizes& sizes) {
    ColumnType type;
    type.full_data_type = full_type;
    const bool is_unsigned = full_type.find("unsigned") != std::string::npos;
    auto give = [&](TypeFamily family, std::string native, std::vector<std::string> arguments = {}) {
      type.family = family;
      if (is_unsigned) native.insert(0, "Unsigned");
      type.native = NativeType{std::move(native), std::move(arguments)};
    };
    auto give_time = [&](const char* native) {
      std::vector<std::string> arguments;
      if (!sizes.time_precision.empty()) arguments.push_back(sizes.time_precision);
      give(TypeFamily::kDateTime, native, std::move(arguments));
    };
    if (data_type == "tinyint") {
      bool is_boolean = full_type.starts_with("tinyint(1)") && !is_unsigned;
      give(is_boolean ? TypeFamily::kBoolean : TypeFamily::kInt, "TinyInt");
    } else if (data_type == "smallint") {
      give(TypeFamily::kInt, "SmallInt");
    } else if (data_type == "mediumint") {
      give(TypeFamily::kInt, "MediumInt");
    } else if (data_type == "int") {
      give(TypeFamily::kInt, "Int");
    } else if (data_type == "bigint") {
      give(TypeFamily::kBigInt, "BigInt");
    } else if (data_type == "decimal" && !is_unsigned) {
      give(TypeFamily::kDecimal, "Decimal", {sizes.precision, sizes.scale});
    } else if (data_type == "float" && !is_unsigned) {
      give(TypeFamily::kFloat, "Float");
    } else if (data_type == "double" && !is_unsigned) {
      give(TypeFamily::kFloat, "Double");
    } else if (data_type == "bit") {
      give(sizes.precision == "1" ? TypeFamily::kBoolean : TypeFamily::kBinary, "Bit", {sizes.precision});
    } else if (data_type == "char") {
      give(TypeFamily::kString, "Char", {sizes.length});
    } else if (data_type == "varchar") {
      give(TypeFamily::kString, "VarChar", {sizes.length});
    } else if (data_type == "binary") {
      give(TypeFamily::kBinary, "Binary", {sizes.length});
    } else if (data_type == "varbinary") {
      give(TypeFamily::kBinary, "VarBinary", {sizes.length});
    } else if (data_type == "tinyblob") {
      give(TypeFamily::kBinary, "TinyBlob");
    } else if (data_type == "blob") {
      give(TypeFamily::kBinary, "Blob");
    } else if (data_type == "mediumblob") {
      give(TypeFamily::kBinary, "MediumBlob");
    } else if (data_type == "longblob") {
      give(TypeFamily::kBinary, "LongBlob");
    } else if (data_type == "tinytext") {
      give(TypeFamily::kString, "TinyText");
    } else if (data_type == "text") {
      give(TypeFamily::kString, "Text");
    } else if (data_type == "mediumtext") {
      give(TypeFamily::kString, "MediumText");
    } else if (data_type == "json" || (data_type == "longtext" && IsJson(table, name))) {
      give(TypeFamily::kJson, "Json");
    } else if (data_type == "longtext") {
      give(TypeFamily::kString, "LongText");
    } else if (data_type == "date") {
      give(TypeFamily::kDateTime, "Date");
    } else if (data_type == "time") {
      give_time("Time");
    } else if (data_type == "datetime") {
      give_time("DateTime");
    } else if (data_type == "timestamp") {
      give_time("Timestamp");
    } else if (data_type == "year") {
      type.family = TypeFamily::kInt;
      type.native = NativeType{"Year", {}};
    } else if (data_type == "enum") {
      type.family = TypeFamily::kEnum;
      Enum enumeration;
      enumeration.name = table + "_" + name;
      enumeration.variants = ReadVariants(full_type);
      type.enum_id = schema_.enums.push_back(std::move(enumeration));
    } else {
      type.family = TypeFamily::kUnsupported;
      type.unsupported = full_type;
    }
    return type;
  }

  std::optional<DefaultValue> ReadDefault(const ColumnType& type, const std::string& text, bool is_generated) const {
    DefaultValue value;
    std::string lower = Lower(text);
    if (type.family == TypeFamily::kDateTime && IsNow(lower)) {
      value.kind = DefaultValue::Kind::kNow;
      return value;
    }
    if (is_generated) return Expression(text);
    // MariaDB writes SQL, MySQL the bare value.
    bool is_literal = !is_mariadb_ || IsQuoted(text);
    std::string bare = is_mariadb_ && IsQuoted(text) ? Unquote(text) : text;
    auto constant = [&](SqlValue::Kind kind, std::string constant_text) {
      value.value.kind = kind;
      value.value.text = std::move(constant_text);
      return value;
    };
    switch (type.family) {
      case TypeFamily::kInt:
      case TypeFamily::kBigInt:
        if (!IsNumber(bare, false)) return Expression(text);
        value.value = ReadConstant(
            bare, type.family == TypeFamily::kInt ? schema::ScalarType::kInt : schema::ScalarType::kBigInt);
        return value;
      case TypeFamily::kFloat:
      case TypeFamily::kDecimal:
        if (!IsNumber(bare, true)) return Expression(text);
        value.value = ReadConstant(bare, schema::ScalarType::kDecimal);
        return value;
      case TypeFamily::kBoolean:
        if (bare == "1" || bare == "b'1'" || lower == "true") return constant(SqlValue::Kind::kBoolean, "true");
        if (bare == "0" || bare == "b'0'" || lower == "false") return constant(SqlValue::Kind::kBoolean, "false");
        return Expression(text);
      case TypeFamily::kString:
      case TypeFamily::kEnum:
        if (!is_literal) return Expression(text);
        return constant(type.family == TypeFamily::kEnum ? SqlValue::Kind::kEnum : SqlValue::Kind::kString, bare);
      case TypeFamily::kJson:
        return constant(SqlValue::Kind::kString, bare);
      default:
        return Expression(text);
    }
  }

  void ReadColumns() {
    for (Row& row : Select(
             "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, NUMERIC_PRECISION, NUMERIC_SCALE, "
             "DATETIME_PRECISION, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, COLUMN_DEFAULT IS NULL, COLUMN_DEFAULT, EXTRA "
             "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY BINARY TABLE_NAME, "
             "ORDINAL_POSITION",
             12)) {
      TableId table = Table(row[0]);
      if (!table) continue;  // a view
      Column column;
      column.name = row[1];
      column.type = ReadType(row[0], row[1], Lower(row[2]), row[3], {row[4], row[5], row[6], row[7]});
      column.type.arity = row[8] == "YES" ? ColumnArity::kNullable : ColumnArity::kRequired;
      std::string extra = Lower(row[11]);
      column.auto_increment = extra.find("auto_increment") != std::string::npos;
      bool has_default = row[9] == "0" && !(is_mariadb_ && row[10] == "NULL");
      if (has_default && !column.auto_increment) {
        column.default_value = ReadDefault(column.type, row[10], extra.find("default_generated") != std::string::npos);
        if (column.default_value) column.default_value->database_text = row[10];
      }
      schema_.AddColumn(table, std::move(column));
    }
  }

  void ReadIndexes() {
    std::vector<Row> rows = Select(
        "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, COLLATION, INDEX_TYPE FROM "
        "information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY BINARY TABLE_NAME, INDEX_NAME <> "
        "'PRIMARY', BINARY INDEX_NAME, SEQ_IN_INDEX",
        7);
    for (size_t i = 0; i < rows.size();) {
      const Row& first = rows[i];
      TableId table = Table(first[0]);
      Index index;
      index.name = first[1];
      if (index.name == "PRIMARY") {
        index.kind = IndexKind::kPrimaryKey;
        index.name.clear();
      } else if (first[6] == "FULLTEXT") {
        index.kind = IndexKind::kFulltext;
      } else {
        index.kind = first[2] == "0" ? IndexKind::kUnique : IndexKind::kNormal;
      }
      bool is_plain = table.valid() && first[6] != "SPATIAL";
      const std::string table_name = first[0], index_name = first[1];
      for (; i < rows.size() && rows[i][0] == table_name && rows[i][1] == index_name; ++i) {
        ColumnId id = is_plain ? schema_.FindColumn(table, rows[i][3]) : ColumnId();
        if (!id) {
          is_plain = false;  // on an expression
          continue;
        }
        IndexColumn& column = index.columns.emplace_back();
        column.column = id;
        if (rows[i][5] == "A") column.sort = SortOrder::kAscending;
        if (rows[i][5] == "D") column.sort = SortOrder::kDescending;
        if (!rows[i][4].empty() && index.kind != IndexKind::kFulltext) {
          column.length = static_cast<uint32_t>(std::stoul(rows[i][4]));
        }
      }
      if (is_plain && !BelongsToForeignKey(index, table)) schema_.AddIndex(table, std::move(index));
    }
  }

  // Made by the database for a foreign key, of its name; gone with it.
  bool BelongsToForeignKey(const Index& index, TableId table) const {
    if (index.kind != IndexKind::kNormal) return false;
    for (ForeignKeyId id : schema_.tables[table].foreign_keys) {
      const ForeignKey& key = schema_.foreign_keys[id];
      if (key.name == index.name &&
          std::equal(key.columns.begin(), key.columns.end(), index.columns.begin(), index.columns.end(),
                     [](ColumnId column, const IndexColumn& part) { return column == part.column && !part.length; })) {
        return true;
      }
    }
    return false;
  }

  static ForeignKeyAction ReadAction(std::string_view text) {
    if (text == "CASCADE") return ForeignKeyAction::kCascade;
    if (text == "SET NULL") return ForeignKeyAction::kSetNull;
    if (text == "SET DEFAULT") return ForeignKeyAction::kSetDefault;
    return text == "RESTRICT" ? ForeignKeyAction::kRestrict : ForeignKeyAction::kNoAction;
  }

  void ReadForeignKeys() {
    std::vector<Row> rows = Select(
        "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, "
        "r.DELETE_RULE, r.UPDATE_RULE FROM information_schema.KEY_COLUMN_USAGE k INNER JOIN "
        "information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = "
        "k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME WHERE k.CONSTRAINT_SCHEMA = DATABASE() AND "
        "k.REFERENCED_TABLE_SCHEMA = DATABASE() ORDER BY BINARY k.TABLE_NAME, BINARY k.CONSTRAINT_NAME, "
        "k.ORDINAL_POSITION",
        7);
    for (size_t i = 0; i < rows.size();) {
      const std::string table_name = rows[i][0], name = rows[i][1];
      ForeignKey key;
      key.name = name;
      key.table = Table(table_name);
      key.referenced_table = Table(rows[i][3]);
      key.on_delete = ReadAction(rows[i][5]);
      key.on_update = ReadAction(rows[i][6]);
      bool is_complete = key.table.valid() && key.referenced_table.valid();
      for (; i < rows.size() && rows[i][0] == table_name && rows[i][1] == name; ++i) {
        if (!is_complete) continue;
        key.columns.push_back(schema_.FindColumn(key.table, rows[i][2]));
        key.referenced_columns.push_back(schema_.FindColumn(key.referenced_table, rows[i][4]));
        is_complete = key.columns.back() && key.referenced_columns.back();
      }
      if (is_complete) schema_.AddForeignKey(std::move(key));
    }
  }

  driver::Connection& connection_;
  SqlSchema schema_;
  bool is_mariadb_ = false;
  std::map<std::string, TableId> tables_;
  std::map<std::string, std::vector<std::string>> json_columns_;  // by table
};

class MysqlDescriberImpl final : public Describer {
 public:
  SqlSchema Describe(driver::Connection& connection, const std::vector<std::string>&) const override {
    return Reader(connection).Run();
  }

  std::string Version(driver::Connection& connection) const override {
    RowBatch rows;
    driver::ColumnType type = driver::ColumnType::kString;
    connection.Query({.sql = "SELECT @@GLOBAL.version", .parameters = {}, .cacheable = false}, {&type, 1}, rows);
    return rows.rows() == 0 ? "" : std::string(rows.row(0)[0].text());
  }
};

}  // namespace

const Describer& MysqlDescriber() {
  static const MysqlDescriberImpl kDescriber;
  return kDescriber;
}

}  // namespace prisma::mysql
