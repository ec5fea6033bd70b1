// Goldens: the client that is written for testdata/blog.datamodel.json. UPDATE_GOLDENS=1 writes them anew.
#include "generate/python/client.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"

namespace prisma::generate::python {
namespace {

namespace fs = std::filesystem;

const fs::path kTestdata = PRISMA_SOURCE_DIR "/src/generate/testdata";

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ClientInput InputOf(const Datamodel& datamodel) {
  ClientInput input;
  input.datamodel = &datamodel;
  input.features.provider = "some";
  input.features.datasource_name = "db";
  input.features.has_insensitive_filters = true;
  input.features.has_scalar_lists = true;
  input.features.has_json_paths = true;
  input.features.has_skip_duplicates = true;
  input.features.has_create_many_and_return = true;
  input.schema_path = "/project/it's/schema.prisma";
  input.schema_text = "// the schema\n";
  return input;
}

std::string ModelWith(const std::string& documentation, const std::string& field) {
  return "{\"enums\":[],\"types\":[],\"models\":[{\"name\":\"M\",\"documentation\":\"" + documentation +
         "\",\"fields\":[{\"name\":\"" + field +
         "\",\"kind\":\"scalar\",\"type\":\"Int\",\"isList\":false,\"isRequired\":true}],\"primaryKey\":null,"
         "\"uniqueIndexes\":[]}]}";
}

TEST_CASE("the Python client") {
  Datamodel datamodel = ReadDatamodel(Read(kTestdata / "blog.datamodel.json"));
  for (const ClientFile& file : WriteClient(InputOf(datamodel))) {
    CAPTURE(file.name);
    fs::path golden = kTestdata / "python" / (file.name + ".golden");
    if (std::getenv("UPDATE_GOLDENS")) std::ofstream(golden, std::ios::binary) << file.text;
    CHECK(Read(golden) == file.text);
  }
}

TEST_CASE("the synchronous Python client") {
  Datamodel datamodel = ReadDatamodel(Read(kTestdata / "blog.datamodel.json"));
  ClientInput input = InputOf(datamodel);
  input.config.is_async = false;
  for (const ClientFile& file : WriteClient(input)) CHECK(file.text.find("async def") == std::string::npos);
}

TEST_CASE("names of instances") {
  CHECK(ReadDatamodel(ModelWith("", "id")).models[0].accessor == "m");
  CHECK(ReadDatamodel(ModelWith("a\\n@Python(instance_name: 'x_y')\\nb", "id")).models[0].accessor == "x_y");
  CHECK(ReadDatamodel(ModelWith("a\\n@Python(instance_name: 'x_y')\\nb", "id")).models[0].documentation == "a\nb");
  CHECK(ReadDatamodel(ModelWith("a @Python(other: 'z', instance_name: 'x') b\\nc", "id")).models[0].accessor == "x");
  CHECK(ReadDatamodel(ModelWith("@Python @Python() @Python(name: 'x')", "id")).models[0].accessor == "m");
  for (const char* bad : {"@Python(instance_name: \\\"1\\\")", "@Python(instance_name: \\\"class\\\")",
                          "@Python(instance_name: x)", "@Python(name)", "@Python(instance_name: 'connect')",
                          "@Python(instance_name: 'x)", "@Python(instance_name: 'x')\\n@Python(instance_name: 'x')"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(ReadDatamodel(ModelWith(bad, "id")), Error);
  }
}

TEST_CASE("names that can't be fields") {
  for (const char* bad : {"class", "prisma", "json", "model_dump", "order_by"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(ReadDatamodel(ModelWith("", bad)), Error);
  }
  CHECK_THROWS_AS(ReadDatamodel("not JSON"), Error);
  CHECK(ReadDatamodel("{}").models.empty());
  CHECK(ReadDatamodel("[]").models.empty());
}

TEST_CASE("options of the generator block") {
  CHECK(ReadConfig({}).is_async);
  CHECK_FALSE(ReadConfig({{"interface", "sync"}}).is_async);
  CHECK(ReadConfig({{"recursive_type_depth", "-1"}}).recursive_type_depth == -1);
  CHECK(ReadConfig({{"engine_type", "binary"}, {"enable_experimental_decimal", "true"}}).enable_experimental_decimal);
  for (const ConfigEntry& bad : {ConfigEntry{"interface", "trio"}, ConfigEntry{"recursive_type_depth", "1"},
                                 ConfigEntry{"recursive_type_depth", "x"}, ConfigEntry{"http", "aiohttp"},
                                 ConfigEntry{"unknown", "x"}, ConfigEntry{"enable_experimental_decimal", "perhaps"},
                                 ConfigEntry{"interface", std::vector<std::string>{"sync"}}}) {
    CAPTURE(bad.first);
    CHECK_THROWS_AS(ReadConfig({bad}), Error);
  }
}

}  // namespace
}  // namespace prisma::generate::python
