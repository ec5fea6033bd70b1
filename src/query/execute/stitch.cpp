// Reading levels: rows of a child are found by the keys of their parents and stitched to them here.
#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "diagnostics/errors.h"
#include "query/execute/db_errors.h"
#include "query/execute/executor.h"
#include "value/decimal.h"

namespace prisma::query {

using driver::RowBatch;

namespace {

constexpr uint32_t kNone = UINT32_MAX;

// Distinct keys (cells of some columns), numbered in the order of their first row. Open addressing.
class KeyTable {
 public:
  KeyTable(const RowBatch& rows, std::span<const uint32_t> columns, size_t expected) : rows_(rows), columns_(columns) {
    size_t size = 16;
    while (size < expected * 2) size *= 2;
    slots_.assign(size, kNone);
  }

  // The number of the row's key; kNone if a cell of it is null.
  uint32_t Add(uint32_t row) {
    size_t hash = 0;
    if (!Hash(rows_, columns_, row, hash)) return kNone;
    size_t at = hash & (slots_.size() - 1);
    for (;; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == kNone) break;
      if (Equal(rows_, columns_, row, first_[slots_[at]])) return slots_[at];
    }
    if (first_.size() * 2 >= slots_.size()) {
      Grow();
      return Add(row);
    }
    slots_[at] = static_cast<uint32_t>(first_.size());
    first_.push_back(row);
    return slots_[at];
  }

  uint32_t Find(const RowBatch& rows, std::span<const uint32_t> columns, uint32_t row) const {
    size_t hash = 0;
    if (!Hash(rows, columns, row, hash)) return kNone;
    size_t at = hash & (slots_.size() - 1);
    for (; slots_[at] != kNone; at = (at + 1) & (slots_.size() - 1)) {
      if (Equal(rows, columns, row, first_[slots_[at]])) return slots_[at];
    }
    return kNone;
  }

  // The first row of each key.
  const std::vector<uint32_t>& first() const { return first_; }
  size_t size() const { return first_.size(); }

 private:
  static bool Hash(const RowBatch& rows, std::span<const uint32_t> columns, uint32_t row, size_t& hash) {
    std::span<const Value> cells = rows.row(row);
    for (uint32_t c : columns) {
      const Value& cell = cells[c];
      if (cell.is_null()) return false;
      size_t h =
          cell.kind() == ValueKind::kInt ? static_cast<size_t>(cell.as_int()) * 0x9E3779B97F4A7C15u : HashValue(cell);
      hash = (hash ^ (h >> 32) ^ h) * 0x9E3779B97F4A7C15u;
    }
    hash ^= hash >> 32;
    return true;
  }

  bool Equal(const RowBatch& rows, std::span<const uint32_t> columns, uint32_t row, uint32_t own) const {
    std::span<const Value> a = rows.row(row);
    std::span<const Value> b = rows_.row(own);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!(a[columns[i]] == b[columns_[i]])) return false;
    }
    return true;
  }

  void Grow() {
    std::vector<uint32_t> rows = std::move(first_);
    first_.clear();
    slots_.assign(slots_.size() * 2, kNone);
    for (uint32_t row : rows) Add(row);
  }

  const RowBatch& rows_;
  std::span<const uint32_t> columns_;
  std::vector<uint32_t> slots_;
  std::vector<uint32_t> first_;
};

// Lists of row numbers by group, all in one vector.
struct Groups {
  std::vector<uint32_t> offsets;  // groups + 1
  std::vector<uint32_t> rows;
  std::span<uint32_t> of(uint32_t group) { return {rows.data() + offsets[group], offsets[group + 1] - offsets[group]}; }
};

// `pairs`: (group, row) in the order wanted within groups.
Groups Group(size_t groups, const std::vector<std::pair<uint32_t, uint32_t>>& pairs) {
  Groups out;
  out.offsets.assign(groups + 1, 0);
  for (const auto& [group, row] : pairs) ++out.offsets[group + 1];
  for (size_t i = 0; i < groups; ++i) out.offsets[i + 1] += out.offsets[i];
  out.rows.resize(pairs.size());
  std::vector<uint32_t> next(out.offsets.begin(), out.offsets.end() - 1);
  for (const auto& [group, row] : pairs) out.rows[next[group]++] = row;
  return out;
}

}  // namespace

