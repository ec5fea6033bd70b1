// What lies at an offset of a schema file: the innermost piece of the syntax tree that an editor may ask of. The ends
// of spans belong to them: a cursor after the last letter of a name is still in the name.
#pragma once

#include <cstdint>
#include <string_view>

#include "psl/ast.h"

namespace prisma::editor {

enum class PlaceKind : uint8_t {
  kOutside,    // between blocks
  kBlock,      // in a block, nowhere special
  kBlockHead,  // of a configuration block: before its lines or after them
  kBlockName,
  kField,
  kFieldName,
  kFieldType,
  kEnumValue,
  kEnumValueName,
  kProperty,  // of a configuration block
  kPropertyName,
  kPropertyEnv,       // in the call of env()
  kAttribute,         // its name, or before or after its arguments
  kArgument,          // after a named argument has begun, but not in one with a value
  kArgumentValue,     // anywhere in an argument with a value
  kFunctionArgument,  // after a named argument of a call has begun: `b` in @@index([a(b: )])
};

// What does not apply is null.
struct Place {
  PlaceKind kind = PlaceKind::kOutside;
  const ast::Model* model = nullptr;
  const ast::CompositeType* composite_type = nullptr;
  const ast::Enum* enumeration = nullptr;
  const ast::ConfigBlock* config = nullptr;
  const ast::Field* field = nullptr;
  const ast::EnumValue* enum_value = nullptr;
  const ast::ConfigProperty* property = nullptr;
  const ast::Attribute* attribute = nullptr;  // of the field or enum value if there is one, else of the block
  const ast::Argument* argument = nullptr;
  const ast::Expression* value = nullptr;  // the argument's value, or the item of an array
  std::string_view function;               // kFunctionArgument
  std::string_view function_argument;

  bool is_block_attribute() const { return attribute && !field && !enum_value; }
};

// `text` is the file's.
Place FindPlace(const ast::File& file, std::string_view text, uint32_t offset);

}  // namespace prisma::editor
