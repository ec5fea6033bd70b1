// Data of writes: scalar writes and nested writes in every form.
#include "base/error.h"
#include "query/document/build_operation_internal.h"

namespace prisma::query {

namespace {

std::optional<WriteKind> WriteKindOf(std::string_view name) {
  if (name == "set") return WriteKind::kSet;
  if (name == "increment") return WriteKind::kIncrement;
  if (name == "decrement") return WriteKind::kDecrement;
  if (name == "multiply") return WriteKind::kMultiply;
  if (name == "divide") return WriteKind::kDivide;
  if (name == "push") return WriteKind::kPush;
  if (name == "unset") return WriteKind::kUnset;
  return {};
}

std::optional<NestedKind> NestedKindOf(std::string_view name) {
  if (name == "create") return NestedKind::kCreate;
  if (name == "createMany") return NestedKind::kCreateMany;
  if (name == "connect") return NestedKind::kConnect;
  if (name == "connectOrCreate") return NestedKind::kConnectOrCreate;
  if (name == "set") return NestedKind::kSet;
  if (name == "disconnect") return NestedKind::kDisconnect;
  if (name == "update") return NestedKind::kUpdate;
  if (name == "updateMany") return NestedKind::kUpdateMany;
  if (name == "upsert") return NestedKind::kUpsert;
  if (name == "delete") return NestedKind::kDelete;
  if (name == "deleteMany") return NestedKind::kDeleteMany;
  return {};
}

// `{ where, data }` around the data of a to-one update, as against the data itself.
const Node* WrappedData(const Node& node) {
  const Node* data = node.Find("data");
  if (data == nullptr || data->kind != Node::Kind::kObject) return nullptr;
  for (const Member& member : node.members) {
    if (member.name != "data" && member.name != "where") return nullptr;
  }
  return data;
}

}  // namespace

WriteData OperationBuilder::DataOf(const Node& node, ModelId model) {
  std::vector<ScalarWrite> scalars;
  std::vector<NestedWrite> nested;
  WriteData data;
  for (const Member& member : node.members) {
    const FieldId id = Find(model, member.name);
    PRISMA_CHECK(id.valid());
    if (field(id).kind == schema::FieldKind::kRelation) {
      AddNestedWrites(id, member.value, nested);
      data.names_relations = true;
    } else {
      AddScalarWrite(id, member.value, scalars);
    }
  }
  data.scalars = arena_.Copy(scalars);
  data.nested = arena_.Copy(nested);
  return data;
}

std::span<const WriteData> OperationBuilder::DataList(const Node& node, ModelId model) {
  std::span<const Node> items = ItemsOf(node);
  std::span<WriteData> list = arena_.NewSpan<WriteData>(items.size());
  for (size_t i = 0; i < items.size(); ++i) list[i] = DataOf(items[i], model);
  return list;
}

void OperationBuilder::AddScalarWrite(FieldId id, const Node& value, std::vector<ScalarWrite>& out) {
  if (value.kind != Node::Kind::kObject) {
    out.push_back({id, WriteKind::kSet, FieldOperand(value, id)});
    return;
  }
  for (const Member& member : value.members) {
    const std::optional<WriteKind> kind = WriteKindOf(member.name);
    PRISMA_CHECK(kind.has_value());
    if (*kind == WriteKind::kUnset && !Flag(member.value)) continue;
    out.push_back({id, *kind, FieldOperand(member.value, id)});
  }
}

void OperationBuilder::AddNestedWrites(FieldId id, const Node& value, std::vector<NestedWrite>& out) {
  const bool is_list = field(id).arity == schema::Arity::kList;
  const ModelId model = field(id).related_model;
  for (const Member& member : value.members) {
    const std::optional<NestedKind> kind = NestedKindOf(member.name);
    PRISMA_CHECK(kind.has_value());
    NestedWrite write;
    write.relation_field = id;
    write.kind = *kind;
    if (*kind == NestedKind::kSet) {
      std::vector<Filter> filters;
      for (const Node& item : ItemsOf(member.value)) filters.push_back(WhereOf(item, model));
      write.set_filters = arena_.Copy(filters);
      out.push_back(write);
      continue;
    }
    const std::span<const Node> items = ItemsOf(member.value);
    if (items.empty() && *kind == NestedKind::kDisconnect) {
      write.is_nothing = true;
      out.push_back(write);
    }
    for (const Node& item : items) AddNestedWrite(write, item, is_list, model, out);
  }
}

bool OperationBuilder::IsManySide(FieldId relation_field) const {
  return schema_.HasForeignKey(relation_field) &&
         schema_.relations[field(relation_field).relation].kind == schema::RelationKind::kOneToMany;
}

void OperationBuilder::AddNestedWrite(NestedWrite write, const Node& value, bool is_list, ModelId model,
                                      std::vector<NestedWrite>& out) {
  const auto where_of = [&](const Node& node) {
    if (const Node* where = node.Find("where"); where != nullptr && !where->is_null())
      write.where = Where(*where, model);
  };
  switch (write.kind) {
    case NestedKind::kCreate:
      write.create = Data(value, model);
      break;
    case NestedKind::kCreateMany:
      if (const Node* data = value.Find("data")) write.create_many = DataList(*data, model);
      if (const Node* skip = value.Find("skipDuplicates")) write.skip_duplicates = Flag(*skip);
      break;
    case NestedKind::kConnect:
      write.where = Where(value, model);
      break;
    case NestedKind::kConnectOrCreate:
      where_of(value);
      if (const Node* create = value.Find("create")) write.create = Data(*create, model);
      break;
    case NestedKind::kDisconnect:
    case NestedKind::kDelete:
      if (value.kind == Node::Kind::kScalar) {
        // Prisma doesn't look at the flag when the many side of a one-to-many relation disconnects.
        if (!Flag(value) && (write.kind == NestedKind::kDelete || !IsManySide(write.relation_field))) return;
      } else {
        write.where = Where(value, model);
      }
      break;
    case NestedKind::kUpdate:
      if (const Node* data = is_list ? value.Find("data") : WrappedData(value)) {
        where_of(value);
        write.update = Data(*data, model);
      } else {
        write.update = Data(value, model);
      }
      break;
    case NestedKind::kUpdateMany:
      where_of(value);
      if (const Node* data = value.Find("data")) write.update = Data(*data, model);
      break;
    case NestedKind::kUpsert:
      where_of(value);
      if (const Node* create = value.Find("create")) write.create = Data(*create, model);
      if (const Node* update = value.Find("update")) write.update = Data(*update, model);
      break;
    case NestedKind::kDeleteMany:
      write.where = Where(value, model);
      break;
    case NestedKind::kSet:
      break;
  }
  out.push_back(write);
}

}  // namespace prisma::query
