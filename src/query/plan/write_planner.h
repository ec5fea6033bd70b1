// The workbench of the planning of writes; shared by the files write*.cpp alone.
//
// A record that an earlier statement read or wrote is a Record: a row of a binding, with the cells of some fields. A
// nested write is planned before its parent if the parent holds the foreign key (its value must be known then), and
// after it otherwise.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/plan/planner.h"
#include "query/plan/write_graph.h"

namespace prisma::query {

using Nodes = std::vector<std::unique_ptr<PlanNode>>;

struct Record {
  schema::ModelId model;
  uint32_t binding = kNoIndex;
  std::vector<schema::FieldId> fields;  // cells of the binding's row, in order
  bool is_created = false;
  uint32_t row = 0;
};

// A column's value in an insert, or the plain part of an update.
struct ColumnValue {
  schema::FieldId field;
  Slot slot;
};

class WritePlanner {
 public:
  explicit WritePlanner(Planner& planner) : p_(planner) {}
  void Plan(const Operation& operation);

 private:
  // ── roots (write.cpp) ──
  void CreateOne(const Operation& operation);
  void CreateMany(const Operation& operation);
  bool RefersToItself(schema::ModelId model, const WriteData& data) const;
  void UpdateOne(const Operation& operation);
  void UpdateMany(const Operation& operation);
  void UpsertOne(const Operation& operation);
  void DeleteOne(const Operation& operation);
  void DeleteMany(const Operation& operation);
  // The answer: rows that `binding` left, if they hold the draft's columns.
  void ReadRows(Nodes& nodes, LevelDraft draft, uint32_t binding);
  void MustAnswer();  // an error if the record that was read back is gone
  void ReadBack(Nodes& nodes, const FieldSelection& selection, const Record& record);
  bool CanUpsertNatively(const Operation& operation, std::vector<schema::FieldId>& conflict,
                         std::vector<std::pair<Slot, Slot>>& equal);
  void NativeUpsert(Nodes& nodes, const Operation& operation, std::span<const schema::FieldId> conflict);
  void Finish(Nodes nodes, Plan::Answer answer);

  // ── statements (write_statements.cpp) ──
  // The table's own name: statements that change rows have no alias.
  std::string_view Alias(schema::ModelId model) const { return p_.model(model).database_name; }
  const sql::Expr* Cell(const Record& record, schema::FieldId field);
  Slot CellSlot(const Record& record, schema::FieldId field);
  std::vector<uint32_t> CellsOf(const Record& record, std::span<const schema::FieldId> fields) const;
  // `model` row is that record.
  const sql::Expr* IsRecord(const Record& record);
  // The same after its update, which may have changed its id.
  const sql::Expr* IsUpdated(const Record& before, std::span<const ScalarWrite> scalars,
                             const std::vector<ColumnValue>& injected);
  // Rows of link.other_model that are linked to the record (of link.own_model).
  const sql::Expr* IsLinked(const Link& link, const Record& record, std::string_view alias);
  const sql::Expr* Where(schema::ModelId model, const Filter* filter) { return p_.FilterExpr(filter, Alias(model)); }
  // Values of an insert: what is given, then defaults, in the order of the model.
  std::vector<ColumnValue> InsertValues(schema::ModelId model, std::span<const ScalarWrite> scalars,
                                        const std::vector<ColumnValue>& injected);
  std::optional<Slot> DefaultSlot(const schema::Field& field);
  std::vector<sql::Assignment> Assignments(schema::ModelId model, std::span<const ScalarWrite> scalars,
                                           const std::vector<ColumnValue>& injected, bool touches_updated_at = true);
  Record Insert(Nodes& nodes, schema::ModelId model, const std::vector<ColumnValue>& values,
                std::vector<schema::FieldId> returning, uint32_t binding);
  // The same where an insert returns nothing: the id is known from what was written or from the database's counter.
  Record InsertAndFind(Nodes& nodes, schema::ModelId model, const std::vector<ColumnValue>& values, sql::Insert& insert,
                       std::vector<schema::FieldId> returning, uint32_t binding);
  // Several rows without nested writes; adds the bindings that count them. `returning` empty: only counted.
  void InsertRows(Nodes& nodes, schema::ModelId model, std::span<const WriteData* const> rows,
                  const std::vector<ColumnValue>& injected, bool skip_duplicates,
                  std::span<const schema::FieldId> returning, std::vector<uint32_t>& bindings);
  void InsertRowsTogether(Nodes& nodes, schema::ModelId model, const std::vector<std::vector<ColumnValue>*>& rows,
                          bool skip_duplicates, std::span<const schema::FieldId> returning, uint32_t binding,
                          bool is_appended);
  // Rows come back in the binding if `returning` isn't empty.
  void Update(Nodes& nodes, schema::ModelId model, std::vector<sql::Assignment> assignments, const sql::Expr* where,
              std::span<const schema::FieldId> returning, uint32_t binding);
  void Delete(Nodes& nodes, schema::ModelId model, const sql::Expr* where, std::span<const schema::FieldId> returning,
              uint32_t binding);
  Record Select(Nodes& nodes, schema::ModelId model, std::vector<schema::FieldId> fields, const sql::Expr* where,
                uint32_t binding = kNoIndex);
  // `is_in_write`: it stands in the statement that writes, and isn't asked before.
  const sql::Expr* WhereOfWrite(const Operation& operation, bool is_in_write);
  // The update has something for the record's own row.
  bool ChangesRow(const WriteData& data) const;
  const sql::Expr* WhereOfMany(const Operation& operation);
  const sql::Expr* Limited(schema::ModelId model, const sql::Expr* where, const Operand& limit);
  void LinkInJoinTable(Nodes& nodes, const Link& link, const Record& record, const std::vector<Record>& others);
  void UnlinkInJoinTable(Nodes& nodes, const Link& link, const Record& record, const Filter* where);

