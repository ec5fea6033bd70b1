#include "query/execute/parameters.h"

#include <charconv>
#include <cmath>

#include "base/error.h"
#include "json/reader.h"
#include "json/writer.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"
#include "value/ids.h"

namespace prisma::query {

using schema::ScalarType;

namespace {

// The text as the database keeps it: without blanks, numbers and escapes in their shortest form.
std::string_view NormalJson(std::string_view text, Arena& arena) {
  bool is_in_string = false, is_plain = true;
  for (char c : text) {
    if (c == '\\') {
      is_plain = false;
      break;
    }
    if (c == '"') {
      is_in_string = !is_in_string;
    } else if (!is_in_string && (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == 'E' || c == '+' || c == '.')) {
      is_plain = false;
      break;
    }
  }
  if (is_plain) return text;
  json::Document document;
  if (!document.Parse(text)) throw CoercionFailed{};
  return arena.Copy(json::ToText(document.root()));
}

}  // namespace

Parameters::Parameters(const Plan& plan, const ShapeKey& key, const schema::Schema& schema, Arena& arena)
    : key_(key), schema_(schema), arena_(arena) {
  if (plan.open_lists.empty()) return;
  uint32_t shift = 0;
  shifts_.push_back(0);
  for (const OpenList& list : plan.open_lists) {
    uint32_t count = key.groups[list.group].count;
    counts_.push_back(count);
    shift += (count - list.count) * list.stride;  // wraps around for shorter lists, and back when added
    shifts_.push_back(shift);
  }
}

uint32_t Parameters::CountOf(const Slot& slot) const {
  return slot.group == kNoIndex ? slot.count : counts_[slot.group];
}

Value Parameters::ItemOf(const Slot& slot, uint32_t index) {
  uint32_t ordinal = slot.parameter + (shifts_.empty() ? 0 : shifts_[slot.shift]) + index * slot.stride;
  PRISMA_CHECK(ordinal < key_.scalars.size());
  return Transformed(slot.transform, Coerce(slot, key_.scalars[ordinal]));
}

void Parameters::CheckAll(const Plan& plan) {
  for (const Slot* slot : plan.parameters) {
    if (slot->kind == Slot::Kind::kParameter) {
      ItemOf(*slot, 0);
    } else {
      for (uint32_t i = 0; i < CountOf(*slot); ++i) ItemOf(*slot, i);
    }
  }
}

Value Parameters::Get(const Slot& slot, uint32_t row) {
  switch (slot.kind) {
    case Slot::Kind::kConstant:
      if (slot.constant.kind() == ValueKind::kJson) {
        return Value::Text(ValueKind::kJson, NormalJson(slot.constant.text(), arena_));
      }
      if (slot.constant.kind() == ValueKind::kDateTime) return DatePart(slot.type.date_part, slot.constant);
      return Transformed(slot.transform, slot.constant);
    case Slot::Kind::kParameter:
      return ItemOf(slot, row);
    case Slot::Kind::kGenerated:
      return Generate(slot);
    case Slot::Kind::kArray: {
      std::span<Value> items = arena_.NewSpan<Value>(slot.row_slots.size());
      for (size_t i = 0; i < items.size(); ++i) items[i] = Get(slot.row_slots[i], row);
      return Value::List(items);
    }
    default:
      throw InternalError("not a value of the request");
  }
}

Value Parameters::Coerce(const Slot& slot, const Value& value) {
  ValueKind kind = value.kind();
  if (kind == ValueKind::kNull) {
    if (!slot.is_nullable) throw CoercionFailed{};
    return value;
  }
  if (slot.type.enum_id.valid()) {
    if (kind != ValueKind::kString && kind != ValueKind::kEnum) throw CoercionFailed{};
    for (const schema::EnumValue& v : schema_.enums[slot.type.enum_id].values) {
      if (v.name == value.text()) return Value::Text(ValueKind::kEnum, v.database_name);
    }
    throw CoercionFailed{};
  }
  switch (slot.type.scalar) {
    case ScalarType::kInt:
      if (slot.is_count && value.as_int() < 0) break;
      if (kind == ValueKind::kInt) return value;
      break;
    case ScalarType::kBigInt:
      if (kind == ValueKind::kInt) return value;
      if (kind == ValueKind::kString) {
        std::string_view text = value.text();
        int64_t n = 0;
        auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
        if (code == std::errc() && end == text.data() + text.size() && !text.empty()) return Value::Int(n);
      }
      break;
    case ScalarType::kFloat:
      if (kind == ValueKind::kFloat) return value;
      if (kind == ValueKind::kInt) return Value::Float(static_cast<double>(value.as_int()));
      break;
    case ScalarType::kBoolean:
      if (kind == ValueKind::kBool) return value;
      break;
    case ScalarType::kString:
      if (kind == ValueKind::kString || kind == ValueKind::kUuid) return value;
      break;
    case ScalarType::kDateTime:
      if (kind == ValueKind::kDateTime) return DatePart(slot.type.date_part, value);
      if (kind == ValueKind::kString) {
        if (std::optional<int64_t> time = ParseDateTime(value.text())) {
          return DatePart(slot.type.date_part, Value::DateTime(*time));
        }
      }
      break;
    case ScalarType::kDecimal: {
      std::optional<std::string> decimal;
      if (kind == ValueKind::kDecimal) return value;
      if (kind == ValueKind::kString) decimal = ParseDecimal(value.text());
      if (kind == ValueKind::kFloat) decimal = DecimalFromDouble(value.as_float());
      if (kind == ValueKind::kInt) decimal = std::to_string(value.as_int());
      if (decimal) return Value::Text(ValueKind::kDecimal, arena_.Copy(*decimal));
      break;
    }
    case ScalarType::kBytes:
      if (kind == ValueKind::kBytes) return value;
      if (kind == ValueKind::kString) {
        if (std::optional<std::string> bytes = DecodeBase64(value.text())) {
          return Value::Text(ValueKind::kBytes, arena_.Copy(*bytes));
        }
      }
      break;
    case ScalarType::kJson:
      if (kind == ValueKind::kJson) return Value::Text(ValueKind::kJson, NormalJson(value.text(), arena_));
      if (kind == ValueKind::kString) return JsonOfString(value.text());
      break;
  }
  throw CoercionFailed{};
}

// JSON text, or (in protocols that take plain values for JSON) a value of its own. Names of null markers and faults are
// left to the checker.
Value Parameters::JsonOfString(std::string_view text) {
  if (text == "DbNull" || text == "JsonNull" || text == "AnyNull") throw CoercionFailed{};
  if (!key_.has_plain_json) {
    if (!json::FindSyntaxError(text).empty()) throw CoercionFailed{};
    return Value::Text(ValueKind::kJson, NormalJson(text, arena_));
  }
  std::string quoted;
  json::Writer(quoted).String(text);
  return Value::Text(ValueKind::kJson, arena_.Copy(quoted));
}

Value Parameters::DatePart(sql::DatePart part, const Value& value) {
  if (part == sql::DatePart::kAll) return value;
  constexpr int64_t kDay = 86400000000;
  int64_t time = value.as_int() % kDay;
  if (time < 0) time += kDay;
  if (part == sql::DatePart::kDay) return Value::DateTime(value.as_int() - time);
  // "…T10:20:30.123456+00:00"
  std::string text = FormatDateTimeWithOffset(time);
  return Value::String(arena_.Copy(std::string_view(text).substr(11, text.size() - 17)));
}

Value Parameters::Transformed(Slot::Transform transform, Value value) {
  if (transform == Slot::Transform::kNone) return value;
  if (transform == Slot::Transform::kAbsolute) return Value::Int(std::abs(value.as_int()));
  std::string_view text = value.text();
  char* out = arena_.Bytes(text.size() + 2);
  size_t size = 0;
  if (transform != Slot::Transform::kStartsWith) out[size++] = '%';
  if (!text.empty()) std::memcpy(out + size, text.data(), text.size());
  size += text.size();
  if (transform != Slot::Transform::kEndsWith) out[size++] = '%';
  return Value::String({out, size});
}

Value Parameters::Generate(const Slot& slot) {
  using Kind = schema::DefaultValue::Kind;
  auto text = [&](const std::string& id) { return Value::String(arena_.Copy(id)); };
  switch (slot.generator) {
    case Kind::kNow:
      if (!now_) now_ = NowMicroseconds() / 1000 * 1000;
      return DatePart(slot.type.date_part, Value::DateTime(*now_));
    case Kind::kUuid:
      return text(slot.generator_argument == 7 ? NewUuidV7() : NewUuidV4());
    case Kind::kCuid:
      return text(slot.generator_argument == 2 ? NewCuid2() : NewCuid());
    case Kind::kUlid:
      return text(NewUlid());
    case Kind::kNanoid:
      return text(slot.generator_argument > 0 ? NewNanoid(static_cast<size_t>(slot.generator_argument)) : NewNanoid());
    default:
      throw InternalError("no generator of this kind");
  }
}

}  // namespace prisma::query
