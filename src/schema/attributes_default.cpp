// @default.
#include "schema/attributes.h"
#include "schema/expression.h"

namespace prisma::schema {
namespace {

constexpr std::string_view kKnownFunctions[] = {"autoincrement", "cuid", "dbgenerated", "nanoid",
                                                "now",           "ulid", "uuid",        "auto"};

bool IsKnownFunction(std::string_view name) {
  for (std::string_view known : kKnownFunctions) {
    if (known == name) return true;
  }
  return false;
}

// Arguments with a value; those without are reported elsewhere.
std::vector<const ast::Expression*> Values(const ast::FunctionCall& call) {
  std::vector<const ast::Expression*> values;
  for (const ast::Argument& argument : call.arguments) {
    if (argument.value) values.push_back(argument.value.get());
  }
  return values;
}

// Reads one @default. Each Read… returns whether the value is good.
class DefaultReader {
 public:
  DefaultReader(Analysis& analysis, const Field& field, ArgumentReader& arguments)
      : analysis_(analysis), field_(field), arguments_(arguments) {}

  bool ReadModelField(const ast::Expression& value);
  bool ReadCompositeField(const ast::Expression& value);
  DefaultValue& result() { return result_; }
  bool is_unknown_function() const { return is_unknown_function_; }

 private:
  bool Fail(std::string_view message) {
    arguments_.Error(message);
    return false;
  }

  bool ReadEnum(const ast::Expression& value);
  bool ReadEnumValue(const ast::Expression& value, std::string& text);
  bool ReadList(const ast::Expression& value);
  bool ReadLiteral(const ast::Expression& value, std::string& text);
  bool ReadScalar(const ast::Expression& value);
  bool ReadModelFunction(const ast::FunctionCall& call);
  bool ReadCompositeFunction(const ast::FunctionCall& call, Span span);
  bool ReadGenerator(const ast::FunctionCall& call, DefaultValue::Kind kind);
  bool ReadWithoutArguments(const ast::FunctionCall& call, DefaultValue::Kind kind);
  bool ReadDbGenerated(const ast::FunctionCall& call);
  bool ReadVersion(const ast::FunctionCall& call, DefaultValue::Kind kind, int64_t first, int64_t second);
  bool ReadNanoid(const ast::FunctionCall& call);
  bool ReadUnknown(const ast::FunctionCall& call);
  bool WrongFunction(const ast::FunctionCall& call) {
    return Fail("The function `" + std::string(call.name) + "()` cannot be used on fields of type `" +
                std::string(ScalarTypeName(field_.scalar)) + "`.");
  }
  bool IsInteger() const { return field_.scalar == ScalarType::kInt || field_.scalar == ScalarType::kBigInt; }

