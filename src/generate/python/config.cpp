#include "generate/python/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <initializer_list>
#include <map>

#include "base/error.h"

namespace prisma::generate::python {

namespace {

// What is wrong with the options, in the form in which pydantic tells it: users and their tests know it so.
class Faults {
 public:
  // `option`: empty if it is about all of them.
  void Add(std::string_view option, std::string_view message, std::string_view type, std::string_view value) {
    text_ += fmt::format("\ngenerator.config{}{}\n  {} [type={}, input_value='{}', input_type=str]",
                         option.empty() ? "" : ".", option, message, type, value);
    ++count_;
  }
  void Throw() const {
    if (count_ == 0) return;
    throw Error("", fmt::format("{} validation error{} for PythonData{}", count_, count_ == 1 ? "" : "s", text_));
  }

 private:
  int count_ = 0;
  std::string text_;
};

bool IsOneOf(std::string_view value, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), value) != all.end();
}

void Set(Config& config, const std::string& key, const std::string& value, Faults& faults) {
  if (key == "interface") {
    if (!IsOneOf(value, {"sync", "asyncio"})) faults.Add(key, "Input should be 'sync' or 'asyncio'", "enum", value);
    config.is_async = value == "asyncio";
  } else if (key == "recursive_type_depth") {
    int depth = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), depth);
    if (error != std::errc() || end != value.data() + value.size()) {
      faults.Add(key, "Input should be a valid integer, unable to parse string as an integer", "int_parsing", value);
    } else if (depth < -1 || depth == 0 || depth == 1) {
      faults.Add(key, "Value error, Value must equal -1 or be greater than 1.", "value_error", value);
    }
    config.recursive_type_depth = depth;
  } else if (key == "partial_type_generator") {
    config.partial_type_generator = value;
  } else if (key == "enable_experimental_decimal") {
    config.enable_experimental_decimal = IsOneOf(value, {"true", "1", "t", "True", "yes", "on"});
    if (!config.enable_experimental_decimal && !IsOneOf(value, {"false", "0", "f", "False", "no", "off"})) {
      faults.Add(key, "Input should be a valid boolean, unable to interpret input", "bool_parsing", value);
    }
  } else if (key == "engine_type" || key == "engineType") {
    // The engine is always the one in the package; older schemas say "binary".
    if (value == "dataproxy") {
      faults.Add("engine_type", "Value error, Prisma Client Python does not support the Prisma Data Proxy yet.",
                 "value_error", value);
    } else if (!IsOneOf(value, {"binary", "library", "service", "client"})) {
      faults.Add("engine_type", "Input should be 'binary', 'library' or 'service'", "enum", value);
    }
  } else if (key == "http") {
    const bool is_async = IsOneOf(value, {"aiohttp", "httpx-async"});
    faults.Add("",
               fmt::format("Value error, The http option has been removed in favour of the interface option.\n  Please "
                           "remove the http option from your Prisma schema and replace it with:\n  interface = \"{}\"",
                           is_async ? "asyncio" : "sync"),
               "value_error", value);
  } else {
    faults.Add(key, "Extra inputs are not permitted", "extra_forbidden", value);
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
  Faults faults;
  for (const auto& [key, value] : entries) {
    if (!std::holds_alternative<std::string>(value)) {
      throw Error("", fmt::format("{}: expected one value but got a list", key));
    }
    if (given.count(key == "engineType" ? "engine_type" : key) == 0)
      Set(config, key, std::get<std::string>(value), faults);
  }
  for (const auto& [key, value] : given) Set(config, key, value, faults);
  faults.Throw();
  return config;
}

}  // namespace prisma::generate::python
