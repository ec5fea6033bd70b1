#include "connectors/postgresql/index_rules.h"

#include <algorithm>
#include <initializer_list>

#include "diagnostics/schema_errors.h"

namespace prisma::schema {
namespace {

// Operator classes of BRIN indexes by native type. `plain`: the Prisma type that has them without a native type.
struct BrinGroup {
  std::initializer_list<std::string_view> native_types;
  std::initializer_list<std::string_view> classes;
  std::optional<ScalarType> plain;
};

const BrinGroup kBrinGroups[] = {
    {{"Bit"}, {"BitMinMaxOps"}, {}},
    {{"VarBit"}, {"VarBitMinMaxOps"}, {}},
    {{"Char"}, {"BpcharBloomOps", "BpcharMinMaxOps"}, {}},
    {{"Date"}, {"DateBloomOps", "DateMinMaxOps", "DateMinMaxMultiOps"}, {}},
    {{"Real"}, {"Float4BloomOps", "Float4MinMaxOps", "Float4MinMaxMultiOps"}, {}},
    {{"DoublePrecision"}, {"Float8BloomOps", "Float8MinMaxOps", "Float8MinMaxMultiOps"}, ScalarType::kFloat},
    {{"Inet"}, {"InetBloomOps", "InetInclusionOps", "InetMinMaxOps", "InetMinMaxMultiOps"}, {}},
    {{"SmallInt"}, {"Int2BloomOps", "Int2MinMaxOps", "Int2MinMaxMultiOps"}, {}},
    {{"Integer"}, {"Int4BloomOps", "Int4MinMaxOps", "Int4MinMaxMultiOps"}, ScalarType::kInt},
    {{"BigInt"}, {"Int8BloomOps", "Int8MinMaxOps", "Int8MinMaxMultiOps"}, ScalarType::kBigInt},
    {{"Decimal"}, {"NumericBloomOps", "NumericMinMaxOps", "NumericMinMaxMultiOps"}, ScalarType::kDecimal},
    {{"Oid"}, {"OidBloomOps", "OidMinMaxOps", "OidMinMaxMultiOps"}, {}},
    {{"ByteA"}, {"ByteaBloomOps", "ByteaMinMaxOps"}, ScalarType::kBytes},
    {{"Text", "VarChar"}, {"TextBloomOps", "TextMinMaxOps"}, ScalarType::kString},
    {{"Timestamp"}, {"TimestampBloomOps", "TimestampMinMaxOps", "TimestampMinMaxMultiOps"}, ScalarType::kDateTime},
    {{"Timestamptz"}, {"TimestampTzBloomOps", "TimestampTzMinMaxOps", "TimestampTzMinMaxMultiOps"}, {}},
    {{"Time"}, {"TimeBloomOps", "TimeMinMaxOps", "TimeMinMaxMultiOps"}, {}},
    {{"Timetz"}, {"TimeTzBloomOps", "TimeTzMinMaxOps", "TimeTzMinMaxMultiOps"}, {}},
    {{"Uuid"}, {"UuidBloomOps", "UuidMinMaxOps", "UuidMinMaxMultiOps"}, {}},
};

bool Contains(std::initializer_list<std::string_view> items, std::string_view item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

bool ClassSupportsAlgorithm(std::string_view operator_class, std::string_view algorithm) {
  if (operator_class == "InetOps") return algorithm == "Gist" || algorithm == "SpGist";
  if (Contains({"JsonbOps", "JsonbPathOps", "ArrayOps"}, operator_class)) return algorithm == "Gin";
  if (operator_class == "TextOps") return algorithm == "SpGist";
  return algorithm == "Brin";
}

// One field of a GiST, GIN, SP-GiST or BRIN index.
class FieldRule {
 public:
  FieldRule(const ConnectorTraits& connector, const Schema& schema, const Index& index, const IndexField& item,
            DiagnosticSink& sink)
      : index_(index), field_(schema.fields[item.field]), operator_class_(item.operator_class), sink_(sink) {
    native_ = NativeTypeName(connector, field_);
    algorithm_ = index.algorithm.empty() ? "BTree" : index.algorithm;
  }

  void Check() {
    if (has_class() && !ClassSupportsAlgorithm(operator_class_, algorithm_)) {
      return Report("The given operator class `" + operator_class_ + "` is not supported with the `" + algorithm_ +
                    "` index type.");
    }
    if (algorithm_ == "Gist") CheckGist();
    if (algorithm_ == "Gin") CheckGin();
    if (algorithm_ == "SpGist") CheckSpGist();
    if (algorithm_ == "Brin") CheckBrin();
  }

 private:
  bool has_class() const { return !operator_class_.empty(); }
  bool has_native() const { return !native_.empty(); }
  bool Is(ScalarType type) const { return field_.kind == FieldKind::kScalar && field_.scalar == type; }

  void CheckGist() {
    if (native_ == "Inet" && operator_class_ == "InetOps") return;
    ReportMismatch();
  }

  void CheckGin() {
    bool json_class = operator_class_ == "JsonbOps" || operator_class_ == "JsonbPathOps";
    if (!has_class() && !has_native() && Is(ScalarType::kJson)) return;
    if (!has_class() && field_.arity == Arity::kList) return;
    if (native_ == "JsonB" && (json_class || !has_class())) return;
    if (!has_native() && json_class) return CheckPlainType(ScalarType::kJson);
    if (operator_class_ == "ArrayOps") {
      if (field_.arity == Arity::kList) return;
      return Report("The given operator class `ArrayOps` expects the type of field `" + field_.name +
                    "` to be an array.");
    }
    ReportMismatch();
  }

  void CheckSpGist() {
    if (native_ == "Inet" && (operator_class_ == "InetOps" || !has_class())) return;
    if (!has_native() && !has_class() && Is(ScalarType::kString)) return;
    if (!has_native() && operator_class_ == "TextOps") return CheckPlainType(ScalarType::kString);
    bool is_text = native_ == "Text" || native_ == "VarChar" || native_ == "Char";
    if (is_text && (operator_class_ == "TextOps" || !has_class())) return;
    ReportMismatch();
  }

  void CheckBrin() {
    for (const BrinGroup& group : kBrinGroups) {
      if (has_native()) {
        if (!Contains(group.native_types, native_)) continue;
        if (!has_class() || Contains(group.classes, operator_class_)) return;
      } else if (has_class()) {
        if (group.plain && Contains(group.classes, operator_class_)) return CheckPlainType(*group.plain);
      } else if (group.plain && Is(*group.plain)) {
        return;
      }
    }
    ReportMismatch();
  }

  void CheckPlainType(ScalarType type) {
    if (Is(type)) return;
    Report("The given operator class `" + operator_class_ + "` points to the field `" + field_.name +
           "` that is not of " + std::string(ScalarTypeName(type)) + " type.");
  }

  bool AlgorithmSupportsType() const {
    if (field_.kind == FieldKind::kUnsupported) return true;
    if (algorithm_ == "Gist" || algorithm_ == "SpGist") return Is(ScalarType::kString);
    if (algorithm_ == "Gin") return Is(ScalarType::kJson) || field_.arity == Arity::kList;
    return field_.kind == FieldKind::kScalar && field_.scalar != ScalarType::kBoolean &&
           field_.scalar != ScalarType::kJson;
  }

  void ReportMismatch() {
    // A type that isn't known is told too, by its own report: here it only has a name.
    if (field_.native_type && has_class()) {
      Report("The given operator class `" + operator_class_ + "` does not support native type `" +
             field_.native_type->name + "` of field `" + field_.name + "`.");
    } else if (field_.native_type) {
      Report("The " + algorithm_ + " index field type `" + field_.native_type->name +
             "` has no default operator class.");
    } else if (has_class()) {
      Report("The given operator class `" + operator_class_ + "` expects the field `" + field_.name +
             "` to define a valid native type.");
    } else if (!AlgorithmSupportsType()) {
      Report("The " + algorithm_ + " index type does not support the type of the field `" + field_.name + "`.");
    }
  }

  void Report(const std::string& message) {
    std::string_view attribute = index_.kind == IndexKind::kUnique     ? (index_.is_on_field ? "@unique" : "@@unique")
                                 : index_.kind == IndexKind::kFulltext ? "@@fulltext"
                                                                       : "@@index";
    sink_.Error(index_.span, errors::Attribute(attribute, message));
  }

  const Index& index_;
  const Field& field_;
  std::string operator_class_;
  DiagnosticSink& sink_;
  std::string_view native_;
  std::string algorithm_;
};

}  // namespace

void CheckPostgresqlIndex(const ConnectorTraits& connector, const Schema& schema, const Index& index,
                          DiagnosticSink& sink) {
  for (const IndexField& item : index.fields) {
    const Field& field = schema.fields[item.field];
    if (NativeTypeName(connector, field) != "Xml") continue;
    ReportNotInIndex(connector, index, *field.native_type, "", field.span, sink);
    break;
  }
  for (const IndexField& item : index.fields) {
    if (!item.is_raw_operator_class) FieldRule(connector, schema, index, item, sink).Check();
  }
  if (index.algorithm == "SpGist" && index.fields.size() != 1) {
    sink.Error(index.span, errors::Attribute("@@index", "SpGist does not support multi-column indices."));
  }
}

std::vector<std::string_view> PostgresqlOperatorClasses(const ConnectorTraits& connector, const Index& index,
                                                        const Field& field) {
  std::string_view native = NativeTypeName(connector, field);
  bool is_list = field.arity == Arity::kList;
  auto is = [&](ScalarType type) { return field.kind == FieldKind::kScalar && field.scalar == type; };
  if (index.algorithm == "Gist") {
    if (native == "Inet") return {"InetOps"};
  } else if (index.algorithm == "Gin") {
    if (is_list) return {"ArrayOps"};
    if (is(ScalarType::kJson)) return {"JsonbOps", "JsonbPathOps"};
  } else if (index.algorithm == "SpGist") {
    if (native == "Inet") return {"InetOps"};
    if (is(ScalarType::kString) && Contains({"", "Text", "VarChar"}, native)) return {"TextOps"};
  } else if (index.algorithm == "Brin") {
    for (const BrinGroup& group : kBrinGroups) {
      bool is_plain = group.plain && is(*group.plain);
      bool fits = native.empty() ? is_plain : Contains(group.native_types, native);
      if (native == "Money") fits = is_plain;  // as Prisma offers them
      if (fits) return group.classes;
    }
  }
  return {};
}

}  // namespace prisma::schema
