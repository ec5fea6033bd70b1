// Operation → Plan. The entry is Compile; Planner is the workbench that the planning of reads (read.cpp, filter.cpp,
// order.cpp, aggregate.cpp) and of writes (write_*.cpp) share.
//
// How to make a statement: build expressions with sql() (arena of this compilation), parameters by Parameter(slot) or
// the helpers below, a sql::Select/Insert/Update/Delete, then Finish(…) gives the StatementPlan.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "query/document/operation.h"
#include "query/plan/plan.h"
#include "query/plan/shape_key.h"
#include "schema/schema.h"
#include "sql/dialect.h"
#include "sql/tree.h"
#include "sql/writer.h"

namespace prisma::query {

// Plans the operation. `key` (may be null: no lists are left open) is the shape of the request that it was read from.
// `may_join`: the server can join relations, if its kind can.
std::shared_ptr<const Plan> Compile(const Operation& operation, const schema::Schema& schema,
                                    const sql::Dialect& dialect, const ShapeKey* key, bool may_join = true);

// Relations may come as JSON with their parents' rows.
bool HasJoins(const schema::Schema& schema, const sql::Dialect& dialect);

// The link of a relation as seen from one of its fields. Implicit many-to-many: `own` and `other` are the models' ids.
struct Link {
  const schema::Relation* relation = nullptr;
  schema::FieldId field;  // the relation field looked from
  schema::ModelId own_model, other_model;
  std::vector<schema::FieldId> own;    // scalar fields of own_model
  std::vector<schema::FieldId> other;  // scalar fields of other_model, pairwise equal to `own`
  bool is_own_foreign_key = false;     // own_model holds the foreign key
  bool is_many_to_many = false;
  bool is_list = false;                                   // the field is a list
  std::string_view join_table, own_column, other_column;  // many-to-many: columns "A" and "B"
};

struct JoinedDraft;

// A level of rows before it is known where its rows come from. Cells of its rows: first `counts`, then a cell for each
// of the `joined` levels, then `columns`.
struct LevelDraft {
  std::unique_ptr<Level> level;               // children are complete, the source is not
  std::vector<SelectedRelationCount> counts;  // relation counts, as the first cells
  std::vector<JoinedDraft> joined;            // children that come as JSON in a cell of the row
  uint32_t joined_count = 0;                  // of them, when all are there
  std::vector<schema::FieldId> columns;       // then the scalar fields whose cells the source must yield, in this order
  // The cell of `field`; asks for it if the selection doesn't have it.
  uint32_t CellOf(schema::FieldId field);
  uint32_t first_column() const { return static_cast<uint32_t>(counts.size()) + joined_count; }
};

struct JoinedDraft {
  LevelDraft draft;
  Link link;
  QueryArguments arguments;
  uint32_t child = 0;  // in the parent's Level::children
};

class Planner {
 public:
  Planner(const schema::Schema& schema, const sql::Dialect& dialect, const ShapeKey* key, Plan& plan);

  bool WantsJoins(const Operation& operation) const;
  void set_wants_joins(bool value) { wants_joins_ = value; }
  const schema::Schema& schema() const { return schema_; }
  const sql::Dialect& dialect() const { return dialect_; }
  const sql::Features& features() const { return dialect_.features(); }
  sql::Builder& sql() { return sql_; }
  Plan& plan() { return plan_; }

  const schema::Field& field(schema::FieldId id) const { return schema_.fields[id]; }
  const schema::Model& model(schema::ModelId id) const { return schema_.models[id]; }

  // ── names and columns ──
  sql::Table TableOf(schema::ModelId model, std::string_view alias = {}) const;
  sql::Table JoinTableOf(const Link& link, std::string_view alias = {}) const;
  std::string_view NextAlias();  // "t0", "t1", …
  const sql::Expr* Column(std::string_view alias, schema::FieldId field);
  Link LinkOf(schema::FieldId relation_field) const;
  // Fields of the primary key, or else of the first unique index without nullable fields.
  std::vector<schema::FieldId> IdFields(schema::ModelId model) const;
  driver::ColumnType ColumnTypeOf(schema::FieldId field) const;
  SlotType SlotTypeOf(schema::FieldId id) const { return SlotTypeOf(field(id)); }
  SlotType SlotTypeOf(const schema::Field& field) const;

