// Filters: where of every kind, unique filters with their compounds, having.
#include <algorithm>

#include "base/error.h"
#include "query/document/build_operation_internal.h"

namespace prisma::query {

namespace {

struct Operator {
  std::string_view name;
  FilterKind kind, negated;
};

constexpr Operator kOperators[] = {
    {"lt", FilterKind::kLess, FilterKind::kGreaterOrEqual},
    {"lte", FilterKind::kLessOrEqual, FilterKind::kGreater},
    {"gt", FilterKind::kGreater, FilterKind::kLessOrEqual},
    {"gte", FilterKind::kGreaterOrEqual, FilterKind::kLess},
    {"contains", FilterKind::kContains, FilterKind::kNotContains},
    {"startsWith", FilterKind::kStartsWith, FilterKind::kNotStartsWith},
    {"endsWith", FilterKind::kEndsWith, FilterKind::kNotEndsWith},
    {"search", FilterKind::kSearch, FilterKind::kNotSearch},
};

// The filter and its contrary are told by Filter::is_negated or, for `has…`, by a surrounding NOT.
struct PlainOperator {
  std::string_view name;
  FilterKind kind;
};

constexpr PlainOperator kListOperators[] = {
    {"has", FilterKind::kListHas},
    {"hasEvery", FilterKind::kListHasEvery},
    {"hasSome", FilterKind::kListHasSome},
};

constexpr PlainOperator kJsonOperators[] = {
    {"string_contains", FilterKind::kJsonStringContains},
    {"string_starts_with", FilterKind::kJsonStringStartsWith},
    {"string_ends_with", FilterKind::kJsonStringEndsWith},
    {"array_contains", FilterKind::kJsonArrayContains},
    {"array_starts_with", FilterKind::kJsonArrayStartsWith},
    {"array_ends_with", FilterKind::kJsonArrayEndsWith},
    {"lt", FilterKind::kJsonLess},
    {"lte", FilterKind::kJsonLessOrEqual},
    {"gt", FilterKind::kJsonGreater},
    {"gte", FilterKind::kJsonGreaterOrEqual},
};

bool IsFieldReference(const Node& node) {
  if (node.kind == Node::Kind::kScalar) return node.scalar.kind() == ValueKind::kFieldRef;
  return node.kind == Node::Kind::kObject && node.Find("_ref") != nullptr;
}

// A plain value, as against an object of operators.
bool IsValue(const Node& node) { return node.kind != Node::Kind::kObject || IsFieldReference(node); }

}  // namespace

std::optional<Aggregation> AggregationOf(std::string_view name) {
  if (name == "_count") return Aggregation::kCount;
  if (name == "_avg") return Aggregation::kAvg;
  if (name == "_sum") return Aggregation::kSum;
  if (name == "_min") return Aggregation::kMin;
  if (name == "_max") return Aggregation::kMax;
  return {};
}

bool IsJsonNullMarker(const Node& node, const schema::Field& field) {
  return node.kind == Node::Kind::kScalar && node.scalar.kind() == ValueKind::kEnum &&
         field.kind == schema::FieldKind::kScalar && field.scalar == schema::ScalarType::kJson;
}

// Searches for the same words in several fields are one search in all of them: the database has an index over just
// these.
void OperationBuilder::JoinSearches(std::vector<Filter>& filters) {
  auto is_search = [](const Filter& filter) {
    return (filter.kind == FilterKind::kSearch || filter.kind == FilterKind::kNotSearch) &&
           filter.operand.constant.kind() == ValueKind::kString;
  };
  if (std::count_if(filters.begin(), filters.end(), is_search) < 2) return;
  std::vector<Filter> joined;
  for (const Filter& filter : filters) {
    if (!is_search(filter)) {
      joined.push_back(filter);
      continue;
    }
    if (filter.operand.kind == Operand::Kind::kParameter) sink_.MarkStructural(filter.operand.parameter);
    auto same = std::find_if(joined.begin(), joined.end(), [&](const Filter& other) {
      return other.kind == filter.kind && other.operand.constant == filter.operand.constant;
    });
    if (same == joined.end()) {
      joined.push_back(filter);
      continue;
    }
    std::vector<FieldId> fields(same->more_fields.begin(), same->more_fields.end());
    fields.push_back(filter.field);
    same->more_fields = arena_.Copy(fields);
  }
  filters = std::move(joined);
}

Filter OperationBuilder::Combine(FilterKind kind, std::vector<Filter> children) {
  JoinSearches(children);
  if (children.size() == 1) return children[0];
  Filter filter;
  filter.kind = children.empty() && kind == FilterKind::kAnd ? FilterKind::kTrue : kind;
  filter.children = arena_.Copy(children);
  return filter;
}

Filter OperationBuilder::Not(Filter child) {
  Filter filter;
  filter.kind = FilterKind::kNot;
  filter.children = arena_.Copy(std::vector<Filter>{child});
  return filter;
}

// `{}`, `{not: {}}` …: no condition at all, not even under NOT.
bool OperationBuilder::HasNoOperator(const Node& value) {
  return !IsValue(value) && std::all_of(value.members.begin(), value.members.end(), [](const Member& member) {
    return member.name == "not" && HasNoOperator(member.value);
  });
}

std::optional<Filter> OperationBuilder::FilterOf(const Node& node, ModelId model, int depth) {
  std::vector<Filter> filters;
  for (const Member& member : node.members) {
    bool is_empty = false;
    Filter filter = MemberFilter(member.name, member.value, model, is_empty, depth);
    if (!is_empty) filters.push_back(filter);
  }
  if (filters.empty()) return {};
  return Combine(FilterKind::kAnd, std::move(filters));
}

// Empty parts are left out; if nothing is left, only the outermost group still says something: an empty OR finds
// nothing.
std::optional<Filter> OperationBuilder::GroupFilter(FilterKind kind, const Node& node, ModelId model, int depth) {
  std::vector<Filter> parts;
  for (const Node& item : ItemsOf(node)) {
    if (item.is_null()) continue;
    if (std::optional<Filter> part = FilterOf(item, model, depth + 1)) parts.push_back(*part);
  }
  if (parts.empty()) {
    if (depth > 0) return {};
    Filter filter;
    filter.kind = kind == FilterKind::kOr ? FilterKind::kFalse : FilterKind::kTrue;
    return filter;
  }
  if (kind == FilterKind::kNot) {
    for (Filter& part : parts) part = Not(part);
    return Combine(FilterKind::kAnd, std::move(parts));
  }
  return Combine(kind, std::move(parts));
}

Filter OperationBuilder::MemberFilter(std::string_view name, const Node& value, ModelId model, bool& is_empty,
                                      int depth) {
  const FieldId id = Find(model, name);
  if (!id.valid()) {
    std::optional<FilterKind> group;
    if (name == "AND") group = FilterKind::kAnd;
    if (name == "OR") group = FilterKind::kOr;
    if (name == "NOT") group = FilterKind::kNot;
    if (group) {
      std::optional<Filter> filter = GroupFilter(*group, value, model, depth);
      is_empty = !filter;
      return filter.value_or(Filter{});
    }
    const schema::Index* index = schema_.FindCompound(model, name);
    PRISMA_CHECK(index != nullptr);
    return CompoundFilter(*index, value);
  }
  if (field(id).kind == schema::FieldKind::kRelation) {
    is_empty = value.kind == Node::Kind::kObject && value.members.empty();
    return RelationFilter(id, value);
  }
  is_empty = HasNoOperator(value);
  return ScalarFilter(id, value, false);
}

Filter OperationBuilder::CompoundFilter(const schema::Index& index, const Node& value) {
  std::vector<Filter> parts;
  for (const schema::IndexField& part : index.fields) {
    const Node* cell = value.Find(field(part.field).name);
    if (cell != nullptr) parts.push_back(EqualsFilter(part.field, *cell, false, false, nullptr));
  }
  return Combine(FilterKind::kAnd, std::move(parts));
}

Filter OperationBuilder::RelationFilter(FieldId id, const Node& value) {
  const ModelId other = field(id).related_model;
  const auto make = [&](FilterKind kind, const Node* child) {
    Filter filter;
    filter.kind = kind;
    filter.field = id;
    if (child != nullptr) filter.children = arena_.Copy(std::vector<Filter>{WhereOf(*child, other)});
    return filter;
  };
  if (value.is_null()) return make(FilterKind::kRelationIsNull, nullptr);
  std::vector<Filter> parts;
  if (field(id).arity == schema::Arity::kList) {
    for (const Member& member : value.members) {
      const FilterKind kind = member.name == "some"    ? FilterKind::kSome
                              : member.name == "every" ? FilterKind::kEvery
                                                       : FilterKind::kNone;
      parts.push_back(make(kind, &member.value));
    }
    return Combine(FilterKind::kAnd, std::move(parts));
  }
  const auto is_long_form = [](const Member& member) { return member.name == "is" || member.name == "isNot"; };
  bool has_long_form = false;
  for (const Member& member : value.members) has_long_form = has_long_form || is_long_form(member);
  if (!has_long_form) {
    if (value.members.empty()) return Filter{};
    return make(FilterKind::kIs, &value);
  }
  for (const Member& member : value.members) {
    const bool is_negated = member.name == "isNot";
    if (member.value.is_null()) {
      parts.push_back(make(is_negated ? FilterKind::kRelationIsNotNull : FilterKind::kRelationIsNull, nullptr));
    } else {
      parts.push_back(make(is_negated ? FilterKind::kIsNot : FilterKind::kIs, &member.value));
    }
  }
  return Combine(FilterKind::kAnd, std::move(parts));
}

Filter OperationBuilder::ScalarFilter(FieldId id, const Node& value, bool is_negated) {
  if (IsValue(value)) return EqualsFilter(id, value, is_negated, false, nullptr);
  bool is_insensitive = false;
  if (const Node* mode = value.Find("mode")) is_insensitive = Word(*mode) == "insensitive";
  std::vector<Filter> parts;
  ScalarOperators(id, value.members, is_negated, is_insensitive, value.Find("path"), parts);
  return Combine(FilterKind::kAnd, std::move(parts));
}

void OperationBuilder::ScalarOperators(FieldId id, std::span<const Member> members, bool is_negated,
                                       bool is_insensitive, const Node* json_path, std::vector<Filter>& out) {
  const schema::Field& of = field(id);
  const bool is_json = of.kind == schema::FieldKind::kScalar && of.scalar == schema::ScalarType::kJson &&
                       of.arity != schema::Arity::kList;
  const bool is_list = of.arity == schema::Arity::kList;
  for (const Member& member : members) {
    const Node& value = member.value;
    if (member.name == "mode" || member.name == "path") continue;
    if (member.name == "equals") {
      out.push_back(EqualsFilter(id, value, is_negated, is_insensitive, json_path));
      continue;
    }
    if (member.name == "not") {
      if (IsValue(value)) {
        // `not: {not: 5}` is still "not 5".
        out.push_back(EqualsFilter(id, value, true, is_insensitive, json_path));
      } else {
        ScalarOperators(id, value.members, !is_negated, is_insensitive, json_path, out);
      }
      continue;
    }
    if (member.name == "in" || member.name == "notIn") {
      out.push_back(InFilter(id, value, is_negated != (member.name == "notIn"), is_insensitive));
      continue;
    }
    if (std::optional<Aggregation> aggregation = AggregationOf(member.name)) {
      Filter filter;
      filter.kind = FilterKind::kAggregate;
      filter.field = id;
      filter.aggregation = *aggregation;
      if (*aggregation == Aggregation::kCount) {
        compared_as_ = schema::ScalarType::kInt;
      } else if (*aggregation == Aggregation::kAvg && of.scalar != schema::ScalarType::kDecimal) {
        compared_as_ = schema::ScalarType::kFloat;
      }
      filter.children = arena_.Copy(std::vector<Filter>{ScalarFilter(id, value, is_negated)});
      compared_as_.reset();
      out.push_back(filter);
      continue;
    }
    if (is_json) {
      for (const PlainOperator& entry : kJsonOperators) {
        if (entry.name != member.name) continue;
        Filter filter = Compare(id, entry.kind, value, is_insensitive);
        filter.is_negated = is_negated;
        if (json_path != nullptr) filter.json_path = OperandOf(*json_path);
        out.push_back(filter);
      }
      continue;
    }
    if (is_list) {
      if (member.name == "isEmpty") {
        const bool is_empty = Flag(value) != is_negated;
        Filter filter;
        filter.kind = is_empty ? FilterKind::kListIsEmpty : FilterKind::kListIsNotEmpty;
        filter.field = id;
        out.push_back(filter);
        continue;
      }
      for (const PlainOperator& entry : kListOperators) {
        if (entry.name != member.name) continue;
        Filter filter = Compare(id, entry.kind, value, is_insensitive);
        out.push_back(is_negated ? Not(filter) : filter);
      }
      continue;
    }
    for (const Operator& entry : kOperators) {
      if (entry.name != member.name) continue;
      out.push_back(Compare(id, is_negated ? entry.negated : entry.kind, value, is_insensitive));
    }
  }
}

Filter OperationBuilder::Compare(FieldId id, FilterKind kind, const Node& value, bool is_insensitive) {
  Filter filter;
  filter.kind = kind;
  filter.field = id;
  filter.is_insensitive = is_insensitive;
  if (IsFieldReference(value)) {
    filter.operand.kind = Operand::Kind::kField;
    const bool is_list = field(id).arity == schema::Arity::kList;
    const bool wants_list =
        is_list ? kind != FilterKind::kListHas : kind == FilterKind::kIn || kind == FilterKind::kNotIn;
    filter.operand.field = FieldReference(value, id, wants_list);
  } else {
    filter.operand = OperandOf(value);
  }
  return filter;
}

Filter OperationBuilder::EqualsFilter(FieldId id, const Node& value, bool is_negated, bool is_insensitive,
                                      const Node* json_path) {
  const schema::Field& of = field(id);
  Filter filter;
  filter.field = id;
  const auto is_null = [&](bool negated) {
    Filter null = filter;
    null.kind = negated ? FilterKind::kIsNotNull : FilterKind::kIsNull;
    return null;
  };
  if (value.is_null()) {
    sink_.MarkStructural(value.ordinal);
    if (!json_path) return is_null(is_negated);
  }
  if (of.kind == schema::FieldKind::kScalar && of.scalar == schema::ScalarType::kJson &&
      of.arity != schema::Arity::kList) {
    Filter json = Compare(id, is_negated ? FilterKind::kJsonNotEquals : FilterKind::kJsonEquals, value, is_insensitive);
    if (json_path != nullptr) json.json_path = OperandOf(*json_path);
    if (!IsJsonNullMarker(value, of)) return json;
    const std::string_view marker = Word(value);
    json.operand = Operand{};
    json.operand.constant = Value::Text(ValueKind::kJson, "null");
    // With a path all the markers mean the value at the path.
    if (marker == "JsonNull" || json_path != nullptr) {
      if (marker == "DbNull") {
        json.operand.constant = Value::Null();
      } else if (marker == "AnyNull") {
        Filter database = json;
        database.operand.constant = Value::Null();
        return Combine(is_negated ? FilterKind::kAnd : FilterKind::kOr, {json, database});
      }
      return json;
    }
    if (marker == "DbNull") return is_null(is_negated);
    return Combine(is_negated ? FilterKind::kAnd : FilterKind::kOr, {json, is_null(is_negated)});
  }
  if (of.arity == schema::Arity::kList) {
    Filter list = Compare(id, FilterKind::kListEquals, value, is_insensitive);
    return is_negated ? Not(list) : list;
  }
  return Compare(id, is_negated ? FilterKind::kNotEquals : FilterKind::kEquals, value, is_insensitive);
}

Filter OperationBuilder::InFilter(FieldId id, const Node& value, bool is_negated, bool is_insensitive) {
  if (value.is_null()) return EqualsFilter(id, value, is_negated, is_insensitive, nullptr);
  if (value.kind == Node::Kind::kList) {
    // A null among the values can't be a parameter of IN.
    bool has_null = false;
    for (const Node& item : value.items) has_null = has_null || item.is_null();
    if (has_null) {
      std::vector<Filter> parts;
      for (const Node& item : value.items) {
        parts.push_back(EqualsFilter(id, item, is_negated, is_insensitive, nullptr));
      }
      return Combine(is_negated ? FilterKind::kAnd : FilterKind::kOr, std::move(parts));
    }
  }
  return Compare(id, is_negated ? FilterKind::kNotIn : FilterKind::kIn, value, is_insensitive);
}

FieldId OperationBuilder::FieldReference(const Node& node, FieldId compared, bool wants_list) {
  std::string_view name, container;
  if (node.kind == Node::Kind::kScalar) {
    name = node.scalar.text();
    sink_.MarkStructural(node.ordinal);
  } else {
    if (const Node* ref = node.Find("_ref")) name = Word(*ref);
    if (const Node* model = node.Find("_container")) container = Word(*model);
  }
  const schema::Field& of = field(compared);
  const std::string& model = schema_.models[of.model].name;
  const auto fail = [](const std::string& details) {
    throw Error("P2019", "Input error. " + details, "{\"details\":\"" + details + "\"}");
  };
  if (!container.empty() && container != model) {
    if (!schema_.FindModel(container).valid()) {
      fail("Model or composite type " + std::string(container) + " used for field ref " + std::string(name) +
           " does not exist.");
    }
    fail("Expected a referenced scalar field of model " + model + ", but found a field of model " +
         std::string(container) + ".");
  }
  const FieldId id = Find(of.model, name);
  const std::string path = model + "." + std::string(name);
  if (!id.valid()) fail("The referenced scalar field " + path + " does not exist.");
  const schema::Field& to = field(id);
  if (to.kind == schema::FieldKind::kRelation) {
    fail("Expected a referenced scalar field " + path + " but found a relation field.");
  }
  const bool is_list = to.arity == schema::Arity::kList;
  const bool is_same_type = compared_as_ ? to.kind == schema::FieldKind::kScalar && to.scalar == *compared_as_
                                         : to.kind == of.kind && to.scalar == of.scalar && to.enum_id == of.enum_id;
  // Only where columns can be lists is one asked for.
  const bool has_lists = schema_.connector->Has(schema::Capability::kScalarLists);
  if (!is_same_type || (has_lists && is_list != wants_list)) {
    // The message has the arity of the field itself, whatever the filter wants.
    const bool is_of_list = !compared_as_ && of.arity == schema::Arity::kList;
    const std::string type = compared_as_ ? std::string(schema::ScalarTypeName(*compared_as_)) : of.type_name;
    fail("Expected a referenced scalar field of type " + type + (is_of_list ? "[]" : "") + " but found " + path +
         " of type " + to.type_name + (is_list ? "[]" : "") + ".");
  }
  return id;
}

}  // namespace prisma::query
