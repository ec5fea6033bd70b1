#include "query/schema/query_schema.h"

#include <array>

#include "base/error.h"
#include "base/flat_map.h"
#include "query/schema/builders.h"

namespace prisma::query {

using schema::Capability;
using schema::FieldId;
using schema::FieldKind;
using schema::ModelId;

namespace {

constexpr std::array<std::string_view, kRootKinds> kRootNames = {
    "findFirst",
    "findFirstOrThrow",
    "findMany",
    "aggregate",
    "groupBy",
    "findUnique",
    "findUniqueOrThrow",
    "findRaw",
    "aggregateRaw",
    "createOne",
    "upsertOne",
    "createMany",
    "createManyAndReturn",
    "deleteOne",
    "updateOne",
    "updateMany",
    "updateManyAndReturn",
    "deleteMany",
    "executeRaw",
    "queryRaw",
    "runCommandRaw",
};

constexpr std::array<std::string_view, 12> kScalarNames = {
    "Null", "String", "Int", "BigInt", "Float", "Decimal", "Boolean", "DateTime", "Bytes", "Json", "Json",
};

// The root field's name is the action with the model's name inside: "findUnique" + "User" + "OrThrow".
std::pair<std::string_view, std::string_view> SplitAction(std::string_view action) {
  for (std::string_view suffix : {"OrThrow", "AndReturn", "Raw"}) {
    if (action.ends_with(suffix)) return {action.substr(0, action.size() - suffix.size()), suffix};
  }
  return {action, {}};
}

}  // namespace

std::string_view InputScalarName(InputScalar scalar) { return kScalarNames[static_cast<size_t>(scalar)]; }

InputScalar InputScalarOf(schema::ScalarType type) {
  switch (type) {
    case schema::ScalarType::kInt:
      return InputScalar::kInt;
    case schema::ScalarType::kBigInt:
      return InputScalar::kBigInt;
    case schema::ScalarType::kFloat:
      return InputScalar::kFloat;
    case schema::ScalarType::kBoolean:
      return InputScalar::kBoolean;
    case schema::ScalarType::kString:
      return InputScalar::kString;
    case schema::ScalarType::kDateTime:
      return InputScalar::kDateTime;
    case schema::ScalarType::kJson:
      return InputScalar::kJson;
    case schema::ScalarType::kBytes:
      return InputScalar::kBytes;
    case schema::ScalarType::kDecimal:
      return InputScalar::kDecimal;
  }
  return InputScalar::kString;
}

std::string_view AggregateName(AggregateKind kind) {
  constexpr std::array<std::string_view, 5> kNames = {"_count", "_avg", "_sum", "_min", "_max"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view RootName(RootKind kind) { return kRootNames[static_cast<size_t>(kind)]; }

std::optional<RootKind> FindRootKind(std::string_view action) {
  for (size_t i = 0; i < kRootNames.size(); ++i) {
    if (kRootNames[i] == action) return static_cast<RootKind>(i);
  }
  return {};
}

struct QuerySchema::Tables {
  struct Key {
    uint32_t a, b;
    uint8_t kind, flags;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      const uint64_t ids = uint64_t{key.a} << 32 | key.b;
      return ids * 0x9E3779B97F4A7C15 ^ (uint64_t{key.kind} << 8 | key.flags) * 0xC2B2AE3D27D4EB4F;
    }
  };
  FlatMap<Key, InputObject*, Hash> inputs;
  FlatMap<Key, OutputObject*, Hash> outputs;
  FlatMap<std::string_view, const EnumType*> enums;  // made for requests, for no model in particular
};

QuerySchema::QuerySchema(std::shared_ptr<const schema::Schema> schema, bool enable_raw_queries)
    : schema_(std::move(schema)),
      enable_raw_queries_(enable_raw_queries),
      tables_(std::make_unique<Tables>()),
      model_enums_(schema_->enums.size()),
      models_(schema_->models.size()) {}

QuerySchema::~QuerySchema() = default;

// ── what there is ──

bool QuerySchema::CanSearchFulltext() const {
  if (Has(Capability::kNativeFullTextSearchWithIndex)) return true;
  return Has(Capability::kNativeFullTextSearch) && schema_->HasPreviewFeature("fullTextSearchPostgres");
}

bool QuerySchema::HasLoadStrategies() const {
  return schema_->HasPreviewFeature("relationJoins") &&
         (Has(Capability::kLateralJoin) || Has(Capability::kCorrelatedSubqueries));
}

bool QuerySchema::HasUnique(ModelId model) const {
  for (schema::IndexId id : schema_->models[model].indexes) {
    const schema::Index& index = schema_->indexes[id];
    if (index.kind == schema::IndexKind::kPrimaryKey || index.kind == schema::IndexKind::kUnique) return true;
  }
  return false;
}

bool QuerySchema::CanCreate(ModelId model) const {
  if (schema_->models[model].is_view) return false;
  for (FieldId id : schema_->models[model].fields) {
    const schema::Field& field = schema_->fields[id];
    if (field.kind == FieldKind::kUnsupported && field.arity == schema::Arity::kRequired && !field.default_value &&
        !field.is_ignored) {
      return false;
    }
  }
  return true;
}

// A relation is left out at both its ends if anything that it is made of is.
bool QuerySchema::IsRelationVisible(schema::RelationId id) const {
  const schema::Relation& relation = schema_->relations[id];
  if (!IsVisible(relation.model_a) || !IsVisible(relation.model_b)) return false;
  for (FieldId end : {relation.field_a, relation.field_b}) {
    if (end && schema_->fields[end].is_ignored) return false;
  }
  for (const auto* columns : {&relation.fields, &relation.embedded_a.fields, &relation.embedded_b.fields}) {
    for (FieldId column : *columns) {
      const schema::Field& field = schema_->fields[column];
      if (field.is_ignored || field.kind == FieldKind::kUnsupported) return false;
    }
  }
  return true;
}

const std::vector<FieldId>& QuerySchema::VisibleFields(ModelId model) const {
  OfModel& of = models_[model.index];
  if (of.has_visible_fields) return of.visible_fields;
  of.has_visible_fields = true;
  std::vector<FieldId> relations;
  for (FieldId id : schema_->models[model].fields) {
    const schema::Field& field = schema_->fields[id];
    if (field.is_ignored || field.kind == FieldKind::kUnsupported) continue;
    if (field.kind == FieldKind::kRelation) {
      if (field.relation && field.related_model && IsRelationVisible(field.relation)) relations.push_back(id);
    } else {
      of.visible_fields.push_back(id);
    }
  }
  of.visible_fields.insert(of.visible_fields.end(), relations.begin(), relations.end());
  return of.visible_fields;
}

std::vector<FieldId> QuerySchema::VisibleFields(schema::CompositeTypeId type) const {
  std::vector<FieldId> visible;
  for (FieldId id : schema_->composite_types[type].fields) {
    if (schema_->fields[id].kind != FieldKind::kUnsupported) visible.push_back(id);
  }
  return visible;
}

// ── the caches ──

const InputObject* QuerySchema::Input(InputKind kind, uint32_t a, uint32_t b, uint8_t flags,
                                      std::string_view grouping) const {
  InputObject*& object = tables_->inputs[{a, b, static_cast<uint8_t>(kind), flags}];
  if (object) return object;
  object = arena_.New<InputObject>();
  object->kind = kind;
  object->a = a;
  object->b = b;
  object->flags = flags;
  object->number = types_made_++;
  object->grouping = grouping;
  return object;
}

const OutputObject* QuerySchema::Output(OutputKind kind, uint32_t a, uint32_t b) const {
  OutputObject*& object = tables_->outputs[{a, b, static_cast<uint8_t>(kind), 0}];
  if (object) return object;
  object = arena_.New<OutputObject>();
  object->kind = kind;
  object->a = a;
  object->b = b;
  object->number = types_made_++;
  return object;
}

const EnumType* QuerySchema::NewEnum(std::string_view name, std::span<const std::string_view> values) const {
  auto* type = arena_.New<EnumType>();
  type->name = arena_.Copy(name);
  type->number = types_made_++;
  std::span<std::string_view> copy = arena_.NewSpan<std::string_view>(values.size());
  for (size_t i = 0; i < values.size(); ++i) copy[i] = arena_.Copy(values[i]);
  type->values = copy;
  return type;
}

const EnumType* QuerySchema::Enum(std::string_view name, std::span<const std::string_view> values) const {
  auto found = tables_->enums.find(name);
  if (found != tables_->enums.end()) return found->second;
  const EnumType* type = NewEnum(name, values);
  tables_->enums.emplace(type->name, type);
  return type;
}

const EnumType* QuerySchema::ModelEnum(schema::EnumId id) const {
  const EnumType*& made = model_enums_[id.index];
  if (made) return made;
  const schema::Enum& written = schema_->enums[id];
  auto* type = arena_.New<EnumType>();
  type->name = written.name;
  type->is_model = true;
  type->id = id;
  type->number = types_made_++;
  std::span<std::string_view> values = arena_.NewSpan<std::string_view>(written.values.size());
  for (size_t i = 0; i < values.size(); ++i) values[i] = written.values[i].name;
  type->values = values;
  made = type;
  return made;
}

const EnumType* QuerySchema::FieldEnum(ModelId model) const {
  const EnumType*& made = models_[model.index].field_enum;
  if (made) return made;
  std::vector<std::string_view> names;
  for (FieldId id : VisibleFields(model)) {
    const schema::Field& field = schema_->fields[id];
    if (field.kind != FieldKind::kRelation && field.kind != FieldKind::kComposite) names.push_back(field.name);
  }
  made = NewEnum(Capitalized(schema_->models[model].name) + "ScalarFieldEnum", names);
  return made;
}

const EnumType* QuerySchema::RelevanceEnum(ModelId model) const {
  const EnumType*& made = models_[model.index].relevance_enum;
  if (made) return made;
  std::vector<std::string_view> names;
  for (FieldId id : VisibleFields(model)) {
    const schema::Field& field = schema_->fields[id];
    if (field.kind == FieldKind::kScalar && field.scalar == schema::ScalarType::kString) names.push_back(field.name);
  }
  made = NewEnum(schema_->models[model].name + "OrderByRelevanceFieldEnum", names);
  return made;
}

// ── fields ──

std::span<const InputField> QuerySchema::Fields(const InputObject& object) const {
  if (!object.is_ready.load(std::memory_order_acquire)) {
    std::lock_guard lock(mutex_);
    if (!object.is_ready.load(std::memory_order_relaxed)) {
      InputObject& filled = const_cast<InputObject&>(object);
      InputBuilder(*this, filled, arena_, new_input_fields_).Fill();
      filled.fields = arena_.Copy(new_input_fields_);
      filled.is_ready.store(true, std::memory_order_release);
    }
  }
  return object.fields;
}

std::span<const InputField> QuerySchema::FieldsOnce(const InputObject& object, InputScratch& scratch) const {
  if (object.is_ready.load(std::memory_order_acquire)) return object.fields;
  std::lock_guard lock(mutex_);
  scratch.arena.Reset();
  InputBuilder(*this, const_cast<InputObject&>(object), scratch.arena, scratch.fields).Fill();
  return scratch.fields;
}

std::span<const OutputField> QuerySchema::Fields(const OutputObject& object) const {
  if (!object.is_ready.load(std::memory_order_acquire)) {
    std::lock_guard lock(mutex_);
    if (!object.is_ready.load(std::memory_order_relaxed)) {
      OutputObject& filled = const_cast<OutputObject&>(object);
      OutputBuilder(*this, filled).Fill();
      filled.is_ready.store(true, std::memory_order_release);
    }
  }
  return object.fields;
}

const InputField* QuerySchema::FindField(const InputObject& object, std::string_view name) const {
  for (const InputField& field : Fields(object)) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

const OutputField* QuerySchema::FindField(const OutputObject& object, std::string_view name) const {
  for (const OutputField& field : Fields(object)) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// ── roots ──

bool QuerySchema::Offers(RootKind kind, ModelId model) const {
  if (kind == RootKind::kRunCommandRaw) return enable_raw_queries_ && Has(Capability::kMongoDbQueryRaw) && !model;
  if (kind >= RootKind::kExecuteRaw) return enable_raw_queries_ && Has(Capability::kSqlQueryRaw) && !model;
  if (!model || !IsVisible(model)) return false;
  if (kind >= kFirstMutation && schema_->models[model].is_view) return false;
  switch (kind) {
    case RootKind::kFindUnique:
    case RootKind::kFindUniqueOrThrow:
    case RootKind::kDeleteOne:
    case RootKind::kUpdateOne:
      return HasUnique(model);
    case RootKind::kFindRaw:
    case RootKind::kAggregateRaw:
      return enable_raw_queries_ && Has(Capability::kMongoDbQueryRaw);
    case RootKind::kCreateOne:
      return CanCreate(model);
    case RootKind::kUpsertOne:
      return CanCreate(model) && HasUnique(model);
    case RootKind::kCreateMany:
      return CanCreate(model) && Has(Capability::kCreateMany);
    case RootKind::kCreateManyAndReturn:
      return CanCreate(model) && Has(Capability::kCreateMany) && Has(Capability::kInsertReturning);
    case RootKind::kUpdateManyAndReturn:
      return Has(Capability::kUpdateReturning);
    default:
      return true;
  }
}

const OutputField* QuerySchema::Root(RootKind kind, ModelId model) const {
  if (!Offers(kind, model)) return nullptr;
  std::lock_guard lock(mutex_);
  const OutputField*& made = (model ? models_[model.index].roots : raw_roots_)[static_cast<size_t>(kind)];
  if (made) return made;
  auto* field = arena_.New<OutputField>();
  made = field;
  auto [head, tail] = SplitAction(RootName(kind));
  std::string name(head);
  if (model) name += schema_->models[model].name;
  name += tail;
  field->name = arena_.Copy(name);
  if (!model) {
    field->arguments = Input(InputKind::kRawArguments, static_cast<uint32_t>(kind));
    return field;
  }
  field->arguments = Input(InputKind::kArguments, static_cast<uint32_t>(kind), model.index);
  if (kind == RootKind::kFindRaw || kind == RootKind::kAggregateRaw) return field;
  OutputKind output = OutputKind::kModel;
  switch (kind) {
    case RootKind::kFindMany:
      field->is_list = true;
      break;
    case RootKind::kAggregate:
      output = OutputKind::kAggregate;
      break;
    case RootKind::kGroupBy:
      output = OutputKind::kGroupBy;
      field->is_list = true;
      break;
    case RootKind::kCreateOne:
    case RootKind::kUpsertOne:
      break;
    case RootKind::kCreateMany:
    case RootKind::kUpdateMany:
    case RootKind::kDeleteMany:
      output = OutputKind::kAffectedRows;
      break;
    case RootKind::kCreateManyAndReturn:
      output = OutputKind::kCreateManyAndReturn;
      field->is_list = true;
      break;
    case RootKind::kUpdateManyAndReturn:
      output = OutputKind::kUpdateManyAndReturn;
      field->is_list = true;
      break;
    default:
      field->is_nullable = true;
  }
  field->object = output == OutputKind::kAffectedRows ? Output(output) : Output(output, model.index);
  return field;
}

const OutputField* QuerySchema::FindRoot(std::string_view model, std::string_view action) const {
  std::optional<RootKind> kind = FindRootKind(action);
  return kind ? Root(*kind, schema_->FindModel(model)) : nullptr;
}

const OutputField* QuerySchema::FindRootByName(bool is_mutation, std::string_view name) const {
  for (size_t i = 0; i < kRootNames.size(); ++i) {
    RootKind kind = static_cast<RootKind>(i);
    if (is_mutation != (kind >= kFirstMutation)) continue;
    auto [head, tail] = SplitAction(kRootNames[i]);
    if (!name.starts_with(head) || !name.ends_with(tail) || name.size() < head.size() + tail.size()) continue;
    std::string_view model = name.substr(head.size(), name.size() - head.size() - tail.size());
    if (kind >= RootKind::kExecuteRaw && !model.empty()) continue;
    if (const OutputField* root = Root(kind, model.empty() ? ModelId() : schema_->FindModel(model))) return root;
  }
  return nullptr;
}

QuerySchema::RootInfo QuerySchema::InfoOf(const OutputField& root) const {
  if (root.arguments->kind == InputKind::kRawArguments) {
    return {static_cast<RootKind>(root.arguments->a), {}};
  }
  return {static_cast<RootKind>(root.arguments->a), ModelId(root.arguments->b)};
}

const OutputObject& QuerySchema::query() const {
  std::lock_guard lock(mutex_);
  return *Output(OutputKind::kQuery);
}

const OutputObject& QuerySchema::mutation() const {
  std::lock_guard lock(mutex_);
  return *Output(OutputKind::kMutation);
}

const EnumType* QuerySchema::isolation_levels() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string_view> levels;
  if (Has(Capability::kSupportsTxIsolationReadUncommitted)) levels.push_back("ReadUncommitted");
  if (Has(Capability::kSupportsTxIsolationReadCommitted)) levels.push_back("ReadCommitted");
  if (Has(Capability::kSupportsTxIsolationRepeatableRead)) levels.push_back("RepeatableRead");
  if (Has(Capability::kSupportsTxIsolationSerializable)) levels.push_back("Serializable");
  if (Has(Capability::kSupportsTxIsolationSnapshot)) levels.push_back("Snapshot");
  return levels.empty() ? nullptr : Enum("TransactionIsolationLevel", levels);
}

}  // namespace prisma::query
