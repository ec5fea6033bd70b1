#include "query/document/fault.h"

#include "diagnostics/errors.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::query {
namespace {

// The members of an object, without its braces.
template <class Fill>
std::string Members(Fill fill) {
  std::string text;
  json::Writer writer(text);
  fill(writer);
  return text;
}

void WritePath(json::Writer& writer, const char* key, const FaultPath& path) {
  writer.Key(key);
  writer.BeginArray();
  for (std::string_view part : path) writer.String(part);
  writer.EndArray();
}

std::string Joined(const FaultPath& path) {
  std::string text;
  for (std::string_view part : path) {
    if (!text.empty()) text += '.';
    text += part;
  }
  return text;
}

void WriteTypeNames(json::Writer& writer, const QuerySchema& schema, std::span<const InputType> types) {
  writer.Key("typeNames");
  writer.BeginArray();
  for (const InputType& type : types) writer.String(QuerySchema::Name(type, schema));
  writer.EndArray();
}

void WriteArgument(json::Writer& writer, std::string_view name, std::string_view type) {
  writer.Key("argument");
  writer.BeginObject();
  writer.Member("name", name);
  writer.Key("typeNames");
  writer.BeginArray();
  writer.String(type);
  writer.EndArray();
  writer.EndObject();
}

void WriteInputObject(json::Writer& writer, const QuerySchema& schema, const InputObject& type) {
  writer.BeginObject();
  writer.Member("kind", "object");
  writer.Member("name", schema.Name(type));
  writer.Key("fields");
  writer.BeginArray();
  for (const InputField& field : schema.Fields(type)) {
    writer.BeginObject();
    writer.Member("name", field.name);
    WriteTypeNames(writer, schema, field.types);
    writer.Member("required", field.is_required);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

void WriteInputType(json::Writer& writer, const QuerySchema& schema, const InputType& type) {
  if (type.is_list) {
    InputType element = type;
    element.is_list = false;
    writer.BeginObject();
    writer.Member("kind", "list");
    writer.Key("elementType");
    WriteInputType(writer, schema, element);
    writer.EndObject();
    return;
  }
  if (type.kind == InputType::Kind::kObject) return WriteInputObject(writer, schema, *type.object);
  writer.BeginObject();
  writer.Member("kind", type.kind == InputType::Kind::kEnum ? "enum" : "scalar");
  writer.Member("name", QuerySchema::Name(type, schema));
  writer.EndObject();
}

void WriteOutputObject(json::Writer& writer, const QuerySchema& schema, const OutputObject& type) {
  writer.Key("outputType");
  writer.BeginObject();
  writer.Member("name", schema.Name(type));
  writer.Key("fields");
  writer.BeginArray();
  for (const OutputField& field : schema.Fields(type)) {
    std::string name = field.object      ? schema.Name(*field.object)
                       : field.enum_type ? std::string(field.enum_type->name)
                                         : std::string(InputScalarName(field.scalar));
    if (field.is_list) name += "[]";
    writer.BeginObject();
    writer.Member("name", field.name);
    writer.Member("typeName", name);
    writer.Member("isRelation", field.object != nullptr && field.object->kind == OutputKind::kModel);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

// What a value looks like to the reader of the error.
std::string InferredType(const Node& node) {
  if (node.kind == Node::Kind::kList) {
    std::string text = "(";
    for (const Node& item : node.items) {
      if (text.size() > 1) text += ", ";
      text += InferredType(item);
    }
    return text + ")";
  }
  if (node.kind == Node::Kind::kObject) return node.tag == Node::Tag::kFieldReference ? "FieldRef" : "Object";
  switch (node.scalar.kind()) {
    case ValueKind::kNull:
      return "Null";
    case ValueKind::kBool:
      return "Boolean";
    case ValueKind::kInt:
      return node.tag == Node::Tag::kBigInt ? "BigInt" : "Int";
    case ValueKind::kFloat:
    case ValueKind::kDecimal:
      return "Float";
    case ValueKind::kString:
      return "String";
    case ValueKind::kBytes:
      return "Bytes";
    case ValueKind::kDateTime:
      return "DateTime";
    case ValueKind::kJson:
      return "JSON";
    case ValueKind::kEnum:
      return "Enum";
    case ValueKind::kUuid:
      return "UUID";
    case ValueKind::kList:
      return "List";
    case ValueKind::kFieldRef:
      return "FieldRef";
  }
  return {};
}

std::string_view Last(const FaultPath& path) { return path.empty() ? std::string_view() : path.back(); }

}  // namespace

Fault FaultWriter::EmptySelection(const FaultPath& selection, const OutputObject& type) const {
  return {"EmptySelection", "Expected a minimum of 1 field to be present, got 0", Members([&](json::Writer& writer) {
            WriteOutputObject(writer, schema_, type);
            WritePath(writer, "selectionPath", selection);
          })};
}

Fault FaultWriter::UnknownSelectionField(const FaultPath& selection, const OutputObject& type) const {
  std::string message =
      "Field '" + std::string(Last(selection)) + "' not found in enclosing type '" + schema_.Name(type) + "'";
  return {"UnknownSelectionField", message, Members([&](json::Writer& writer) {
            WriteOutputObject(writer, schema_, type);
            WritePath(writer, "selectionPath", selection);
          })};
}

Fault FaultWriter::SelectionOnScalar(const FaultPath& selection) const {
  return {"SelectionSetOnScalar", "Cannot select over scalar field '" + std::string(Last(selection)) + "'",
          Members([&](json::Writer& writer) {
            writer.Member("fieldName", Last(selection));
            WritePath(writer, "selectionPath", selection);
          })};
}

Fault FaultWriter::UnknownArgument(const FaultPlace& place, const InputObject* arguments) const {
  return {"UnknownArgument", "Argument does not exist in enclosing type", Members([&](json::Writer& writer) {
            WritePath(writer, "argumentPath", place.argument);
            writer.Key("arguments");
            writer.BeginArray();
            if (arguments) {
              for (const InputField& field : schema_.Fields(*arguments)) {
                writer.BeginObject();
                writer.Member("name", field.name);
                WriteTypeNames(writer, schema_, field.types);
                writer.EndObject();
              }
            }
            writer.EndArray();
            WritePath(writer, "selectionPath", place.selection);
          })};
}

Fault FaultWriter::UnknownInputField(const FaultPlace& place, const InputObject& type) const {
  std::string message =
      "`" + Joined(place.selection) + "." + Joined(place.argument) + "`: Field does not exist in enclosing type.";
  return {"UnknownInputField", message, Members([&](json::Writer& writer) {
            writer.Key("inputType");
            WriteInputObject(writer, schema_, type);
            WritePath(writer, "argumentPath", place.argument);
            WritePath(writer, "selectionPath", place.selection);
          })};
}

Fault FaultWriter::ArgumentMissing(const FaultPlace& place, std::span<const InputType> types,
                                   std::string_view because) const {
  std::string message = "`" + Joined(place.argument) + "`: A value is required but not set";
  if (!because.empty()) message += ". It is required because `" + std::string(because) + "` was provided.";
  return {"RequiredArgumentMissing", message, Members([&](json::Writer& writer) {
            writer.Key("inputTypes");
            writer.BeginArray();
            for (const InputType& type : types) WriteInputType(writer, schema_, type);
            writer.EndArray();
            WritePath(writer, "argumentPath", place.argument);
            if (!because.empty()) WritePath(writer, "dependentArgumentPath", {because});
            WritePath(writer, "selectionPath", place.selection);
          })};
}

Fault FaultWriter::WrongType(const FaultPlace& place, const InputType& type, const Node& given) const {
  std::string name = QuerySchema::Name(type, schema_);
  std::string message = "Invalid argument type. `" + std::string(Last(place.argument)) +
                        "` should be of any of the following types: `" + name + "`";
  return {"InvalidArgumentType", message, Members([&](json::Writer& writer) {
            WritePath(writer, "argumentPath", place.argument);
            WriteArgument(writer, Last(place.argument), name);
            WritePath(writer, "selectionPath", place.selection);
            writer.Member("inferredType", InferredType(given));
          })};
}

Fault FaultWriter::WrongValue(const FaultPlace& place, std::string_view value, std::string_view expected,
                              const std::string* reason) const {
  std::string message =
      "Invalid argument agument value. `" + std::string(value) + "` is not a valid `" + std::string(expected) + "`";
  if (reason) message += ". Underlying error: " + *reason;
  return {"InvalidArgumentValue", message, Members([&](json::Writer& writer) {
            WritePath(writer, "argumentPath", place.argument);
            WriteArgument(writer, Last(place.argument), expected);
            WritePath(writer, "selectionPath", place.selection);
            writer.Key("underlyingError");
            if (reason) {
              writer.String(*reason);
            } else {
              writer.Null();
            }
          })};
}

Fault FaultWriter::TooLarge(const FaultPlace& place, std::string_view value) const {
  std::string message = "Unable to fit float value (or large JS integer serialized in exponent notation) '" +
                        std::string(value) + "' into a 64 Bit signed integer for field '" +
                        std::string(Last(place.argument)) +
                        "'. If you're trying to store large integers, consider using `BigInt`";
  return {"ValueTooLarge", message, Members([&](json::Writer& writer) {
            WritePath(writer, "argumentPath", place.argument);
            WriteArgument(writer, Last(place.argument), "BigInt");
            WritePath(writer, "selectionPath", place.selection);
          })};
}

Fault FaultWriter::WrongNumberOfFields(const FaultPlace& place, const InputObject& type, int given,
                                       bool is_too_many) const {
  std::string of, got = "to be present, got " + std::to_string(given) + ".";
  for (std::string_view name : type.constrained_fields) {
    of += of.empty() ? "of (" : ", ";
    of += name;
  }
  if (!of.empty()) of += ") ";
  std::string min = std::to_string(type.min_fields), max = std::to_string(type.max_fields);
  std::string message = is_too_many ? "Too many fields given: " : "Some fields are missing: ";
  if (type.min_fields == 1 && type.max_fields == 1) {
    message += "Expected exactly one field " + of + got;
  } else if (type.min_fields >= 0 && type.max_fields >= 0) {
    message += "Expected a minimum of " + min + " and at most " + max + " fields " + of + got;
  } else if (type.min_fields >= 0) {
    message += "Expected a minimum of " + min + " fields " + of + got;
  } else {
    message += "Expected at most " + max + " fields " + of + got;
  }
  return {is_too_many ? "TooManyFieldsGiven" : "SomeFieldsMissing", message, Members([&](json::Writer& writer) {
            auto bound = [&](const char* key, int value) {
              writer.Key(key);
              if (value < 0) {
                writer.Null();
              } else {
                writer.Int(value);
              }
            };
            writer.Key("inputType");
            WriteInputObject(writer, schema_, type);
            WritePath(writer, "argumentPath", place.argument);
            WritePath(writer, "selectionPath", place.selection);
            writer.Key("constraints");
            writer.BeginObject();
            bound("minFieldCount", type.min_fields);
            bound("maxFieldCount", type.max_fields);
            writer.Key("requiredFields");
            if (type.constrained_fields.empty()) {
              writer.Null();
            } else {
              writer.BeginArray();
              for (std::string_view name : type.constrained_fields) writer.String(name);
              writer.EndArray();
            }
            writer.EndObject();
          })};
}

Fault FaultWriter::Union(const std::vector<Fault>& faults) const {
  std::string message = "Unable to match input value to any allowed input type for the field. Parse errors: [";
  for (size_t i = 0; i < faults.size(); ++i) {
    if (i > 0) message += ", ";
    message += faults[i].message;
  }
  return {"Union", message + "]", Members([&](json::Writer& writer) {
            writer.Key("errors");
            writer.BeginArray();
            for (const Fault& fault : faults) {
              writer.Raw("{\"kind\":\"" + std::string(fault.kind) + "\"," + fault.members + "}");
            }
            writer.EndArray();
          })};
}

Error ErrorOf(const Fault& fault) {
  std::string meta = "{\"kind\":\"" + std::string(fault.kind) + "\"," + fault.members + "}";
  Error error = fault.kind == "RequiredArgumentMissing" ? errors::RequiredArgumentMissing(fault.message, meta)
                                                        : errors::Validation(fault.message, meta);
  json::Document members;
  members.Parse("{" + fault.members + "}");
  error.debug_text =
      "Error in query graph construction: QueryParserError(ValidationError { kind: " + std::string(fault.kind) +
      ", message: " + errors::DebugText(std::string_view(fault.message)) + ", meta: Some(" +
      errors::DebugText(members.root()) + ") })";
  return error;
}

}  // namespace prisma::query
