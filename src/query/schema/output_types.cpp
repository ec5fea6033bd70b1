#include "query/schema/builders.h"

namespace prisma::query {

using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;
using schema::ScalarType;

std::string Capitalized(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

bool IsNumeric(const schema::Field& field) {
  if (field.kind != FieldKind::kScalar) return false;
  return field.scalar == ScalarType::kInt || field.scalar == ScalarType::kBigInt ||
         field.scalar == ScalarType::kFloat || field.scalar == ScalarType::kDecimal;
}

bool IsAggregatable(const schema::Field& field) {
  if (field.kind == FieldKind::kRelation || field.kind == FieldKind::kComposite) return false;
  if (field.arity == schema::Arity::kList) return false;
  return field.kind != FieldKind::kScalar || field.scalar != ScalarType::kJson;
}

OutputField& OutputBuilder::Add(std::string_view name) {
  OutputField& field = fields_.emplace_back();
  field.name = name;
  return field;
}

void OutputBuilder::Scalar(FieldId id, bool is_nullable) {
  const schema::Field& of = schema_.fields[id];
  OutputField& field = Add(of.name);
  field.is_nullable = is_nullable;
  field.is_list = of.arity == schema::Arity::kList;
  if (of.kind == FieldKind::kEnum) {
    field.enum_type = of_.ModelEnum(of.enum_id);
  } else {
    field.scalar = InputScalarOf(of.scalar);
  }
}

void OutputBuilder::Composite(FieldId id) {
  const schema::Field& of = schema_.fields[id];
  OutputField& field = Add(of.name);
  field.is_nullable = of.arity != schema::Arity::kRequired;
  field.is_list = of.arity == schema::Arity::kList;
  field.object = of_.Output(OutputKind::kComposite, of.composite_id.index);
}

// Returned by createManyAndReturn and the like: the relations whose columns are in the record itself.
void OutputBuilder::Model(ModelId model, bool is_returned_by_many) {
  bool has_lists = false;
  for (FieldId id : of_.VisibleFields(model)) {
    const schema::Field& of = schema_.fields[id];
    bool is_required = of.arity == schema::Arity::kRequired;
    if (of.kind == FieldKind::kComposite) {
      Composite(id);
      continue;
    }
    if (of.kind != FieldKind::kRelation) {
      Scalar(id, !is_required);
      continue;
    }
    bool is_list = of.arity == schema::Arity::kList;
    has_lists = has_lists || is_list;
    if (is_returned_by_many && (is_list || !schema_.HasForeignKey(id))) continue;
    OutputField& field = Add(of.name);
    field.is_relation = true;
    field.is_list = is_list;
    field.is_nullable = !is_required;
    field.object = of_.Output(OutputKind::kModel, of.related_model.index);
    if (is_list) {
      field.arguments = of_.Input(InputKind::kToManyArguments, of.related_model.index);
    } else if (!is_required) {
      field.arguments = of_.Input(InputKind::kWhereArguments, of.related_model.index);
    }
  }
  if (has_lists && !is_returned_by_many) {
    Add(AggregateName(AggregateKind::kCount)).object = of_.Output(OutputKind::kRelationCount, model.index);
  }
}

void OutputBuilder::Aggregates(ModelId model) {
  bool has_numbers = false, has_ordered = false;
  for (FieldId id : of_.VisibleFields(model)) {
    has_numbers = has_numbers || IsNumeric(schema_.fields[id]);
    has_ordered = has_ordered || IsAggregatable(schema_.fields[id]);
  }
  for (AggregateKind kind :
       {AggregateKind::kCount, AggregateKind::kAvg, AggregateKind::kSum, AggregateKind::kMin, AggregateKind::kMax}) {
    if ((kind == AggregateKind::kAvg || kind == AggregateKind::kSum) && !has_numbers) continue;
    if ((kind == AggregateKind::kMin || kind == AggregateKind::kMax) && !has_ordered) continue;
    OutputField& field = Add(AggregateName(kind));
    field.is_nullable = true;
    field.object = of_.Output(OutputKind::kAggregateFields, model.index, static_cast<uint32_t>(kind));
  }
}

void OutputBuilder::AggregateFields(ModelId model, AggregateKind kind) {
  for (FieldId id : of_.VisibleFields(model)) {
    const schema::Field& of = schema_.fields[id];
    if (of.kind == FieldKind::kRelation || of.kind == FieldKind::kComposite) continue;
    switch (kind) {
      case AggregateKind::kCount:
        Add(of.name).scalar = InputScalar::kInt;
        break;
      case AggregateKind::kAvg:
        if (IsNumeric(of)) {
          OutputField& field = Add(of.name);
          field.scalar = of.scalar == ScalarType::kDecimal ? InputScalar::kDecimal : InputScalar::kFloat;
          field.is_nullable = true;
        }
        break;
      case AggregateKind::kSum:
        if (IsNumeric(of)) Scalar(id, true);
        break;
      default:
        if (IsAggregatable(of)) Scalar(id, true);
    }
  }
  if (kind == AggregateKind::kCount) Add("_all").scalar = InputScalar::kInt;
}

void OutputBuilder::Fill() {
  ModelId model(object_.a);
  switch (object_.kind) {
    case OutputKind::kQuery:
    case OutputKind::kMutation: {
      bool is_mutation = object_.kind == OutputKind::kMutation;
      auto add = [&](RootKind kind, ModelId of) {
        if (const OutputField* root = of_.Root(kind, of)) fields_.push_back(*root);
      };
      // Views come after the models.
      for (bool is_view : {false, true}) {
        for (size_t i = 0; i < schema_.models.size(); ++i) {
          if (schema_.models[ModelId(i)].is_view != is_view) continue;
          for (uint8_t k = 0; k < static_cast<uint8_t>(RootKind::kExecuteRaw); ++k) {
            RootKind kind = static_cast<RootKind>(k);
            if (is_mutation == (kind >= kFirstMutation)) add(kind, ModelId(i));
          }
        }
      }
      if (is_mutation) {
        add(RootKind::kExecuteRaw, {});
        add(RootKind::kQueryRaw, {});
        add(RootKind::kRunCommandRaw, {});
      }
      break;
    }
    case OutputKind::kModel:
      Model(model, false);
      break;
    case OutputKind::kCreateManyAndReturn:
    case OutputKind::kUpdateManyAndReturn:
      Model(model, true);
      break;
    case OutputKind::kRelationCount:
      for (FieldId id : of_.VisibleFields(model)) {
        const schema::Field& of = schema_.fields[id];
        if (of.kind != FieldKind::kRelation || of.arity != schema::Arity::kList) continue;
        OutputField& field = Add(of.name);
        field.scalar = InputScalar::kInt;
        field.arguments = of_.Input(InputKind::kWhereArguments, of.related_model.index);
      }
      break;
    case OutputKind::kAggregate:
      Aggregates(model);
      break;
    case OutputKind::kGroupBy:
      for (FieldId id : of_.VisibleFields(model)) {
        const schema::Field& of = schema_.fields[id];
        if (of.kind == FieldKind::kRelation || of.kind == FieldKind::kComposite) continue;
        Scalar(id, of.arity != schema::Arity::kRequired);
      }
      Aggregates(model);
      break;
    case OutputKind::kAggregateFields:
      AggregateFields(model, static_cast<AggregateKind>(object_.b));
      break;
    case OutputKind::kComposite:
      for (FieldId id : of_.VisibleFields(schema::CompositeTypeId(object_.a))) {
        const schema::Field& of = schema_.fields[id];
        if (of.kind == FieldKind::kComposite) {
          Composite(id);
        } else {
          Scalar(id, of.arity != schema::Arity::kRequired);
        }
      }
      break;
    case OutputKind::kAffectedRows:
      Add("count").scalar = InputScalar::kInt;
      break;
  }
  object_.fields = of_.arena_.Copy(fields_);
}

}  // namespace prisma::query
