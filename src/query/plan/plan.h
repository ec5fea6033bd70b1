// The plan: what is done at the database for a request of one shape. Immutable, printable (Print), shared by threads.
// Leaves hold finished SQL text of one dialect and slots for its parameters; no schema look-up is needed to run it.
//
// A plan is a tree of PlanNode. Statements leave their rows (or the number of rows changed) in a numbered *binding*
// that later nodes use: as parameters (Slot::kBinding, kBindingList), in conditions (kExpect, kIf) or as the rows of
// the answer (kRead with Level::source_binding). Typical forms:
//   find            Read
//   create          Sequence[Statement(Insert … RETURNING → b0), Read(root rows = b0)]
//   update          Sequence[Statement(Select ids → b0), Expect(b0 not empty), Statement(Update … WHERE id IN (b0)),
//   Read] upsert          Sequence[Statement(Select → b0), If(b0 not empty, Sequence[…update…], Sequence[…create…])]
//   delete          Sequence[Read, Expect(result not empty), Statement(Delete)]
//   createMany      Sequence[Statement(Insert, rows expanded, → count b0), Count(b0)]
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/connection.h"
#include "query/document/operation.h"
#include "query/plan/shape.h"
#include "schema/schema.h"
#include "sql/dialect.h"

namespace prisma::query {

inline constexpr uint32_t kNoIndex = UINT32_MAX;

// The type a value is coerced to before it is bound.
struct SlotType {
  schema::ScalarType scalar = schema::ScalarType::kString;
  schema::EnumId enum_id;  // valid: an enum; the database name of the value is bound
  sql::DatePart date_part = sql::DatePart::kAll;
};

// Where one placeholder (or an expanded list of them) gets its value at run time.
struct Slot {
  enum class Kind : uint8_t {
    kConstant,       // `constant`, already as the database takes it
    kParameter,      // the request's scalar `parameter`, coerced to `type`
    kParameterList,  // the scalars `parameter` + i * `stride`, i < count of the request's list: `?, ?, …`
    kGenerated,      // now(), uuid(), cuid() …: a new value each time, but now() is one per request
    kBinding,  // cell `column` of row `row` of `binding`; no such row: null if `is_optional`, else an internal error
    kBindingList,  // `columns` of all rows of `binding`: `?, ?, …` or `(?, ?), (?, ?), …`
    kParentKeys,   // nested read: the distinct linking values of the parent rows, like kBindingList
    kArray,        // one value that is a list: its items are `row_slots`
    kRows,         // insert: `(?, ?), (?, ?), …`, one tuple per row; see Slot::row
  };
  enum class Transform : uint8_t { kNone, kContains, kStartsWith, kEndsWith, kAbsolute };

