#include "query/execute/executor.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "diagnostics/errors.h"
#include "query/execute/db_errors.h"

namespace prisma::query {

using driver::ColumnType;
using driver::DbError;
using driver::DbException;
using driver::RowBatch;
using Clock = std::chrono::steady_clock;

namespace {

void Replace(std::string& text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// Few lengths, few statements to prepare: the last value is repeated up to a power of two.
uint32_t RoundUp(uint32_t count, uint32_t most) {
  uint32_t size = 1;
  while (size < count) size *= 2;
  return std::max(count, std::min(size, most));
}

bool IsList(const Slot& slot) {
  return slot.kind == Slot::Kind::kParameterList || slot.kind == Slot::Kind::kBindingList ||
         slot.kind == Slot::Kind::kParentKeys || slot.kind == Slot::Kind::kRows;
}

uint32_t WidthOf(const Slot& slot) {
  if (slot.kind == Slot::Kind::kRows) return slot.width;
  return slot.columns.empty() ? 1 : static_cast<uint32_t>(slot.columns.size());
}

}  // namespace

std::unique_ptr<Result> Executor::Run(const std::shared_ptr<const Plan>& plan, Parameters& parameters) {
  auto result = std::make_unique<Result>();
  parameters_ = &parameters;
  result_ = result.get();
  bindings_.clear();
  bindings_.resize(plan->binding_count);
  switch (plan->answer) {
    case Plan::Answer::kObjectOrNull:
      result->kind = Result::Kind::kObjectOrNull;
      break;
    case Plan::Answer::kList:
      result->kind = Result::Kind::kList;
      break;
    case Plan::Answer::kCount:
      result->kind = Result::Kind::kCount;
      break;
  }
  result->key = plan->key;
  if (plan->shape != nullptr) result->shape = plan->shape;
  if (plan->is_write && plan->needs_transaction) parameters.CheckAll(*plan);
  missing_ = nullptr;
  RunNode(*plan->root);
  if (missing_ != nullptr) {
    throw Error("", "Inconsistent query result: Field " + missing_->required_field +
                        " is required to return data, got `null` instead.");
  }
  if (plan->not_found && result->root_rows.empty()) Throw(*plan->not_found);
  if (plan->answer == Plan::Answer::kObjectOrNull && result->root_rows.size() > 1) result->root_rows.resize(1);
  return result;
}

void Executor::RunNode(const PlanNode& node) {
  switch (node.kind) {
    case PlanNode::Kind::kSequence:
      for (const std::unique_ptr<PlanNode>& child : node.children) RunNode(*child);
      return;
    case PlanNode::Kind::kStatement: {
      if (node.binding == kNoIndex) {
        RowBatch unused;
        RunStatement(node.statement, nullptr, node.statement.types.empty() ? nullptr : &unused);
        return;
      }
      Binding& binding = bindings_[node.binding];
      if (!node.is_appended) binding.rows.cells.clear();
      binding.rows.columns = static_cast<uint32_t>(node.statement.types.size());
      binding.current = 0;
      binding.statement = &node.statement;
      if (!node.statement.kept.empty()) {
        binding.changed = RunStatement(node.statement, nullptr, nullptr);
        return KeepValues(node.statement, binding.rows);
      }
      binding.changed = RunStatement(node.statement, nullptr, node.statement.types.empty() ? nullptr : &binding.rows);
      return;
    }
    case PlanNode::Kind::kRead:
      return ReadRoot(*node.level);
    case PlanNode::Kind::kExpect:
      if (!Holds(node)) Throw(node);
      return;
    case PlanNode::Kind::kIf:
      if (Holds(node)) return RunNode(*node.children[0]);
      if (node.children.size() > 1) RunNode(*node.children[1]);
      return;
    case PlanNode::Kind::kForEach: {
      size_t rows = bindings_[node.binding].rows.rows();
      for (size_t i = 0; i < rows; ++i) {
        bindings_[node.binding].current = i;
        RunNode(*node.children[0]);
      }
      bindings_[node.binding].current = 0;
      return;
    }
    case PlanNode::Kind::kCount:
      result_->count = 0;
      for (uint32_t b : node.bindings) result_->count += static_cast<int64_t>(CountOf(b));
      return;
  }
}

void Executor::KeepValues(const StatementPlan& statement, RowBatch& rows) {
  for (uint32_t slot : statement.kept) {
    if (slot == StatementPlan::kInsertedId) {
      rows.cells.push_back(Value::Int(static_cast<int64_t>(connection_.last_insert_id())));
      continue;
    }
    Value value = values_[slot];
    if (value.kind() >= ValueKind::kDecimal && value.kind() != ValueKind::kDateTime) {
      value = Value::Text(value.kind(), rows.arena.Copy(value.text()));
    }
    rows.cells.push_back(value);
  }
}

uint64_t Executor::CountOf(uint32_t binding) const {
  const Binding& b = bindings_[binding];
  return b.rows.columns != 0 ? b.rows.rows() : b.changed;
}

std::pair<uint64_t, uint64_t> Executor::FoundAndExpected(const PlanNode& node) {
  if (node.choices.empty()) return {FoundBy(node), node.expected};
  uint64_t found = 0, expected = 0;
  std::vector<std::pair<std::string_view, std::vector<Value>>> choices;
  std::vector<const Value*> rows;
  for (size_t i = 0; i < node.choices.size(); ++i) {
    std::vector<Value> values;
    for (const Slot& slot : node.choices[i].values) values.push_back(SlotValue(slot));
    std::pair<std::string_view, std::vector<Value>> choice(node.choices[i].form, std::move(values));
    if (std::find(choices.begin(), choices.end(), choice) != choices.end()) continue;
    choices.push_back(std::move(choice));
    ++expected;
    if (i >= node.bindings.size()) continue;  // one statement looked for all
    const Binding& binding = bindings_[node.bindings[i]];
    if (binding.rows.columns == 0) {
      found += binding.changed;
      continue;
    }
    for (size_t r = 0; r < binding.rows.rows(); ++r) {
      const Value* row = &binding.rows.row(r)[0];
      const auto is_same = [&](const Value* other) { return std::equal(row, row + binding.rows.columns, other); };
      if (std::any_of(rows.begin(), rows.end(), is_same)) continue;
      rows.push_back(row);
      ++found;
    }
  }
  return {found, expected};
}

uint64_t Executor::FoundBy(const PlanNode& node) const {
  if (node.bindings.empty()) return node.binding == kNoIndex ? 0 : CountOf(node.binding);
  uint64_t found = 0;
  for (uint32_t binding : node.bindings) found += CountOf(binding);
  return found;
}

bool Executor::Holds(const PlanNode& node) {
  if (node.condition == PlanNode::Condition::kResultNotEmpty) return !result_->root_rows.empty();
  if (node.condition == PlanNode::Condition::kValuesEqual) {
    return std::all_of(node.equal_values.begin(), node.equal_values.end(), [&](const std::pair<Slot, Slot>& values) {
      return SlotValue(values.first) == SlotValue(values.second);
    });
  }
  const Binding& binding = bindings_[node.binding];
  switch (node.condition) {
    case PlanNode::Condition::kNotEmpty:
      return binding.rows.rows() != 0;
    case PlanNode::Condition::kEmpty:
      return binding.rows.rows() == 0;
    case PlanNode::Condition::kRowsEqual: {
      const auto [found, expected] = FoundAndExpected(node);
      return found == expected;
    }
    default:
      return CountOf(node.binding) != 0;
  }
}

void Executor::Throw(const PlanNode& node) {
  PlanError error = node.error;
  const auto [found, expected] = FoundAndExpected(node);
  for (std::string* text : {&error.message, &error.meta, &error.debug_text}) {
    Replace(*text, "{found}", std::to_string(found));
    Replace(*text, "{expected}", std::to_string(expected));
  }
  Throw(error);
}

void Executor::Throw(const PlanError& error) {
  Error thrown(error.code, error.message, error.meta);
  thrown.debug_text = error.debug_text;
  throw thrown;
}

// ── statements ──

Value Executor::SlotValue(const Slot& slot, uint32_t row) {
  if (slot.kind != Slot::Kind::kBinding) return parameters_->Get(slot, row);
  const Binding& binding = bindings_[slot.binding];
  size_t at = binding.current + slot.row;
  if (at >= binding.rows.rows()) {
    PRISMA_CHECK(slot.is_optional);
    return Value::Null();
  }
  return CellToSend(binding.statement, slot.column, binding.rows.row(at)[slot.column]);
}

Value Executor::CellToSend(const StatementPlan* from, uint32_t column, const Value& cell) {
  if (cell.kind() != ValueKind::kDateTime || from == nullptr || column >= from->fields.size()) return cell;
  const schema::FieldId field = from->fields[column];
  return field.valid() ? parameters_->DatePart(dialect_.DatePartOf(schema_.fields[field]), cell) : cell;
}

uint32_t Executor::ListSize(const Slot& slot, const Keys* keys) {
  switch (slot.kind) {
    case Slot::Kind::kBindingList:
      return static_cast<uint32_t>(bindings_[slot.binding].rows.rows());
    case Slot::Kind::kParentKeys:
      return static_cast<uint32_t>(keys->picked.size());
    default:
      return parameters_->CountOf(slot);
  }
}

uint64_t Executor::RunStatement(const StatementPlan& statement, const Keys* keys, RowBatch* rows) {
  was_chunked_ = false;
  pieces_.clear();
  if (!statement.has_lists()) {
    values_.clear();
    for (const Slot& slot : statement.slots) values_.push_back(SlotValue(slot));
    return Send(statement, statement.text, values_, true, rows);
  }
  // The one list that may be cut into chunks: rows to be inserted, else the longest.
  size_t cut = statement.slots.size();
  uint32_t cut_size = 0, total = 0;
  for (size_t i = 0; i < statement.slots.size(); ++i) {
    const Slot& slot = statement.slots[i];
    if (!IsList(slot)) {
      ++total;
      continue;
    }
    uint32_t size = ListSize(slot, keys);
    if (size == 0) {
      if (rows != nullptr) rows->columns = static_cast<uint32_t>(statement.types.size());
      return 0;  // IN () selects nothing, no rows insert nothing
    }
    total += size * WidthOf(slot);
    if ((slot.is_chunkable || slot.kind == Slot::Kind::kRows) && size > cut_size) {
      cut = i;
      cut_size = size;
    }
  }
  if (total <= options_.max_bind_values) {
    return RunChunk(statement, keys, cut, 0, UINT32_MAX, options_.max_bind_values - total, rows);
  }
  uint32_t width = cut < statement.slots.size() ? WidthOf(statement.slots[cut]) : 1;
  uint32_t others = total - cut_size * width;
  // A row of its own goes, however wide it is.
  const bool is_row = cut < statement.slots.size() && statement.slots[cut].kind == Slot::Kind::kRows;
  if (cut == statement.slots.size() || (others + width > options_.max_bind_values && !is_row)) {
    std::string text = std::to_string(total) + " bind values are needed, the database takes " +
                       std::to_string(options_.max_bind_values);
    throw errors::ParameterLimitExceeded(text);
  }
  uint32_t step = is_row ? std::max(1u, options_.max_bind_values / width) : (options_.max_bind_values - others) / width;
  const Slot& slot = statement.slots[cut];
  if (slot.kind == Slot::Kind::kParameterList) {
    // A value that stands in two pieces would find its rows twice.
    std::unordered_multimap<size_t, uint32_t> seen;
    for (uint32_t i = 0; i < cut_size; ++i) {
      Value value = parameters_->ItemOf(slot, i);
      size_t hash = HashValue(value);
      auto [begin, end] = seen.equal_range(hash);
      if (std::any_of(begin, end, [&](const auto& other) { return pieces_[other.second] == value; })) continue;
      seen.emplace(hash, static_cast<uint32_t>(pieces_.size()));
      pieces_.push_back(value);
    }
    cut_size = static_cast<uint32_t>(pieces_.size());
  }
  was_chunked_ = true;
  uint64_t changed = 0;
  for (uint32_t from = 0; from < cut_size; from += step) {
    changed += RunChunk(statement, keys, cut, from, std::min(cut_size, from + step), 0, rows);
  }
  return changed;
}

uint64_t Executor::RunChunk(const StatementPlan& statement, const Keys* keys, size_t cut, uint32_t from, uint32_t to,
                            uint32_t spare, RowBatch* rows) {
  values_.clear();
  text_.clear();
  size_t position = 0;
  bool has_chunks = to != UINT32_MAX;
  uint32_t index = 0;
  auto placeholder = [&] { dialect_.WritePlaceholder(text_, index++); };
  for (size_t i = 0; i < statement.slots.size(); ++i) {
    const Slot& slot = statement.slots[i];
    text_.append(statement.text, position, statement.cuts[i] - position);
    position = statement.cuts[i];
    if (!IsList(slot)) {
      values_.push_back(SlotValue(slot));
      placeholder();
      continue;
    }
    uint32_t size = i == cut && !pieces_.empty() ? static_cast<uint32_t>(pieces_.size()) : ListSize(slot, keys);
    uint32_t first = i == cut ? from : 0;
    uint32_t last = i == cut ? std::min(size, to) : size;
    uint32_t width = WidthOf(slot);
    uint32_t count = last - first;
    uint32_t rounded = slot.kind == Slot::Kind::kRows ? count : RoundUp(count, count + spare / width);
    if (has_chunks && i != cut) rounded = count;
    spare -= std::min(spare, (rounded - count) * width);
    for (uint32_t k = 0; k < rounded; ++k) {
      uint32_t item = first + std::min(k, count - 1);
      if (k != 0) text_.append(", ");
      if (width > 1 || slot.kind == Slot::Kind::kRows) text_.push_back('(');
      for (uint32_t w = 0; w < width; ++w) {
        if (w != 0) text_.append(", ");
        switch (slot.kind) {
          case Slot::Kind::kParameterList:
            values_.push_back(i == cut && !pieces_.empty() ? pieces_[item] : parameters_->ItemOf(slot, item));
            break;
          case Slot::Kind::kBindingList:
            values_.push_back(CellToSend(bindings_[slot.binding].statement, slot.columns[w],
                                         bindings_[slot.binding].rows.row(item)[slot.columns[w]]));
            break;
          case Slot::Kind::kParentKeys:
            values_.push_back(
                CellToSend(keys->statement, keys->columns[w], keys->rows->row(keys->picked[item])[keys->columns[w]]));
            break;
          default:
            values_.push_back(slot.group == kNoIndex ? SlotValue(slot.row_slots[item * width + w])
                                                     : SlotValue(slot.row_slots[w], item));
        }
        placeholder();
      }
      if (width > 1 || slot.kind == Slot::Kind::kRows) text_.push_back(')');
    }
  }
  text_.append(statement.text, position);
  return Send(statement, text_, values_, true, rows);
}

uint64_t Executor::Send(const StatementPlan& statement, std::string_view sql, std::span<const Value> values,
                        bool is_kept, RowBatch* rows) {
  std::string_view comment = options_.comment ? options_.comment() : std::string_view();
  std::string commented;
  if (!comment.empty()) {
    commented.append(sql).append(" ").append(comment);
    sql = commented;
    is_kept = false;  // the comment is another one each time
  }
  driver::Statement sent{.sql = sql, .parameters = values, .cacheable = is_kept};
  uint64_t changed = 0;
  try {
    SendTold(options_.on_query, sql, values, [&] {
      if (rows != nullptr) {
        connection_.Query(sent, statement.types, *rows);
        changed = connection_.changes();
      } else {
        changed = connection_.Execute(sent);
      }
    });
  } catch (const DbException& e) {
    if (e.error.kind == DbError::Kind::kInterrupted) throw;
    throw ToError(e.error, schema_, &statement);
  }
  return changed;
}

// ── raw ──

std::unique_ptr<Result> Executor::QueryRaw(std::string_view sql, std::span<const Value> parameters) {
  auto result = std::make_unique<Result>();
  result->kind = Result::Kind::kRaw;
  try {
    SendTold(options_.on_query, sql, parameters, [&] {
      connection_.QueryRaw({.sql = sql, .parameters = parameters, .is_raw = true}, result->raw_columns,
                           result->root.rows);
    });
  } catch (const DbException& e) {
    if (e.error.kind == DbError::Kind::kInterrupted) throw;
    throw ToRawError(e.error, schema_);
  }
  return result;
}

std::unique_ptr<Result> Executor::ExecuteRaw(std::string_view sql, std::span<const Value> parameters) {
  auto result = std::make_unique<Result>();
  result->kind = Result::Kind::kInteger;
  try {
    SendTold(options_.on_query, sql, parameters, [&] {
      result->count = static_cast<int64_t>(connection_.Execute({.sql = sql, .parameters = parameters, .is_raw = true}));
    });
  } catch (const DbException& e) {
    if (e.error.kind == DbError::Kind::kInterrupted) throw;
    throw ToRawError(e.error, schema_);
  }
  return result;
}

}  // namespace prisma::query
