#include "migrate/differ.h"

#include <algorithm>
#include <array>
#include <set>

namespace prisma::migrate {
namespace {

using Kind = Step::Kind;

bool IsInColumns(const Index& index, ColumnId column) {
  return std::any_of(index.columns.begin(), index.columns.end(),
                     [&](const IndexColumn& part) { return part.column == column; });
}

// The key's columns are the leftmost of the index.
bool CoversForeignKey(const Index& index, const ForeignKey& key) {
  if (index.kind == IndexKind::kFulltext || key.columns.size() > index.columns.size()) return false;
  return std::equal(key.columns.begin(), key.columns.end(), index.columns.begin(),
                    [](ColumnId column, const IndexColumn& part) { return column == part.column; });
}

bool LooksLikeJoinTable(const SqlSchema& schema, TableId table) {
  return schema.tables[table].columns.size() == 2 && schema.FindColumn(table, "A") && schema.FindColumn(table, "B");
}

// Only what orders steps of the same kind.
std::array<int64_t, 4> SortKey(const Step& step) {
  auto key = [](auto id) { return id.valid() ? static_cast<int64_t>(id.index) : -1; };
  switch (step.kind) {
    case Kind::kCreateSchema:
      return {key(step.name_space)};
    case Kind::kDropExtension:
    case Kind::kCreateExtension:
    case Kind::kAlterExtension:
      return {key(step.extension.previous), key(step.extension.next)};
    case Kind::kAlterSequence:
      return {key(step.sequence.previous), key(step.sequence.next)};
    case Kind::kDropView:
      return {key(step.view)};
    case Kind::kCreateEnum:
    case Kind::kAlterEnum:
    case Kind::kDropEnum:
      return {key(step.enumeration.previous), key(step.enumeration.next)};
    case Kind::kDropForeignKey:
    case Kind::kRenameForeignKey:
    case Kind::kAddForeignKey:
      return {key(step.foreign_key.previous), key(step.foreign_key.next)};
    case Kind::kDropIndex:
    case Kind::kRenameIndex:
    case Kind::kRedefineIndex:
      return {key(step.index.previous), key(step.index.next)};
    case Kind::kAlterTable:
    case Kind::kAlterPrimaryKey:
    case Kind::kDropTable:
    case Kind::kCreateTable:
      return {key(step.table.previous), key(step.table.next)};
    case Kind::kCreateIndex:
      return {key(step.table.previous), key(step.table.next), key(step.index.next), step.from_drop_and_recreate};
    case Kind::kDropUserDefinedType:
    case Kind::kRedefineTables:
      break;
  }
  return {};
}

class Differ {
 public:
  explicit Differ(const DifferDatabase& db) : db_(db), flags_(db.rules().flags()) {}

  Steps Run() {
    db_.rules().AddExtensionSteps(db_, steps_);
    for (NamespaceId id : db_.CreatedNamespaces()) Add(Kind::kCreateSchema).name_space = id;
    AddCreatedTables();
    AddDroppedTables();
    AddDroppedIndexes();
    AddCreatedIndexes();
    AddAlteredTables();
    AddRedefinedTables();
    db_.rules().AddEnumSteps(db_, steps_);
    db_.rules().AddSequenceSteps(db_, steps_);
    std::stable_sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) {
      if (a.kind != b.kind) return a.kind < b.kind;
      return SortKey(a) < SortKey(b);
    });
    MoveDropsOfUniqueIndexes();
    return std::move(steps_);
  }

 private:
  Step& Add(Kind kind) {
    steps_.emplace_back().kind = kind;
    return steps_.back();
  }

  template <class F>
  void ForEachAlteredTable(F f) const {
    for (const MigrationPair<TableId>& tables : db_.table_pairs()) {
      if (!db_.IsRedefined(tables)) f(TableDiffer(db_, tables));
    }
  }

