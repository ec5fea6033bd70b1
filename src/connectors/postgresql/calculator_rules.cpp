#include <algorithm>
#include <cctype>

#include "connectors/postgresql/migration.h"

namespace prisma::postgresql {
namespace {

using namespace migrate;  // NOLINT: this file is about nothing else

// JsonbPathOps → jsonb_path_ops, TimestampTzMinMaxMultiOps → timestamptz_minmax_multi_ops.
std::string OperatorClassSql(std::string name) {
  constexpr std::pair<std::string_view, std::string_view> kOneWord[] = {
      {"MinMax", "Minmax"}, {"StampTz", "Stamptz"}, {"TimestampTz", "Timestamptz"},
      {"TimeTz", "Timetz"}, {"VarBit", "Varbit"},
  };
  for (auto [from, to] : kOneWord) {
    if (size_t at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
  }
  std::string out;
  for (char c : name) {
    bool is_upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (is_upper && !out.empty()) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

bool IsDefaultOperatorClass(std::string_view name, std::string_view algorithm) {
  if (name == "InetOps") return algorithm == "SpGist";
  for (std::string_view common : {"JsonbOps", "ArrayOps", "TextOps", "InetInclusionOps"}) {
    if (name == common) return true;
  }
  return name.ends_with("MinMaxOps");
}

}  // namespace

std::optional<NativeType> CalculatorRules::DefaultNativeType(schema::ScalarType type) const {
  switch (type) {
    case schema::ScalarType::kInt:
      return NativeType{"Integer", {}};
    case schema::ScalarType::kBigInt:
      return NativeType{"BigInt", {}};
    case schema::ScalarType::kFloat:
      return NativeType{"DoublePrecision", {}};
    case schema::ScalarType::kBoolean:
      return NativeType{"Boolean", {}};
    case schema::ScalarType::kString:
      return NativeType{"Text", {}};
    case schema::ScalarType::kDateTime:
      return NativeType{"Timestamp", {"3"}};
    case schema::ScalarType::kJson:
      return NativeType{"JsonB", {}};
    case schema::ScalarType::kBytes:
      return NativeType{"ByteA", {}};
    case schema::ScalarType::kDecimal:
      return NativeType{"Decimal", {"65", "30"}};
  }
  return std::nullopt;
}

migrate::NativeType CalculatorRules::NormalizeNativeType(NativeType type) const {
  if (type.name == "Decimal" && type.arguments.size() == 1) type.arguments.push_back("0");
  return type;
}

std::optional<DefaultValue> CalculatorRules::AutoincrementDefault() const {
  DefaultValue value;
  value.kind = DefaultValue::Kind::kSequence;
  return value;
}

void CalculatorRules::SetOperatorClass(const schema::Index& index, const schema::IndexField& field,
                                       IndexColumn& column) const {
  if (field.operator_class.empty()) return;
  if (field.is_raw_operator_class) {
    column.operator_class = field.operator_class;
    return;
  }
  column.operator_class = OperatorClassSql(field.operator_class);
  column.is_default_operator_class = IsDefaultOperatorClass(field.operator_class, index.algorithm);
}

void CalculatorRules::Complete(const schema::Schema& schema, SqlSchema& out) const {
  if (schema.datasource) {
    for (const schema::DatasourceExtension& written : schema.datasource->extensions) {
      Extension extension;
      extension.name = written.database_name.value_or(written.name);
      extension.schema = written.schema.value_or("");
      extension.version = written.version.value_or("");
      out.extensions.push_back(std::move(extension));
    }
    std::vector<Extension>& extensions = out.extensions.items();
    std::sort(extensions.begin(), extensions.end(),
              [](const Extension& a, const Extension& b) { return a.name < b.name; });
  }
  for (const schema::Model& model : schema.models) {
    for (schema::FieldId id : model.fields) {
      const schema::Field& field = schema.fields[id];
      if (!field.default_value || field.default_value->kind != schema::DefaultValue::Kind::kSequence) continue;
      Sequence sequence;
      sequence.name = "prisma_sequence_" + model.database_name + "_" + field.database_name;
      for (const auto& [name, text] : field.default_value->function_arguments) {
        if (name == "virtual") {
          sequence.is_virtual = text == "true";
          continue;
        }
        int64_t number = std::strtoll(text.c_str(), nullptr, 10);
        if (name == "start") sequence.start = number;
        if (name == "minValue") sequence.min = number;
        if (name == "maxValue") sequence.max = number;
        if (name == "increment") sequence.increment = number;
        if (name == "cache") sequence.cache = number;
      }
      out.sequences.push_back(std::move(sequence));
    }
  }
}

}  // namespace prisma::postgresql
