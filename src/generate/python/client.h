// Writes the Python client: texts from DMMF JSON, and the package that they go into.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/typed_sql.h"
#include "generate/python/config.h"
#include "generate/python/model.h"

namespace prisma::generate::python {

// What the datasource's database can do, as far as types tell of it.
struct Features {
  std::string provider;         // the active one, as data for the client
  std::string datasource_name;  // "db"
  bool has_insensitive_filters = false;
  bool has_fulltext_search = false;
  bool has_scalar_lists = false;
  bool has_json_paths = false;
  bool has_skip_duplicates = false;
  bool has_create_many = true;
  bool has_create_many_and_return = false;
  bool has_update_many_and_return = false;
  bool has_raw_queries = true;
  std::set<std::string> views;  // models that are only read
  // The datasource's URL: in a variable, or as it is.
  std::string url_variable;
  std::string url;
};

struct ClientInput {
  const Datamodel* datamodel = nullptr;
  Features features;
  Config config;
  std::string schema_path;  // absolute
  std::string schema_text;  // all files of the schema
};

struct ClientFile {
  std::string name;  // "client.py"
  std::string text;
};

// All generated files, in a fixed order.
std::vector<ClientFile> WriteClient(const ClientInput& input);

// Single files.
std::string WriteClientModule(const ClientInput& input);
std::string WriteClientStub(const ClientInput& input);
std::string WriteActionsModule(const ClientInput& input);
std::string WriteActionsStub(const ClientInput& input);
std::string WriteModelsModule(const ClientInput& input);
std::string WriteModelsStub(const ClientInput& input);
std::string WriteBasesModule(const ClientInput& input);
std::string WriteBasesStub(const ClientInput& input);
std::string WriteTypesModule(const ClientInput& input);
std::string WriteTypesStub(const ClientInput& input);
std::string WriteEnums(const ClientInput& input);
std::string WritePartials(const ClientInput& input);
std::string WriteMetadata(const ClientInput& input);
std::string WriteData(const ClientInput& input);
// Functions for files of SQL. Throws Error for names that Python can't have.
std::string WriteTypedSql(const Datamodel& datamodel, const std::vector<engine::TypedSql>& queries);

// The package `prisma` as it is installed: PRISMA_PY_PACKAGE_DIR, or what python3 finds. Empty if there is none.
std::string FindPackage();

// Puts the files into `output`; if that isn't the package itself, the package is copied there first. Throws Error.
void InstallClient(const std::vector<ClientFile>& files, const std::string& package, const std::string& output);

}  // namespace prisma::generate::python
