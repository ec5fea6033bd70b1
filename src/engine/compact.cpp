#include "engine/compact.h"

#include <algorithm>
#include <unordered_map>

#include "query/plan/shape_key.h"
#include "query/response/write.h"

namespace prisma::engine {
namespace {

using query::Member;
using query::Node;
using query::Request;
using query::Selection;
using query::ShapeKey;

// Behind these names the fields of the key come along if the request has not selected them.
constexpr std::string_view kHiddenNames[] = {"#0", "#1", "#2", "#3", "#4", "#5", "#6", "#7"};

struct KeyPart {
  std::string_view field;
  const Node* value;
};

bool IsEasyToCompare(const schema::Schema& schema, schema::FieldId id) {
  if (!id.valid()) return false;
  const schema::Field& field = schema.fields[id];
  if (field.kind != schema::FieldKind::kScalar) return false;
  return field.scalar == schema::ScalarType::kInt || field.scalar == schema::ScalarType::kBigInt ||
         field.scalar == schema::ScalarType::kString;
}

// The fields and values of `where: {id: 1}` and of `where: {a_b: {a: 1, b: 2}}`; empty if it says anything else.
std::vector<KeyPart> KeyOf(const Request& request, const schema::Schema& schema, schema::ModelId model) {
  if (request.root.arguments.size() != 1 || request.root.arguments[0].name != "where") return {};
  const Node& where = request.root.arguments[0].value;
  if (where.kind != Node::Kind::kObject || where.members.size() != 1) return {};
  const Member& only = where.members[0];
  std::vector<KeyPart> parts;
  if (schema.FindField(model, only.name).valid()) {
    parts.push_back({only.name, &only.value});
  } else if (only.value.kind == Node::Kind::kObject) {
    for (const Member& member : only.value.members) parts.push_back({member.name, &member.value});
  }
  if (parts.size() > std::size(kHiddenNames)) return {};
  for (const KeyPart& part : parts) {
    const bool is_plain = part.value->kind == Node::Kind::kScalar && !part.value->is_null() &&
                          (part.value->tag == Node::Tag::kNone || part.value->tag == Node::Tag::kBigInt);
    if (!is_plain || !IsEasyToCompare(schema, schema.FindField(model, part.field))) return {};
  }
  return parts;
}

// False: of a kind that is not compared here.
bool AppendKeyText(const Value& value, std::string& text) {
  std::string part;
  if (value.kind() == ValueKind::kInt) {
    part = std::to_string(value.as_int());
  } else if (value.kind() == ValueKind::kString) {
    part = value.text();
  } else {
    return false;
  }
  text += std::to_string(part.size()) + ':' + part;
  return true;
}

// Copies for another request, whose scalars are numbered `shift` higher.
class Copier {
 public:
  Copier(Arena& arena, uint32_t shift) : arena_(arena), shift_(shift) {}

  Node Copy(const Node& node) {
    Node copy = node;
    if (copy.ordinal != UINT32_MAX) copy.ordinal += shift_;
    copy.items = arena_.NewSpan<Node>(node.items.size());
    for (size_t i = 0; i < node.items.size(); ++i) copy.items[i] = Copy(node.items[i]);
    copy.members = Copy(node.members);
    return copy;
  }
  std::span<Member> Copy(std::span<Member> members) {
    std::span<Member> copies = arena_.NewSpan<Member>(members.size());
    for (size_t i = 0; i < members.size(); ++i) copies[i] = {members[i].name, Copy(members[i].value)};
    return copies;
  }
  Selection Copy(const Selection& selection) {
    Selection copy = selection;
    copy.arguments = Copy(selection.arguments);
    copy.children = Copy(selection.children, 0);
    return copy;
  }
  // With room for `spare` more.
  std::span<Selection> Copy(std::span<Selection> selections, size_t spare) {
    std::span<Selection> copies = arena_.NewSpan<Selection>(selections.size() + spare);
    for (size_t i = 0; i < selections.size(); ++i) copies[i] = Copy(selections[i]);
    return copies;
  }

