// The texts of all faults in a schema. One named constructor a message; the place is given to the sink by the caller.
#pragma once

#include <string>
#include <string_view>

namespace prisma::errors {

using Text = std::string_view;

// Syntax.
std::string StrayLine();
std::string StrayBlock();
std::string StrayFieldLine();
std::string StrayEnumLine();
std::string StrayConfigLine(Text block_kind);  // "datasource" or "generator"
std::string TypeAlias();
std::string FieldWithoutType(Text container_kind, Text container);
std::string LegacyColon();
std::string LegacyRequiredType();
std::string LegacyListType();
std::string OptionalList();
std::string UnknownEscape();
std::string InvalidUnicodeEscape();
std::string CompositeTypeFieldAttribute(Text attribute);
std::string CompositeTypeBlockAttribute(Text attribute);

// Names.
std::string ReservedScalarType(Text type);
std::string DuplicateTop(Text name, Text kind, Text existing_kind);
std::string DuplicateField(Text container, Text field, Text container_kind);
std::string DuplicateEnumValue(Text enum_name, Text value);
std::string DuplicateConfigKey(Text block, Text key);
std::string NameStartsWithNumber(Text item);
std::string NameHasDash(Text item);
std::string DuplicateModelDatabaseName(Text database_name, Text existing_model, bool is_view);
std::string DuplicateEnumDatabaseName();

// Types and values.
std::string TypeNotFound(Text type);
std::string TypeNotFoundDidYouMean(Text type, Text suggestion);
std::string TypeMismatch(Text expected, Text received, Text raw);
std::string UnknownDefaultFunction(Text function);

// Attributes and arguments.
std::string Attribute(Text attribute, Text message);  // attribute with its @s
std::string AttributeNotKnown(Text attribute);
std::string DuplicateAttribute(Text attribute);
std::string ArgumentMissing(Text argument);
std::string DuplicateArgument(Text argument);
std::string DuplicateDefaultArgument(Text argument);
std::string UnusedArgument();
std::string ExpectedOneOf(Text expected);

// Rules of an item: "Error validating …: message".
std::string Validation(Text message);
std::string Model(Text kind, Text model, Text message);  // kind: "model" or "view"
std::string Field(Text container_kind, Text container, Text field, Text message);
std::string FieldWarning(Text container_kind, Text container, Text field, Text message);
std::string Enum(Text enum_name, Text message);
std::string CompositeType(Text type, Text message);
std::string CompositeTypeField(Text type, Text field, Text message);
std::string Datasource(Text datasource, Text message);
std::string ScalarListsNotSupported(Text container_kind, Text container, Text field);
std::string InvalidModel(Text message);

// Native types.
std::string NativeTypeIncompatible(Text native_type, Text field_type, Text expected);
std::string NativeTypePrefix(Text given, Text expected, Text suggestion);
std::string NativeTypeUnknown(Text connector, Text native_type);
std::string ArgumentCount(Text function, size_t required, size_t given);
std::string NativeTypeOptionalArgumentCount(Text native_type, size_t optional, size_t given);
std::string NativeTypeArguments(Text expected, Text given);
// advice: a further sentence with a space before it, or empty.
std::string NativeTypeNotUnique(Text native_type, Text connector, Text advice);
std::string NativeTypeNotInIndex(Text native_type, Text connector, Text advice);
std::string NativeTypeNotInId(Text native_type, Text connector, Text advice);
std::string NativeTypeArgumentOutOfRange(Text native_type, Text connector, Text message);
std::string NativeTypeScaleLargerThanPrecision(Text native_type, Text connector);

// Configuration blocks.
std::string SourceArgumentMissing(Text argument, Text datasource);
std::string GeneratorArgumentMissing(Text argument, Text generator);
std::string ConfigPropertyWithoutValue(Text property, Text block, Text kind);
std::string ProviderNotKnown(Text provider);
std::string PropertyNotKnown(Text property);
std::string ShadowUrlSameAsUrl(Text datasource);
std::string ShadowUrlSameAsDirectUrl(Text datasource);
std::string PreviewFeatureNotKnown(Text feature, Text expected);
std::string SchemasEmpty();
std::string SchemasNotSupported();
std::string RelationModeGivenTwice();
std::string EnvironmentVariableNotFound(Text variable);
std::string EnvArgument();

// Warnings.
std::string PreviewFeatureDeprecated(Text feature);
std::string PreviewFeatureDoomed(Text feature);
std::string PreviewFeatureRenamedForProvider(Text provider, Text feature, Text new_feature, Text link);
std::string ReferentialIntegrityDeprecated();
std::string NamedEnvArgument();
std::string MissingRelationIndex();

}  // namespace prisma::errors