  // ── records with all that is nested in them (write_records.cpp) ──
  std::vector<schema::FieldId> FieldsNeeded(schema::ModelId model, std::span<const NestedWrite> nested,
                                            std::vector<schema::FieldId> wanted);
  Record CreateRecord(Nodes& nodes, schema::ModelId model, const WriteData& data, std::vector<ColumnValue> injected,
                      std::vector<schema::FieldId> wanted, uint32_t binding = kNoIndex);
  // The one record of `where`; `error` if there is none (at the root, what is nested may say more).
  // kFound: the branch of an upsert that has found the record; what comes before may have changed what it was found by.
  enum class UpdatePlace : uint8_t { kNested, kRoot, kFound };
  Record UpdateRecord(Nodes& nodes, schema::ModelId model, const sql::Expr* where, const WriteData& data,
                      std::vector<schema::FieldId> wanted, const PlanError& error, uint32_t binding = kNoIndex,
                      UpdatePlace place = UpdatePlace::kNested);
  void UpdateRecords(Nodes& nodes, schema::ModelId model, const sql::Expr* where, std::span<const ScalarWrite> scalars,
                     std::span<const schema::FieldId> returning, uint32_t binding);
  void DeleteRecords(Nodes& nodes, schema::ModelId model, const sql::Expr* where,
                     std::span<const schema::FieldId> returning, uint32_t binding, bool is_forward = false);
  void NestedBefore(Nodes& nodes, const WriteData& data, bool is_create, std::vector<ColumnValue>& injected);
  void MakeBefore(Nodes& nodes, const Link& link, const NestedWrite& write);
  void NestedAfter(Nodes& nodes, const WriteData& data, const Record& record);

  // ── their order (write_order.cpp) ──
  void FindOrder(const Operation& operation);
  template <class Place>
  std::vector<size_t> OrderBy(std::span<const NestedWrite> nested, const Place& place) const;
  std::vector<size_t> OrderBefore(std::span<const NestedWrite> nested) const;
  std::vector<size_t> OrderOfChecks(std::span<const NestedWrite> nested) const;
  std::vector<size_t> OrderAfter(std::span<const NestedWrite> nested) const;
  // How many of the writes in `order` (what is left of it) are one list of the request that is written together.
  size_t RunLength(std::span<const NestedWrite> nested, std::span<const size_t> order) const;