 private:
  Arena& arena_;
  uint32_t shift_;
};

Node Object(Arena& arena, std::string_view name, const Node& value) {
  Node object;
  object.kind = Node::Kind::kObject;
  object.members = arena.NewSpan<Member>(1);
  object.members[0] = {name, value};
  return object;
}

bool Selects(std::span<const Selection> children, std::string_view field) {
  return std::any_of(children.begin(), children.end(), [&](const Selection& child) {
    return !child.is_excluded && (child.name == field || child.name == "$scalars");
  });
}

bool Excludes(std::span<const Selection> children, std::string_view field) {
  return std::any_of(children.begin(), children.end(),
                     [&](const Selection& child) { return child.is_excluded && child.name == field; });
}

}  // namespace

std::optional<CompactRead> CompactRead::Make(std::span<const Request> requests, const schema::Schema& schema,
                                             Arena& arena) {
  const Request& first = requests[0];
  const bool is_or_throw = first.action == "findUniqueOrThrow";
  if (requests.size() < 2 || (first.action != "findUnique" && !is_or_throw)) return {};
  const schema::ModelId model = schema.FindModel(first.model);
  if (!model.valid()) return {};
  const std::vector<KeyPart> key = KeyOf(first, schema, model);
  if (key.empty()) return {};
  const size_t width = key.size();

  CompactRead read;
  read.is_miss_an_error_ = is_or_throw;
  read.answer_key_ = "findUnique" + std::string(first.model) + (is_or_throw ? "OrThrow" : "");
  ShapeKey shape, other;
  query::MakeShapeKey(first, shape);
  // An object for each request: `in` if there is one field, else `OR`.
  std::span<Node> items = arena.NewSpan<Node>(requests.size());
  for (size_t i = 0; i < requests.size(); ++i) {
    const Request& request = requests[i];
    if (request.action != first.action || request.model != first.model) return {};
    const std::vector<KeyPart> parts = KeyOf(request, schema, model);
    if (parts.size() != width) return {};
    query::MakeShapeKey(request, other);
    const bool is_same = other.bytes == shape.bytes && other.scalars.size() == shape.scalars.size() &&
                         shape.scalars.size() >= width &&
                         std::equal(shape.scalars.begin() + static_cast<ptrdiff_t>(width), shape.scalars.end(),
                                    other.scalars.begin() + static_cast<ptrdiff_t>(width));
    if (!is_same) return {};
    std::string& wanted = read.wanted_.emplace_back();
    std::span<Member> members = arena.NewSpan<Member>(width);
    for (size_t p = 0; p < width; ++p) {
      if (parts[p].field != key[p].field || parts[p].value->ordinal != p) return {};
      if (!AppendKeyText(parts[p].value->scalar, wanted)) return {};
      members[p] = {parts[p].field, *parts[p].value};
      members[p].value.ordinal = static_cast<uint32_t>(i * width + p);
    }
    if (width == 1) {
      items[i] = members[0].value;
    } else {
      items[i].kind = Node::Kind::kObject;
      items[i].members = members;
    }
  }

  Node list;
  list.kind = Node::Kind::kList;
  list.items = items;
  const Node where = width == 1 ? Object(arena, key[0].field, Object(arena, "in", list)) : Object(arena, "OR", list);
  const auto shift = static_cast<uint32_t>((requests.size() - 1) * width);
  Request& request = read.request_;
  request = first;
  request.action = "findMany";
  request.scalar_count = first.scalar_count + shift;
  request.root.arguments = Object(arena, "where", where).members;
  std::span<Selection> children = Copier(arena, shift).Copy(first.root.children, width);
  for (size_t p = 0; p < width; ++p) {
    const std::string_view field = key[p].field;
    if (Selects(first.root.children, field) && !Excludes(first.root.children, field)) {
      read.key_names_.push_back(field);
      continue;
    }
    if (Excludes(first.root.children, field)) return {};
    Selection& added = children[first.root.children.size() + read.hidden_];
    added.name = field;
    added.alias = kHiddenNames[read.hidden_++];
    read.key_names_.push_back(added.alias);
  }
  request.root.children = children.first(first.root.children.size() + read.hidden_);
  return read;
}

std::vector<uint32_t> CompactRead::RowsOf(const query::Result& result) const {
  std::vector<uint32_t> columns;
  for (std::string_view name : key_names_) {
    for (const query::ResultShape::Field& field : result.shape->fields) {
      if (field.key == name && field.kind == query::ResultShape::Field::Kind::kScalar) columns.push_back(field.column);
    }
  }
  if (columns.size() != key_names_.size()) return {};
  std::unordered_map<std::string, uint32_t> rows;
  for (uint32_t row : result.root_rows) {
    std::string text;
    for (uint32_t column : columns) {
      if (!AppendKeyText(result.root.rows.row(row)[column], text)) return {};
    }
    rows.emplace(std::move(text), row);
  }
  std::vector<uint32_t> found;
  size_t used = 0;
  std::unordered_map<uint32_t, bool> seen;
  for (const std::string& wanted : wanted_) {
    auto row = rows.find(wanted);
    found.push_back(row == rows.end() ? kNoRow : row->second);
    if (row != rows.end() && seen.emplace(row->second, true).second) ++used;
  }
  if (used != result.root_rows.size()) return {};
  return found;
}

void CompactRead::WriteAnswer(const query::Result& result, uint32_t row, bool is_tagged, std::string& out) const {
  out.append("{\"data\":{\"").append(answer_key_).append("\":");
  if (row == kNoRow) {
    out += "null";
  } else {
    query::WriteRow(result, row, hidden_, is_tagged, out);
  }
  out += "}}";
}

}  // namespace prisma::engine