  Analysis& analysis_;
  const Field& field_;
  ArgumentReader& arguments_;
  DefaultValue result_;
  bool is_unknown_function_ = false;
};

bool DefaultReader::ReadEnumValue(const ast::Expression& value, std::string& text) {
  const auto* constant = value.As<ast::ConstantValue>();
  if (!constant) return Fail("Expected an enum value, but found `" + ToString(value) + "`.");
  for (const EnumValue& item : analysis_.schema.enums[field_.enum_id].values) {
    if (item.name != constant->text) continue;
    text = item.name;
    return true;
  }
  return Fail("The defined default value `" + std::string(constant->text) +
              "` is not a valid value of the enum specified for the field.");
}

bool DefaultReader::ReadEnum(const ast::Expression& value) {
  if (field_.arity != Arity::kList) {
    result_.kind = DefaultValue::Kind::kEnumValue;
    return ReadEnumValue(value, result_.text);
  }
  result_.kind = DefaultValue::Kind::kList;
  const auto* array = value.As<ast::ArrayValue>();
  if (!array) return Fail("Expected an enum value, but found `" + ToString(value) + "`.");
  for (const ast::Expression& item : array->items) {
    std::string text;
    if (!ReadEnumValue(item, text)) return false;
    result_.items.push_back(std::move(text));
  }
  return true;
}

bool DefaultReader::ReadLiteral(const ast::Expression& value, std::string& text) {
  ScalarType type = field_.scalar;
  if (const auto* string = value.As<ast::StringValue>()) {
    if (type == ScalarType::kString || type == ScalarType::kJson || type == ScalarType::kBytes ||
        type == ScalarType::kDateTime || type == ScalarType::kDecimal) {
      text = string->value;
      return true;
    }
  } else if (const auto* number = value.As<ast::NumericValue>()) {
    if (IsInteger() || type == ScalarType::kFloat || type == ScalarType::kDecimal) {
      text = number->text;
      return true;
    }
  } else if (const auto* constant = value.As<ast::ConstantValue>(); constant && type == ScalarType::kBoolean) {
    text = constant->text;
    if (text == "true" || text == "false") return true;
    analysis_.Error(value.span, errors::Attribute("@default", "A boolean literal must be `true` or `false`."));
    return false;
  }
  return Fail("Expected a " + std::string(ScalarTypeName(type)) + " value, but found `" + ToString(value) + "`.");
}

bool DefaultReader::ReadList(const ast::Expression& value) {
  const auto* array = value.As<ast::ArrayValue>();
  if (!array) return Fail("The default value of a list field must be a list.");
  result_.kind = DefaultValue::Kind::kList;
  for (const ast::Expression& item : array->items) {
    std::string text;
    if (!ReadLiteral(item, text)) return false;
    result_.items.push_back(std::move(text));
  }
  return true;
}

bool DefaultReader::ReadScalar(const ast::Expression& value) {
  if (field_.arity == Arity::kList) return ReadList(value);
  if (value.As<ast::ArrayValue>()) return Fail("The default value of a non-list field cannot be a list.");
  return ReadLiteral(value, result_.text);
}

bool DefaultReader::ReadWithoutArguments(const ast::FunctionCall& call, DefaultValue::Kind kind) {
  result_.kind = kind;
  if (Values(call).empty()) return true;
  std::string name(call.name);
  return Fail("The `" + name + "` function does not take any argument. Consider changing this default to `" + name +
              "()`.");
}

bool DefaultReader::ReadDbGenerated(const ast::FunctionCall& call) {
  static constexpr std::string_view kMessage = "`dbgenerated()` takes a single String argument";
  result_.kind = DefaultValue::Kind::kDbGenerated;
  auto values = Values(call);
  if (values.size() > 1) arguments_.Error(kMessage);
  if (values.empty()) return true;
  const auto* text = values[0]->As<ast::StringValue>();
  if (!text) return Fail(kMessage);
  if (text->value.empty()) {
    return Fail("dbgenerated() takes either no argument, or a single nonempty string argument.");
  }
  result_.text = text->value;
  result_.has_argument_list_item = true;
  return true;
}

bool DefaultReader::ReadVersion(const ast::FunctionCall& call, DefaultValue::Kind kind, int64_t first, int64_t second) {
  std::string name(call.name);
  result_.kind = kind;
  auto values = Values(call);
  if (values.size() > 1) arguments_.Error("`" + name + "()` takes a single Int argument.");
  if (values.empty()) return true;
  const auto* number = values[0]->As<ast::NumericValue>();
  if (!number) return Fail("`" + name + "()` takes a single Int argument.");
  result_.argument = ParseInteger(number->text);
  if (result_.argument == first || result_.argument == second) return true;
  return Fail("`" + name + "()` takes either no argument, or a single integer argument which is either " +
              std::to_string(first) + " or " + std::to_string(second) + ".");
}

bool DefaultReader::ReadNanoid(const ast::FunctionCall& call) {
  result_.kind = DefaultValue::Kind::kNanoid;
  auto values = Values(call);
  if (values.size() > 1) arguments_.Error("`nanoid()` takes a single Int argument.");
  if (values.empty()) return true;
  const auto* number = values[0]->As<ast::NumericValue>();
  if (!number) return Fail("`nanoid()` takes a single Int argument.");
  result_.argument = ParseInteger(number->text);
  if (result_.argument && *result_.argument >= 2 && *result_.argument <= 255) return true;
  return Fail("`nanoid()` takes either no argument, or a single integer argument between 2 and 255.");
}

bool DefaultReader::ReadUnknown(const ast::FunctionCall& call) {
  is_unknown_function_ = true;
  result_.kind = DefaultValue::Kind::kSequence;
  for (const ast::Argument& argument : call.arguments) {
    if (!argument.value) continue;
    result_.function_arguments.emplace_back(argument.name ? argument.name->name : std::string_view(),
                                            ToString(*argument.value));
  }
  return true;
}

bool DefaultReader::ReadGenerator(const ast::FunctionCall& call, DefaultValue::Kind kind) {
  if (field_.scalar != ScalarType::kString) return WrongFunction(call);
  switch (kind) {
    case DefaultValue::Kind::kUuid:
      return ReadVersion(call, kind, 4, 7);
    case DefaultValue::Kind::kCuid:
      return ReadVersion(call, kind, 1, 2);
    case DefaultValue::Kind::kNanoid:
      return ReadNanoid(call);
    default:
      return ReadWithoutArguments(call, kind);
  }
}

bool DefaultReader::ReadModelFunction(const ast::FunctionCall& call) {
  using Kind = DefaultValue::Kind;
  if (call.name == "autoincrement" && !result_.mapped_name.empty()) {
    return Fail("Naming an autoincrement default value is not allowed.");
  }
  if (call.name == "autoincrement") {
    return IsInteger() ? ReadWithoutArguments(call, Kind::kAutoincrement) : WrongFunction(call);
  }
  if (call.name == "now") {
    return field_.scalar == ScalarType::kDateTime ? ReadWithoutArguments(call, Kind::kNow) : WrongFunction(call);
  }
  if (call.name == "uuid") return ReadGenerator(call, Kind::kUuid);
  if (call.name == "cuid") return ReadGenerator(call, Kind::kCuid);
  if (call.name == "ulid") return ReadGenerator(call, Kind::kUlid);
  // As in Prisma, composite types have no such default.
  if (call.name == "nanoid") return field_.model ? ReadGenerator(call, Kind::kNanoid) : WrongFunction(call);
  if (call.name == "auto") {
    result_.kind = Kind::kAuto;
    return Values(call).empty() || Fail("`auto()` takes no arguments");
  }
  return IsKnownFunction(call.name) ? WrongFunction(call) : ReadUnknown(call);
}

bool DefaultReader::ReadCompositeFunction(const ast::FunctionCall& call, Span span) {
  if (call.name == "autoincrement" || call.name == "auto") {
    return Fail("The function `" + std::string(call.name) + "()` is not supported on composite fields.");
  }
  if (!IsKnownFunction(call.name)) {
    analysis_.Error(span, errors::UnknownDefaultFunction(call.name));
    return false;
  }
  return ReadModelFunction(call);
}

bool DefaultReader::ReadModelField(const ast::Expression& value) {
  const auto* call = value.As<ast::FunctionCall>();
  if (call && call->name == "dbgenerated") return ReadDbGenerated(*call);
  switch (field_.kind) {
    case FieldKind::kComposite:
      analysis_.Error(arguments_.attribute().span,
                      errors::CompositeTypeField(field_.type_name, field_.name,
                                                 "Defaults on fields of type composite are not supported. Please "
                                                 "remove the `@default` attribute."));
      return false;
    case FieldKind::kEnum:
      return ReadEnum(value);
    case FieldKind::kUnsupported:
      return Fail("Only @default(dbgenerated(\"...\")) can be used for Unsupported types.");
    default:
      return call ? ReadModelFunction(*call) : ReadScalar(value);
  }
}

bool DefaultReader::ReadCompositeField(const ast::Expression& value) {
  const auto* call = value.As<ast::FunctionCall>();
  if (call && call->name == "dbgenerated") {
    return Fail("Fields of composite types cannot have `dbgenerated()` as default.");
  }
  if (field_.kind == FieldKind::kUnsupported) {
    return Fail("Composite field of type `Unsupported` cannot have default values.");
  }
  if (field_.kind == FieldKind::kScalar && call) return ReadCompositeFunction(*call, value.span);
  return ReadModelField(value);
}

}  // namespace

void ReadModelDefault(Analysis& analysis, FieldId field_id, ArgumentReader& arguments) {
  const ast::Expression* value = arguments.Default("value");
  if (!value) return;
  Field& field = analysis.schema.fields[field_id];
  DefaultReader reader(analysis, field, arguments);
  if (auto name = arguments.OptionalName("map")) reader.result().mapped_name = *name;
  if (!reader.ReadModelField(*value)) return;
  reader.result().span = value->span;
  field.default_value = std::move(reader.result());
  if (reader.is_unknown_function()) analysis.unknown_function_defaults.push_back(field_id);
}

void ReadCompositeDefault(Analysis& analysis, FieldId field_id, ArgumentReader& arguments) {
  const ast::Expression* value = arguments.Default("value");
  if (!value) return;
  Field& field = analysis.schema.fields[field_id];
  DefaultReader reader(analysis, field, arguments);
  if (arguments.Optional("map")) {
    arguments.Error("The `map` argument is not allowed on a composite type field.");
  }
  if (!reader.ReadCompositeField(*value)) return;
  reader.result().span = value->span;
  field.default_value = std::move(reader.result());
}

}  // namespace prisma::schema
