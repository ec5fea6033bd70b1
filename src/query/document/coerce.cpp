#include "query/document/coerce.h"

#include <charconv>
#include <cmath>

#include "json/reader.h"
#include "json/writer.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::query {
namespace {

CoerceResult DecimalOf(const std::optional<std::string>& decimal, Arena& arena, Value& out) {
  if (!decimal) return CoerceResult::kBadText;
  out = Value::Text(ValueKind::kDecimal, arena.Copy(*decimal));
  return CoerceResult::kGood;
}

void WriteJson(const Node& node, bool has_json_values, json::Writer& writer);

void WriteScalarJson(const Node& node, bool has_json_values, json::Writer& writer) {
  const Value& value = node.scalar;
  switch (value.kind()) {
    case ValueKind::kNull:
      return writer.Null();
    case ValueKind::kBool:
      return writer.Bool(value.as_bool());
    case ValueKind::kInt:
      if (node.tag == Node::Tag::kBigInt) return writer.String(std::to_string(value.as_int()));
      return writer.Int(value.as_int());
    case ValueKind::kFloat:
      return writer.Float(value.as_float());
    case ValueKind::kJson:
      if (has_json_values || node.tag == Node::Tag::kRaw) return writer.Raw(value.text());
      return writer.String(value.text());
    case ValueKind::kDecimal:
      return writer.Float(DecimalToDouble(value.text()));
    case ValueKind::kDateTime:
      return writer.String(FormatDateTime(value.as_int()));
    case ValueKind::kBytes:
      return writer.String(EncodeBase64(value.text()));
    case ValueKind::kList:
      return writer.Null();
    default:
      return writer.String(value.text());
  }
}

void WriteJson(const Node& node, bool has_json_values, json::Writer& writer) {
  switch (node.kind) {
    case Node::Kind::kScalar:
      return WriteScalarJson(node, has_json_values, writer);
    case Node::Kind::kList:
      writer.BeginArray();
      for (const Node& item : node.items) WriteJson(item, has_json_values, writer);
      return writer.EndArray();
    case Node::Kind::kObject:
      writer.BeginObject();
      for (const Member& member : node.members) {
        writer.Key(member.written.empty() ? member.name : member.written);
        WriteJson(member.value, has_json_values, writer);
      }
      return writer.EndObject();
  }
}

}  // namespace

std::string JsonTextOf(const Node& node, bool has_json_values) {
  std::string text;
  json::Writer writer(text);
  WriteJson(node, has_json_values, writer);
  return text;
}

CoerceResult CoerceScalar(const Value& given, Node::Tag tag, InputScalar type, bool has_plain_json, Arena& arena,
                          Value& out) {
  ValueKind kind = given.kind();
  bool is_text = kind == ValueKind::kString;
  bool is_int = kind == ValueKind::kInt && tag != Node::Tag::kBigInt;
  out = given;
  switch (type) {
    case InputScalar::kNull:
      return kind == ValueKind::kNull ? CoerceResult::kGood : CoerceResult::kWrongType;
    case InputScalar::kString:
      return is_text || kind == ValueKind::kUuid ? CoerceResult::kGood : CoerceResult::kWrongType;
    case InputScalar::kBoolean:
      return kind == ValueKind::kBool ? CoerceResult::kGood : CoerceResult::kWrongType;
    case InputScalar::kInt:
      if (is_int) return CoerceResult::kGood;
      if (kind == ValueKind::kFloat) {
        double whole = std::trunc(given.as_float());
        if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0)) return CoerceResult::kTooLarge;
        out = Value::Int(static_cast<int64_t>(whole));
        return CoerceResult::kGood;
      }
      if (kind == ValueKind::kDecimal) {
        std::string_view whole = given.text().substr(0, given.text().find('.'));
        int64_t number = 0;
        auto [end, code] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
        if (code != std::errc()) return CoerceResult::kTooLarge;
        out = Value::Int(number);
        return CoerceResult::kGood;
      }
      return CoerceResult::kWrongType;
    case InputScalar::kBigInt: {
      if (kind == ValueKind::kInt) return CoerceResult::kGood;
      if (!is_text) return CoerceResult::kWrongType;
      std::string_view text = given.text();
      if (text.starts_with('+')) text.remove_prefix(1);
      int64_t number = 0;
      auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (code != std::errc() || end != text.data() + text.size()) return CoerceResult::kBadText;
      out = Value::Int(number);
      return CoerceResult::kGood;
    }
    case InputScalar::kFloat:
      if (kind == ValueKind::kFloat) {
        // No protocol has a form for the others, and not every database keeps them.
        return std::isfinite(given.as_float()) ? CoerceResult::kGood : CoerceResult::kWrongType;
      }
      if (is_int) {
        out = Value::Float(static_cast<double>(given.as_int()));
        return CoerceResult::kGood;
      }
      if (kind == ValueKind::kDecimal) {
        out = Value::Float(DecimalToDouble(given.text()));
        return CoerceResult::kGood;
      }
      return CoerceResult::kWrongType;
    case InputScalar::kDecimal:
      if (kind == ValueKind::kDecimal) return CoerceResult::kGood;
      if (is_int) return DecimalOf(std::to_string(given.as_int()), arena, out);
      if (kind == ValueKind::kFloat && !std::isfinite(given.as_float())) return CoerceResult::kWrongType;
      if (kind == ValueKind::kFloat) return DecimalOf(DecimalFromDouble(given.as_float()), arena, out);
      if (is_text) return DecimalOf(ParseDecimal(given.text()), arena, out);
      return CoerceResult::kWrongType;
    case InputScalar::kDateTime:
      if (kind == ValueKind::kDateTime) return CoerceResult::kGood;
      if (is_text) {
        std::optional<int64_t> time = ParseDateTime(given.text());
        if (!time) return CoerceResult::kBadText;
        out = Value::DateTime(*time);
        return CoerceResult::kGood;
      }
      return CoerceResult::kWrongType;
    case InputScalar::kBytes:
      if (kind == ValueKind::kBytes) return CoerceResult::kGood;
      if (is_text) {
        // Standard base64 alone.
        bool is_standard = given.text().size() % 4 == 0 && given.text().find_first_of("-_") == std::string_view::npos;
        std::optional<std::string> bytes = is_standard ? DecodeBase64(given.text()) : std::nullopt;
        if (!bytes) return CoerceResult::kBadText;
        out = Value::Text(ValueKind::kBytes, arena.Copy(*bytes));
        return CoerceResult::kGood;
      }
      return CoerceResult::kWrongType;
    case InputScalar::kJson: {
      if (kind == ValueKind::kJson) return CoerceResult::kGood;
      if (kind == ValueKind::kNull || kind == ValueKind::kEnum) return CoerceResult::kWrongType;
      if (has_plain_json) {
        Node node;
        node.scalar = given;
        node.tag = tag;
        out = Value::Text(ValueKind::kJson, arena.Copy(JsonTextOf(node)));
        return CoerceResult::kGood;
      }
      if (!is_text) return CoerceResult::kWrongType;
      if (!json::FindSyntaxError(given.text()).empty()) return CoerceResult::kBadText;
      out = Value::Text(ValueKind::kJson, given.text());
      return CoerceResult::kGood;
    }
    case InputScalar::kJsonList:
      if (!is_text) return CoerceResult::kWrongType;
      return json::FindSyntaxError(given.text()).empty() ? CoerceResult::kGood : CoerceResult::kBadText;
  }
  return CoerceResult::kWrongType;
}

}  // namespace prisma::query
