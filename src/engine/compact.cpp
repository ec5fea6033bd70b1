#include "engine/compact.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

#include "query/document/check.h"
#include "query/response/write.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::engine {
namespace {

using query::Member;
using query::Node;
using query::Request;
using query::Selection;

constexpr std::string_view kFindUnique = "findUnique", kOrThrow = "OrThrow";

// Behind these names the fields of the keys come along if the requests have not selected them.
constexpr std::string_view kHiddenNames[] = {"#0", "#1", "#2", "#3", "#4", "#5", "#6", "#7"};

struct KeyPart {
  std::string_view field;
  Node value;
};

bool IsScalarField(const schema::Schema& schema, schema::FieldId id) {
  const schema::FieldKind kind = schema.fields[id].kind;
  return kind == schema::FieldKind::kScalar || kind == schema::FieldKind::kEnum;
}

// The fields and values that the `where` of a findUnique compares for equality: `{id: 1}`, `{id: {equals: 1}}`,
// `{a_b: {a: 1, b: 2}}`. Empty: it says something else, so that the request stays one of its own. What is wrong with
// the values is left to the check of the one request that takes its place.
std::vector<KeyPart> KeyOf(const Request& request, const schema::Schema& schema, schema::ModelId model) {
  if (request.root.arguments.empty() || request.root.arguments[0].name != "where") return {};
  const Node& where = request.root.arguments[0].value;
  if (where.kind != Node::Kind::kObject) return {};
  std::vector<KeyPart> parts;
  for (const Member& member : where.members) {
    const bool is_object = member.value.kind == Node::Kind::kObject;
    if (is_object && schema.FindCompound(model, member.name) != nullptr) {
      for (const Member& inner : member.value.members) parts.push_back({inner.name, inner.value});
      continue;
    }
    const schema::FieldId id = schema.FindField(model, member.name);
    if (!id.valid() || !IsScalarField(schema, id)) return {};
    const Node* value = is_object ? member.value.Find("equals") : &member.value;
    if (value == nullptr) return {};
    parts.push_back({member.name, *value});
  }
  return parts;
}

bool IsSame(const Node& a, const Node& b);

bool IsSame(std::span<const Member> a, std::span<const Member> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Member& x, const Member& y) { return x.name == y.name && IsSame(x.value, y.value); });
}

bool IsSame(const Node& a, const Node& b) {
  return a.kind == b.kind && a.tag == b.tag && a.scalar == b.scalar && IsSame(a.members, b.members) &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(),
                    [](const Node& x, const Node& y) { return IsSame(x, y); });
}

// Whether two requests select the same, in any order.
bool IsSame(std::span<const Selection> a, std::span<const Selection> b) {
  const auto is_same = [](const Selection& x, const Selection& y) {
    return x.name == y.name && x.alias == y.alias && x.is_excluded == y.is_excluded &&
           x.has_children == y.has_children && IsSame(x.arguments, y.arguments) && IsSame(x.children, y.children);
  };
  if (std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same)) return true;
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const Selection& x) {
           return std::any_of(b.begin(), b.end(), [&](const Selection& y) { return is_same(x, y); });
         });
}

// The bytes of a number, for equal numbers the same.
std::string DoubleText(double number) {
  const double positive = number == 0 ? 0 : number;
  return std::string(reinterpret_cast<const char*>(&positive), sizeof positive);
}

