// The Python client's generator, the same whether it runs in process or under another `prisma generate`.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/typed_sql.h"
#include "generate/python/config.h"
#include "schema/connector_traits.h"

namespace prisma::generate::python {

inline constexpr const char* kPrettyName = "Prisma Client Python";
inline constexpr const char* kVersion = "v0.16.0";

struct GeneratorInput {
  std::string datamodel;  // DMMF's datamodel, JSON
  const schema::ConnectorTraits* connector = nullptr;
  std::string datasource_name;
  std::string url_variable, url;  // of the datasource: in a variable, or as it is
  std::set<std::string> views;    // models that are only read
  std::vector<ConfigEntry> config;
  std::optional<std::vector<engine::TypedSql>> typed_sql;  // none: the functions stay as they are
  std::string schema_path;                                 // absolute; a file or a folder
  std::string schema_text;                                 // of all files
  std::string folder;                                      // of the file with the generator block
  std::string output;                                      // absolute
};

// The installed package, which is where the client goes if the schema does not say. Throws Error if there is none.
std::string DefaultOutput();

void RunGenerator(const GeneratorInput& input);

}  // namespace prisma::generate::python
