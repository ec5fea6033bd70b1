// The root of an operation, its arguments and its selection.
#include "query/document/build_operation.h"

#include "base/error.h"
#include "diagnostics/errors.h"
#include "query/document/build_operation_internal.h"

namespace prisma::query {

namespace {

struct ActionName {
  std::string_view name;
  Action action;
};

constexpr ActionName kActions[] = {
    {"findUnique", Action::kFindUnique},
    {"findUniqueOrThrow", Action::kFindUniqueOrThrow},
    {"findFirst", Action::kFindFirst},
    {"findFirstOrThrow", Action::kFindFirstOrThrow},
    {"findMany", Action::kFindMany},
    {"createOne", Action::kCreateOne},
    {"createMany", Action::kCreateMany},
    {"createManyAndReturn", Action::kCreateManyAndReturn},
    {"updateOne", Action::kUpdateOne},
    {"updateMany", Action::kUpdateMany},
    {"updateManyAndReturn", Action::kUpdateManyAndReturn},
    {"upsertOne", Action::kUpsertOne},
    {"deleteOne", Action::kDeleteOne},
    {"deleteMany", Action::kDeleteMany},
    {"aggregate", Action::kAggregate},
    {"groupBy", Action::kGroupBy},
    {"queryRaw", Action::kQueryRaw},
    {"executeRaw", Action::kExecuteRaw},
};

std::string JoinNames(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

[[noreturn]] void InputError(const std::string& details) { throw errors::InputError(details); }

bool Contains(std::span<const FieldId> fields, FieldId id) {
  for (FieldId field : fields) {
    if (field == id) return true;
  }
  return false;
}

// Fields that having compares as they are, without an aggregation.
void CollectPlainFields(const Filter& filter, std::vector<FieldId>& out) {
  if (filter.kind == FilterKind::kAggregate) return;
  if (filter.field.valid()) out.push_back(filter.field);
  if (filter.operand.kind == Operand::Kind::kField) out.push_back(filter.operand.field);
  for (const Filter& child : filter.children) CollectPlainFields(child, out);
}

}  // namespace

std::optional<Action> ActionOf(std::string_view name) {
  for (const ActionName& entry : kActions) {
    if (entry.name == name) return entry.action;
  }
  return {};
}

const Operation* BuildOperation(const Request& checked, const schema::Schema& schema, Arena& arena,
                                StructuralSink& sink) {
  return OperationBuilder(schema, arena, sink).Build(checked);
}

// ── values ──

Operand OperationBuilder::OperandOf(const Node& node) {
  Operand operand;
  if (node.kind == Node::Kind::kList) {
    operand.kind = Operand::Kind::kList;
    std::span<Operand> items = arena_.NewSpan<Operand>(node.items.size());
    for (size_t i = 0; i < items.size(); ++i) items[i] = OperandOf(node.items[i]);
    operand.items = items;
    return operand;
  }
  if (node.ordinal != UINT32_MAX) {
    operand.kind = Operand::Kind::kParameter;
    operand.parameter = node.ordinal;
  }
  operand.constant = node.scalar;
  return operand;
}

Value OperationBuilder::RawValue(const Node& node) {
  if (node.kind != Node::Kind::kList) return node.scalar;
  std::span<Value> items = arena_.NewSpan<Value>(node.items.size());
  for (size_t i = 0; i < items.size(); ++i) items[i] = RawValue(node.items[i]);
  return Value::List(items);
}

Operand OperationBuilder::CountOperand(const Node& node) {
  Operand operand = OperandOf(node);
  operand.is_count = true;
  return operand;
}

Operand OperationBuilder::FieldOperand(const Node& node, FieldId id) {
  if (IsJsonNullMarker(node, field(id))) {
    Operand operand;
    operand.constant = Word(node) == "JsonNull" ? Value::Text(ValueKind::kJson, "null") : Value::Null();
    return operand;
  }
  return OperandOf(node);
}

bool OperationBuilder::Flag(const Node& node) {
  sink_.MarkStructural(node.ordinal);
  return node.kind == Node::Kind::kScalar && node.scalar.kind() == ValueKind::kBool && node.scalar.as_bool();
}

std::string_view OperationBuilder::Word(const Node& node) {
  sink_.MarkStructural(node.ordinal);
  if (node.kind != Node::Kind::kScalar) return {};
  switch (node.scalar.kind()) {
    case ValueKind::kString:
    case ValueKind::kEnum:
    case ValueKind::kJson:
    case ValueKind::kFieldRef:
      return node.scalar.text();
    default:
      return {};
  }
}

// ── the root ──

const Operation* OperationBuilder::Build(const Request& request) {
  Operation* operation = arena_.New<Operation>();
  const Selection& root = request.root;
  std::string_view model = request.model;
  std::optional<Action> action = ActionOf(request.action);
  if (!action) {
    // GraphQL: the root field is the action's and the model's name in one, "findUniqueUserOrThrow".
    for (const ActionName& entry : kActions) {
      std::string_view head = entry.name, tail;
      for (std::string_view suffix : {"OrThrow", "AndReturn"}) {
        if (head.ends_with(suffix)) tail = suffix, head.remove_suffix(suffix.size());
      }
      if (!root.name.starts_with(head) || !root.name.ends_with(tail)) continue;
      const std::string_view middle = root.name.substr(head.size(), root.name.size() - head.size() - tail.size());
      if (middle.empty() ? entry.action == Action::kQueryRaw || entry.action == Action::kExecuteRaw
                         : schema_.FindModel(middle).valid()) {
        action = entry.action;
        model = middle;
        break;
      }
    }
  }
  PRISMA_CHECK(action.has_value());
  operation->action = *action;
  operation->model = schema_.FindModel(model);
  operation->key = root.alias.empty() ? root.name : root.alias;
  if (*action == Action::kQueryRaw || *action == Action::kExecuteRaw) {
    for (const Member& member : root.arguments) {
      if (member.name == "query" && member.value.kind == Node::Kind::kScalar) {
        operation->raw_sql = member.value.scalar.text();
      } else if (member.name == "parameters" && member.value.kind == Node::Kind::kList) {
        std::span<Value> values = arena_.NewSpan<Value>(member.value.items.size());
        for (size_t i = 0; i < values.size(); ++i) values[i] = RawValue(member.value.items[i]);
        operation->raw_parameters = values;
      }
    }
    return operation;
  }
  PRISMA_CHECK(operation->model.valid());
  operation->arguments = Arguments(root.arguments, operation->model);
  for (const Member& member : root.arguments) {
    const Node& value = member.value;
    if (member.name == "data") {
      switch (*action) {
        case Action::kCreateMany:
        case Action::kCreateManyAndReturn:
          operation->create_many = DataList(value, operation->model);
          break;
        case Action::kCreateOne:
          operation->create = Data(value, operation->model);
          break;
        default:
          operation->update = Data(value, operation->model);
      }
    } else if (member.name == "create") {
      operation->create = Data(value, operation->model);
    } else if (member.name == "update") {
      operation->update = Data(value, operation->model);
    } else if (member.name == "skipDuplicates") {
      operation->skip_duplicates = Flag(value);
    } else if (member.name == "limit" && !value.is_null()) {
      sink_.MarkSign(value.ordinal);  // also where nothing is done with it
      operation->limit = CountOperand(value);
      if (value.scalar.as_int() < 0) {
        InputError("Provided limit (" + std::to_string(value.scalar.as_int()) + ") must be a positive integer.");
      }
    } else if (member.name == "by") {
      operation->group_by = FieldList(value, operation->model);
    } else if (member.name == "having" && !value.is_null()) {
      operation->having = Where(value, operation->model);
    }
  }
  if (operation->create == nullptr && (*action == Action::kCreateOne || *action == Action::kUpsertOne)) {
    operation->create = arena_.New<WriteData>();
  }
  if (operation->update == nullptr && (*action == Action::kUpdateOne || *action == Action::kUpdateMany ||
                                       *action == Action::kUpdateManyAndReturn || *action == Action::kUpsertOne)) {
    operation->update = arena_.New<WriteData>();
  }
  const bool is_count =
      *action == Action::kCreateMany || *action == Action::kUpdateMany || *action == Action::kDeleteMany;
  operation->selection.model = operation->model;
  if (!is_count) operation->selection = SelectionOf(root.children, operation->model);
  if (*action == Action::kGroupBy) CheckGroupBy(*operation);
  if (*action == Action::kFindFirst || *action == Action::kFindFirstOrThrow) {
    const std::optional<Operand>& take = operation->arguments.take;
    if (take && take->kind == Operand::Kind::kParameter) sink_.MarkStructural(take->parameter);
    if (take && take->constant.as_int() != 1 && take->constant.as_int() != -1) {
      InputError("The 'findFirst' operation cannot be used with a 'take' argument that isn't 1 or -1");
    }
  }
  return operation;
}

// Of the primary key, or else of the first unique index of required fields.
std::vector<FieldId> OperationBuilder::UniqueFields(ModelId model) const {
  const schema::Model& of = schema_.models[model];
  std::vector<FieldId> fields;
  const auto take = [&](const schema::Index& index) {
    for (const schema::IndexField& part : index.fields) fields.push_back(part.field);
  };
  if (of.primary_key.valid()) {
    take(schema_.indexes[of.primary_key]);
    return fields;
  }
  for (schema::IndexId id : of.indexes) {
    const schema::Index& index = schema_.indexes[id];
    bool is_usable = index.kind == schema::IndexKind::kUnique;
    for (const schema::IndexField& part : index.fields) {
      is_usable = is_usable && field(part.field).arity == schema::Arity::kRequired;
    }
    if (!is_usable) continue;
    take(index);
    break;
  }
  return fields;
}

void OperationBuilder::CheckGroupBy(const Operation& operation) {
  const QueryArguments& arguments = operation.arguments;
  if (operation.group_by.empty()) InputError("At least one selection is required for the `by` argument.");
  std::vector<FieldId> selected;
  std::vector<std::string> missing;
  const auto check = [&](const char* message) {
    if (!missing.empty()) InputError(message + JoinNames(missing));
  };
  for (const SelectedField& item : operation.selection.fields) {
    if (item.kind != SelectedField::Kind::kScalar) continue;
    selected.push_back(item.field);
    if (!Contains(operation.group_by, item.field)) missing.push_back(field(item.field).name);
  }
  check(
      "Every selected scalar field that is not part of an aggregation must be included in the by-arguments of the "
      "query. Missing fields: ");
  for (const OrderBy& order : arguments.order_by) {
    if (order.kind == OrderBy::Kind::kField && !Contains(operation.group_by, order.field)) {
      missing.push_back(field(order.field).name);
    }
  }
  // Pages need an order; without one it is that of the records, which groups don't have.
  if (arguments.order_by.empty() && (arguments.take || arguments.skip)) {
    const std::vector<FieldId> unique = UniqueFields(operation.model);
    if (unique.empty()) {
      InputError("`orderBy` definition must not be empty when querying views without unique fields");
    }
    for (FieldId id : unique) {
      if (!Contains(operation.group_by, id)) missing.push_back(field(id).name);
    }
  }
  check("Every field used for orderBy must be included in the by-arguments of the query. Missing fields: ");
  if (operation.having == nullptr) return;
  std::vector<FieldId> plain;
  CollectPlainFields(*operation.having, plain);
  for (FieldId id : plain) {
    if (!Contains(selected, id)) missing.push_back(field(id).name);
  }
  check(
      "Every field used in `having` filters must either be an aggregation filter or be included in the selection of "
      "the query. Missing fields: ");
}

// ── selections ──

FieldSelection OperationBuilder::SelectionOf(std::span<const Selection> children, ModelId model) {
  std::vector<SelectedField> fields;
  const auto is_taken = [&](std::string_view key) {
    for (const SelectedField& item : fields) {
      if (item.key == key) return true;
    }
    return false;
  };
  // Excluded, or selected by its own name somewhere in the set.
  const auto is_excluded = [&](std::string_view name) {
    for (const Selection& child : children) {
      if (child.is_excluded && child.name == name) return true;
    }
    return false;
  };
  for (const Selection& child : children) {
    if (child.is_excluded || child.name == "$composites") continue;
    if (child.name == "$scalars") {
      for (FieldId id : schema_.models[model].fields) {
        const schema::Field& scalar = field(id);
        if (scalar.kind != schema::FieldKind::kScalar && scalar.kind != schema::FieldKind::kEnum) continue;
        if (scalar.is_ignored || is_taken(scalar.name) || is_excluded(scalar.name)) continue;
        SelectedField item;
        item.key = scalar.name;
        item.field = id;
        fields.push_back(item);
      }
      continue;
    }
    const std::string_view key = child.alias.empty() ? child.name : child.alias;
    if (is_taken(key)) continue;
    SelectedField item;
    const FieldId id = Find(model, child.name);
    if (id.valid()) {
      if (field(id).kind == schema::FieldKind::kRelation) {
        item = RelationField(child, id);
      } else {
        item.field = id;
      }
    } else if (std::optional<Aggregation> aggregation = AggregationOf(child.name)) {
      // `_count` of a record counts its relations; of an aggregation, its rows.
      bool counts_relations = false;
      if (*aggregation == Aggregation::kCount) {
        for (const Selection& counted : child.children) {
          const FieldId relation = Find(model, counted.name);
          counts_relations = relation.valid() && field(relation).kind == schema::FieldKind::kRelation;
        }
      }
      if (counts_relations) {
        item.kind = SelectedField::Kind::kRelationCount;
        item.counts = CountsOf(child, model);
      } else {
        item.kind = SelectedField::Kind::kAggregate;
        item.aggregate = AggregateOf(child, *aggregation, model);
      }
    } else {
      continue;
    }
    item.key = key;
    fields.push_back(item);
  }
  FieldSelection selection;
  selection.model = model;
  selection.fields = arena_.Copy(fields);
  return selection;
}

SelectedField OperationBuilder::RelationField(const Selection& selection, FieldId id) {
  SelectedField item;
  item.kind = SelectedField::Kind::kRelation;
  item.field = id;
  const ModelId model = field(id).related_model;
  if (selection.children.empty()) {
    // `posts: true` selects the scalars.
    Selection all;
    all.name = all.alias = "$scalars";
    item.nested = arena_.New<FieldSelection>(SelectionOf({&all, 1}, model));
  } else {
    item.nested = arena_.New<FieldSelection>(SelectionOf(selection.children, model));
  }
  item.arguments = arena_.New<QueryArguments>(Arguments(selection.arguments, model));
  return item;
}

std::span<const SelectedRelationCount> OperationBuilder::CountsOf(const Selection& selection, ModelId model) {
  std::vector<SelectedRelationCount> counts;
  for (const Selection& child : selection.children) {
    if (child.is_excluded) continue;
    const FieldId id = Find(model, child.name);
    if (!id.valid()) continue;
    SelectedRelationCount count;
    count.relation_field = id;
    count.key = child.alias.empty() ? child.name : child.alias;
    for (const Member& argument : child.arguments) {
      if (argument.name == "where" && !argument.value.is_null()) {
        count.where = Where(argument.value, field(id).related_model);
      }
    }
    counts.push_back(count);
  }
  return arena_.Copy(counts);
}

AggregateSelection OperationBuilder::AggregateOf(const Selection& selection, Aggregation aggregation, ModelId model) {
  AggregateSelection item;
  item.aggregation = aggregation;
  item.key = selection.alias.empty() ? selection.name : selection.alias;
  std::vector<FieldId> fields;
  std::vector<std::string_view> keys;
  for (const Selection& child : selection.children) {
    if (child.is_excluded) continue;
    fields.push_back(child.name == "_all" ? FieldId() : Find(model, child.name));
    keys.push_back(child.alias.empty() ? child.name : child.alias);
  }
  item.fields = arena_.Copy(fields);
  item.field_keys = arena_.Copy(keys);
  return item;
}

// ── arguments ──

QueryArguments OperationBuilder::Arguments(std::span<const Member> arguments, ModelId model) {
  QueryArguments out;
  out.model = model;
  for (const Member& member : arguments) {
    const Node& value = member.value;
    if (value.is_null()) continue;
    if (member.name == "where") {
      out.where = Where(value, model);
    } else if (member.name == "orderBy") {
      out.order_by = Orders(value, model);
    } else if (member.name == "cursor") {
      out.cursor = Cursor(value, model);
    } else if (member.name == "take") {
      sink_.MarkSign(value.ordinal);
      out.take = OperandOf(value);
      out.take_is_negative = value.scalar.as_int() < 0;
    } else if (member.name == "skip") {
      sink_.MarkSign(value.ordinal);
      out.skip = CountOperand(value);
      if (value.scalar.as_int() < 0) {
        throw Error("",
                    "Error in query graph construction: AssertionError(\"Invalid value for skip argument: Value can "
                    "only be positive, found: " +
                        std::to_string(value.scalar.as_int()) + "\")");
      }
    } else if (member.name == "distinct") {
      out.distinct = FieldList(value, model);
    } else if (member.name == "relationLoadStrategy") {
      out.load_strategy = Word(value) == "join" ? LoadStrategy::kJoin : LoadStrategy::kQuery;
    }
  }
  return out;
}

std::span<const FieldId> OperationBuilder::FieldList(const Node& node, ModelId model) {
  std::vector<FieldId> fields;
  for (const Node& item : ItemsOf(node)) {
    const FieldId id = Find(model, Word(item));
    if (id.valid() && !Contains(fields, id)) fields.push_back(id);
  }
  return arena_.Copy(fields);
}

std::span<const CursorField> OperationBuilder::Cursor(const Node& node, ModelId model) {
  std::vector<CursorField> fields;
  for (const Member& member : node.members) {
    const FieldId id = Find(model, member.name);
    if (id.valid()) {
      fields.push_back({id, FieldOperand(member.value, id)});
      continue;
    }
    const schema::Index* index = schema_.FindCompound(model, member.name);
    if (index == nullptr) {
      throw Error("", "Error in query graph construction: AssertionError(\"Unable to resolve field " +
                          std::string(member.name) + " to a field or a set of fields on model " +
                          schema_.models[model].name + "\")");
    }
    for (const schema::IndexField& part : index->fields) {
      if (const Node* cell = member.value.Find(field(part.field).name)) {
        fields.push_back({part.field, FieldOperand(*cell, part.field)});
      }
    }
  }
  return arena_.Copy(fields);
}

std::span<const OrderBy> OperationBuilder::Orders(const Node& node, ModelId model) {
  std::vector<OrderBy> orders;
  std::vector<FieldId> path;
  for (const Node& item : ItemsOf(node)) AddOrders(item, model, path, orders);
  return arena_.Copy(orders);
}

void OperationBuilder::SetDirection(const Node& node, OrderBy& order) {
  const Node* direction = &node;
  if (node.kind == Node::Kind::kObject) {
    direction = node.Find("sort");
    if (const Node* nulls = node.Find("nulls"); nulls != nullptr && !nulls->is_null()) {
      order.nulls = Word(*nulls) == "first" ? Nulls::kFirst : Nulls::kLast;
    }
  }
  if (direction != nullptr) order.is_descending = Word(*direction) == "desc";
}

void OperationBuilder::AddOrders(const Node& node, ModelId model, std::vector<FieldId>& path,
                                 std::vector<OrderBy>& out) {
  for (const Member& member : node.members) {
    OrderBy order;
    const FieldId id = Find(model, member.name);
    if (id.valid() && field(id).kind == schema::FieldKind::kRelation) {
      path.push_back(id);
      if (field(id).arity == schema::Arity::kList) {
        if (const Node* count = member.value.Find("_count")) {
          order.kind = OrderBy::Kind::kRelationCount;
          order.path = arena_.Copy(path);
          SetDirection(*count, order);
          out.push_back(order);
        }
      } else {
        AddOrders(member.value, field(id).related_model, path, out);
      }
      path.pop_back();
    } else if (id.valid()) {
      order.path = arena_.Copy(path);
      order.field = id;
      SetDirection(member.value, order);
      out.push_back(order);
    } else if (member.name == "_relevance") {
      order.kind = OrderBy::Kind::kRelevance;
      order.path = arena_.Copy(path);
      if (const Node* fields = member.value.Find("fields")) order.relevance_fields = FieldList(*fields, model);
      if (const Node* search = member.value.Find("search")) order.search = OperandOf(*search);
      SetDirection(member.value, order);
      out.push_back(order);
    } else if (std::optional<Aggregation> aggregation = AggregationOf(member.name)) {
      for (const Member& inner : member.value.members) {
        OrderBy item;
        item.kind = OrderBy::Kind::kAggregation;
        item.path = arena_.Copy(path);
        item.field = Find(model, inner.name);
        item.aggregation = *aggregation;
        SetDirection(inner.value, item);
        out.push_back(item);
      }
    }
  }
}

}  // namespace prisma::query
