#include "generate/python/names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace prisma::generate::python {

namespace {

constexpr std::array<std::string_view, 35> kKeywords = {
    "False",  "None",     "True", "and",    "as",   "assert", "async",   "await",  "break", "class",  "continue", "def",
    "del",    "elif",     "else", "except", "for",  "from",   "finally", "global", "if",    "import", "in",       "is",
    "lambda", "nonlocal", "not",  "or",     "pass", "raise",  "return",  "try",    "while", "with",   "yield"};

constexpr std::array<std::string_view, 28> kModelAttributes = {"construct",
                                                               "copy",
                                                               "dict",
                                                               "from_orm",
                                                               "json",
                                                               "model_computed_fields",
                                                               "model_config",
                                                               "model_construct",
                                                               "model_copy",
                                                               "model_dump",
                                                               "model_dump_json",
                                                               "model_extra",
                                                               "model_fields",
                                                               "model_fields_set",
                                                               "model_json_schema",
                                                               "model_parametrized_name",
                                                               "model_post_init",
                                                               "model_rebuild",
                                                               "model_validate",
                                                               "model_validate_json",
                                                               "model_validate_strings",
                                                               "parse_file",
                                                               "parse_obj",
                                                               "parse_raw",
                                                               "schema",
                                                               "schema_json",
                                                               "update_forward_refs",
                                                               "validate"};

}  // namespace

bool IsModelAttribute(std::string_view name) {
  return std::find(kModelAttributes.begin(), kModelAttributes.end(), name) != kModelAttributes.end();
}

bool IsKeyword(std::string_view name) { return std::find(kKeywords.begin(), kKeywords.end(), name) != kKeywords.end(); }

bool IsIdentifier(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_' || c >= 0x80; });
}

std::string Quote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "'";
  for (char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\'':
        out += "\\'";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\x";
          out += kHex[c >> 4 & 15];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out + '\'';
}

std::string Docstring(std::string_view text, std::string_view indent) {
  if (text.empty()) return {};
  std::string out(indent);
  out += "\"\"\"";
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '"') {
      out += "\\\"";
    } else if (c == '\n') {
      out += '\n';
      if (i + 1 < text.size() && text[i + 1] != '\n') out += indent;
    } else if (c != '\r' && c != '\0') {
      out += c;
    }
  }
  out += "\"\"\"\n";
  return out;
}

std::string ValueType(const Field& field) {
  if (field.kind == Field::Kind::kEnum) return "enums." + field.type;
  if (field.kind == Field::Kind::kRelation) return "models." + field.type;
  if (field.type == "String") return "_str";
  if (field.type == "Int" || field.type == "BigInt") return "_int";
  if (field.type == "Float") return "_float";
  if (field.type == "Boolean") return "_bool";
  if (field.type == "DateTime") return "datetime.datetime";
  if (field.type == "Decimal") return "decimal.Decimal";
  if (field.type == "Json") return "fields.Json";
  return "fields.Base64";
}

std::string FilterName(const Field& field) { return field.type; }

}  // namespace prisma::generate::python