// What a value of a request or of a row is compared by; none: of a kind that is not compared here.
std::optional<std::string> KeyTextOf(const Value& value, const schema::Field& field) {
  if (value.is_null()) return "-";
  const bool is_text = value.kind() == ValueKind::kString;
  if (field.kind == schema::FieldKind::kEnum) return std::string(value.text());
  switch (field.scalar) {
    case schema::ScalarType::kInt:
    case schema::ScalarType::kBigInt: {
      int64_t number = value.as_int();
      if (is_text) {
        const std::string_view text = value.text();
        if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return {};
      } else if (value.kind() != ValueKind::kInt) {
        return {};
      }
      return std::to_string(number);
    }
    case schema::ScalarType::kString:
      if (is_text || value.kind() == ValueKind::kUuid) return std::string(value.text());
      return {};
    case schema::ScalarType::kBoolean:
      if (value.kind() == ValueKind::kBool) return value.as_bool() ? "t" : "f";
      return {};
    case schema::ScalarType::kDateTime: {
      std::optional<int64_t> time;
      if (value.kind() == ValueKind::kDateTime) time = value.as_int();
      if (is_text) time = ParseDateTime(value.text());
      return time ? std::optional(std::to_string(*time)) : std::nullopt;
    }
    case schema::ScalarType::kDecimal:
      if (is_text || value.kind() == ValueKind::kDecimal) return ParseDecimal(value.text());
      if (value.kind() == ValueKind::kFloat) return DecimalFromDouble(value.as_float());
      if (value.kind() == ValueKind::kInt) return std::to_string(value.as_int());
      return {};
    case schema::ScalarType::kBytes:
      if (is_text) return DecodeBase64(value.text());
      if (value.kind() == ValueKind::kBytes) return std::string(value.text());
      return {};
    case schema::ScalarType::kFloat:
      if (value.kind() == ValueKind::kFloat) return DoubleText(value.as_float());
      if (value.kind() == ValueKind::kInt) return DoubleText(static_cast<double>(value.as_int()));
      return {};
    case schema::ScalarType::kJson:
      break;
  }
  return {};
}

// False: of a kind that is not compared here.
bool AppendKeyText(const Value& value, const schema::Field& field, std::string& text) {
  const std::optional<std::string> part = KeyTextOf(value, field);
  if (!part) return false;
  text.append(std::to_string(part->size())).append(value.is_null() ? "-" : ":").append(*part);
  return true;
}

// Copies, because the requests themselves may still be asked one by one.
class Copier {
 public:
  explicit Copier(Arena& arena) : arena_(arena) {}

