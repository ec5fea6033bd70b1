#include "json/reader.h"

#include <simdjson.h>

#include <optional>

#include "json/writer.h"

namespace prisma::json {
namespace {

constexpr size_t kLongText = size_t{1} << 20;

using simdjson::internal::tape_ref;
using simdjson::internal::tape_type;

tape_ref At(internal::Place place) {
  return tape_ref(static_cast<const simdjson::dom::document*>(place.document), place.index);
}

}  // namespace

struct Document::Impl {
  simdjson::dom::document document;
};

Document::Document() : impl_(std::make_unique<Impl>()) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

bool Document::Parse(std::string_view text) {
  // One parser per thread: its buffers are several times as large as the text, and worth keeping unless that is long.
  thread_local simdjson::dom::parser kept;
  std::optional<simdjson::dom::parser> passing;
  simdjson::dom::parser& parser = text.size() > kLongText ? passing.emplace() : kept;
  error_.message.clear();
  auto result = parser.parse_into_document(impl_->document, text.data(), text.size());
  if (result.error() == simdjson::SUCCESS) return true;
  std::string as_floats;
  error_.message = FindSyntaxError(text, &as_floats);
  if (error_.message.empty()) {
    if (parser.parse_into_document(impl_->document, as_floats).error() == simdjson::SUCCESS) return true;
    error_.message = simdjson::error_message(result.error());
  }
  return false;
}

Value Document::root() const { return Value(internal::Place{&impl_->document, 1}); }

Kind Value::kind() const {
  if (place_.document == nullptr) return Kind::kNull;
  switch (At(place_).tape_ref_type()) {
    case tape_type::TRUE_VALUE:
    case tape_type::FALSE_VALUE:
      return Kind::kBool;
    case tape_type::INT64:
      return Kind::kInt;
    case tape_type::UINT64:
      return Kind::kUint;
    case tape_type::DOUBLE:
      return Kind::kFloat;
    case tape_type::STRING:
      return Kind::kString;
    case tape_type::START_ARRAY:
      return Kind::kArray;
    case tape_type::START_OBJECT:
      return Kind::kObject;
    default:
      return Kind::kNull;
  }
}

bool Value::as_bool() const { return place_.document != nullptr && At(place_).is_true(); }

int64_t Value::as_int() const {
  Kind k = kind();
  return k == Kind::kInt || k == Kind::kUint ? At(place_).next_tape_value<int64_t>() : 0;
}

double Value::as_float() const {
  switch (kind()) {
    case Kind::kInt:
      return static_cast<double>(At(place_).next_tape_value<int64_t>());
    case Kind::kUint:
      return static_cast<double>(At(place_).next_tape_value<uint64_t>());
    case Kind::kFloat:
      return At(place_).next_tape_value<double>();
    default:
      return 0;
  }
}

std::string_view Value::text() const { return is_string() ? At(place_).get_string_view() : std::string_view(); }

template <>
Value Range<Value>::Iterator::operator*() const {
  return Value(place_);
}

template <>
Range<Value>::Iterator& Range<Value>::Iterator::operator++() {
  place_.index = At(place_).after_element();
  return *this;
}

template <>
Member Range<Member>::Iterator::operator*() const {
  return {At(place_).get_string_view(), Value({place_.document, place_.index + 1})};
}

template <>
Range<Member>::Iterator& Range<Member>::Iterator::operator++() {
  place_.index = At({place_.document, place_.index + 1}).after_element();
  return *this;
}

Range<Value> Value::items() const {
  Range<Value> range;
  if (!is_array()) return range;
  range.begin_.place_ = {place_.document, place_.index + 1};
  range.end_.place_ = {place_.document, At(place_).after_element() - 1};
  return range;
}

Range<Member> Value::members() const {
  Range<Member> range;
  if (!is_object()) return range;
  range.begin_.place_ = {place_.document, place_.index + 1};
  range.end_.place_ = {place_.document, At(place_).after_element() - 1};
  return range;
}

size_t Value::size() const {
  Kind k = kind();
  if (k != Kind::kArray && k != Kind::kObject) return 0;
  size_t count = At(place_).scope_count();
  if (count < 0xFFFFFF) return count;
  // The parser's counter is saturated.
  count = 0;
  if (k == Kind::kArray) {
    for (Value item : items()) count += (static_cast<void>(item), 1);
  } else {
    for (Member member : members()) count += (static_cast<void>(member), 1);
  }
  return count;
}

Value Value::Get(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return member.value;
  }
  return {};
}

bool Value::Has(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return true;
  }
  return false;
}

void Write(const Value& value, Writer& writer) {
  switch (value.kind()) {
    case Kind::kNull:
      return writer.Null();
    case Kind::kBool:
      return writer.Bool(value.as_bool());
    case Kind::kInt:
      return writer.Int(value.as_int());
    case Kind::kUint:
      return writer.Raw(std::to_string(static_cast<uint64_t>(value.as_int())));
    case Kind::kFloat:
      return writer.Float(value.as_float());
    case Kind::kString:
      return writer.String(value.text());
    case Kind::kArray:
      writer.BeginArray();
      for (Value item : value.items()) Write(item, writer);
      return writer.EndArray();
    case Kind::kObject:
      writer.BeginObject();
      for (const Member& member : value.members()) {
        writer.Key(member.key);
        Write(member.value, writer);
      }
      return writer.EndObject();
  }
}

std::string ToText(const Value& value) {
  std::string text;
  Writer writer(text);
  Write(value, writer);
  return text;
}

}  // namespace prisma::json
