// What the Python client's writers know of a schema: the datamodel of a DMMF document, in plain structs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prisma::generate::python {

struct Field {
  enum class Kind : uint8_t { kScalar, kEnum, kRelation, kUnsupported, kComposite };
  std::string name;
  std::string type;  // "String", or the name of the enum or model
  std::string documentation;
  Kind kind = Kind::kScalar;
  bool is_list = false;
  bool is_required = false;
  bool is_id = false;
  bool is_unique = false;
  bool is_read_only = false;  // a foreign key
  bool has_default = false;
  bool is_updated_at = false;

  bool is_relation() const { return kind == Kind::kRelation; }
  bool is_usable() const { return kind != Kind::kUnsupported && kind != Kind::kComposite; }
  bool is_number() const;  // sums and averages exist
  bool is_atomic() const;  // increment and the like exist
  bool is_required_on_create() const {
    return is_required && !has_default && !is_updated_at && !is_relation() && !is_list && !is_read_only;
  }
};

struct CompoundKey {
  std::string name;  // of the key in a where: "a_b" or what `name:` says
  std::vector<std::string> fields;
  bool is_primary = false;
};

struct Model {
  std::string name;
  std::string documentation;
  std::string accessor;       // of the client: "user"
  std::vector<Field> fields;  // usable ones
  std::vector<CompoundKey> compound_keys;

  const Field* Find(std::string_view field_name) const;
};

struct Enum {
  std::string name;
  std::string documentation;
  std::vector<std::string> values;
  std::string db_name;
  bool has_mapped_values = false;  // some have another name in the database
};

struct Datamodel {
  std::vector<Model> models;
  std::vector<Enum> enums;

  const Model* Find(std::string_view model_name) const;
};

// Reads the member `datamodel` of a DMMF document, or the datamodel alone. Throws Error for what can't be a client:
// names that Python or the client reserves, bad `@Python(…)` comments.
Datamodel ReadDatamodel(std::string_view dmmf_json);

}  // namespace prisma::generate::python
