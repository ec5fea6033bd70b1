// Reads a JSON text into a document that can be walked. Values and the strings they give are views into the document
// and live as long as it does (and isn't moved away from).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace prisma::json {

enum class Kind : uint8_t {
  kNull,
  kBool,
  kInt,    // fits into 64 bits, signed
  kUint,   // above that, unsigned
  kFloat,  // everything else
  kString,
  kArray,
  kObject,
};

class Value;
class Writer;
struct Member;

namespace internal {
// A place in the parser's document.
struct Place {
  const void* document = nullptr;
  size_t index = 0;
};
}  // namespace internal

template <class Item>
class Range;

class Value {
 public:
  Value() = default;  // reads as null

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_object() const { return kind() == Kind::kObject; }
  bool is_array() const { return kind() == Kind::kArray; }

  // Of the matching kind only; else false, 0 or empty.
  bool as_bool() const;
  int64_t as_int() const;   // kUint wraps around
  double as_float() const;  // any number
  std::string_view text() const;

  // Elements of an array; none for other kinds.
  Range<Value> items() const;
  // Members of an object in order; none for other kinds.
  Range<Member> members() const;
  size_t size() const;  // of an array or object
  // Of an object: the first member of that name, or a null value for which `found` is false.
  Value Get(std::string_view key) const;
  bool Has(std::string_view key) const;

 private:
  template <class Item>
  friend class Range;
  friend class Document;
  explicit Value(internal::Place place) : place_(place) {}
  internal::Place place_;
};

struct Member {
  std::string_view key;
  Value value;
};

// For range-based for.
template <class Item>
class Range {
 public:
  class Iterator {
   public:
    Item operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return place_.index != other.place_.index; }

   private:
    friend class Range;
    friend class Value;
    internal::Place place_;
  };
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  friend class Value;
  Iterator begin_, end_;
};

// `message` is what serde_json says of the same text: "expected value at line 1 column 3".
struct ParseError {
  std::string message;
};

template <>
Value Range<Value>::Iterator::operator*() const;
template <>
Range<Value>::Iterator& Range<Value>::Iterator::operator++();
template <>
Member Range<Member>::Iterator::operator*() const;
template <>
Range<Member>::Iterator& Range<Member>::Iterator::operator++();

class Document {
 public:
  Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  // False: the text is not JSON; `error().message` tells why. The text need not outlive the call.
  bool Parse(std::string_view text);
  const ParseError& error() const { return error_; }
  Value root() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  ParseError error_;
};

// The same value again as compact text.
void Write(const Value& value, Writer& writer);
std::string ToText(const Value& value);

// What serde_json says is wrong with the text ("EOF while parsing a value at line 1 column 10"), or empty if nothing
// is. `as_floats`, if given, gets the text with the integers that don't fit into 64 bits written as floats.
std::string FindSyntaxError(std::string_view text, std::string* as_floats = nullptr);

}  // namespace prisma::json
