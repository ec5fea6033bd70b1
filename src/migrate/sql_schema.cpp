#include "migrate/sql_schema.h"

namespace prisma::migrate {

std::string_view ArityName(ColumnArity arity) {
  switch (arity) {
    case ColumnArity::kRequired:
      return "Required";
    case ColumnArity::kNullable:
      return "Nullable";
    case ColumnArity::kList:
      return "List";
  }
  return "";
}

TableId SqlSchema::AddTable(std::string name, NamespaceId name_space) {
  Table table;
  table.name = std::move(name);
  table.name_space = name_space;
  return tables.push_back(std::move(table));
}

ColumnId SqlSchema::AddColumn(TableId table, Column column) {
  column.table = table;
  ColumnId id = columns.push_back(std::move(column));
  tables[table].columns.push_back(id);
  return id;
}

IndexId SqlSchema::AddIndex(TableId table, Index index) {
  index.table = table;
  IndexId id = indexes.push_back(std::move(index));
  tables[table].indexes.push_back(id);
  return id;
}

ForeignKeyId SqlSchema::AddForeignKey(ForeignKey foreign_key) {
  TableId table = foreign_key.table;
  ForeignKeyId id = foreign_keys.push_back(std::move(foreign_key));
  tables[table].foreign_keys.push_back(id);
  return id;
}

TableId SqlSchema::FindTable(std::string_view name) const {
  for (size_t i = 0; i < tables.size(); ++i) {
    if (tables[TableId(i)].name == name) return TableId(i);
  }
  return {};
}

ColumnId SqlSchema::FindColumn(TableId table, std::string_view name) const {
  for (ColumnId id : tables[table].columns) {
    if (columns[id].name == name) return id;
  }
  return {};
}

IndexId SqlSchema::PrimaryKey(TableId table) const {
  for (IndexId id : tables[table].indexes) {
    if (indexes[id].is_primary_key()) return id;
  }
  return {};
}

bool SqlSchema::IsInPrimaryKey(ColumnId column) const {
  IndexId key = PrimaryKey(columns[column].table);
  if (!key) return false;
  for (const IndexColumn& part : indexes[key].columns) {
    if (part.column == column) return true;
  }
  return false;
}

bool SqlSchema::IsSinglePrimaryKey(ColumnId column) const {
  IndexId key = PrimaryKey(columns[column].table);
  return key && indexes[key].columns.size() == 1 && indexes[key].columns[0].column == column;
}

bool SqlSchema::IsInSecondaryIndex(ColumnId column) const {
  for (IndexId id : tables[columns[column].table].indexes) {
    if (indexes[id].is_primary_key()) continue;
    for (const IndexColumn& part : indexes[id].columns) {
      if (part.column == column) return true;
    }
  }
  return false;
}

std::string_view SqlSchema::NamespaceName(NamespaceId id) const {
  return id ? std::string_view(namespaces[id]) : std::string_view();
}

}  // namespace prisma::migrate
