// Make the fields of the types of a QuerySchema, which calls them under its lock.
#pragma once

#include <cassert>
#include <initializer_list>
#include <string>
#include <vector>

#include "query/schema/query_schema.h"

namespace prisma::query {

std::string Capitalized(std::string_view name);

// The types of one field. No field has more than there is room for.
class InputTypes {
 public:
  InputTypes() = default;
  InputTypes(std::initializer_list<InputType> types) {
    for (const InputType& type : types) push_back(type);
  }
  void push_back(const InputType& type) {
    assert(size_ < kMost);
    items_[size_++] = type;
  }
  void push_front(const InputType& type) {
    assert(size_ < kMost);
    for (size_t i = size_++; i > 0; --i) items_[i] = items_[i - 1];
    items_[0] = type;
  }
  void resize(size_t size) { size_ = size; }
  const InputType* begin() const { return items_; }
  const InputType* end() const { return items_ + size_; }
  operator std::span<const InputType>() const { return {items_, size_}; }

 private:
  static constexpr size_t kMost = 6;
  InputType items_[kMost];
  size_t size_ = 0;
};

class InputBuilder {
 public:
  // Leaves the fields in `fields`, and what belongs to them in `arena`.
  InputBuilder(const QuerySchema& of, InputObject& object, Arena& arena, std::vector<InputField>& fields)
      : of_(of), schema_(of.schema()), object_(object), arena_(arena), fields_(fields) {
    fields_.clear();
  }
  void Fill();

 private:
  using Types = InputTypes;

  // Arguments and orders (input_types.cpp).
  void Arguments();
  void SelectionArguments(schema::ModelId model, bool with_distinct);
  void LoadStrategy();
  void GroupByArguments(schema::ModelId model);
  void OrderBy(schema::ModelId model, bool is_group_by);
  void OrderByAggregate();
  void OrderByRelevance(schema::ModelId model);

  // Filters (input_filters.cpp).
  void Where(schema::ModelId model, bool is_scalar_only, bool with_aggregates);
  void Booleans(const InputObject* where);
  void FilterField(schema::FieldId id, bool with_aggregates);
  void WhereUnique(schema::ModelId model);
  void CompoundUnique();
  void ScalarFilter();
  void JsonFilters();
  void ScalarListFilter();

  // Data (data_types.cpp).
  void Create(schema::ModelId model, schema::FieldId without, bool is_unchecked);
  void CreateMany(schema::ModelId model, schema::FieldId without);
  void Update(schema::ModelId model, schema::FieldId without, bool is_unchecked, bool is_scalar_only);
  void CreateScalar(schema::FieldId id);
  void UpdateScalar(schema::FieldId id);
  void UpdateOperations();
  void CreateRelation(schema::FieldId id, bool is_unchecked);
  void RelationOperations(schema::FieldId id, bool is_update);
  void CombinedRelationType();
  bool IsSoleFieldOf(schema::FieldId id, schema::IndexKind kind) const;
  bool IsGeneratedIntId(schema::FieldId id) const;
  bool IsLinkOf(schema::FieldId scalar, schema::FieldId relation_field) const;
  Types CreateTypes(schema::ModelId model, schema::FieldId without);
  Types UpdateTypes(schema::ModelId model, schema::FieldId without);
  Types UpdateManyTypes(schema::ModelId model, schema::FieldId without);

  // Fields of composite types, and the types for them (composite_types.cpp).
  InputType CompositeObject(InputKind kind, const schema::Field& of) const;
  void FilterComposite(const schema::Field& of, bool is_list, bool is_nullable);
  void CreateComposite(const schema::Field& of, bool is_nested);
  void UpdateComposite(const schema::Field& of);
  void CompositeFilter();
  void CompositeEquality();
  void CompositeOrderBy();
  void CompositeCreate();
  void CompositeUpdate();
  void CompositeEnvelope(bool is_update);
  void CompositeDataWithWhere();

  // Tools.
  InputField& Add(std::string_view name, const Types& types, bool is_required = false, bool is_nullable = false);
  const schema::Field& field(schema::FieldId id) const { return schema_.fields[id]; }
  InputType Object(InputKind kind, uint32_t a = UINT32_MAX, uint32_t b = UINT32_MAX, uint8_t flags = 0,
                   std::string_view grouping = {}) const;
  InputType Object(InputKind kind, uint32_t a, uint32_t b, uint8_t flags, schema::ModelId grouping) const;
  // The name of the model or composite type that a field is in.
  std::string_view OwnerName(const schema::Field& field) const;
  InputType ModelObject(InputKind kind, schema::ModelId model, uint8_t flags = 0) const;
  InputType FieldObject(InputKind kind, schema::FieldId id, uint8_t flags = 0) const;
  static InputType Scalar(InputScalar scalar);
  static InputType EnumOf(const EnumType* type);
  static InputType List(InputType type);
  static Types ListUnion(InputType type, bool is_list);
  InputType SortOrder() const;
  InputType TypeOf(uint32_t type_key) const;
  InputType ElementType(const schema::Field& field) const;
  InputType FieldType(const schema::Field& field) const;  // a list if the field is one
  Types WithReference(InputType type, uint32_t type_key) const;
  InputType NullFilterEnum() const;
  InputType NullInputEnum(bool is_nullable) const;
  static uint32_t KeyOf(const schema::Field& field);

  const QuerySchema& of_;
  const schema::Schema& schema_;
  InputObject& object_;
  Arena& arena_;
  std::vector<InputField>& fields_;
};

class OutputBuilder {
 public:
  OutputBuilder(const QuerySchema& of, OutputObject& object)
      : of_(of), schema_(of.schema()), object_(object), fields_(of.new_output_fields_) {
    fields_.clear();
  }
  void Fill();

 private:
  void Model(schema::ModelId model, bool is_returned_by_many);
  void Aggregates(schema::ModelId model);
  void AggregateFields(schema::ModelId model, AggregateKind kind);
  void Scalar(schema::FieldId id, bool is_nullable);
  void Composite(schema::FieldId id);
  OutputField& Add(std::string_view name);

  const QuerySchema& of_;
  const schema::Schema& schema_;
  OutputObject& object_;
  std::vector<OutputField>& fields_;
};

bool IsNumeric(const schema::Field& field);       // lists of numbers too
bool IsAggregatable(const schema::Field& field);  // neither a list nor Json

}  // namespace prisma::query