  // ── parameters ──
  uint32_t AddSlot(Slot slot);
  const sql::Expr* Parameter(Slot slot) { return sql_.Parameter(AddSlot(std::move(slot))); }
  const sql::Expr* Constant(Value value);
  // `operand` as a value for `field` (its type): parameter, constant, or column of `alias` for a field reference.
  const sql::Expr* OperandExpr(const Operand& operand, schema::FieldId field, std::string_view alias,
                               Slot::Transform transform = Slot::Transform::kNone);
  const sql::Expr* TypedOperandExpr(const Operand& operand, SlotType type, std::string_view alias,
                                    Slot::Transform transform = Slot::Transform::kNone);
  Slot OperandSlot(const Operand& operand, SlotType type);
  // Of `take` and `skip`.
  Slot CountSlot(const Operand& operand);
  // Adds `take` and `skip`.
  void Page(sql::Select& select, const QueryArguments& arguments);
  // One value that is a list.
  Slot ArraySlot(std::span<const Operand> items, SlotType type);
  // What stands behind IN: an open list if the operand is a whole list of the request, else as many parameters as
  // items.
  const sql::Expr* OperandList(const Operand& operand, schema::FieldId field, std::string_view alias);
  // Cell of a row that an earlier statement left.
  const sql::Expr* BindingCell(uint32_t binding, uint32_t column, uint32_t row = 0, bool is_optional = false);
  // `fields` (of `alias`) IN the rows of `binding`, whose cells `columns` hold their values.
  const sql::Expr* InBinding(std::string_view alias, std::span<const schema::FieldId> fields, uint32_t binding,
                             std::vector<uint32_t> columns);
  // The same for the parents' keys in a nested read.
  const sql::Expr* InParentKeys(sql::ExprList columns);
  // The list of the request with `count` items of `stride` scalars each, the first being `first_ordinal`, is left open:
  // its number for Slot::group. kNoIndex if the request's shape has no such list: then it must be written out.
  uint32_t GroupOf(uint32_t first_ordinal, uint32_t stride, uint32_t count);

  // ── filters and orders ──
  // A condition that is true where the filter is true (or false, if that is wanted). Never null; kTrue for null.
  const sql::Expr* FilterExpr(const Filter* filter, std::string_view alias, bool wants_false = false);
  // The filters that follow choose what an UPDATE or DELETE changes. There Prisma's to-one filters take what is unknown
  // for false: a record whose partner's field is null is one whose partner `isNot` so.
  void set_filters_write(bool value) { filters_write_ = value; }
  const sql::Expr* AggregateExpr(Aggregation aggregation, schema::FieldId field, std::string_view alias);
  SlotType AggregateType(Aggregation aggregation, schema::FieldId field) const;
  // Adds the joins that the orders need.
  void OrderExprs(std::span<const OrderBy> orders, std::string_view alias, bool is_reversed,
                  std::vector<sql::Join>& joins, std::vector<sql::Order>& out);
  const sql::Expr* CursorExpr(const QueryArguments& arguments, std::string_view alias, std::vector<sql::Join>& joins);

  // ── statements ──
  StatementPlan Finish(const sql::Select& statement, std::vector<driver::ColumnType> types);
  StatementPlan Finish(const sql::Insert& statement, std::vector<driver::ColumnType> types);
  StatementPlan Finish(const sql::Update& statement, std::vector<driver::ColumnType> types);
  StatementPlan Finish(const sql::Delete& statement, std::vector<driver::ColumnType> types);
  uint32_t NewBinding() { return plan_.binding_count++; }

  std::vector<sql::SelectColumn> Columns(std::span<const schema::FieldId> fields, std::string_view alias);
  std::vector<driver::ColumnType> Types(std::span<const schema::FieldId> fields) const;

  // Tells the statement which cells are which fields (errors, enum names); cells before `first_cell` are no fields.
  // Call it for every statement whose rows are fields.
  void NoteFields(StatementPlan& statement, std::span<const schema::FieldId> fields, uint32_t first_cell = 0) const;

  // SELECT fields FROM model WHERE filter AND extra_where → binding: the small reads that writes begin with. `alias`:
  // of extra_where; empty: a new one.
  std::unique_ptr<PlanNode> SelectFields(schema::ModelId model, std::span<const schema::FieldId> fields,
                                         const Filter* where, uint32_t binding, std::string_view alias = {},
                                         const sql::Expr* extra_where = nullptr);

  // ── reads ──
  // Shapes the answer and plans all levels below. For rows that a write left: see that the statement yields
  // draft.columns, then level->source_binding = its binding (only if draft.counts is empty).
  LevelDraft DraftLevel(const FieldSelection& selection, ResultShape& shape);
  // Gives the draft a SELECT of its own: the records of `arguments` and `extra_where`, which is over `alias`, made by
  // NextAlias before.
  void SelectLevel(LevelDraft& draft, const QueryArguments& arguments, std::string_view alias,
                   const sql::Expr* extra_where);
  // Read node of one record whose id cells are in row 0 of `binding`, in the order of IdFields.
  std::unique_ptr<PlanNode> ReadByBinding(const FieldSelection& selection, uint32_t binding,
                                          std::vector<uint32_t> id_columns, ResultShape& shape);

