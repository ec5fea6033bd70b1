#include <algorithm>
#include <set>

#include "migrate/differ.h"

namespace prisma::migrate {

std::vector<MigrationPair<ColumnId>> TableDiffer::ColumnPairs() const {
  std::vector<MigrationPair<ColumnId>> pairs;
  for (const DifferDatabase::ColumnMatch& match : db_.columns_.at(tables_)) {
    if (match.columns.previous && match.columns.next) pairs.push_back(match.columns);
  }
  return pairs;
}

std::vector<ColumnId> TableDiffer::AddedColumns() const {
  std::vector<ColumnId> added;
  for (const DifferDatabase::ColumnMatch& match : db_.columns_.at(tables_)) {
    if (!match.columns.previous) added.push_back(match.columns.next);
  }
  return added;
}

std::vector<ColumnId> TableDiffer::DroppedColumns() const {
  std::vector<ColumnId> dropped;
  for (const DifferDatabase::ColumnMatch& match : db_.columns_.at(tables_)) {
    if (!match.columns.next) dropped.push_back(match.columns.previous);
  }
  return dropped;
}

bool TableDiffer::AnyColumnChanged() const {
  for (const MigrationPair<ColumnId>& pair : ColumnPairs()) {
    if (db_.Changes(pair).any()) return true;
  }
  return false;
}

bool TableDiffer::ForeignKeysMatch(ForeignKeyId previous_id, ForeignKeyId next_id) const {
  const ForeignKey& before = previous().foreign_keys[previous_id];
  const ForeignKey& after = next().foreign_keys[next_id];
  const DifferRules& rules = db_.rules();
  if (!rules.TableNamesMatch(previous().tables[before.referenced_table].name,
                             next().tables[after.referenced_table].name)) {
    return false;
  }
  if (before.columns.size() != after.columns.size() ||
      before.referenced_columns.size() != after.referenced_columns.size() || before.on_delete != after.on_delete ||
      before.on_update != after.on_update) {
    return false;
  }
  for (size_t i = 0; i < before.columns.size(); ++i) {
    const Column& a = previous().columns[before.columns[i]];
    const Column& b = next().columns[after.columns[i]];
    if (a.name != b.name || db_.Changes({before.columns[i], after.columns[i]}).type()) return false;
    bool arity_is_fine = rules.flags().can_cope_with_foreign_key_column_becoming_non_nullable ||
                         a.type.arity == b.type.arity ||
                         (a.type.arity == ColumnArity::kRequired && b.type.arity == ColumnArity::kNullable);
    if (!arity_is_fine) return false;
  }
  for (size_t i = 0; i < before.referenced_columns.size(); ++i) {
    if (previous().columns[before.referenced_columns[i]].name != next().columns[after.referenced_columns[i]].name) {
      return false;
    }
  }
  return true;
}

std::vector<ForeignKeyId> TableDiffer::CreatedForeignKeys() const {
  std::vector<ForeignKeyId> created;
  const std::vector<ForeignKeyId>& before = previous().tables[tables_.previous].foreign_keys;
  for (ForeignKeyId id : next().tables[tables_.next].foreign_keys) {
    if (std::none_of(before.begin(), before.end(), [&](ForeignKeyId old) { return ForeignKeysMatch(old, id); })) {
      created.push_back(id);
    }
  }
  return created;
}

std::vector<ForeignKeyId> TableDiffer::DroppedForeignKeys() const {
  std::vector<ForeignKeyId> dropped;
  const std::vector<ForeignKeyId>& after = next().tables[tables_.next].foreign_keys;
  for (ForeignKeyId id : previous().tables[tables_.previous].foreign_keys) {
    if (std::none_of(after.begin(), after.end(), [&](ForeignKeyId key) { return ForeignKeysMatch(id, key); })) {
      dropped.push_back(id);
    }
  }
  return dropped;
}

std::vector<MigrationPair<ForeignKeyId>> TableDiffer::ForeignKeyPairs() const {
  std::vector<MigrationPair<ForeignKeyId>> pairs;
  std::set<ForeignKeyId> seen;
  for (ForeignKeyId id : previous().tables[tables_.previous].foreign_keys) {
    for (ForeignKeyId candidate : next().tables[tables_.next].foreign_keys) {
      if (seen.contains(candidate) || !ForeignKeysMatch(id, candidate)) continue;
      seen.insert(candidate);
      pairs.push_back({id, candidate});
      break;
    }
  }
  return pairs;
}

bool TableDiffer::IndexesMatch(const Index& a, const Index& b) const {
  if (a.kind != b.kind || a.columns.size() != b.columns.size()) return false;
  for (size_t i = 0; i < a.columns.size(); ++i) {
    const IndexColumn& left = a.columns[i];
    const IndexColumn& right = b.columns[i];
    if (previous().columns[left.column].name != next().columns[right.column].name || left.length != right.length ||
        left.sort.value_or(SortOrder::kAscending) != right.sort.value_or(SortOrder::kAscending)) {
      return false;
    }
  }
  return db_.rules().IndexesMatch(db_.schemas(), a, b);
}

std::vector<IndexId> TableDiffer::CreatedIndexes() const {
  std::vector<IndexId> created;
  const std::vector<IndexId>& before = previous().tables[tables_.previous].indexes;
  for (IndexId id : next().tables[tables_.next].indexes) {
    const Index& index = next().indexes[id];
    if (index.is_primary_key()) continue;
    if (std::none_of(before.begin(), before.end(),
                     [&](IndexId old) { return IndexesMatch(previous().indexes[old], index); })) {
      created.push_back(id);
    }
  }
  return created;
}

std::vector<IndexId> TableDiffer::DroppedIndexes() const {
  std::vector<IndexId> dropped;
  const std::vector<IndexId>& after = next().tables[tables_.next].indexes;
  for (IndexId id : previous().tables[tables_.previous].indexes) {
    const Index& index = previous().indexes[id];
    if (index.is_primary_key()) continue;
    if (std::none_of(after.begin(), after.end(),
                     [&](IndexId candidate) { return IndexesMatch(index, next().indexes[candidate]); })) {
      dropped.push_back(id);
    }
  }
  return dropped;
}

std::vector<MigrationPair<IndexId>> TableDiffer::IndexPairs() const {
  std::vector<MigrationPair<IndexId>> pairs;
  const std::vector<IndexId>& before = previous().tables[tables_.previous].indexes;
  auto same_columns = [&](const Index& a, const Index& b) {
    return a.kind == b.kind && a.columns.size() == b.columns.size() &&
           std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(),
                      [](const IndexColumn& x, const IndexColumn& y) { return x.column == y.column; });
  };
  for (IndexId id : before) {
    const Index& index = previous().indexes[id];
    if (index.is_primary_key()) continue;
    // Of several indexes on the same columns it is not known which one was renamed.
    size_t alike = std::count_if(before.begin(), before.end(),
                                 [&](IndexId other) { return same_columns(index, previous().indexes[other]); });
    if (alike != 1) continue;
    for (IndexId candidate : next().tables[tables_.next].indexes) {
      if (next().indexes[candidate].is_primary_key() || !IndexesMatch(index, next().indexes[candidate])) continue;
      pairs.push_back({id, candidate});
      break;
    }
  }
  return pairs;
}

