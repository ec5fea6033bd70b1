#include "generate/python/generator.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "generate/process.h"
#include "generate/python/client.h"

namespace prisma::generate::python {
namespace {

namespace fs = std::filesystem;
using schema::Capability;

Features FeaturesOf(const GeneratorInput& input) {
  const schema::ConnectorTraits& connector = *input.connector;
  Features features;
  features.provider = connector.provider();
  features.datasource_name = input.datasource_name;
  features.has_insensitive_filters = connector.Has(Capability::kInsensitiveFilters);
  features.has_fulltext_search = connector.Has(Capability::kNativeFullTextSearch);
  features.has_scalar_lists = connector.Has(Capability::kScalarLists);
  features.has_json_paths = connector.Has(Capability::kJsonFiltering);
  features.has_skip_duplicates = connector.Has(Capability::kCreateSkipDuplicates);
  features.has_create_many_and_return = connector.Has(Capability::kInsertReturning);
  features.has_update_many_and_return = connector.Has(Capability::kUpdateReturning);
  features.has_raw_queries = connector.Has(Capability::kSqlQueryRaw);
  features.views = input.views;
  features.url_variable = input.url_variable;
  features.url = input.url;
  return features;
}

void RunPartials(const Config& config, const std::string& output, const std::string& folder) {
  std::string target = config.partial_type_generator;
  std::error_code error;
  if (target.empty()) {
    for (const fs::path& usual : {fs::path("prisma/partial_types.py"), fs::path(folder) / "partial_types.py"}) {
      if (target.empty() && fs::exists(usual, error)) target = usual.string();
    }
    if (target.empty()) return;
  } else if (!fs::exists(target, error) && fs::exists(fs::path(folder) / target, error)) {
    target = (fs::path(folder) / target).string();
  }
  setenv("PRISMA_GENERATOR_INVOCATION", "true", 1);
  const char* interpreter = std::getenv("PRISMA_PYTHON");
  // Not as a script: its folder would come first on the path, and that has modules with names of Python's own.
  constexpr const char* kRun =
      "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')";
  ProcessResult result = RunProcess({interpreter != nullptr ? interpreter : "python3", "-c", kRun,
                                     output + "/generator/_run_partials.py", output, target},
                                    true);
  if (result.exit_code != 0) {
    while (result.err.ends_with('\n')) result.err.pop_back();
    throw Error("", result.err.empty() ? fmt::format("The partial type generator {} failed", target) : result.err);
  }
}

}  // namespace

std::string DefaultOutput() {
  std::string package = FindPackage();
  if (package.empty()) {
    throw Error("",
                "The Python package `prisma` was not found. Install it (pip install prisma) or set "
                "PRISMA_PY_PACKAGE_DIR to its folder.");
  }
  return package;
}

void RunGenerator(const GeneratorInput& input) {
  ClientInput client;
  Datamodel datamodel = ReadDatamodel(input.datamodel);
  client.datamodel = &datamodel;
  client.features = FeaturesOf(input);
  client.config = ReadConfig(input.config);
  client.schema_path = input.schema_path;
  client.schema_text = input.schema_text;
  std::vector<ClientFile> files = WriteClient(client);
  std::error_code error;
  if (input.typed_sql) {
    files.push_back({"sql.py", WriteTypedSql(datamodel, *input.typed_sql)});
  } else if (!fs::exists(fs::path(input.output) / "sql.py", error)) {
    files.push_back({"sql.py", WriteTypedSql(datamodel, {})});
  }
  InstallClient(files, DefaultOutput(), input.output);
  RunPartials(client.config, input.output, input.folder);
}

}  // namespace prisma::generate::python