 private:
  StatementPlan Finish(sql::WrittenSql written, std::vector<driver::ColumnType> types);
  const sql::Expr* Compare(const Filter& filter, const sql::Expr* left, SlotType type, std::string_view alias);
  const sql::Expr* TypedOperandList(const Operand& operand, SlotType type, std::string_view alias);
  const sql::Expr* ListFilter(const Filter& filter, std::string_view alias);
  const sql::Expr* SearchFilter(const Filter& filter, const sql::Expr* column, std::string_view alias);
  const sql::Expr* JsonFilter(const Filter& filter, std::string_view alias, bool wants_false);
  // Long lists of the conditions that must all hold may be cut: no row is found by two pieces.
  void MarkChunkable(const sql::Expr* where);
  const sql::Expr* HavingFilter(const Filter& filter, std::string_view alias);
  const sql::Expr* Combined(std::span<const Filter> children, bool is_and, bool wants_false, std::string_view alias);
  const sql::Expr* RelationFilter(const Filter& filter, std::string_view alias, bool wants_false);
  const sql::Expr* NoRelated(const Link& link, std::string_view alias);
  const sql::Select* RelatedKeys(const Link& link, const Filter* where, bool wants_false);
  const sql::Expr* OwnKey(const Link& link, std::string_view alias);
  const sql::Expr* NotInKeys(const Link& link, std::string_view alias, const sql::Select* keys);
  const sql::Expr* CountExpr(schema::FieldId relation_field, const Filter* where, std::string_view alias,
                             std::vector<sql::Join>* joins);
  const sql::Expr* OrderValue(const OrderBy& order, std::string_view alias, std::vector<sql::Join>& joins,
                              std::vector<const sql::Expr*>* nullable_keys = nullptr);
  StatementPlan LevelStatement(const LevelDraft& draft, const QueryArguments& arguments, std::string_view alias,
                               const sql::Expr* extra_where, bool is_paged, bool can_chunk = false);
  void AddProcessing(LevelDraft& draft, const QueryArguments& arguments);
  // join.cpp
  sql::Select LevelSelect(const LevelDraft& draft, const QueryArguments& arguments, std::string_view alias,
                          const sql::Expr* extra_where, bool is_paged, bool is_in_json);
  std::vector<driver::ColumnType> LevelTypes(const LevelDraft& draft) const;
  void DraftJoined(LevelDraft& draft, const SelectedField& selected, ResultShape::Field& shape);
  const sql::Expr* JoinedCell(const JoinedDraft& joined, std::string_view parent, std::vector<sql::Join>& joins);
  const sql::Expr* InOneCell(std::span<const sql::SelectColumn> columns);
  friend void PlanRead(Planner& planner, const Operation& operation);
  void PlanChild(LevelDraft& draft, const SelectedField& selected, ResultShape::Field& shape);

  const schema::Schema& schema_;
  const sql::Dialect& dialect_;
  const ShapeKey* key_;
  Plan& plan_;
  Arena arena_{8192};
  sql::Builder sql_{arena_};
  std::vector<Slot> slots_;
  uint32_t aliases_ = 0;
  // The alias of what an order joined to the table of an alias by a relation field.
  std::map<std::pair<std::string_view, uint32_t>, std::string_view> joined_;
  bool joins_ = false;  // the levels that are drafted come joined to their parents
  bool wants_joins_ = false;
  bool reads_one_ = false;  // the next level has at most one row
  bool filters_write_ = false;
  bool is_under_not_ = false;  // an odd number of NOT around the filter
};

// The order that the answer of a paged read needs if the request gives none: by the id.
std::vector<OrderBy> ImplicitOrder(const Planner& planner, const QueryArguments& arguments);
// Take, skip and cursor can't be left to the database: distinct, or a cursor in an order that isn't unique.
bool NeedsProcessing(const Planner& planner, const QueryArguments& arguments);

// The database itself finds the distinct records.
bool DistinctsNatively(const Planner& planner, const QueryArguments& arguments);

// Makers of nodes.
std::unique_ptr<PlanNode> SequenceNode(std::vector<std::unique_ptr<PlanNode>> children);
std::unique_ptr<PlanNode> StatementNode(PlanNode::Verb verb, schema::ModelId model, StatementPlan statement,
                                        uint32_t binding);
std::unique_ptr<PlanNode> ExpectNode(PlanNode::Condition condition, uint32_t binding, PlanError error,
                                     uint32_t expected = 0);
std::unique_ptr<PlanNode> IfNode(PlanNode::Condition condition, uint32_t binding, std::unique_ptr<PlanNode> then,
                                 std::unique_ptr<PlanNode> otherwise);
std::unique_ptr<PlanNode> ReadNode(std::unique_ptr<Level> level);
std::unique_ptr<PlanNode> CountNode(std::vector<uint32_t> bindings);

// P2025 "… No record was found for `verb`.": verb is "a query", "an update", "a delete".
PlanError NotFoundError(std::string_view verb);

// read.cpp, aggregate.cpp, write.cpp: fill plan.root, plan.shape, plan.answer, plan.not_found.
void PlanRead(Planner& planner, const Operation& operation);
void PlanAggregate(Planner& planner, const Operation& operation);
void PlanWrite(Planner& planner, const Operation& operation);

}  // namespace prisma::query
