#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "migrate/differ.h"

namespace prisma::migrate {
namespace {

std::string KeyOf(std::string_view name_space, std::string_view name, bool lower) {
  std::string key(name_space);
  key += '\0';
  key += name;
  if (lower) std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::tolower(c); });
  return key;
}

bool Lists(const std::vector<std::string>& names, std::string_view name_space, std::string_view name) {
  for (const std::string& item : names) {
    if (item == name) return true;
    if (!name_space.empty() && item.size() == name_space.size() + 1 + name.size() && item.starts_with(name_space) &&
        item[name_space.size()] == '.' && item.ends_with(name)) {
      return true;
    }
  }
  return false;
}

}  // namespace

DifferDatabase::DifferDatabase(const SchemaPair& schemas, const DifferRules& rules, const Filter& filter)
    : schemas_(schemas), rules_(rules), filter_(filter) {
  struct Match {
    MigrationPair<TableId> tables;
  };
  // In the order of the previous schema, then what is new.
  std::vector<Match> matches;
  std::unordered_map<std::string, size_t> by_name;
  bool lower = rules.flags().lower_cases_table_names;
  auto is_ignored = [&](std::string_view name) { return name == kMigrationsTable || rules.IgnoresTable(name); };
  for (size_t i = 0; i < previous().tables.size(); ++i) {
    const Table& table = previous().tables[TableId(i)];
    if (is_ignored(table.name)) continue;
    by_name[KeyOf(previous().NamespaceOf(TableId(i)), table.name, lower)] = matches.size();
    matches.push_back({{TableId(i), TableId()}});
  }
  for (size_t i = 0; i < next().tables.size(); ++i) {
    const Table& table = next().tables[TableId(i)];
    if (is_ignored(table.name)) continue;
    auto [found, is_new] =
        by_name.try_emplace(KeyOf(next().NamespaceOf(TableId(i)), table.name, lower), matches.size());
    if (is_new) matches.push_back({});
    matches[found->second].tables.next = TableId(i);
  }

  for (const Match& match : matches) {
    const MigrationPair<TableId>& tables = match.tables;
    bool has_previous = tables.previous.valid();
    const SqlSchema& schema = has_previous ? previous() : next();
    TableId table = has_previous ? tables.previous : tables.next;
    if (IsExternalTable(schema.NamespaceOf(table), schema.tables[table].name)) continue;
    if (!has_previous) {
      created_tables_.push_back(tables.next);
      continue;
    }
    if (!tables.next) {
      dropped_tables_.push_back(tables.previous);
      continue;
    }
    table_pairs_.push_back(tables);
    std::map<std::string_view, MigrationPair<ColumnId>> columns;
    for (ColumnId id : previous().tables[tables.previous].columns) columns[previous().columns[id].name].previous = id;
    for (ColumnId id : next().tables[tables.next].columns) columns[next().columns[id].name].next = id;
    std::vector<ColumnMatch>& sorted = columns_[tables];
    for (const auto& [name, ids] : columns) {
      sorted.push_back({name, ids});
      if (ids.previous && ids.next) changes_[ids] = Compare(ids);
    }
  }
  for (const MigrationPair<TableId>& tables : table_pairs_) {
    if (rules_.MustRedefine(TableDiffer(*this, tables))) redefined_.insert(tables);
  }
}

ColumnChanges DifferDatabase::Compare(const MigrationPair<ColumnId>& ids) const {
  const Column& before = previous().columns[ids.previous];
  const Column& after = next().columns[ids.next];
  ColumnChanges changes;
  changes.type_change = rules_.ColumnTypeChange(schemas_, ids);
  changes.arity = before.type.arity != after.type.arity;
  changes.default_value = !DefaultsMatch(before, after, rules_);
  changes.autoincrement = rules_.AutoincrementChanged(before, after);
  return changes;
}

const ColumnChanges& DifferDatabase::Changes(const MigrationPair<ColumnId>& columns) const {
  static const ColumnChanges kNone;
  auto found = changes_.find(columns);
  return found == changes_.end() ? kNone : found->second;
}

bool DifferDatabase::IsRedefined(TableId previous_table) const {
  for (const MigrationPair<TableId>& tables : redefined_) {
    if (tables.previous == previous_table) return true;
  }
  return false;
}

bool DifferDatabase::IsExternalTable(std::string_view name_space, std::string_view name) const {
  return Lists(filter_.external_tables, name_space, name);
}

bool DifferDatabase::IsExternalEnum(std::string_view name_space, std::string_view name) const {
  return Lists(filter_.external_enums, name_space, name);
}

std::vector<MigrationPair<EnumId>> DifferDatabase::EnumPairs() const {
  std::vector<MigrationPair<EnumId>> pairs;
  for (size_t i = 0; i < previous().enums.size(); ++i) {
    const Enum& before = previous().enums[EnumId(i)];
    std::string_view name_space = previous().NamespaceName(before.name_space);
    if (IsExternalEnum(name_space, before.name)) continue;
    for (size_t j = 0; j < next().enums.size(); ++j) {
      const Enum& after = next().enums[EnumId(j)];
      if (after.name == before.name && next().NamespaceName(after.name_space) == name_space) {
        pairs.push_back({EnumId(i), EnumId(j)});
        break;
      }
    }
  }
  return pairs;
}

static std::vector<EnumId> EnumsMissingIn(const SqlSchema& from, const SqlSchema& other, const DifferDatabase& db) {
  std::vector<EnumId> missing;
  for (size_t i = 0; i < from.enums.size(); ++i) {
    const Enum& item = from.enums[EnumId(i)];
    std::string_view name_space = from.NamespaceName(item.name_space);
    if (db.IsExternalEnum(name_space, item.name)) continue;
    bool found = false;
    for (const Enum& candidate : other.enums) {
      found |= candidate.name == item.name && other.NamespaceName(candidate.name_space) == name_space;
    }
    if (!found) missing.push_back(EnumId(i));
  }
  return missing;
}

std::vector<EnumId> DifferDatabase::CreatedEnums() const { return EnumsMissingIn(next(), previous(), *this); }
std::vector<EnumId> DifferDatabase::DroppedEnums() const { return EnumsMissingIn(previous(), next(), *this); }

std::vector<NamespaceId> DifferDatabase::CreatedNamespaces() const {
  std::vector<NamespaceId> created;
  for (size_t i = 0; i < next().namespaces.size(); ++i) {
    const std::string& name = next().namespaces[NamespaceId(i)];
    const std::vector<std::string>& before = previous().namespaces.items();
    if (std::find(before.begin(), before.end(), name) != before.end()) continue;
    // Only for what is ours: not for a namespace that stays empty, or holds external tables alone.
    bool is_used = false;
    for (const Table& table : next().tables) {
      is_used |= table.name_space == NamespaceId(i) && !IsExternalTable(name, table.name);
    }
    for (EnumId id : CreatedEnums()) is_used |= next().enums[id].name_space == NamespaceId(i);
    if (is_used) created.push_back(NamespaceId(i));
  }
  return created;
}

}  // namespace prisma::migrate
