#include "query/plan/shape_key.h"

#include <cstring>
#include <utility>

namespace prisma::query {
namespace {

class Walker {
 public:
  explicit Walker(ShapeKey& key) : key_(key) {}

  void Name(std::string_view name) {
    key_.bytes.push_back(static_cast<char>(name.size() < 255 ? name.size() : 255));
    if (name.size() >= 255) Number(static_cast<uint32_t>(name.size()));
    key_.bytes.append(name);
  }

  void Visit(const Selection& selection) {
    Name(selection.name);
    if (selection.alias.data() == selection.name.data() || selection.alias == selection.name) {
      key_.bytes.push_back('=');
    } else {
      key_.bytes.push_back('a');
      Name(selection.alias);
    }
    key_.bytes.push_back(static_cast<char>('0' + selection.is_excluded + 2 * selection.has_children));
    if (!selection.arguments.empty()) {
      if (std::exchange(has_rows_, false)) {
        RootArguments(selection.arguments);
      } else {
        Members(selection.arguments);
      }
    }
    if (!selection.children.empty()) {
      key_.bytes.push_back('{');
      for (const Selection& child : selection.children) Visit(child);
      key_.bytes.push_back('}');
    }
  }

  void Members(std::span<const Member> members) {
    key_.bytes.push_back('(');
    for (const Member& member : members) {
      Name(member.name);
      Visit(member.value);
    }
    key_.bytes.push_back(')');
  }

  // The root's arguments: the rows of createMany may have nulls or whole numbers here and there and are one shape
  // still.
  void RootArguments(std::span<const Member> members) {
    key_.bytes.push_back('(');
    for (const Member& member : members) {
      Name(member.name);
      are_rows_ = member.name == "data" && member.value.kind == Node::Kind::kList;
      Visit(member.value);
      are_rows_ = false;
    }
    key_.bytes.push_back(')');
  }

  void VisitRoot(const Selection& root, bool has_rows) {
    has_rows_ = has_rows;
    Visit(root);
  }

  void Visit(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kScalar:
        return Scalar(node);
      case Node::Kind::kObject:
        return Members(node.members);
      case Node::Kind::kList:
        return List(node);
    }
  }

 private:
  void Number(uint32_t n) { key_.bytes.append(reinterpret_cast<const char*>(&n), sizeof n); }

  void Scalar(const Node& node) {
    ValueKind kind = node.scalar.kind();
    if (in_row_) kinds_at_.push_back(static_cast<uint32_t>(key_.bytes.size() - row_start_));
    key_.bytes.push_back(static_cast<char>('A' + static_cast<int>(kind) + 16 * static_cast<int>(node.tag)));
    if (kind == ValueKind::kFieldRef) Name(node.scalar.text());
    if (node.ordinal != key_.scalars.size()) {
      key_.is_regular = false;
      return;
    }
    key_.scalars.push_back(node.scalar);
  }

  void List(const Node& node) {
    std::span<const Node> items = node.items;
    if (in_group_ || items.empty()) return FixedList(items);
    std::string& bytes = key_.bytes;
    bytes.push_back('*');
    size_t start = bytes.size();
    uint32_t first = static_cast<uint32_t>(key_.scalars.size());
    in_group_ = true;
    bool are_rows = are_rows_;
    are_rows_ = false;
    if (are_rows) {
      in_row_ = true;
      row_start_ = start;
      kinds_at_.clear();
    }
    Visit(items[0]);
    in_row_ = false;
    uint32_t stride = static_cast<uint32_t>(key_.scalars.size()) - first;
    size_t length = bytes.size() - start;
    bool is_uniform = stride > 0 && key_.is_regular;
    for (size_t i = 1; is_uniform && i < items.size(); ++i) {
      if (items[i].kind == Node::Kind::kScalar && length == 1) {
        // The common case, a list of plain scalars, without writing anything.
        const Node& item = items[i];
        is_uniform = bytes[start] == static_cast<char>('A' + static_cast<int>(item.scalar.kind()) +
                                                       16 * static_cast<int>(item.tag)) &&
                     item.ordinal == key_.scalars.size();
        if (is_uniform) key_.scalars.push_back(item.scalar);
        continue;
      }
      size_t at = bytes.size();
      Visit(items[i]);
      is_uniform = bytes.size() - at == length && (!are_rows || MergeKinds(start, at)) &&
                   std::memcmp(bytes.data() + at, bytes.data() + start, length) == 0;
      bytes.resize(at);
    }
    in_group_ = false;
    if (is_uniform) {
      key_.groups.push_back({first, stride, static_cast<uint32_t>(items.size())});
      bytes.push_back('*');
      return;
    }
    bytes.resize(start - 1);
    key_.scalars.resize(first);
    FixedList(items);
  }

  // Makes the kinds of the row at `at` those of the pattern at `start` where they go together. The pattern learns.
  bool MergeKinds(size_t start, size_t at) {
    constexpr char kNull = 'A' + static_cast<char>(ValueKind::kNull);
    constexpr char kInt = 'A' + static_cast<char>(ValueKind::kInt);
    constexpr char kFloat = 'A' + static_cast<char>(ValueKind::kFloat);
    std::string& bytes = key_.bytes;
    for (uint32_t offset : kinds_at_) {
      char& pattern = bytes[start + offset];
      char& kind = bytes[at + offset];
      if (pattern == kNull || (pattern == kInt && kind == kFloat)) pattern = kind;
      if (kind == kNull || (pattern == kFloat && kind == kInt)) kind = pattern;
    }
    return true;
  }

  void FixedList(std::span<const Node> items) {
    key_.bytes.push_back('[');
    Number(static_cast<uint32_t>(items.size()));
    for (const Node& item : items) Visit(item);
  }

  ShapeKey& key_;
  bool in_group_ = false;
  bool has_rows_ = false;  // the next arguments are those of createMany
  bool are_rows_ = false;  // the list that comes next is one of rows
  bool in_row_ = false;
  size_t row_start_ = 0;
  std::vector<uint32_t> kinds_at_;  // in the first row: where the kinds of scalars stand
};

}  // namespace

void MakeShapeKey(const Request& request, ShapeKey& key, bool is_checked) {
  key.Clear();
  key.has_plain_json = request.has_plain_json && !request.has_json_texts;
  if (is_checked) key.bytes.push_back('c');
  Walker walker(key);
  key.bytes.push_back(request.is_mutation ? 'm' : 'q');
  walker.Name(request.model);
  walker.Name(request.action);
  std::string_view name = request.action.empty() ? request.root.name : request.action;
  walker.VisitRoot(request.root, request.is_mutation && name.starts_with("createMany"));
}

}  // namespace prisma::query