void Executor::MapCells(const StatementPlan& statement, RowBatch& rows) {
  for (const StatementPlan::EnumColumn& column : statement.enums) {
    const schema::Enum& type = schema_.enums[column.enum_id];
    auto name_of = [&](const Value& cell) {
      auto found = std::find_if(type.values.begin(), type.values.end(),
                                [&](const schema::EnumValue& v) { return v.database_name == cell.text(); });
      if (found == type.values.end()) {
        throw errors::InconsistentColumnData("Value '" + std::string(cell.text()) + "' not found in enum '" +
                                             type.name + "'");
      }
      return Value::Text(ValueKind::kEnum, found->name);
    };
    for (size_t at = column.column; at < rows.cells.size(); at += rows.columns) {
      Value& cell = rows.cells[at];
      if (cell.is_null()) continue;
      if (cell.kind() != ValueKind::kList) {
        cell = name_of(cell);
        continue;
      }
      std::span<Value> items = rows.arena.NewSpan<Value>(cell.items().size());
      for (size_t i = 0; i < items.size(); ++i) {
        if (!cell.items()[i].is_null()) items[i] = name_of(cell.items()[i]);
      }
      cell = Value::List(items);
    }
  }
  for (uint32_t column : statement.required) {
    for (size_t at = column; at < rows.cells.size(); at += rows.columns) {
      if (!rows.cells[at].is_null()) continue;
      const schema::Field& field = schema_.fields[statement.fields[column]];
      throw errors::ConversionFailed(field.name, field.type_name, "null");
    }
  }
}

// As the database sorts: by bytes, numbers by size.
static int CompareCells(const Value& a, const Value& b) {
  auto three_way = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.kind() != b.kind()) return three_way(a.kind(), b.kind());
  switch (a.kind()) {
    case ValueKind::kNull:
    case ValueKind::kList:
      return 0;
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kDateTime:
      return three_way(a.as_int(), b.as_int());
    case ValueKind::kFloat:
      return three_way(a.as_float(), b.as_float());
    case ValueKind::kDecimal:
      return CompareDecimals(a.text(), b.text());
    default:
      return a.text().compare(b.text());
  }
}

void Executor::Sort(const std::vector<LevelProcessing::SortKey>& keys, const RowBatch& rows,
                    std::vector<uint32_t>& picked) {
  std::stable_sort(picked.begin(), picked.end(), [&](uint32_t a, uint32_t b) {
    for (const LevelProcessing::SortKey& key : keys) {
      const Value& x = rows.row(a)[key.cell];
      const Value& y = rows.row(b)[key.cell];
      if (x.is_null() || y.is_null()) {
        if (x.is_null() != y.is_null()) return x.is_null() == key.nulls_first;
        continue;
      }
      int order = CompareCells(x, y);
      if (order != 0) return key.is_descending ? order > 0 : order < 0;
    }
    return false;
  });
}