MigrationPair<IndexId> TableDiffer::PrimaryKeys() const {
  return {previous().PrimaryKey(tables_.previous), next().PrimaryKey(tables_.next)};
}

bool TableDiffer::PrimaryKeyCreated() const {
  MigrationPair<IndexId> keys = PrimaryKeys();
  return !keys.previous && keys.next;
}

bool TableDiffer::PrimaryKeyDropped() const {
  MigrationPair<IndexId> keys = PrimaryKeys();
  return keys.previous && !keys.next;
}

bool TableDiffer::PrimaryKeyChanged() const {
  MigrationPair<IndexId> keys = PrimaryKeys();
  if (!keys.previous || !keys.next) return false;
  const Index& before = previous().indexes[keys.previous];
  const Index& after = next().indexes[keys.next];
  if (before.columns.size() != after.columns.size()) return true;
  for (size_t i = 0; i < before.columns.size(); ++i) {
    const IndexColumn& a = before.columns[i];
    const IndexColumn& b = after.columns[i];
    if (previous().columns[a.column].name != next().columns[b.column].name ||
        a.sort.value_or(SortOrder::kAscending) != b.sort.value_or(SortOrder::kAscending) || a.length != b.length) {
      return true;
    }
  }
  for (const MigrationPair<ColumnId>& pair : ColumnPairs()) {
    if (previous().IsInPrimaryKey(pair.previous) && db_.Changes(pair).type()) return true;
  }
  return db_.rules().PrimaryKeyChanged(db_.schemas(), before, after);
}

}  // namespace prisma::migrate
