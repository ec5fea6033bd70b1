// What a database consists of, as flat vectors with typed ids. The same shape comes from the calculator (what a Prisma
// schema asks for) and from a describer (what a live database has), so that the two can be compared. SQL's words are
// used here: tables, columns, foreign keys, enums with variants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "schema/connector_traits.h"

namespace prisma::migrate {

using NamespaceId = Id<struct NamespaceTag>;
using TableId = Id<struct TableTag>;
using ColumnId = Id<struct ColumnTag>;
using IndexId = Id<struct SqlIndexTag>;
using ForeignKeyId = Id<struct ForeignKeyTag>;
using EnumId = Id<struct SqlEnumTag>;
using ViewId = Id<struct ViewTag>;
using ExtensionId = Id<struct ExtensionTag>;
using SequenceId = Id<struct SequenceTag>;

// Before and after: every comparison takes its sides from here, so that they can't be mixed up.
template <class T>
struct MigrationPair {
  T previous{};
  T next{};
  template <class F>
  auto Map(F f) const -> MigrationPair<decltype(f(previous))> {
    return {f(previous), f(next)};
  }
  friend auto operator<=>(const MigrationPair&, const MigrationPair&) = default;
};

enum class TypeFamily : uint8_t {
  kInt,
  kBigInt,
  kFloat,
  kDecimal,
  kBoolean,
  kString,
  kDateTime,
  kBinary,
  kJson,
  kUuid,
  kEnum,
  kUnsupported,
};

enum class ColumnArity : uint8_t { kRequired, kNullable, kList };
std::string_view ArityName(ColumnArity arity);  // "Required", …

// A type in the provider's own terms: @db.VarChar(20).
struct NativeType {
  std::string name;
  std::vector<std::string> arguments;
  friend bool operator==(const NativeType&, const NativeType&) = default;
};

struct ColumnType {
  TypeFamily family = TypeFamily::kString;
  ColumnArity arity = ColumnArity::kRequired;
  EnumId enum_id;                    // kEnum
  std::string unsupported;           // kUnsupported: the type as the database writes it
  std::string full_data_type;        // described columns: the type as the database writes it
  std::optional<NativeType> native;  // none where the provider has no native types
};

// A constant in a column's default. `text` is in normal form: numbers as they are printed, JSON as written, date-times
// in RFC 3339, bytes raw.
struct SqlValue {
  enum class Kind : uint8_t { kBoolean, kInt, kBigInt, kFloat, kString, kEnum, kJson, kBytes, kDateTime, kList };
  Kind kind = Kind::kString;
  std::string text;
  std::vector<SqlValue> items;
};

struct DefaultValue {
  enum class Kind : uint8_t {
    kValue,
    kNow,
    kSequence,  // `text`: its name
    kUniqueRowid,
    kDbGenerated,  // `text`: the expression, if `has_expression`
  };
  Kind kind = Kind::kValue;
  SqlValue value;
  std::string text;
  bool has_expression = false;
  std::string constraint_name;  // "" none
  std::string database_text;    // described defaults: as the database holds it, where that can be compared
};

struct Column {
  TableId table;
  std::string name;
  ColumnType type;
  bool auto_increment = false;
  bool has_client_default = false;  // uuid() and its like: the query engine makes the value
  std::optional<DefaultValue> default_value;
};

enum class IndexKind : uint8_t { kNormal, kUnique, kFulltext, kPrimaryKey };
enum class SortOrder : uint8_t { kAscending, kDescending };

struct IndexColumn {
  ColumnId column;
  std::optional<SortOrder> sort;
  std::optional<uint32_t> length;
  std::string operator_class;  // as SQL writes it
  bool is_default_operator_class = false;
};

struct Index {
  TableId table;
  std::string name;
  IndexKind kind = IndexKind::kNormal;
  std::vector<IndexColumn> columns;
  std::string algorithm;  // "" the provider's usual one
  std::optional<bool> clustered;
  bool is_unique() const { return kind == IndexKind::kUnique; }
  bool is_primary_key() const { return kind == IndexKind::kPrimaryKey; }
};

using ForeignKeyAction = schema::ReferentialAction;

struct ForeignKey {
  TableId table;
  TableId referenced_table;
  std::string name;  // "" none
  std::vector<ColumnId> columns;
  std::vector<ColumnId> referenced_columns;
  ForeignKeyAction on_delete = ForeignKeyAction::kNoAction;
  ForeignKeyAction on_update = ForeignKeyAction::kNoAction;
};

struct Table {
  std::string name;
  NamespaceId name_space;
  std::vector<ColumnId> columns;
  std::vector<IndexId> indexes;  // the primary key too
  std::vector<ForeignKeyId> foreign_keys;
};

struct Enum {
  std::string name;
  NamespaceId name_space;
  std::vector<std::string> variants;
};

struct View {
  std::string name;
  NamespaceId name_space;
  std::string definition;
};

struct Extension {
  std::string name;
  std::string schema;
  std::string version;
  bool relocatable = false;
};

struct Sequence {
  std::string name;
  int64_t start = 1, min = 1, max = INT64_MAX, increment = 1, cache = 1;
  bool is_virtual = false;
};

class SqlSchema {
 public:
  IdVector<NamespaceId, std::string> namespaces;
  IdVector<TableId, Table> tables;
  IdVector<ColumnId, Column> columns;
  IdVector<IndexId, Index> indexes;
  IdVector<ForeignKeyId, ForeignKey> foreign_keys;
  IdVector<EnumId, Enum> enums;
  IdVector<ViewId, View> views;
  IdVector<ExtensionId, Extension> extensions;
  IdVector<SequenceId, Sequence> sequences;

  TableId AddTable(std::string name, NamespaceId name_space = {});
  ColumnId AddColumn(TableId table, Column column);
  IndexId AddIndex(TableId table, Index index);
  ForeignKeyId AddForeignKey(ForeignKey foreign_key);

  TableId FindTable(std::string_view name) const;
  ColumnId FindColumn(TableId table, std::string_view name) const;
  // Invalid if the table has none.
  IndexId PrimaryKey(TableId table) const;
  bool IsInPrimaryKey(ColumnId column) const;
  bool IsSinglePrimaryKey(ColumnId column) const;
  bool IsInSecondaryIndex(ColumnId column) const;
  // "" where the provider has no namespaces.
  std::string_view NamespaceName(NamespaceId id) const;
  std::string_view NamespaceOf(TableId table) const { return NamespaceName(tables[table].name_space); }

  const Table& TableOf(ColumnId column) const { return tables[columns[column].table]; }
};

using SchemaPair = MigrationPair<const SqlSchema*>;

}  // namespace prisma::migrate