  Node Copy(const Node& node) {
    Node copy = node;
    copy.items = arena_.NewSpan<Node>(node.items.size());
    for (size_t i = 0; i < node.items.size(); ++i) copy.items[i] = Copy(node.items[i]);
    copy.members = Copy(node.members);
    return copy;
  }
  std::span<Member> Copy(std::span<Member> members) {
    std::span<Member> copies = arena_.NewSpan<Member>(members.size());
    for (size_t i = 0; i < members.size(); ++i) {
      copies[i] = members[i];
      copies[i].value = Copy(members[i].value);
    }
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
};

Node Object(Arena& arena, std::string_view name, const Node& value) {
  Node object;
  object.kind = Node::Kind::kObject;
  object.members = arena.NewSpan<Member>(1);
  object.members[0] = {name, value, {}};
  return object;
}

Node List(Arena& arena, const std::vector<Node>& items) {
  Node list;
  list.kind = Node::Kind::kList;
  list.items = arena.Copy(items);
  return list;
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
  CompactRead read(schema);
  if (requests.empty() || !read.Begin(requests[0])) return {};
  const Request& first = requests[0];
  std::vector<std::vector<KeyPart>> keys;
  bool is_one_field = true, has_flags = false;
  for (const Request& request : requests) {
    const bool is_same = request.action == first.action && request.model == first.model &&
                         request.root.name == first.root.name && IsSame(request.root.children, first.root.children);
    if (!is_same) return {};
    keys.push_back(KeyOf(request, schema, read.model_));
    if (keys.back().empty()) return {};
    for (const KeyPart& part : keys.back()) {
      is_one_field = is_one_field && keys.back().size() == 1 && part.field == keys[0][0].field;
      has_flags = has_flags || part.value.scalar.kind() == ValueKind::kBool;
      read.AddWanted(part.field, part.value);
    }
    read.wanted_ends_.push_back(read.wanted_parts_.size());
  }

  Copier copier(arena);
  std::vector<Node> choices;
  for (const std::vector<KeyPart>& key : keys) {
    std::vector<Node> all;
    for (const KeyPart& part : key) {
      Node value = copier.Copy(part.value);
      all.push_back(is_one_field && !has_flags ? value : Object(arena, part.field, Object(arena, "equals", value)));
    }
    choices.push_back(all.size() == 1 ? all[0] : Object(arena, "AND", List(arena, all)));
  }
  Node where = choices[0];
  if (is_one_field && !has_flags) {
    where = Object(arena, keys[0][0].field, Object(arena, "in", List(arena, choices)));
  } else if (choices.size() > 1) {
    where = Object(arena, "OR", List(arena, choices));
  }
  read.request_.root.arguments = Object(arena, "where", where).members;
  read.request_.root.children = read.SelectKeys(copier.Copy(first.root.children, std::size(kHiddenNames)));
  query::Renumber(read.request_);
  return read;
}

// What the request that takes the place of the others has of the first one. False: it is not a findUnique.
bool CompactRead::Begin(const Request& first) {
  const bool is_named = first.action.empty();  // GraphQL: only the root field's name says what is asked
  const std::string_view name = is_named ? first.root.name : first.action;
  if (!name.starts_with(kFindUnique) || first.is_mutation) return false;
  is_miss_an_error_ = name.ends_with(kOrThrow);
  std::string_view model = first.model;
  if (is_named) {
    model = name.substr(kFindUnique.size());
    model_ = schema_.FindModel(model);
    is_miss_an_error_ = is_miss_an_error_ && !model_.valid();
    if (is_miss_an_error_) model.remove_suffix(kOrThrow.size());
    if (!first.root.alias.empty() && first.root.alias != name) return false;
  }
  model_ = schema_.FindModel(model);
  if (!model_.valid()) return false;
  answer_key_ = "findUnique" + std::string(model) + (is_miss_an_error_ ? "OrThrow" : "");
  request_ = first;
  request_.model = schema_.models[model_].name;
  request_.action = "findMany";
  request_.root.name = request_.root.alias = {};
  return true;
}

void CompactRead::AddWanted(std::string_view name, const Node& value) {
  const schema::FieldId id = schema_.FindField(model_, name);
  size_t at = 0;
  while (at < keys_.size() && keys_[at].field_name != name) ++at;
  std::string text;
  if (!id.valid() || !IsScalarField(schema_, id) || value.kind != Node::Kind::kScalar ||
      !AppendKeyText(value.scalar, schema_.fields[id], text)) {
    is_comparable_ = false;
  }
  if (at == keys_.size()) keys_.push_back({name, {}, id});
  wanted_parts_.emplace_back(at, std::move(text));
}

std::span<Selection> CompactRead::SelectKeys(std::span<Selection> children) {
  size_t count = children.size() - std::size(kHiddenNames);
  const std::span<const Selection> given = children.first(count);
  for (Key& key : keys_) {
    key.result_name = key.field_name;
    if (Selects(given, key.field_name) && !Excludes(given, key.field_name)) continue;
    if (Excludes(given, key.field_name) || hidden_ == std::size(kHiddenNames) || !key.field.valid()) {
      is_comparable_ = false;
      continue;
    }
    key.result_name = kHiddenNames[hidden_++];
    children[count].name = key.field_name;
    children[count++].alias = key.result_name;
  }
  return children.first(count);
}

std::vector<uint32_t> CompactRead::RowsOf(const query::Result& result) const {
  if (!is_comparable_) return {};
  std::vector<uint32_t> columns;
  for (const Key& key : keys_) {
    for (const query::ResultShape::Field& field : result.shape->fields) {
      if (field.key == key.result_name && field.kind == query::ResultShape::Field::Kind::kScalar) {
        columns.push_back(field.column);
      }
    }
  }
  if (columns.size() != keys_.size()) return {};
  // Requests may ask by different keys; those that ask by the same ones are a group.
  using Rows = std::unordered_map<std::string, uint32_t>;  // by wanted text; kNoRow at first
  std::map<std::vector<size_t>, Rows> groups;
  std::vector<const uint32_t*> places;
  size_t begin = 0;
  for (size_t end : wanted_ends_) {
    std::vector<size_t> keys;
    std::string text;
    for (; begin < end; ++begin) {
      keys.push_back(wanted_parts_[begin].first);
      text += wanted_parts_[begin].second;
    }
    places.push_back(&groups[std::move(keys)].try_emplace(std::move(text), kNoRow).first->second);
  }
  for (uint32_t row : result.root_rows) {
    bool is_wanted = false;
    for (auto& [keys, rows] : groups) {
      std::string text;
      for (size_t key : keys) {
        const Value& cell = result.root.rows.row(row)[columns[key]];
        if (!AppendKeyText(cell, schema_.fields[keys_[key].field], text)) return {};
      }
      const auto place = rows.find(text);
      if (place == rows.end()) continue;
      is_wanted = true;
      if (place->second == kNoRow) place->second = row;
    }
    if (!is_wanted) return {};  // the database has another notion of what is equal
  }
  std::vector<uint32_t> found;
  for (const uint32_t* place : places) found.push_back(*place);
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
