// Reads a PostgreSQL database from its catalog: schemas, tables, columns, enums, keys, indexes, sequences, views,
// extensions.
#include "connectors/postgresql/describer.h"

#include <cstdlib>
#include <map>
#include <unordered_map>

namespace prisma::postgresql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else
using driver::RowBatch;
using T = driver::ColumnType;
using Column = migrate::Column;

struct KnownType {
  TypeFamily family;
  std::string_view native;
  enum class Argument : uint8_t { kNone, kLength, kPrecision, kDecimal, kBits } argument = Argument::kNone;
};

const KnownType* FindType(std::string_view name) {
  using A = KnownType::Argument;
  static const std::map<std::string_view, KnownType> kTypes = {
      {"int2", {TypeFamily::kInt, "SmallInt"}},
      {"int4", {TypeFamily::kInt, "Integer"}},
      {"int8", {TypeFamily::kBigInt, "BigInt"}},
      {"oid", {TypeFamily::kInt, "Oid"}},
      {"numeric", {TypeFamily::kDecimal, "Decimal", A::kDecimal}},
      {"float4", {TypeFamily::kFloat, "Real"}},
      {"float8", {TypeFamily::kFloat, "DoublePrecision"}},
      {"money", {TypeFamily::kDecimal, "Money"}},
      {"text", {TypeFamily::kString, "Text"}},
      {"citext", {TypeFamily::kString, "Citext"}},
      {"varchar", {TypeFamily::kString, "VarChar", A::kLength}},
      {"bpchar", {TypeFamily::kString, "Char", A::kLength}},
      {"bool", {TypeFamily::kBoolean, "Boolean"}},
      {"json", {TypeFamily::kJson, "Json"}},
      {"jsonb", {TypeFamily::kJson, "JsonB"}},
      {"uuid", {TypeFamily::kUuid, "Uuid"}},
      {"bytea", {TypeFamily::kBinary, "ByteA"}},
      {"timestamp", {TypeFamily::kDateTime, "Timestamp", A::kPrecision}},
      {"timestamptz", {TypeFamily::kDateTime, "Timestamptz", A::kPrecision}},
      {"date", {TypeFamily::kDateTime, "Date"}},
      {"time", {TypeFamily::kDateTime, "Time", A::kPrecision}},
      {"timetz", {TypeFamily::kDateTime, "Timetz", A::kPrecision}},
      {"inet", {TypeFamily::kString, "Inet"}},
      {"bit", {TypeFamily::kString, "Bit", A::kBits}},
      {"varbit", {TypeFamily::kString, "VarBit", A::kBits}},
      {"xml", {TypeFamily::kString, "Xml"}},
  };
  auto found = kTypes.find(name);
  return found == kTypes.end() ? nullptr : &found->second;
}

// As PostgreSQL keeps the arguments of a type.
NativeType NativeOf(const KnownType& type, int64_t modifier) {
  NativeType native{std::string(type.native), {}};
  using A = KnownType::Argument;
  switch (type.argument) {
    case A::kNone:
      break;
    case A::kLength:
      if (modifier >= 4) native.arguments.push_back(std::to_string(modifier - 4));
      break;
    case A::kBits:
      if (modifier >= 0) native.arguments.push_back(std::to_string(modifier));
      break;
    case A::kPrecision:
      native.arguments.push_back(std::to_string(modifier >= 0 ? modifier : 6));
      break;
    case A::kDecimal:
      if (modifier < 4) break;
      native.arguments.push_back(std::to_string((modifier - 4) >> 16));
      native.arguments.push_back(std::to_string((modifier - 4) & 0x7ff));
      break;
  }
  return native;
}

ForeignKeyAction ActionOf(std::string_view letter) {
  switch (letter.empty() ? 'a' : letter[0]) {
    case 'r':
      return ForeignKeyAction::kRestrict;
    case 'c':
      return ForeignKeyAction::kCascade;
    case 'n':
      return ForeignKeyAction::kSetNull;
    case 'd':
      return ForeignKeyAction::kSetDefault;
    default:
      return ForeignKeyAction::kNoAction;
  }
}

std::string_view AlgorithmOf(std::string_view method) {
  if (method == "hash") return "Hash";
  if (method == "gist") return "Gist";
  if (method == "gin") return "Gin";
  if (method == "spgist") return "SpGist";
  if (method == "brin") return "Brin";
  return {};
}

class Reader {
 public:
  Reader(driver::Connection& connection, const std::vector<std::string>& namespaces)
      : connection_(connection), has_namespaces_(!namespaces.empty()) {
    for (const std::string& name : namespaces) names_.push_back(Value::String(name));
  }

