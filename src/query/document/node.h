// A request as it came in, in any protocol, as one tree: made by readers (GraphQL, JSON, Python objects), checked
// against the QuerySchema, then read into an Operation. Lives in the request's arena.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "value/value.h"

namespace prisma::query {

struct Member;

struct Node {
  enum class Kind : uint8_t { kScalar, kList, kObject };
  // How the protocol marked the value, where the kind of the value doesn't tell.
  enum class Tag : uint8_t { kNone, kBigInt, kFieldReference, kRaw };
  Kind kind = Kind::kScalar;
  Tag tag = Tag::kNone;
  // Scalars are numbered in the order of reading: the index of the request's parameter. Nodes made while checking have
  // none.
  uint32_t ordinal = UINT32_MAX;
  Value scalar;
  std::span<Node> items;      // kList
  std::span<Member> members;  // kObject, in order

  bool is_null() const { return kind == Kind::kScalar && scalar.is_null(); }
  const Node* Find(std::string_view name) const;
};

struct Member {
  std::string_view name;
  Node value;
  // What was written, where a door knows `name` by another word: the name of a field, or a key of JSON, may be that
  // word.
  std::string_view written = {};
};

// One selected field, and for an object what is selected of it.
struct Selection {
  std::string_view name;      // JSON protocol: "$scalars" and "$composites" stay as they are
  std::string_view alias;     // = name without one
  bool is_excluded = false;   // JSON protocol `"f": false`
  bool has_children = false;  // a nested selection set was written
  std::span<Member> arguments;
  std::span<Selection> children;
};

// One root field.
struct Request {
  bool is_mutation = false;
  // JSON protocol and Python: model and action are given, name is empty. GraphQL: name is "findManyUser" and is looked
  // up.
  std::string_view model;
  std::string_view action;
  Selection root;             // root.name = "findManyUser" once known
  uint32_t scalar_count = 0;  // ordinals used
  // Where JSON is expected a plain value stands for itself (JSON protocol); else a string is JSON text (GraphQL).
  bool has_plain_json = true;
  // Plain values stand for themselves, but a string is JSON text, and null is the database's (Python).
  bool has_json_texts = false;
};

inline const Node* Node::Find(std::string_view name) const {
  for (const Member& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

}  // namespace prisma::query