  Kind kind = Kind::kConstant;
  Transform transform = Transform::kNone;
  bool is_optional = false;   // kBinding
  bool is_nullable = false;   // kParameter in data: null may come at run time
  bool is_count = false;      // must not be negative
  bool is_in_rows = false;    // one of Slot::row_slots of an open list
  bool is_chunkable = false;  // list: the statement may be run in chunks, its results concatenated (or summed)
  SlotType type;
  Value constant;             // text is owned by the plan
  uint32_t parameter = 0;     // ordinal in the request the plan was made from
  uint32_t shift = 0;         // set at the end of planning: how many open lists (Plan::open_lists) lie before it
  uint32_t group = kNoIndex;  // kParameterList, kRows: number of the list in Plan::open_lists; kNoIndex: fixed length
  uint32_t stride = 1;        // scalars per item of the list
  uint32_t count = 0;         // kParameterList without a group: how many
  schema::DefaultValue::Kind generator = schema::DefaultValue::Kind::kNow;  // kGenerated
  int64_t generator_argument = -1;                                          // uuid(4|7), cuid(1|2), nanoid(n); -1 none
  uint32_t binding = 0;
  uint32_t row = 0;
  uint32_t column = 0;            // kBinding
  std::vector<uint32_t> columns;  // kBindingList, kParentKeys
  // kRows: the slots of one tuple. A kParameter's `parameter` is that of the first row; row i adds i * its `stride`.
  // Without a group the rows are written out: `row` holds count * width slots.
  std::vector<Slot> row_slots;
  uint32_t width = 0;
};

// One SQL statement with its slots.
struct StatementPlan {
  // Without lists: the complete text. With lists: the text without any placeholder, `cuts[i]` is where slot i goes.
  std::string text;
  std::vector<Slot> slots;                // in the order of the placeholders
  std::vector<uint32_t> cuts;             // empty: no lists
  std::vector<driver::ColumnType> types;  // of the columns that come back
  std::vector<schema::FieldId> fields;    // the same as fields, for errors; invalid where a cell is no field's
  struct EnumColumn {
    uint32_t column;
    schema::EnumId enum_id;
  };
  std::vector<EnumColumn> enums;   // cells to be turned from database names into names
  std::vector<uint32_t> required;  // cells that must not be null
  // An insert that can't return its row leaves a row of these instead: the values of slots, or kInsertedId.
  std::vector<uint32_t> kept;
  static constexpr uint32_t kInsertedId = UINT32_MAX;
  bool has_lists() const { return !cuts.empty(); }
};

// What to do in memory with the rows of one level, per parent (at the root: all rows are of one parent). In this order.
struct LevelProcessing {
  bool is_reversed = false;              // rows come from the end (negative take): turned round before and after
  std::vector<uint32_t> distinct;        // columns
  std::vector<uint32_t> cursor_columns;  // drop rows before the one whose cells equal `cursor_values`
  std::vector<Slot> cursor_values;
  std::optional<Slot> skip, take;
  // The order of the statement, for rows that came in several pieces.
  struct SortKey {
    uint32_t cell = 0;
    bool is_descending = false;
    bool nulls_first = true;
  };
  std::vector<SortKey> sort;
  bool turns_round = false;  // the statement did all, but in reversed order
  bool any() const { return !distinct.empty() || !cursor_columns.empty() || skip || take; }
};

struct Level;

// How a child level is read for the rows of its parent.
struct ChildLevel {
  // The cell of the parent's row that holds the rows as JSON: a list of rows, or one row; a row is the list of its
  // cells in the order of the level's statement, which is never run. kNoIndex: the level has a statement of its own.
  uint32_t joined_cell = kNoIndex;
  bool is_list = false;                  // of joined rows
  std::vector<uint32_t> parent_columns;  // linking cells of the parent's rows
  std::vector<uint32_t> child_columns;   // the same in the child's rows
  // Many-to-many: `links` reads pairs (parent key, child key) by kParentKeys; the child's kParentKeys are then the
  // second column of the links.
  std::optional<StatementPlan> links;
  // For one parent: `LIMIT` and `OFFSET` in the statement in place of `processing`.
  std::optional<StatementPlan> single_statement;
  std::unique_ptr<Level> level;
  // The relation field's name if it must have a record, else empty.
  std::string required_field;
};

// One level of rows and what is read for them.
struct Level {
  // Exactly one of the two: a statement, or the rows that an earlier statement left (moved out of the binding).
  std::optional<StatementPlan> statement;
  uint32_t source_binding = kNoIndex;
  LevelProcessing processing;
  std::optional<Slot> limit;         // if it is 0, nothing is asked
  std::vector<ChildLevel> children;  // by ResultShape::Field::child
};

// An error to be thrown; `{found}` in texts stands for the number of rows of the binding, `{expected}` for the number
// asked.
struct PlanError {
  std::string code, message, meta, debug_text;
};

struct PlanNode {
  enum class Kind : uint8_t {
    kSequence,   // children in order
    kStatement,  // run `statement`; rows (if it has columns) and the count of changed rows go to `binding`
    kRead,       // read `level`: it becomes the answer (a later one replaces it)
    kExpect,     // throw `error` unless `condition` holds
    kIf,         // children[0] if `condition` holds, else children[1] (may be missing)
    kForEach,    // children[0] once per row of `binding`: inside, kBinding slots of it with row 0 mean this row
    kCount,      // the answer is {count: changed rows (or rows) of the sum of `bindings`}
  };
  enum class Verb : uint8_t { kSelect, kInsert, kUpdate, kDelete };
  enum class Condition : uint8_t {
    kNotEmpty,  // the binding has rows
    kEmpty,
    kRowsEqual,       // rows of the binding == `expected`
    kChanged,         // the statement changed at least one row
    kResultNotEmpty,  // the answer read so far has a row
    kValuesEqual,     // both slots of each of `equal_values` have equal values
  };

  Kind kind = Kind::kSequence;
  Verb verb = Verb::kSelect;
  Condition condition = Condition::kNotEmpty;
  uint32_t binding = kNoIndex;
  uint32_t expected = 0;
  schema::ModelId model;  // kStatement: of the table, for errors
  StatementPlan statement;
  std::unique_ptr<Level> level;
  PlanError error;
  bool is_appended = false;  // kStatement: its rows are added to those that the binding has
  std::vector<uint32_t>
      bindings;  // kCount; kExpect with kRowsEqual: the rows (or changed rows) of all of these, if any
  // kRowsEqual: what was looked for, one for each of `bindings`, or all by the only one. Of equal ones only the first
  // counts.
  struct Choice {
    std::string form;  // all but the values
    std::vector<Slot> values;
  };
  std::vector<Choice> choices;
  std::vector<std::pair<Slot, Slot>> equal_values;
  std::vector<std::unique_ptr<PlanNode>> children;
};

// A list of the request whose length is free: one plan serves all lengths (`in: […]`, createMany's data).
struct OpenList {
  uint32_t group;   // in ShapeKey::groups
  uint32_t stride;  // scalars per item
  uint32_t count;   // of the request the plan was made from
};

struct Plan {
  enum class Answer : uint8_t { kObjectOrNull, kList, kCount };
  Answer answer = Answer::kList;
  Action action = Action::kFindMany;
  schema::ModelId model;
  std::string key;  // of the response
  std::unique_ptr<PlanNode> root;
  std::shared_ptr<const ResultShape> shape;  // kObjectOrNull, kList
  uint32_t binding_count = 0;
  bool is_write = false;
  bool needs_transaction = false;       // several statements of which one writes
  std::vector<OpenList> open_lists;     // in the order of the request
  bool is_shareable = true;             // false: serves only the request it was made from
  Arena texts{256};                     // of constants
  std::vector<const Slot*> parameters;  // the slots that take values of the request
  std::optional<PlanError> not_found;   // …OrThrow, update, delete: the answer is empty
};

// Calls `visit(Slot&)` for each slot of the plan, nested ones included.
void ForEachSlot(Plan& plan, const std::function<void(Slot&)>& visit);

// The plan as text, for tests and `debug dump --stage=plan`.
std::string Print(const Plan& plan);

}  // namespace prisma::query