  SqlSchema Run() {
    if (!has_namespaces_) {
      RowBatch rows;
      driver::ColumnType type = T::kString;
      connection_.Query({.sql = "SELECT current_schema()::text", .parameters = {}, .cacheable = false}, {&type, 1},
                        rows);
      if (rows.rows() == 0 || rows.row(0)[0].is_null()) return {};
      default_name_ = rows.row(0)[0].text();
      names_.push_back(Value::String(default_name_));
    }
    ReadNamespaces();
    ReadEnums();
    ReadTables();
    ReadColumns();
    ReadIndexes();
    ReadForeignKeys();
    ReadSequences();
    ReadViews();
    ReadExtensions();
    return std::move(schema_);
  }

 private:
  // $1: the namespaces.
  RowBatch Query(std::string_view sql, std::vector<driver::ColumnType> types) {
    RowBatch rows;
    Value list = Value::List(names_);
    std::span<const Value> parameters;
    if (sql.find("$1") != std::string_view::npos) parameters = {&list, 1};
    connection_.Query({.sql = sql, .parameters = parameters, .cacheable = false}, types, rows);
    return rows;
  }

  void ReadNamespaces() {
    if (!has_namespaces_) return;
    RowBatch rows = Query(
        "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname = ANY($1::text[]) ORDER BY 1", {T::kString});
    for (size_t i = 0; i < rows.rows(); ++i) {
      std::string name(rows.row(i)[0].text());
      namespaces_[name] = schema_.namespaces.push_back(name);
    }
  }

  NamespaceId NamespaceOf(std::string_view name) const {
    auto found = namespaces_.find(std::string(name));
    return found == namespaces_.end() ? NamespaceId() : found->second;
  }

  void ReadEnums() {
    RowBatch rows = Query(
        "SELECT t.oid::bigint, n.nspname::text, t.typname::text, e.enumlabel::text FROM pg_catalog.pg_type t JOIN "
        "pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid WHERE "
        "n.nspname = ANY($1::text[]) ORDER BY n.nspname, t.typname, e.enumsortorder",
        {T::kBigInt, T::kString, T::kString, T::kString});
    for (size_t i = 0; i < rows.rows(); ++i) {
      auto row = rows.row(i);
      auto [found, is_new] = enums_.try_emplace(row[0].as_int());
      if (is_new)
        found->second = schema_.enums.push_back(Enum{std::string(row[2].text()), NamespaceOf(row[1].text()), {}});
      schema_.enums[found->second].variants.emplace_back(row[3].text());
    }
  }

  void ReadTables() {
    RowBatch rows = Query(
        "SELECT c.oid::bigint, n.nspname::text, c.relname::text FROM pg_catalog.pg_class c JOIN "
        "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1::text[]) AND c.relkind IN "
        "('r', 'p') AND NOT c.relispartition ORDER BY n.nspname, c.relname",
        {T::kBigInt, T::kString, T::kString});
    for (size_t i = 0; i < rows.rows(); ++i) {
      auto row = rows.row(i);
      tables_[row[0].as_int()] = schema_.AddTable(std::string(row[2].text()), NamespaceOf(row[1].text()));
    }
  }

  void ReadColumns() {
    RowBatch rows = Query(
        "SELECT a.attrelid::bigint, a.attnum::int, a.attname::text, a.attnotnull, a.attidentity::text, "
        "a.atttypmod::int, t.oid::bigint, t.typname::text, coalesce(i.oid, 0)::bigint, coalesce(i.typname, '')::text, "
        "pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.pg_get_expr(d.adbin, d.adrelid), "
        "a.attgenerated::text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN "
        "pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN "
        "pg_catalog.pg_type i ON i.oid = t.typelem AND t.typcategory = 'A' LEFT JOIN pg_catalog.pg_attrdef d ON "
        "d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE n.nspname = ANY($1::text[]) AND c.relkind IN ('r', 'p') "
        "AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum",
        {T::kBigInt, T::kInt, T::kString, T::kBool, T::kString, T::kInt, T::kBigInt, T::kString, T::kBigInt, T::kString,
         T::kString, T::kString, T::kString});
    for (size_t i = 0; i < rows.rows(); ++i) {
      auto row = rows.row(i);
      auto table = tables_.find(row[0].as_int());
      if (table == tables_.end()) continue;
      Column column;
      column.name = row[2].text();
      ReadType(column.type, row);
      if (!row[4].text().empty()) {
        column.auto_increment = true;
        column.default_value.emplace().kind = DefaultValue::Kind::kSequence;
      } else if (!row[11].is_null() && row[12].text().empty()) {
        column.default_value = ReadDefault(column.type, row[11].text());
        column.auto_increment = column.default_value && column.default_value->kind == DefaultValue::Kind::kSequence;
      } else if (!row[12].text().empty()) {
        DefaultValue& value = column.default_value.emplace();
        value.kind = DefaultValue::Kind::kDbGenerated;
        if (!row[11].is_null()) value.text = row[11].text();
        value.has_expression = true;
      }
      columns_[{row[0].as_int(), row[1].as_int()}] = schema_.AddColumn(table->second, std::move(column));
    }
  }

