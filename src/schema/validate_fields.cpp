// Rules for scalar fields.
#include <algorithm>

#include "json/reader.h"
#include "schema/expression.h"
#include "schema/literals.h"
#include "schema/native_types.h"
#include "schema/validate.h"

namespace prisma::schema {
namespace {

std::string_view OwnerName(const Rules& rules, const Field& field) {
  return field.model ? rules.schema.models[field.model].name : rules.schema.composite_types[field.owner_composite].name;
}

std::string_view OwnerKind(const Rules& rules, const Field& field) {
  return field.model ? ContainerKind(rules.schema.models[field.model]) : "composite type";
}

void NotSupported(Rules& rules, const Field& field, std::string_view type, std::string_view description) {
  std::string kind(OwnerKind(rules, field));
  std::string owner(OwnerName(rules, field));
  rules.Error(field.span, errors::Field(kind, owner, field.name,
                                        "Field `" + field.name + "` in " + kind + " `" + owner + "` can't be of type " +
                                            std::string(type) + ". The current connector does not support the " +
                                            std::string(description) + " type."));
}

// The expressions of a default: of a list, each item.
std::vector<const ast::Expression*> DefaultExpressions(const Field& field) {
  std::vector<const ast::Expression*> items;
  const ast::Attribute* attribute = FindAttribute(field.ast->attributes, "default");
  if (!attribute) return items;
  for (const ast::Argument& argument : attribute->arguments) {
    if (!argument.value || (argument.name && argument.name->name != "value")) continue;
    if (const auto* array = argument.value->As<ast::ArrayValue>()) {
      for (const ast::Expression& item : array->items) items.push_back(&item);
    } else {
      items.push_back(argument.value.get());
    }
  }
  return items;
}

void CheckDefaultLiteral(Rules& rules, ScalarType type, const ast::Expression& expression) {
  std::string_view text;
  bool is_string = false;
  if (const auto* string = expression.As<ast::StringValue>()) {
    text = string->value;
    is_string = true;
  } else if (const auto* number = expression.As<ast::NumericValue>()) {
    text = number->text;
  } else {
    return;
  }
  std::string fault, kind, attribute = "@default";
  if (type == ScalarType::kJson && is_string) {
    fault = json::FindSyntaxError(text);
    kind = "JSON string";
  } else if (type == ScalarType::kBytes && is_string) {
    fault = FindBase64Error(text);
    kind = "base64 string";
  } else if (type == ScalarType::kDateTime && is_string) {
    fault = FindDateTimeError(text);
    kind = "rfc3339 datetime string";
  } else if ((type == ScalarType::kInt || type == ScalarType::kBigInt) && !is_string) {
    fault = FindIntegerError(text);
    kind = "integer";
  } else if (type == ScalarType::kDecimal && is_string) {
    fault = FindDecimalError(text);
    kind = "decimal";
    attribute = "default";
  }
  if (fault.empty()) return;
  rules.Error(expression.span, errors::Attribute(attribute, "Parse error: \"" + std::string(text) +
                                                                "\" is not a valid " + kind + ". (" + fault + ")"));
}

// The parts of a database type: "name(1, 2) suffix".
std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

NativeType ReadDatabaseType(std::string_view text) {
  NativeType type;
  size_t open = text.find('(');
  type.name = Trim(text.substr(0, open));
  if (open == std::string_view::npos) return type;
  size_t close = text.find(')', open);
  if (close == std::string_view::npos) return type;
  std::string_view rest = text.substr(open + 1, close - open - 1);
  while (true) {
    size_t comma = rest.find(',');
    type.arguments.emplace_back(Trim(rest.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return type;
}

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void DefaultFunctionsAreKnown(Rules& rules) {
  for (FieldId id : rules.analysis.unknown_function_defaults) {
    const Field& field = rules.field(id);
    if (rules.connector.ValidateDefaultFunction(field, rules.analysis.sink)) continue;
    for (const ast::Expression* expression : DefaultExpressions(field)) {
      const auto* call = expression->As<ast::FunctionCall>();
      if (call) rules.Error(expression->span, errors::UnknownDefaultFunction(call->name));
    }
  }
}

void FieldTypeSupported(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  if (field.kind == FieldKind::kScalar && field.scalar == ScalarType::kJson) {
    if (!rules.Has(Capability::kJson)) NotSupported(rules, field, "Json", "Json");
    if (field.arity == Arity::kList && !rules.Has(Capability::kJsonLists)) {
      NotSupported(rules, field, "Json[]", "Json List");
    }
  }
  if (field.kind == FieldKind::kScalar && field.scalar == ScalarType::kDecimal &&
      !rules.Has(Capability::kDecimalType)) {
    NotSupported(rules, field, "Decimal", "Decimal");
  }
  if (field.arity == Arity::kList && !rules.Has(Capability::kScalarLists)) {
    rules.Error(field.span,
                errors::ScalarListsNotSupported(OwnerKind(rules, field), OwnerName(rules, field), field.name));
  }
}

void FieldNameDoesNotClash(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  const Model& model = rules.model(id);
  auto report = [&](std::string_view attribute) {
    rules.Error(model.span,
                errors::Model(ContainerKind(model), model.name,
                              "The custom name `" + field.name + "` specified for the `" + std::string(attribute) +
                                  "` attribute is already used as a name for a field. Please choose a "
                                  "different name."));
  };
  if (rules.names.UniqueNameTaken(field.model, field.name)) report("@@unique");
  if (rules.names.PrimaryKeyNameTaken(field.model, field.name)) report("@@id");
}

void DefaultConstraintNameIsUnique(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  if (!field.default_value) return;
  const Model& model = rules.model(id);
  const std::string& mapped = field.default_value->mapped_name;
  std::string name =
      mapped.empty() ? DefaultConstraintName(model.database_name, field.database_name, rules.connector) : mapped;
  for (ConstraintScope scope : rules.names.Violations(field.model, ConstraintKind::kDefault, name)) {
    rules.Error(FieldArgumentSpan(field, "default", "map"),
                errors::Attribute(
                    "@default", "The given constraint name `" + name +
                                    "` has to be unique in the following namespace: " + ScopeDescription(scope, model) +
                                    ". Please provide a different name using the `map` argument."));
  }
}

void NativeTypeIsValid(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  if (field.kind != FieldKind::kScalar || !field.native_type) return;
  const NativeType& type = *field.native_type;
  const auto& datasource = rules.schema.datasource;
  if (datasource && datasource->name != type.scope) {
    rules.Error(type.span, errors::NativeTypePrefix(type.scope, datasource->name, datasource->name + "." + type.name));
  }
  const NativeTypeInfo* info = rules.connector.FindNativeType(type.name);
  if (!info) {
    std::string connector = datasource ? datasource->active_provider : "Default";
    rules.Error(type.span, errors::NativeTypeUnknown(connector, type.name));
    return;
  }
  size_t given = type.arguments.size();
  size_t optional = info->max_arguments - info->min_arguments;
  if (given < info->min_arguments || (given > info->min_arguments && optional == 0)) {
    rules.Error(type.span, errors::ArgumentCount(type.name, info->min_arguments, given));
    return;
  }
  if (given > info->max_arguments) {
    rules.Error(type.span, errors::NativeTypeOptionalArgumentCount(type.name, optional, given));
    return;
  }
  std::string_view scalar = ScalarTypeName(field.scalar);
  if (std::find(info->prisma_types.begin(), info->prisma_types.end(), scalar) == info->prisma_types.end()) {
    std::string expected;
    for (std::string_view name : info->prisma_types) expected += (expected.empty() ? "" : " or ") + std::string(name);
    rules.Error(type.span, errors::NativeTypeIncompatible(type.name, scalar, expected));
    return;
  }
  rules.connector.ValidateNativeType(field, type, rules.analysis.sink);
}

void DefaultValueIsValid(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  if (!field.default_value) return;
  const DefaultValue& value = *field.default_value;
  const ast::Attribute* attribute = FindAttribute(field.ast->attributes, "default");
  if (field.model && !value.mapped_name.empty()) {
    if (!rules.Has(Capability::kNamedDefaultValues)) {
      rules.Error(attribute->span,
                  errors::Attribute("@default",
                                    "You defined a database name for the default value of a field on the model. This "
                                    "is not supported by the provider."));
    }
    CheckDatabaseNameLength(rules, rules.model(id), *attribute, value.mapped_name, false);
  }
  if (field.kind == FieldKind::kScalar) {
    for (const ast::Expression* expression : DefaultExpressions(field)) {
      CheckDefaultLiteral(rules, field.scalar, *expression);
    }
  }
  if (value.kind == DefaultValue::Kind::kAuto && field.model && !rules.Has(Capability::kDefaultValueAuto)) {
    rules.Error(value.span,
                errors::Attribute("@default", "The current connector does not support the `auto()` function."));
  }
}

void UnsupportedTypeIsUnsupported(Rules& rules, FieldId id) {
  const Field& field = rules.field(id);
  if (field.kind != FieldKind::kUnsupported || !rules.schema.datasource) return;
  NativeType type = ReadDatabaseType(field.unsupported_type);
  const NativeTypeInfo* info = rules.connector.FindNativeType(type.name);
  if (!info || type.arguments.size() < info->min_arguments) return;
  if (info->max_arguments == 0) type.arguments.clear();
  if (type.arguments.size() > info->max_arguments) return;
  DiagnosticSink unread;  // what can't be read as the native type is a type of its own
  if (!ReadNativeArguments(type, ArgumentsOf(*info), unread)) return;
  for (std::string& argument : type.arguments) {
    if (!IsNumber(argument)) argument = "Max";
  }
  rules.Error(
      field.span,
      errors::Validation("The type `Unsupported(\"" + field.unsupported_type +
                         "\")` you specified in the type definition for the field `" + field.name +
                         "` is supported as a native type by Prisma. Please use the native type "
                         "notation `" +
                         std::string(info->advised_type.empty() ? info->prisma_types.back() : info->advised_type) +
                         " @" + rules.schema.datasource->name + "." + NativeTypeText(type) + "` for full support."));
}

}  // namespace prisma::schema