  void AddCreatedTables() {
    const SqlSchema& next = db_.next();
    for (TableId table : db_.created_tables()) {
      Add(Kind::kCreateTable).table.next = table;
      if (flags_.adds_foreign_keys_of_new_tables) {
        for (ForeignKeyId key : next.tables[table].foreign_keys) Add(Kind::kAddForeignKey).foreign_key.next = key;
      }
      if (!flags_.creates_indexes_of_new_tables) continue;
      for (IndexId id : next.tables[table].indexes) {
        if (next.indexes[id].is_primary_key() || db_.rules().SkipsIndexOfNewTable(next.indexes[id])) continue;
        Step& step = Add(Kind::kCreateIndex);
        step.table.next = table;
        step.index.next = id;
      }
    }
  }

  // The keys go first, so that tables can be dropped in any order.
  void AddDroppedTables() {
    for (TableId table : db_.dropped_tables()) {
      Add(Kind::kDropTable).table.previous = table;
      if (!flags_.drops_foreign_keys_of_dropped_tables) continue;
      for (ForeignKeyId key : db_.previous().tables[table].foreign_keys) {
        Add(Kind::kDropForeignKey).foreign_key.previous = key;
      }
    }
  }

  void AddDroppedIndexes() {
    std::set<IndexId> dropped;
    ForEachAlteredTable([&](const TableDiffer& table) {
      for (IndexId id : table.DroppedIndexes()) {
        if (flags_.foreign_keys_need_indexes) RecreateCoveredKeys(table, db_.previous().indexes[id]);
        dropped.insert(id);
      }
    });
    // Their names may be taken by the indexes of tables that are made anew.
    if (db_.AnyRedefined() && flags_.drops_indexes_of_dropped_tables) {
      for (TableId table : db_.dropped_tables()) {
        for (IndexId id : db_.previous().tables[table].indexes) {
          if (!db_.previous().indexes[id].is_primary_key()) dropped.insert(id);
        }
      }
    }
    for (IndexId id : dropped) Add(Kind::kDropIndex).index.previous = id;
  }

  // While a foreign key relies on an index, that can't be dropped.
  void RecreateCoveredKeys(const TableDiffer& table, const Index& index) {
    for (const MigrationPair<ForeignKeyId>& pair : table.ForeignKeyPairs()) {
      if (!CoversForeignKey(index, db_.previous().foreign_keys[pair.previous])) continue;
      if (!recreated_keys_.insert(pair.previous).second) continue;
      Add(Kind::kDropForeignKey).foreign_key.previous = pair.previous;
      Add(Kind::kAddForeignKey).foreign_key.next = pair.next;
    }
  }

  void AddCreatedIndexes() {
    ForEachAlteredTable([&](const TableDiffer& table) {
      auto add = [&](IndexId id, bool from_drop_and_recreate) {
        Step& step = Add(Kind::kCreateIndex);
        step.table = table.tables();
        step.index.next = id;
        step.from_drop_and_recreate = from_drop_and_recreate;
      };
      for (IndexId id : table.CreatedIndexes()) add(id, false);
      if (!flags_.indexes_are_dropped_with_columns) return;
      std::set<ColumnId> recreated;
      for (const MigrationPair<ColumnId>& pair : table.ColumnPairs()) {
        if (db_.Changes(pair).type_change == TypeChange::kNotCastable) recreated.insert(pair.next);
      }
      for (const MigrationPair<IndexId>& pair : table.IndexPairs()) {
        const Index& index = db_.next().indexes[pair.next];
        if (std::any_of(index.columns.begin(), index.columns.end(),
                        [&](const IndexColumn& part) { return recreated.contains(part.column); })) {
          add(pair.next, true);
        }
      }
    });
  }

  void AddAlteredTables() {
    ForEachAlteredTable([&](const TableDiffer& table) {
      for (ForeignKeyId key : table.CreatedForeignKeys()) Add(Kind::kAddForeignKey).foreign_key.next = key;
      for (ForeignKeyId key : table.DroppedForeignKeys()) Add(Kind::kDropForeignKey).foreign_key.previous = key;
      for (const MigrationPair<ForeignKeyId>& pair : table.ForeignKeyPairs()) AddForeignKeyChange(pair);
      AddAlteredPrimaryKey(table);
      for (const MigrationPair<IndexId>& pair : table.IndexPairs()) {
        if (!db_.rules().IndexShouldBeRenamed(db_.previous().indexes[pair.previous], db_.next().indexes[pair.next])) {
          continue;
        }
        Add(flags_.can_rename_index ? Kind::kRenameIndex : Kind::kRedefineIndex).index = pair;
      }
      std::vector<TableChange> changes = TableChanges(table);
      if (changes.empty()) return;
      for (const MigrationPair<ColumnId>& pair : table.ColumnPairs()) {
        db_.rules().AddIndexChangesForColumnChange(table, pair, db_.Changes(pair), steps_);
      }
      Step& step = Add(Kind::kAlterTable);
      step.table = table.tables();
      step.changes = std::move(changes);
    });
  }