  void ReadType(ColumnType& type, std::span<const Value> row) {
    bool is_list = row[8].as_int() != 0;
    type.arity = is_list ? ColumnArity::kList : row[3].as_bool() ? ColumnArity::kRequired : ColumnArity::kNullable;
    type.full_data_type = row[10].text();
    int64_t oid = is_list ? row[8].as_int() : row[6].as_int();
    if (auto found = enums_.find(oid); found != enums_.end()) {
      type.family = TypeFamily::kEnum;
      type.enum_id = found->second;
      return;
    }
    const KnownType* known = FindType(is_list ? row[9].text() : row[7].text());
    if (known == nullptr) {
      type.family = TypeFamily::kUnsupported;
      type.unsupported = type.full_data_type;
      return;
    }
    type.family = known->family;
    type.native = NativeOf(*known, row[5].as_int());
  }

  void ReadIndexes() {
    // Partial indexes and those on expressions can't be said in a schema.
    RowBatch rows = Query(
        "SELECT x.indrelid::bigint, c.relname::text, x.indisprimary, x.indisunique, m.amname::text, k.place::int, "
        "x.indkey[k.place - 1]::int, (x.indoption[k.place - 1] & 1)::int, o.opcname::text, o.opcdefault, "
        "pg_catalog.pg_get_indexdef(x.indexrelid, k.place, true)::text FROM pg_catalog.pg_index x JOIN "
        "pg_catalog.pg_class c ON c.oid = x.indexrelid JOIN pg_catalog.pg_class r ON r.oid = x.indrelid JOIN "
        "pg_catalog.pg_namespace n ON n.oid = r.relnamespace JOIN pg_catalog.pg_am m ON m.oid = c.relam CROSS JOIN "
        "LATERAL generate_series(1, x.indnkeyatts) AS k(place) LEFT JOIN pg_catalog.pg_opclass o ON o.oid = "
        "x.indclass[k.place - 1] WHERE n.nspname = ANY($1::text[]) AND x.indpred IS NULL AND x.indexprs IS NULL AND "
        "NOT x.indisexclusion ORDER BY x.indrelid, c.relname, x.indexrelid, k.place",
        {T::kBigInt, T::kString, T::kBool, T::kBool, T::kString, T::kInt, T::kInt, T::kInt, T::kString, T::kBool,
         T::kString});
    for (size_t i = 0; i < rows.rows();) {
      auto row = rows.row(i);
      Index index;
      index.name = row[1].text();
      index.kind = row[2].as_bool()   ? IndexKind::kPrimaryKey
                   : row[3].as_bool() ? IndexKind::kUnique
                                      : IndexKind::kNormal;
      index.algorithm = AlgorithmOf(row[4].text());
      int64_t table_oid = row[0].as_int();
      bool is_sorted = row[4].text() == "btree";
      bool is_complete = true;
      do {
        auto part = rows.row(i);
        auto column = columns_.find({table_oid, part[6].as_int()});
        if (column == columns_.end()) {
          is_complete = false;
        } else {
          IndexColumn& added = index.columns.emplace_back();
          added.column = column->second;
          if (is_sorted) added.sort = part[7].as_int() == 0 ? SortOrder::kAscending : SortOrder::kDescending;
          if (!part[8].is_null() && !is_sorted) {
            added.operator_class = part[8].text();
            added.is_default_operator_class = part[9].as_bool();
          }
        }
        ++i;
      } while (i < rows.rows() && rows.row(i)[5].as_int() != 1);
      auto table = tables_.find(table_oid);
      if (is_complete && table != tables_.end()) schema_.AddIndex(table->second, std::move(index));
    }
  }

