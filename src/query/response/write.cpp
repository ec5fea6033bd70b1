#include "query/response/write.h"

#include <cmath>

#include "json/reader.h"
#include "json/writer.h"
#include "query/response/walk.h"
#include "value/base64.h"
#include "value/datetime.h"

namespace prisma::query {
namespace {

using schema::ScalarType;

class JsonSink {
 public:
  JsonSink(std::string& out, bool is_tagged) : writer_(out), is_tagged_(is_tagged) {}

  void BeginObject(const ResultShape&) { writer_.BeginObject(); }
  void EndObject() { writer_.EndObject(); }
  void BeginList(size_t) { writer_.BeginArray(); }
  void EndList() { writer_.EndArray(); }
  void Key(const ResultShape::Field& field) { writer_.PlainKey(field.key); }
  void Null() { writer_.Null(); }

  void Cell(const ResultShape::Field& field, const Value& value) {
    switch (value.kind()) {
      case ValueKind::kNull:
        return writer_.Null();
      case ValueKind::kBool:
        return writer_.Bool(value.as_bool());
      case ValueKind::kInt: {
        if (field.scalar != ScalarType::kBigInt || field.is_enum) return Number(field, value.as_int());
        char digits[24];
        int size = std::snprintf(digits, sizeof digits, "%lld", static_cast<long long>(value.as_int()));
        return Tagged("BigInt", {digits, static_cast<size_t>(size)});
      }
      case ValueKind::kFloat:
        return Float(value.as_float());
      case ValueKind::kDecimal:
        return Tagged("Decimal", value.text());
      case ValueKind::kDateTime: {
        char text[kMaxDateTimeText];
        return Tagged("DateTime", {text, WriteDateTime(value.as_int(), text)});
      }
      case ValueKind::kBytes:
        return Tagged("Bytes", EncodeBase64(value.text()));
      case ValueKind::kJson:
        return Tagged("Json", value.text());
      case ValueKind::kList: {
        writer_.BeginArray();
        for (const Value& item : value.items()) Cell(field, item);
        return writer_.EndArray();
      }
      default:
        return writer_.String(value.text());
    }
  }

  json::Writer& writer() { return writer_; }

 private:
  void Number(const ResultShape::Field&, int64_t n) { writer_.Int(n); }

  void Float(double d) {
    if (d == std::floor(d) && std::abs(d) < 1e15) return writer_.Int(static_cast<int64_t>(d));
    writer_.Float(d);
  }

  void Tagged(std::string_view type, std::string_view text) {
    if (!is_tagged_) return writer_.String(text);
    writer_.BeginObject();
    writer_.PlainKey("$type");
    writer_.String(type);
    writer_.PlainKey("value");
    writer_.String(text);
    writer_.EndObject();
  }

  json::Writer writer_;
  bool is_tagged_;
};

// The first rows tell how much room all of them will need: a text that grows by doubling is copied, and each copy is
// fresh memory.
void WriteList(const Result& result, JsonSink& sink, std::string& out) {
  constexpr size_t kSample = 16;
  const size_t rows = result.root_rows.size(), start = out.size();
  sink.BeginList(rows);
  for (size_t i = 0; i < rows; ++i) {
    if (i == kSample) out.reserve(start + (out.size() - start) / kSample * (rows + rows / 8) + 64);
    WalkRow(*result.shape, result.root, result.root_rows[i], sink);
  }
  sink.EndList();
}

// `type`: of the cell; a list's cells have the part of it before "-array".
void WriteRawCell(json::Writer& writer, std::string_view type, const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull:
      return writer.Null();
    case ValueKind::kBool:
      return writer.Bool(value.as_bool());
    case ValueKind::kInt:
      if (type == "bigint") return writer.String(std::to_string(value.as_int()));
      return writer.Int(value.as_int());
    case ValueKind::kFloat: {
      double d = value.as_float();
      if (d == std::floor(d) && std::abs(d) < 1e15) return writer.Int(static_cast<int64_t>(d));
      return writer.Float(d);
    }
    case ValueKind::kDateTime: {
      std::string text = FormatDateTimeWithOffset(value.as_int());
      if (type == "date") return writer.String(std::string_view(text).substr(0, 10));
      if (type == "time") return writer.String(std::string_view(text).substr(11, text.size() - 17));
      return writer.String(text);
    }
    case ValueKind::kBytes:
      return writer.String(EncodeBase64(value.text()));
    case ValueKind::kJson: {
      json::Document document;
      if (document.Parse(value.text())) return json::Write(document.root(), writer);
      return writer.String(value.text());
    }
    case ValueKind::kList:
      writer.BeginArray();
      if (type.ends_with("-array")) type.remove_suffix(6);
      for (const Value& item : value.items()) WriteRawCell(writer, type, item);
      return writer.EndArray();
    default:
      return writer.String(value.text());
  }
}

void WriteRaw(const Result& result, json::Writer& writer) {
  writer.BeginObject();
  writer.PlainKey("columns");
  writer.BeginArray();
  for (const driver::RawColumn& column : result.raw_columns) writer.String(column.name);
  writer.EndArray();
  writer.PlainKey("types");
  writer.BeginArray();
  for (const driver::RawColumn& column : result.raw_columns) writer.String(column.type);
  writer.EndArray();
  writer.PlainKey("rows");
  writer.BeginArray();
  for (size_t i = 0; i < result.root.rows.rows(); ++i) {
    writer.BeginArray();
    std::span<const Value> cells = result.root.rows.row(i);
    for (size_t c = 0; c < cells.size(); ++c) WriteRawCell(writer, result.raw_columns[c].type, cells[c]);
    writer.EndArray();
  }
  writer.EndArray();
  writer.EndObject();
}

}  // namespace

void WriteResult(const Result& result, bool is_tagged, std::string& out) {
  JsonSink sink(out, is_tagged);
  switch (result.kind) {
    case Result::Kind::kObjectOrNull:
      Walk(result, sink);
      return;
    case Result::Kind::kList:
      WriteList(result, sink, out);
      return;
    case Result::Kind::kCount:
      out += "{\"count\":";
      json::AppendInt(out, result.count);
      out += '}';
      return;
    case Result::Kind::kInteger:
      json::AppendInt(out, result.count);
      return;
    case Result::Kind::kRaw:
      return WriteRaw(result, sink.writer());
  }
}

void WriteRow(const Result& result, uint32_t row, size_t hidden, bool is_tagged, std::string& out) {
  JsonSink sink(out, is_tagged);
  WalkRow(*result.shape, result.root, row, sink, hidden);
}

void WriteResponse(const Result& result, bool is_tagged, std::string& out) {
  out += "{\"data\":{";
  json::AppendString(out, result.key);
  out += ':';
  WriteResult(result, is_tagged, out);
  out += "}}";
}

}  // namespace prisma::query