  // ── nested writes (write_nested.cpp, write_nested_connect.cpp) ──
  bool IsBefore(const Link& link, const NestedWrite& write, bool is_create) const;
  // Of a many-to-many relation, before they are linked.
  std::vector<Record> CreateAll(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes);
  void NestedCreate(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes, const Record& record);
  void NestedCreateMany(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record);
  void NestedUpdate(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record);
  void NestedUpsert(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record);
  void NestedDelete(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes, const Record& record);
  void NestedDisconnect(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record);
  void NestedSet(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record);
  PlanNode::Choice ChoiceOf(const Filter* where);
  void NestedConnect(Nodes& nodes, const Link& link, std::span<const NestedWrite> writes, const Record& record);
  // The record that a one-to-one connect names; an error if there is none. A create looks for it before it writes.
  // `later`: where the error goes; null: at once.
  Record FindForConnect(Nodes& nodes, const Link& link, const NestedWrite& write, bool is_create,
                        Nodes* later = nullptr);
  // The record that NestedBefore made (or found) for the write.
  Record MadeBefore(const NestedWrite& write) const;
  void ConnectOneToOne(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record);
  // The found record becomes the other side of a one-to-one relation; what either side was linked to is let go.
  void RelinkOneToOne(Nodes& nodes, const Link& link, const Record& found, const Record& record);
  void NestedConnectOrCreate(Nodes& nodes, const Link& link, const NestedWrite& write, const Record& record);
  // Rows of link.other_model linked to the record are let go: P2014 if they can't be.
  void ReleaseLinked(Nodes& nodes, const Link& link, const Record& record);
  // Foreign key columns of whichever side holds them.
  std::vector<ColumnValue> ForeignKeyFrom(const Link& link, const Record& source, bool source_is_own);
  std::vector<ColumnValue> NullForeignKey(std::span<const schema::FieldId> fields);
  void SetForeignKeyOfOther(Nodes& nodes, const Link& link, const Record& record, const sql::Expr* where,
                            uint32_t binding);
  void SetForeignKeyOfOwn(Nodes& nodes, const Link& link, const Record& record, const Record& other);

  // ── referential actions without foreign keys (write_emulation.cpp) ──
  bool EmulatesActions() const { return p_.schema().relation_mode == schema::RelationMode::kPrisma; }
  std::vector<schema::RelationId> RelationsTo(schema::ModelId model, bool is_forward) const;
  // The records, if anything is done for them.
  std::optional<Record> EmulateDelete(Nodes& nodes, schema::ModelId model, const sql::Expr* where, bool is_forward);
  void EmulateDeleteOf(Nodes& nodes, const Record& records, bool is_forward);
  void ThenToRecords(Nodes& nodes, const Record& records, const std::function<void(Nodes&, const sql::Expr*)>& write);
  std::optional<Record> EmulateUpdate(Nodes& nodes, schema::ModelId model, const sql::Expr* where,
                                      std::span<const ScalarWrite> scalars, bool is_forward);
  std::vector<ScalarWrite> Replacements(const schema::Relation& relation, bool is_default);
  void EmulatedWrite(Nodes& nodes, schema::ModelId model, const sql::Expr* where,
                     const std::vector<ScalarWrite>& writes);
  const sql::Expr* RefersTo(const schema::Relation& relation, const Record& records);

  // ── errors (write_errors.cpp, write_missing.cpp) ──
  void FailForMissing(Nodes& nodes, const Record& record, const WriteData& data, const PlanError& error);
  PlanError NotFound(const std::string& cause) const;
  PlanError Missing(const Link& link, schema::ModelId missing, std::string_view operation,
                    const std::string& needed_for) const;
  // The same of the other model's record, for a nested `operation`.
  PlanError MissingRelated(const Link& link, std::string_view operation, const std::string& needed_for = {}) const;
  PlanError NotConnected(const Link& link) const;
  PlanError Violation(const schema::Relation& relation) const;
  PlanError ConnectCount(const Link& link) const;

  const schema::Field& field(schema::FieldId id) const { return p_.field(id); }
  Link Opposite(const Link& link) const { return p_.LinkOf(p_.schema().OppositeField(link.field)); }
  bool IsRequired(schema::FieldId relation_field) const {
    return relation_field.valid() && field(relation_field).arity == schema::Arity::kRequired;
  }
  uint32_t BindingOr(uint32_t binding) { return binding == kNoIndex ? p_.NewBinding() : binding; }

  Planner& p_;
  bool counts_rows_ = false;                                  // the plan depends on how many rows a list has
  uint32_t unlike_ = 0;                                       // choices that equal no other
  std::vector<std::pair<const NestedWrite*, Record>> found_;  // by FindForConnect, NestedBefore
  std::vector<schema::RelationId> emulating_;                 // relations whose actions are being planned
  std::unique_ptr<const WriteGraph> graph_;                   // null: nothing is nested
};

// That one of `filters` holds, which stay where they are.
Filter AnyOf(std::span<const Filter> filters);

// Adds those of `more` that aren't there.
void Merge(std::vector<schema::FieldId>& fields, std::span<const schema::FieldId> more);

}  // namespace prisma::query
