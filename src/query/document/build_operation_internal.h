// The workbench of BuildOperation; shared by its three files alone.
#pragma once

#include <optional>
#include <vector>

#include "query/document/build_operation.h"

namespace prisma::query {

class OperationBuilder {
 public:
  OperationBuilder(const schema::Schema& schema, Arena& arena, StructuralSink& sink)
      : schema_(schema), arena_(arena), sink_(sink) {}

  const Operation* Build(const Request& request);

 private:
  // ── filters (build_operation_filter.cpp) ──
  // Nothing for an empty filter, which AND, OR and NOT leave out.
  static bool HasNoOperator(const Node& value);
  std::optional<Filter> FilterOf(const Node& node, ModelId model, int depth);
  std::optional<Filter> GroupFilter(FilterKind kind, const Node& node, ModelId model, int depth);
  Filter WhereOf(const Node& node, ModelId model) { return FilterOf(node, model, 0).value_or(Filter{}); }
  const Filter* Where(const Node& node, ModelId model) { return arena_.New<Filter>(WhereOf(node, model)); }
  Filter MemberFilter(std::string_view name, const Node& value, ModelId model, bool& is_empty, int depth);
  Filter CompoundFilter(const schema::Index& index, const Node& value);
  Filter RelationFilter(FieldId field, const Node& value);
  Filter ScalarFilter(FieldId field, const Node& value, bool is_negated);
  void ScalarOperators(FieldId field, std::span<const Member> members, bool is_negated, bool is_insensitive,
                       const Node* json_path, std::vector<Filter>& out);
  Filter Compare(FieldId field, FilterKind kind, const Node& value, bool is_insensitive);
  Filter EqualsFilter(FieldId field, const Node& value, bool is_negated, bool is_insensitive, const Node* json_path);
  Filter InFilter(FieldId field, const Node& value, bool is_negated, bool is_insensitive);
  Filter Combine(FilterKind kind, std::vector<Filter> children);
  void JoinSearches(std::vector<Filter>& filters);
  Filter Not(Filter child);
  // `wants_list`: the referenced field must be a list.
  FieldId FieldReference(const Node& node, FieldId compared, bool wants_list);

  // ── data (build_operation_data.cpp) ──
  const WriteData* Data(const Node& node, ModelId model) { return arena_.New<WriteData>(DataOf(node, model)); }
  WriteData DataOf(const Node& node, ModelId model);
  std::span<const WriteData> DataList(const Node& node, ModelId model);
  void AddScalarWrite(FieldId field, const Node& value, std::vector<ScalarWrite>& out);
  void AddNestedWrites(FieldId field, const Node& value, std::vector<NestedWrite>& out);
  bool IsManySide(FieldId relation_field) const;
  void AddNestedWrite(NestedWrite write, const Node& value, bool is_list, ModelId model, std::vector<NestedWrite>& out);

  // ── selections and arguments (build_operation.cpp) ──
  FieldSelection SelectionOf(std::span<const Selection> children, ModelId model);
  SelectedField RelationField(const Selection& selection, FieldId field);
  std::span<const SelectedRelationCount> CountsOf(const Selection& selection, ModelId model);
  AggregateSelection AggregateOf(const Selection& selection, Aggregation aggregation, ModelId model);
  QueryArguments Arguments(std::span<const Member> arguments, ModelId model);
  std::span<const OrderBy> Orders(const Node& node, ModelId model);
  void AddOrders(const Node& node, ModelId model, std::vector<FieldId>& path, std::vector<OrderBy>& out);
  void SetDirection(const Node& node, OrderBy& order);
  std::span<const CursorField> Cursor(const Node& node, ModelId model);
  std::span<const FieldId> FieldList(const Node& node, ModelId model);
  void CheckGroupBy(const Operation& operation);
  std::vector<FieldId> UniqueFields(ModelId model) const;

  // ── values ──
  Operand OperandOf(const Node& node);
  // Of a raw statement: lists stay lists.
  Value RawValue(const Node& node);
  Operand CountOperand(const Node& node);
  // `node` as a value of `field`: JSON's null markers become constants.
  Operand FieldOperand(const Node& node, FieldId field);
  bool Flag(const Node& node);
  std::string_view Word(const Node& node);  // an enum or a name that decides the structure

  const schema::Field& field(FieldId id) const { return schema_.fields[id]; }
  FieldId Find(ModelId model, std::string_view name) const { return schema_.FindField(model, name); }

  const schema::Schema& schema_;
  Arena& arena_;
  StructuralSink& sink_;
  // What an aggregate in having is compared as, in place of its field's type.
  std::optional<schema::ScalarType> compared_as_;
};

// "_count", "_avg", …
std::optional<Aggregation> AggregationOf(std::string_view name);
bool IsJsonNullMarker(const Node& node, const schema::Field& field);

// The items of a list, or the node itself as the only item.
inline std::span<const Node> ItemsOf(const Node& node) {
  return node.kind == Node::Kind::kList ? std::span<const Node>(node.items) : std::span<const Node>(&node, 1);
}

}  // namespace prisma::query
