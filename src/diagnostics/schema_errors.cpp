#include "diagnostics/schema_errors.h"

#include <fmt/format.h>

namespace prisma::errors {

using fmt::format;

std::string StrayLine() {
  return Validation("This line is invalid. It does not start with any known Prisma schema keyword.");
}
std::string StrayBlock() {
  return Validation(
      "This block is invalid. It does not start with any known Prisma schema keyword. Valid keywords include 'model', "
      "'enum', 'type', 'datasource' and 'generator'.");
}
std::string StrayFieldLine() { return Validation("This line is not a valid field or attribute definition."); }
std::string StrayEnumLine() { return Validation("This line is not an enum value definition."); }
std::string StrayConfigLine(Text block_kind) {
  return Validation(format("This line is not a valid definition within a {}.", block_kind));
}
std::string TypeAlias() {
  return Validation("Invalid type definition. Please check the documentation in https://pris.ly/d/composite-types");
}
std::string FieldWithoutType(Text container_kind, Text container) {
  return Model(container_kind, container, "This field declaration is invalid. It is either missing a name or a type.");
}
std::string LegacyColon() { return "Field declarations don't require a `:`."; }
std::string LegacyRequiredType() { return "Fields are required by default, `!` is no longer required."; }
std::string LegacyListType() { return "To specify a list, please use `Type[]` instead of `[Type]`."; }
std::string OptionalList() { return "Optional lists are not supported. Use either `Type[]` or `Type?`."; }
std::string UnknownEscape() {
  return R"(Unknown escape sequence. If the value is a windows-style path, `\` must be escaped as `\\`.)";
}
std::string InvalidUnicodeEscape() { return "Invalid unicode escape sequence."; }
std::string CompositeTypeFieldAttribute(Text attribute) {
  return Validation(format("Defining `@{}` attribute for a field in a composite type is not allowed.", attribute));
}
std::string CompositeTypeBlockAttribute(Text attribute) {
  if (attribute == "map") {
    return Validation(
        "The name of a composite type is not persisted in the database, therefore it does not need a mapped database "
        "name.");
  }
  if (attribute == "unique") {
    return Validation("A unique constraint should be defined in the model containing the embed.");
  }
  if (attribute == "index") return Validation("An index should be defined in the model containing the embed.");
  if (attribute == "fulltext") {
    return Validation("A fulltext index should be defined in the model containing the embed.");
  }
  if (attribute == "id") return Validation("A composite type cannot define an id.");
  return Validation("A composite type cannot have block-level attributes.");
}

std::string ReservedScalarType(Text type) {
  return format("\"{}\" is a reserved scalar type name and cannot be used.", type);
}
std::string DuplicateTop(Text name, Text kind, Text existing_kind) {
  return format("The {} \"{}\" cannot be defined because a {} with that name already exists.", kind, name,
                existing_kind);
}
std::string DuplicateField(Text container, Text field, Text container_kind) {
  return format("Field \"{}\" is already defined on {} \"{}\".", field, container_kind, container);
}
std::string DuplicateEnumValue(Text enum_name, Text value) {
  return format("Value \"{}\" is already defined on enum \"{}\".", value, enum_name);
}
std::string DuplicateConfigKey(Text block, Text key) {
  return format("Key \"{}\" is already defined in {}.", key, block);
}
std::string NameStartsWithNumber(Text item) {
  return Validation(format("The name of a {} must not start with a number.", item));
}
std::string NameHasDash(Text item) { return Validation(format("The character `-` is not allowed in {} names.", item)); }
std::string DuplicateModelDatabaseName(Text database_name, Text existing_model, bool is_view) {
  return format(
      "The {} with database name \"{}\" could not be defined because another model or view with this name exists: "
      "\"{}\"",
      is_view ? "view" : "model", database_name, existing_model);
}
std::string DuplicateEnumDatabaseName() { return "An enum with the same database name is already defined."; }

std::string TypeNotFound(Text type) {
  return format("Type \"{}\" is neither a built-in type, nor refers to another model, composite type, or enum.", type);
}
std::string TypeNotFoundDidYouMean(Text type, Text suggestion) {
  return format("{} Did you mean \"{}\"?", TypeNotFound(type), suggestion);
}
std::string TypeMismatch(Text expected, Text received, Text raw) {
  return format("Expected a {} value, but received {} value `{}`.", expected, received, raw);
}
std::string UnknownDefaultFunction(Text function) {
  return format(
      "Unknown function in @default(): `{}` is not known. You can read about the available functions here: "
      "https://pris.ly/d/attribute-functions",
      function);
}

std::string Attribute(Text attribute, Text message) {
  return format("Error parsing attribute \"{}\": {}", attribute, message);
}
std::string AttributeNotKnown(Text attribute) { return format("Attribute not known: \"@{}\".", attribute); }
std::string DuplicateAttribute(Text attribute) {
  return format("Attribute \"@{}\" can only be defined once.", attribute);
}
std::string ArgumentMissing(Text argument) { return format("Argument \"{}\" is missing.", argument); }
std::string DuplicateArgument(Text argument) { return format("Argument \"{}\" is already specified.", argument); }
std::string DuplicateDefaultArgument(Text argument) {
  return format("Argument \"{}\" is already specified as unnamed argument.", argument);
}
std::string UnusedArgument() { return "No such argument."; }
std::string ExpectedOneOf(Text expected) { return format("Unexpected token. Expected one of: {}", expected); }

std::string Validation(Text message) { return format("Error validating: {}", message); }
std::string Model(Text kind, Text model, Text message) {
  return format("Error validating {} \"{}\": {}", kind, model, message);
}
std::string Field(Text container_kind, Text container, Text field, Text message) {
  return format("Error validating field `{}` in {} `{}`: {}", field, container_kind, container, message);
}
std::string FieldWarning(Text container_kind, Text container, Text field, Text message) {
  return format("Warning validating field `{}` in {} `{}`: {}", field, container_kind, container, message);
}
std::string Enum(Text enum_name, Text message) { return format("Error validating enum `{}`: {}", enum_name, message); }
std::string CompositeType(Text type, Text message) {
  return format("Error validating composite type \"{}\": {}", type, message);
}
std::string CompositeTypeField(Text type, Text field, Text message) {
  return Field("composite type", type, field, message);
}
std::string Datasource(Text datasource, Text message) {
  return format("Error validating datasource `{}`: {}", datasource, message);
}
std::string ScalarListsNotSupported(Text container_kind, Text container, Text field) {
  return format(
      "Field \"{}\" in {} \"{}\" can't be a list. The current connector does not support lists of primitive types.",
      field, container_kind, container);
}
std::string InvalidModel(Text message) { return format("Invalid model: {}", message); }

std::string NativeTypeIncompatible(Text native_type, Text field_type, Text expected) {
  return format("Native type {} is not compatible with declared field type {}, expected field type {}.", native_type,
                field_type, expected);
}
std::string NativeTypePrefix(Text given, Text expected, Text suggestion) {
  return format(
      "The prefix {} is invalid. It must be equal to the name of an existing datasource e.g. {}. Did you mean to use "
      "{}?",
      given, expected, suggestion);
}
std::string NativeTypeUnknown(Text connector, Text native_type) {
  return format("Native type {} is not supported for {} connector.", native_type, connector);
}
std::string ArgumentCount(Text function, size_t required, size_t given) {
  return format("Function \"{}\" takes {} arguments, but received {}.", function, required, given);
}
std::string NativeTypeOptionalArgumentCount(Text native_type, size_t optional, size_t given) {
  return format("Native type {} takes {} optional arguments, but received {}.", native_type, optional, given);
}
std::string NativeTypeArguments(Text expected, Text given) {
  return format("Expected {}, but found {}.", expected, given);
}
std::string NativeTypeNotUnique(Text native_type, Text connector, Text advice) {
  return format("Native type `{}` cannot be unique in {}.{}", native_type, connector, advice);
}
std::string NativeTypeNotInIndex(Text native_type, Text connector, Text advice) {
  return format("You cannot define an index on fields with native type `{}` of {}.{}", native_type, connector, advice);
}
std::string NativeTypeNotInId(Text native_type, Text connector, Text advice) {
  return format("Native type `{}` of {} cannot be used on a field that is `@id` or `@@id`.{}", native_type, connector,
                advice);
}
std::string NativeTypeArgumentOutOfRange(Text native_type, Text connector, Text message) {
  return format("Argument M is out of range for native type `{}` of {}: {}", native_type, connector, message);
}
std::string NativeTypeScaleLargerThanPrecision(Text native_type, Text connector) {
  return format("The scale must not be larger than the precision for the {} native type in {}.", native_type,
                connector);
}

std::string SourceArgumentMissing(Text argument, Text datasource) {
  return format("Argument \"{}\" is missing in data source block \"{}\".", argument, datasource);
}
std::string GeneratorArgumentMissing(Text argument, Text generator) {
  return format("Argument \"{}\" is missing in generator block \"{}\".", argument, generator);
}
std::string ConfigPropertyWithoutValue(Text property, Text block, Text kind) {
  return format("Property {} in {} {} needs to be assigned a value", property, kind, block);
}
std::string ProviderNotKnown(Text provider) { return format("Datasource provider not known: \"{}\".", provider); }
std::string PropertyNotKnown(Text property) { return format("Property not known: \"{}\".", property); }
std::string ShadowUrlSameAsUrl(Text datasource) {
  return format(
      "shadowDatabaseUrl is the same as url for datasource \"{}\". Please specify a different database as shadow "
      "database to avoid data loss.",
      datasource);
}
std::string ShadowUrlSameAsDirectUrl(Text datasource) {
  return format(
      "shadowDatabaseUrl is the same as directUrl for datasource \"{}\". Please specify a different database as shadow "
      "database to avoid data loss.",
      datasource);
}
std::string PreviewFeatureNotKnown(Text feature, Text expected) {
  return format("The preview feature \"{}\" is not known. Expected one of: {}", feature, expected);
}
std::string SchemasEmpty() { return "If provided, the schemas array can not be empty."; }
std::string SchemasNotSupported() { return "The `schemas` property is not supported on the current connector."; }
std::string RelationModeGivenTwice() {
  return "The `referentialIntegrity` and `relationMode` attributes cannot be used together. Please use only "
         "`relationMode` instead.";
}
std::string EnvironmentVariableNotFound(Text variable) {
  return format("Environment variable not found: {}.", variable);
}
std::string EnvArgument() { return "Exactly one string parameter must be passed to the env function."; }

std::string PreviewFeatureDeprecated(Text feature) {
  return format(
      "Preview feature \"{}\" is deprecated. The functionality can be used without specifying it as a preview feature.",
      feature);
}
std::string PreviewFeatureDoomed(Text feature) {
  return format("Preview feature \"{}\" is deprecated. It will be removed in a future version of Prisma.", feature);
}
std::string PreviewFeatureRenamedForProvider(Text provider, Text feature, Text new_feature, Text link) {
  return format(
      "On `provider = \"{}\"`, preview feature \"{}\" has been renamed to \"{}\". Learn more at https://pris.ly/d/{}.",
      provider, feature, new_feature, link);
}
std::string ReferentialIntegrityDeprecated() {
  return "The `referentialIntegrity` attribute is deprecated. Please use `relationMode` instead. Learn more at "
         "https://pris.ly/d/relation-mode";
}
std::string NamedEnvArgument() { return "The env function doesn't expect named arguments"; }
std::string MissingRelationIndex() {
  return "With `relationMode = \"prisma\"`, no foreign keys are used, so relation fields will not benefit from the "
         "index usually created by the relational database under the hood. This can lead to poor performance when "
         "querying these fields. We recommend adding an index manually. Learn more at "
         "https://pris.ly/d/relation-mode-prisma-indexes\" ";
}

}  // namespace prisma::errors