  void AddForeignKeyChange(const MigrationPair<ForeignKeyId>& pair) {
    const ForeignKey& before = db_.previous().foreign_keys[pair.previous];
    const ForeignKey& after = db_.next().foreign_keys[pair.next];
    auto recreate = [&] {
      if (!recreated_keys_.insert(pair.previous).second) return;
      Add(Kind::kDropForeignKey).foreign_key.previous = pair.previous;
      Add(Kind::kAddForeignKey).foreign_key.next = pair.next;
    };
    if (db_.IsRedefined(before.referenced_table) && !flags_.can_redefine_tables_with_inbound_foreign_keys) {
      recreate();
      return;
    }
    if (flags_.has_unnamed_foreign_keys || before.name.empty() || after.name.empty() || before.name == after.name) {
      return;
    }
    // Join tables of old versions have other names for their keys; no reason for a migration.
    if (LooksLikeJoinTable(db_.previous(), before.table) && LooksLikeJoinTable(db_.next(), after.table)) return;
    if (flags_.can_rename_foreign_key) {
      Add(Kind::kRenameForeignKey).foreign_key = pair;
    } else {
      recreate();
    }
  }

  void AddAlteredPrimaryKey(const TableDiffer& table) {
    MigrationPair<IndexId> keys = table.PrimaryKeys();
    if (!flags_.can_alter_primary_keys || !keys.previous || !keys.next) return;
    const Index& before = db_.previous().indexes[keys.previous];
    const Index& after = db_.next().indexes[keys.next];
    bool same = before.columns.size() == after.columns.size();
    for (size_t i = 0; same && i < before.columns.size(); ++i) {
      same = db_.previous().columns[before.columns[i].column].name == db_.next().columns[after.columns[i].column].name;
    }
    if (!same) Add(Kind::kAlterPrimaryKey).table = table.tables();
  }

  std::vector<TableChange> AlteredColumns(const TableDiffer& table) const {
    std::vector<TableChange> altered;
    for (const MigrationPair<ColumnId>& pair : table.ColumnPairs()) {
      const ColumnChanges& changes = db_.Changes(pair);
      if (!changes.any()) continue;
      TableChange change;
      change.kind = changes.type_change == TypeChange::kNotCastable ? TableChange::Kind::kDropAndRecreateColumn
                                                                    : TableChange::Kind::kAlterColumn;
      change.column = pair;
      change.changes = changes;
      altered.push_back(std::move(change));
    }
    std::stable_sort(altered.begin(), altered.end(),
                     [](const TableChange& a, const TableChange& b) { return a.column < b.column; });
    return altered;
  }

  // A column of the key is dropped and made anew, and the provider needs the key anew too.
  bool RecreatesKeyColumn(const TableDiffer& table) const {
    if (!flags_.recreates_primary_key_with_column) return false;
    for (const TableChange& change : AlteredColumns(table)) {
      if (change.kind == TableChange::Kind::kDropAndRecreateColumn &&
          db_.previous().IsInPrimaryKey(change.column.previous)) {
        return true;
      }
    }
    return false;
  }

  bool AltersKeyInstead(const TableDiffer& table) const {
    MigrationPair<IndexId> keys = table.PrimaryKeys();
    return keys.previous && keys.next && flags_.can_alter_primary_keys;
  }

  bool DropsPrimaryKey(const TableDiffer& table) const {
    if (AltersKeyInstead(table)) return false;
    return table.PrimaryKeyDropped() || table.PrimaryKeyChanged() || RecreatesKeyColumn(table);
  }

