// Second pass: what the type of each field refers to.
#include "schema/analysis.h"

namespace prisma::schema {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (Lower(a[i]) != Lower(b[i])) return false;
  }
  return true;
}

constexpr ScalarType kScalarTypes[] = {ScalarType::kInt,     ScalarType::kBigInt, ScalarType::kFloat,
                                       ScalarType::kBoolean, ScalarType::kString, ScalarType::kDateTime,
                                       ScalarType::kJson,    ScalarType::kBytes,  ScalarType::kDecimal};

// The type whose name in small letters this is; empty: none.
std::string_view FindCapitalized(Analysis& analysis, std::string_view written) {
  auto& names = analysis.names_in_small_letters;
  if (names.empty()) {
    auto add = [&](const std::string& name) {
      std::string small = name;
      for (char& c : small) c = Lower(c);
      names.try_emplace(std::move(small), name);
    };
    const Schema& schema = analysis.schema;
    ForEachTop(
        analysis.ast, [&](ModelId id) { add(schema.models[id].name); }, [&](EnumId id) { add(schema.enums[id].name); },
        [&](CompositeTypeId id) { add(schema.composite_types[id].name); });
  }
  auto found = names.find(std::string(written));
  return found == names.end() ? std::string_view() : found->second;
}

// False: the type is not known.
bool ResolveField(Analysis& analysis, Field& field) {
  const Schema& schema = analysis.schema;
  const ast::FieldType& type = *field.ast->type;
  if (type.unsupported) {
    field.kind = FieldKind::kUnsupported;
    field.unsupported_type = type.unsupported->value;
    return true;
  }
  if (auto scalar = ScalarTypeFromName(type.name.name)) {
    field.kind = FieldKind::kScalar;
    field.scalar = *scalar;
    return true;
  }
  if (auto model = schema.models_by_name.find(type.name.name); model != schema.models_by_name.end()) {
    field.kind = FieldKind::kRelation;
    field.related_model = model->second;
    return true;
  }
  if (auto item = schema.enums_by_name.find(type.name.name); item != schema.enums_by_name.end()) {
    field.kind = FieldKind::kEnum;
    field.enum_id = item->second;
    return true;
  }
  auto composite = schema.composite_types_by_name.find(type.name.name);
  if (composite != schema.composite_types_by_name.end()) {
    field.kind = FieldKind::kComposite;
    field.composite_id = composite->second;
    return true;
  }
  for (ScalarType scalar : kScalarTypes) {
    if (EqualIgnoringCase(ScalarTypeName(scalar), type.name.name)) {
      analysis.Error(type.span, errors::TypeNotFoundDidYouMean(type.name.name, ScalarTypeName(scalar)));
      return false;
    }
  }
  std::string_view similar = FindCapitalized(analysis, type.name.name);
  analysis.Error(type.span, similar.empty() ? errors::TypeNotFound(type.name.name)
                                            : errors::TypeNotFoundDidYouMean(type.name.name, similar));
  return false;
}

void ResolveModelFields(Analysis& analysis, ModelId id) {
  for (FieldId field_id : analysis.schema.models[id].fields) {
    Field& field = analysis.schema.fields[field_id];
    if (!field.ast->type || !ResolveField(analysis, field)) {
      analysis.unresolved.insert(field_id);
    } else if (field.kind == FieldKind::kRelation) {
      analysis.relation_fields.push_back(field_id);
    }
  }
}

void ResolveCompositeTypeFields(Analysis& analysis, CompositeTypeId id) {
  const CompositeType& type = analysis.schema.composite_types[id];
  for (FieldId field_id : type.fields) {
    Field& field = analysis.schema.fields[field_id];
    if (!field.ast->type || !ResolveField(analysis, field)) {
      analysis.unresolved.insert(field_id);
    } else if (field.kind == FieldKind::kRelation) {
      analysis.unresolved.insert(field_id);
      std::string message = analysis.schema.models[field.related_model].name +
                            " refers to a model, making this a relation field. Relation fields inside composite types "
                            "are not supported.";
      analysis.Error(field.ast->type->span, errors::CompositeType(type.name, message));
    }
  }
}

}  // namespace

std::optional<ScalarType> ScalarTypeFromName(std::string_view name) {
  for (ScalarType type : kScalarTypes) {
    if (ScalarTypeName(type) == name) return type;
  }
  return {};
}

void ResolveTypes(Analysis& analysis) {
  ForEachTop(
      analysis.ast, [&](ModelId id) { ResolveModelFields(analysis, id); },
      [&](EnumId id) {
        const Enum& item = analysis.schema.enums[id];
        if (item.values.empty()) {
          analysis.Error(item.span, errors::Validation("An enum must have at least one value."));
        }
      },
      [&](CompositeTypeId id) { ResolveCompositeTypeFields(analysis, id); });
}

}  // namespace prisma::schema
