#include "generate/python/config.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <map>

#include "base/error.h"

namespace prisma::generate::python {

namespace {

bool IsTrue(const std::string& key, const std::string& value) {
  if (value == "true" || value == "1" || value == "t" || value == "True" || value == "yes" || value == "on")
    return true;
  if (value == "false" || value == "0" || value == "f" || value == "False" || value == "no" || value == "off")
    return false;
  throw Error("", fmt::format("{}: value could not be parsed to a boolean, got `{}`", key, value));
}

void Set(Config& config, const std::string& key, const std::string& value) {
  if (key == "interface") {
    if (value != "asyncio" && value != "sync") {
      throw Error("",
                  fmt::format("interface: value is not a valid enumeration member; permitted: 'asyncio', 'sync', got "
                              "`{}`",
                              value));
    }
    config.is_async = value == "asyncio";
  } else if (key == "recursive_type_depth") {
    int depth = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), depth);
    if (error != std::errc() || end != value.data() + value.size()) {
      throw Error("", fmt::format("recursive_type_depth: value is not a valid integer, got `{}`", value));
    }
    if (depth < -1 || depth == 0 || depth == 1) {
      throw Error("", "recursive_type_depth: Value must equal -1 or be greater than 1.");
    }
    config.recursive_type_depth = depth;
  } else if (key == "partial_type_generator") {
    config.partial_type_generator = value;
  } else if (key == "enable_experimental_decimal") {
    config.enable_experimental_decimal = IsTrue(key, value);
  } else if (key == "engine_type" || key == "engineType") {
    // The engine is always the one in the package; older schemas say "binary".
    if (value == "dataproxy") {
      throw Error("", "Prisma Client Python does not support the Prisma Data Proxy yet.");
    }
    if (value != "binary" && value != "library" && value != "service" && value != "client") {
      throw Error("", fmt::format("{}: value is not a valid enumeration member; permitted: 'binary', 'library', "
                                  "'service', got `{}`",
                                  key, value));
    }
  } else if (key == "http") {
    bool is_async = value == "aiohttp" || value == "httpx-async";
    throw Error("", fmt::format("The http option has been removed in favour of the interface option.\n  Please remove "
                                "the http option from your Prisma schema and replace it with:\n  interface = \"{}\"",
                                is_async ? "asyncio" : "sync"));
  } else {
    throw Error("", fmt::format("{}: extra fields not permitted: unknown option of the generator", key));
  }
}

}  // namespace

Config ReadConfig(const std::vector<ConfigEntry>& entries) {
  // A variable takes the place of the option, whatever that says.
  std::map<std::string, std::string> given;
  for (auto [variable, key] : {std::pair{"PRISMA_PY_CONFIG_INTERFACE", "interface"},
                               {"PRISMA_PY_CONFIG_RECURSIVE_TYPE_DEPTH", "recursive_type_depth"},
                               {"PRISMA_PY_CONFIG_PARTIAL_TYPE_GENERATOR", "partial_type_generator"},
                               {"PRISMA_PY_CONFIG_ENGINE_TYPE", "engine_type"},
                               {"PRISMA_CLIENT_ENGINE_TYPE", "engine_type"},
                               {"PRISMA_PY_CONFIG_ENABLE_EXPERIMENTAL_DECIMAL", "enable_experimental_decimal"}}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') given.emplace(key, value);
  }
  Config config;
  for (const auto& [key, value] : entries) {
    if (!std::holds_alternative<std::string>(value)) {
      throw Error("", fmt::format("{}: expected one value but got a list", key));
    }
    if (given.count(key == "engineType" ? "engine_type" : key) == 0) Set(config, key, std::get<std::string>(value));
  }
  for (const auto& [key, value] : given) Set(config, key, value);
  return config;
}

}  // namespace prisma::generate::python