  void ReadForeignKeys() {
    RowBatch rows = Query(
        "SELECT k.oid::bigint, k.conname::text, k.conrelid::bigint, k.confrelid::bigint, k.confdeltype::text, "
        "k.confupdtype::text, k.conkey[p.place]::int, k.confkey[p.place]::int FROM pg_catalog.pg_constraint k JOIN "
        "pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace CROSS "
        "JOIN LATERAL generate_series(1, array_length(k.conkey, 1)) AS p(place) WHERE k.contype = 'f' AND "
        "k.conparentid "
        "= 0 AND n.nspname = ANY($1::text[]) ORDER BY c.relname, k.conname, k.oid, p.place",
        {T::kBigInt, T::kString, T::kBigInt, T::kBigInt, T::kString, T::kString, T::kInt, T::kInt});
    for (size_t i = 0; i < rows.rows();) {
      auto row = rows.row(i);
      int64_t oid = row[0].as_int();
      ForeignKey key;
      key.name = row[1].text();
      key.on_delete = ActionOf(row[4].text());
      key.on_update = ActionOf(row[5].text());
      auto table = tables_.find(row[2].as_int()), other = tables_.find(row[3].as_int());
      bool is_complete = table != tables_.end() && other != tables_.end();
      if (is_complete) {
        key.table = table->second;
        key.referenced_table = other->second;
      }
      for (; i < rows.rows() && rows.row(i)[0].as_int() == oid; ++i) {
        auto part = rows.row(i);
        auto own = columns_.find({part[2].as_int(), part[6].as_int()});
        auto referenced = columns_.find({part[3].as_int(), part[7].as_int()});
        is_complete = is_complete && own != columns_.end() && referenced != columns_.end();
        if (!is_complete) continue;
        key.columns.push_back(own->second);
        key.referenced_columns.push_back(referenced->second);
      }
      if (is_complete) schema_.AddForeignKey(std::move(key));
    }
  }

  void ReadSequences() {
    RowBatch rows = Query(
        "SELECT sequencename::text, start_value, min_value, max_value, increment_by, cache_size FROM "
        "pg_catalog.pg_sequences WHERE schemaname = ANY($1::text[]) ORDER BY 1",
        {T::kString, T::kBigInt, T::kBigInt, T::kBigInt, T::kBigInt, T::kBigInt});
    for (size_t i = 0; i < rows.rows(); ++i) {
      auto row = rows.row(i);
      Sequence sequence;
      sequence.name = row[0].text();
      sequence.start = row[1].as_int();
      sequence.min = row[2].as_int();
      sequence.max = row[3].as_int();
      sequence.increment = row[4].as_int();
      sequence.cache = row[5].as_int();
      schema_.sequences.push_back(std::move(sequence));
    }
  }

  void ReadViews() {
    RowBatch rows = Query(
        "SELECT schemaname::text, viewname::text, coalesce(definition, '')::text FROM pg_catalog.pg_views WHERE "
        "schemaname = ANY($1::text[]) ORDER BY 1, 2",
        {T::kString, T::kString, T::kString});
    for (size_t i = 0; i < rows.rows(); ++i) {
      auto row = rows.row(i);
      schema_.views.push_back(View{std::string(row[1].text()), NamespaceOf(row[0].text()), std::string(row[2].text())});
    }
  }

  void ReadExtensions() {
    RowBatch rows = Query(
        "SELECT e.extname::text, n.nspname::text, e.extversion::text, e.extrelocatable FROM pg_catalog.pg_extension e "
        "JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace ORDER BY 1",
        {T::kString, T::kString, T::kString, T::kBool});
    for (size_t i = 0; i < rows.rows(); ++i) {
      auto row = rows.row(i);
      schema_.extensions.push_back(Extension{std::string(row[0].text()), std::string(row[1].text()),
                                             std::string(row[2].text()), row[3].as_bool()});
    }
  }

  driver::Connection& connection_;
  bool has_namespaces_;
  std::string default_name_;
  std::vector<Value> names_;
  SqlSchema schema_;
  std::unordered_map<std::string, NamespaceId> namespaces_;
  std::unordered_map<int64_t, EnumId> enums_;
  std::unordered_map<int64_t, TableId> tables_;
  std::map<std::pair<int64_t, int64_t>, ColumnId> columns_;
};

class DescriberImpl final : public Describer {
 public:
  SqlSchema Describe(driver::Connection& connection, const std::vector<std::string>& namespaces) const override {
    return Reader(connection, namespaces).Run();
  }

  std::string Version(driver::Connection& connection) const override {
    RowBatch rows;
    driver::ColumnType type = T::kString;
    connection.Query({.sql = "SELECT version()", .parameters = {}, .cacheable = false}, {&type, 1}, rows);
    return rows.rows() == 0 ? "" : std::string(rows.row(0)[0].text());
  }
};

}  // namespace

const Describer& PostgresqlDescriber() {
  static const DescriberImpl kDescriber;
  return kDescriber;
}

}  // namespace prisma::postgresql