// `picked`: the rows of one parent in the order of the statement; in the order of the answer when this is done.
void Executor::Process(const LevelProcessing& processing, const RowBatch& rows, std::vector<uint32_t>& picked) {
  if (!processing.distinct.empty()) {
    // Null equals null here.
    std::vector<uint32_t> kept;
    std::unordered_multimap<size_t, uint32_t> seen;
    for (uint32_t row : picked) {
      size_t hash = 0;
      for (uint32_t c : processing.distinct) hash = hash * 31 + HashValue(rows.row(row)[c]);
      auto [begin, end] = seen.equal_range(hash);
      bool is_new = std::none_of(begin, end, [&](const auto& other) {
        return std::all_of(processing.distinct.begin(), processing.distinct.end(),
                           [&](uint32_t c) { return rows.row(row)[c] == rows.row(other.second)[c]; });
      });
      if (!is_new) continue;
      seen.emplace(hash, row);
      kept.push_back(row);
    }
    picked = std::move(kept);
  }
  if (!processing.cursor_columns.empty()) {
    std::vector<Value> cursor;
    for (const Slot& slot : processing.cursor_values) cursor.push_back(SlotValue(slot));
    auto found = std::find_if(picked.begin(), picked.end(), [&](uint32_t row) {
      for (size_t i = 0; i < cursor.size(); ++i) {
        const Value& cell = rows.row(row)[processing.cursor_columns[i]];
        bool is_equal = cell == cursor[i] ||
                        (cell.kind() != cursor[i].kind() && !cell.is_null() && cell.kind() >= ValueKind::kDecimal &&
                         cursor[i].kind() >= ValueKind::kDecimal && cell.kind() != ValueKind::kDateTime &&
                         cursor[i].kind() != ValueKind::kDateTime && cell.text() == cursor[i].text());
        if (!is_equal) return false;
      }
      return true;
    });
    picked.erase(picked.begin(), found);
  }
  if (processing.skip) {
    auto skip = static_cast<size_t>(std::max<int64_t>(0, SlotValue(*processing.skip).as_int()));
    picked.erase(picked.begin(), picked.begin() + static_cast<ptrdiff_t>(std::min(skip, picked.size())));
  }
  if (processing.take) {
    auto take = static_cast<size_t>(std::max<int64_t>(0, SlotValue(*processing.take).as_int()));
    if (picked.size() > take) picked.resize(take);
  }
  if (processing.is_reversed) std::reverse(picked.begin(), picked.end());
}

// Then nothing is asked of the database, not even what it would refuse.
bool Executor::TakesNothing(const Level& level) {
  const std::optional<Slot>& take = level.processing.take ? level.processing.take : level.limit;
  return take && SlotValue(*take) == Value::Int(0);
}

void Executor::ReadRoot(const Level& level) {
  result_->root = ResultLevel{};
  result_->root_rows.clear();
  const StatementPlan* statement = nullptr;
  if (TakesNothing(level)) {
    // No rows.
  } else if (level.statement) {
    statement = &*level.statement;
    RunStatement(*statement, nullptr, &result_->root.rows);
  } else {
    Binding& binding = bindings_[level.source_binding];
    statement = binding.statement;
    result_->root.rows = std::move(binding.rows);
    binding.rows = RowBatch{};
  }
  RowBatch& rows = result_->root.rows;
  std::vector<uint32_t>& order = result_->root_rows;
  order.resize(rows.rows());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  if (level.statement && was_chunked_ && !level.processing.sort.empty()) Sort(level.processing.sort, rows, order);
  if (level.processing.any()) Process(level.processing, rows, order);
  if (level.processing.turns_round) std::reverse(order.begin(), order.end());
  if (!level.children.empty()) ReadChildren(level, result_->root, order);
  if (statement != nullptr) MapCells(*statement, rows);
}

void Executor::ReadChildren(const Level& level, ResultLevel& parent, std::span<const uint32_t> live) {
  for (const ChildLevel& child : level.children) {
    auto out = std::make_unique<ResultLevel>();
    if (child.joined_cell != kNoIndex) {
      ReadJoined(child, parent, live, *out);
    } else {
      const StatementPlan* own = level.statement ? &*level.statement : bindings_[level.source_binding].statement;
      ReadChild(child, own, parent, live, *out);
    }
    parent.children.push_back(std::move(out));
  }
}

void Executor::CheckRequired(const ChildLevel& child, const ResultLevel& out, std::span<const uint32_t> live) {
  if (child.required_field.empty() || missing_ != nullptr) return;
  if (std::any_of(live.begin(), live.end(), [&](uint32_t row) { return out.offsets[row] == out.offsets[row + 1]; })) {
    missing_ = &child;
  }
}

