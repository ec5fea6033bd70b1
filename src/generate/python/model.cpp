#include "generate/python/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <map>

#include "base/error.h"
#include "generate/python/declaration.h"
#include "generate/python/names.h"
#include "json/reader.h"

namespace prisma::generate::python {

namespace {

using json::Value;

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// The value of `@Python(instance_name: "x")` in a model's documentation; empty if there is none.
std::string ReadInstanceName(std::string& documentation) {
  std::map<std::string, std::string> arguments = TakeDeclaration(documentation);
  auto found = arguments.find("instance_name");
  if (found == arguments.end()) return {};
  if (!IsIdentifier(found->second) || IsKeyword(found->second)) {
    throw Error("", fmt::format("Custom Model instance_name \"{}\" is not a valid Python identifier", found->second));
  }
  return found->second;
}

// Each model has a property of the client's own.
void CheckAccessors(const Datamodel& datamodel) {
  std::map<std::string_view, std::string_view> taken;
  for (const Model& model : datamodel.models) {
    constexpr std::string_view kAdvice = "give it another with '/// @Python(instance_name: \"...\")'.";
    if (IsOneOf(model.accessor, {"connect", "disconnect", "is_connected", "is_registered", "is_transaction",
                                 "query_raw", "query_first", "execute_raw"}) ||
        model.accessor.starts_with("__")) {
      throw Error("", fmt::format("Model \"{}\" would be the property \"{}\" of the client, which is a method; {}",
                                  model.name, model.accessor, kAdvice));
    }
    auto [other, is_new] = taken.emplace(model.accessor, model.name);
    if (is_new) continue;
    throw Error("", fmt::format("Model \"{}\" would be the property \"{}\" of the client, as model \"{}\" is; {}",
                                model.name, model.accessor, other->second, kAdvice));
  }
}

void CheckFieldName(const Field& field) {
  if (IsKeyword(field.name)) {
    throw Error("", fmt::format("Field name \"{}\" shadows a Python keyword; use a different field name with "
                                "'@map(\"{}\")'.",
                                field.name, field.name));
  }
  if (field.name == "prisma") {
    throw Error("",
                "Field name \"prisma\" shadows a Prisma Client Python method; use a different field name with "
                "'@map(\"prisma\")'.");
  }
  if (IsModelAttribute(field.name)) {
    throw Error("", fmt::format("Field name \"{}\" shadows a BaseModel attribute; use a different field name with "
                                "'@map(\"{}\")'.",
                                field.name, field.name));
  }
  if (IsOneOf(field.name, {"startswith", "endswith", "has_every", "has_some", "is_empty", "order_by", "not_in",
                           "is_not", "connect_or_create"})) {
    throw Error("", fmt::format("Field name \"{}\" shadows an internal keyword; use a different field name with "
                                "'@map(\"{}\")'",
                                field.name, field.name));
  }
}

Field ReadField(const Value& json) {
  Field field;
  field.name = json.Get("name").text();
  field.type = json.Get("type").text();
  field.documentation = json.Get("documentation").text();
  std::string_view kind = json.Get("kind").text();
  if (kind == "enum") field.kind = Field::Kind::kEnum;
  if (kind == "object") field.kind = Field::Kind::kRelation;
  if (kind == "unsupported") field.kind = Field::Kind::kUnsupported;
  field.is_list = json.Get("isList").as_bool();
  field.is_required = json.Get("isRequired").as_bool();
  field.is_id = json.Get("isId").as_bool();
  field.is_unique = json.Get("isUnique").as_bool();
  field.is_read_only = json.Get("isReadOnly").as_bool();
  field.has_default = json.Get("hasDefaultValue").as_bool();
  field.is_updated_at = json.Get("isUpdatedAt").as_bool();
  CheckFieldName(field);
  return field;
}

CompoundKey ReadKey(const Value& json, bool is_primary) {
  CompoundKey key;
  key.is_primary = is_primary;
  for (Value field : json.Get("fields").items()) key.fields.emplace_back(field.text());
  key.name = json.Get("name").text();
  if (key.name.empty()) {
    for (const std::string& field : key.fields) key.name += (key.name.empty() ? "" : "_") + field;
  }
  return key;
}

Model ReadModel(const Value& json) {
  Model model;
  model.name = json.Get("name").text();
  model.documentation = json.Get("documentation").text();
  model.accessor = ReadInstanceName(model.documentation);
  if (model.accessor.empty()) {
    model.accessor = Lower(model.name);
    if (IsKeyword(model.name)) {
      throw Error("", fmt::format("Model name \"{}\" shadows a Python keyword; use a different model name with "
                                  "'@@map(\"{}\")'.",
                                  model.name, model.name));
    }
    if (IsKeyword(model.accessor)) {
      throw Error("", fmt::format("Model name \"{}\" results in a client property that shadows a Python keyword; use a "
                                  "different model name with '@@map(\"{}\")'.",
                                  model.name, model.name));
    }
  }
  for (Value field : json.Get("fields").items()) {
    Field read = ReadField(field);
    if (read.is_usable()) model.fields.push_back(std::move(read));
  }
  Value primary = json.Get("primaryKey");
  if (primary.is_object()) model.compound_keys.push_back(ReadKey(primary, true));
  for (Value unique : json.Get("uniqueIndexes").items()) model.compound_keys.push_back(ReadKey(unique, false));
  return model;
}

}  // namespace

bool Field::is_number() const {
  return kind == Kind::kScalar && !is_list && IsOneOf(type, {"Int", "BigInt", "Float", "Decimal"});
}

bool Field::is_atomic() const { return is_number(); }

const Field* Model::Find(std::string_view field_name) const {
  for (const Field& field : fields) {
    if (field.name == field_name) return &field;
  }
  return nullptr;
}

const Model* Datamodel::Find(std::string_view model_name) const {
  for (const Model& model : models) {
    if (model.name == model_name) return &model;
  }
  return nullptr;
}

Datamodel ReadDatamodel(std::string_view dmmf_json) {
  json::Document document;
  if (!document.Parse(dmmf_json)) throw Error("", "The DMMF document is not JSON: " + document.error().message);
  Value root = document.root();
  if (root.Has("datamodel")) root = root.Get("datamodel");
  Datamodel datamodel;
  for (Value json : root.Get("enums").items()) {
    Enum entry;
    entry.name = json.Get("name").text();
    entry.documentation = json.Get("documentation").text();
    entry.db_name = json.Get("dbName").is_string() ? json.Get("dbName").text() : std::string_view(entry.name);
    for (Value value : json.Get("values").items()) {
      entry.values.emplace_back(value.Get("name").text());
      entry.has_mapped_values = entry.has_mapped_values || value.Get("dbName").is_string();
    }
    datamodel.enums.push_back(std::move(entry));
  }
  std::vector<std::string> composites;
  for (Value json : root.Get("types").items()) composites.emplace_back(json.Get("name").text());
  for (Value json : root.Get("models").items()) datamodel.models.push_back(ReadModel(json));
  CheckAccessors(datamodel);
  for (Model& model : datamodel.models) {
    std::erase_if(model.fields, [&](const Field& field) {
      return field.is_relation() && std::find(composites.begin(), composites.end(), field.type) != composites.end();
    });
  }
  return datamodel;
}

}  // namespace prisma::generate::python