  bool AddsPrimaryKey(const TableDiffer& table) const {
    if (AltersKeyInstead(table)) return false;
    return table.PrimaryKeyCreated() || table.PrimaryKeyChanged() || RecreatesKeyColumn(table);
  }

  std::vector<TableChange> TableChanges(const TableDiffer& table) const {
    std::vector<TableChange> changes;
    auto add = [&](TableChange::Kind kind) -> TableChange& {
      changes.emplace_back().kind = kind;
      return changes.back();
    };
    if (DropsPrimaryKey(table)) add(TableChange::Kind::kDropPrimaryKey);
    MigrationPair<IndexId> keys = table.PrimaryKeys();
    if (keys.previous && keys.next &&
        db_.previous().indexes[keys.previous].name != db_.next().indexes[keys.next].name) {
      add(TableChange::Kind::kRenamePrimaryKey);
    }
    for (ColumnId id : table.DroppedColumns()) add(TableChange::Kind::kDropColumn).column.previous = id;
    for (ColumnId id : table.AddedColumns()) add(TableChange::Kind::kAddColumn).column.next = id;
    for (TableChange& change : AlteredColumns(table)) changes.push_back(std::move(change));
    if (AddsPrimaryKey(table)) add(TableChange::Kind::kAddPrimaryKey);
    return changes;
  }

  void AddRedefinedTables() {
    if (!db_.AnyRedefined()) return;
    std::vector<RedefinedTable> redefined;
    for (const MigrationPair<TableId>& tables : db_.table_pairs()) {
      if (!db_.IsRedefined(tables)) continue;
      TableDiffer differ(db_, tables);
      RedefinedTable& table = redefined.emplace_back();
      table.table = tables;
      table.dropped_primary_key = DropsPrimaryKey(differ);
      table.added_columns = differ.AddedColumns();
      table.dropped_columns = differ.DroppedColumns();
      for (const MigrationPair<ColumnId>& pair : differ.ColumnPairs()) {
        table.column_pairs.push_back({pair, db_.Changes(pair)});
      }
    }
    Add(Kind::kRedefineTables).redefined = std::move(redefined);
  }

  // Where a table without a primary key gets one on the columns of a unique index that is dropped, the index goes only
  // after that: at no time is the table without a key.
  void MoveDropsOfUniqueIndexes() {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].kind != Kind::kDropIndex) continue;
      const Index& index = db_.previous().indexes[steps_[i].index.previous];
      if (!index.is_unique() || db_.previous().PrimaryKey(index.table)) continue;
      for (size_t j = i + 1; j < steps_.size(); ++j) {
        if (!MakesKeyOf(steps_[j], index)) continue;
        std::rotate(steps_.begin() + i, steps_.begin() + i + 1, steps_.begin() + j + 1);
        --i;  // another step is in its place now
        break;
      }
    }
  }

  bool MakesKeyOf(const Step& step, const Index& index) const {
    if (step.kind != Kind::kAlterTable || step.table.previous != index.table) return false;
    bool adds_key = false;
    for (const TableChange& change : step.changes) {
      adds_key |= change.kind == TableChange::Kind::kAddPrimaryKey;
      bool drops_column =
          change.kind == TableChange::Kind::kDropColumn || change.kind == TableChange::Kind::kDropAndRecreateColumn;
      if (drops_column && IsInColumns(index, change.column.previous)) return false;
    }
    IndexId key = db_.next().PrimaryKey(step.table.next);
    if (!adds_key || !key) return false;
    const std::vector<IndexColumn>& columns = db_.next().indexes[key].columns;
    return std::equal(columns.begin(), columns.end(), index.columns.begin(), index.columns.end(),
                      [&](const IndexColumn& a, const IndexColumn& b) {
                        return db_.next().columns[a.column].name == db_.previous().columns[b.column].name;
                      });
  }

  const DifferDatabase& db_;
  const DifferFlags& flags_;
  Steps steps_;
  std::set<ForeignKeyId> recreated_keys_;
};

}  // namespace

Steps Diff(const SchemaPair& schemas, const DifferRules& rules, const Filter& filter) {
  DifferDatabase db(schemas, rules, filter);
  return Differ(db).Run();
}

}  // namespace prisma::migrate