void Executor::ReadChild(const ChildLevel& child, const StatementPlan* own, const ResultLevel& parent,
                         std::span<const uint32_t> live, ResultLevel& out) {
  const Level& level = *child.level;
  const StatementPlan* statement = &*level.statement;
  size_t parents = parent.rows.rows();
  KeyTable table(parent.rows, child.parent_columns, live.size());
  std::vector<uint32_t> key_of(parents, kNone);
  for (uint32_t row : live) key_of[row] = table.Add(row);

  std::vector<std::pair<uint32_t, uint32_t>> pairs;  // (parent's key, child row)
  bool is_processed = false;
  out.rows.columns = static_cast<uint32_t>(statement->types.size());
  if (table.size() != 0 && !TakesNothing(level)) {
    Keys keys{&parent.rows, table.first(), child.parent_columns, own};
    if (child.links) {
      RowBatch links;
      RunStatement(*child.links, &keys, &links);
      static constexpr uint32_t kParent[] = {0}, kChild[] = {1};
      std::vector<std::pair<uint32_t, uint32_t>> by_child;
      KeyTable linked(links, kChild, links.rows());
      for (uint32_t i = 0; i < links.rows(); ++i) {
        uint32_t own = table.Find(links, kParent, i);
        uint32_t other = linked.Add(i);
        if (own != kNone && other != kNone) by_child.emplace_back(other, own);
      }
      if (linked.size() != 0) {
        Keys child_keys{&links, linked.first(), {1}};
        RunStatement(*statement, &child_keys, &out.rows);
        Groups owners = Group(linked.size(), by_child);
        for (uint32_t row = 0; row < out.rows.rows(); ++row) {
          uint32_t key = linked.Find(out.rows, child.child_columns, row);
          if (key == kNone) continue;
          for (uint32_t own : owners.of(key)) pairs.emplace_back(own, row);
        }
      }
    } else {
      if (child.single_statement && table.size() == 1) {
        statement = &*child.single_statement;
        is_processed = true;
      }
      RunStatement(*statement, &keys, &out.rows);
      size_t rows = out.rows.rows();
      pairs.reserve(rows);
      for (uint32_t row = 0; row < rows; ++row) {
        uint32_t key = table.Find(out.rows, child.child_columns, row);
        if (key != kNone) pairs.emplace_back(key, row);
      }
    }
  }

  Groups groups = Group(table.size(), pairs);
  bool drops_rows = false;
  if (level.processing.any()) {
    Groups processed;
    processed.offsets.push_back(0);
    for (uint32_t key = 0; key < table.size(); ++key) {
      std::span<uint32_t> all = groups.of(key);
      std::vector<uint32_t> picked(all.begin(), all.end());
      if (!is_processed) {
        Process(level.processing, out.rows, picked);
        drops_rows |= picked.size() != all.size();
      } else if (level.processing.is_reversed) {
        std::reverse(picked.begin(), picked.end());
      }
      processed.rows.insert(processed.rows.end(), picked.begin(), picked.end());
      processed.offsets.push_back(static_cast<uint32_t>(processed.rows.size()));
    }
    groups = std::move(processed);
  }

  out.offsets.assign(parents + 1, 0);
  out.child_rows.reserve(groups.rows.size());
  for (uint32_t row = 0; row < parents; ++row) {
    out.offsets[row] = static_cast<uint32_t>(out.child_rows.size());
    if (key_of[row] == kNone) continue;
    std::span<uint32_t> rows = groups.of(key_of[row]);
    out.child_rows.insert(out.child_rows.end(), rows.begin(), rows.end());
  }
  out.offsets[parents] = static_cast<uint32_t>(out.child_rows.size());

  CheckRequired(child, out, live);
  if (!level.children.empty()) {
    std::vector<uint32_t> live_children;
    if (drops_rows) {
      live_children = groups.rows;
      std::sort(live_children.begin(), live_children.end());
      live_children.erase(std::unique(live_children.begin(), live_children.end()), live_children.end());
    } else {
      live_children.resize(out.rows.rows());
      for (uint32_t i = 0; i < live_children.size(); ++i) live_children[i] = i;
    }
    ReadChildren(level, out, live_children);
  }
  MapCells(*statement, out.rows);
}

}  // namespace prisma::query
