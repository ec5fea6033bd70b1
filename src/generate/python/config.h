// The options of the Python client's generator block.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace prisma::generate::python {

struct Config {
  bool is_async = true;
  int recursive_type_depth = 5;
  std::string partial_type_generator;  // a path or a dotted module; empty: none
  bool enable_experimental_decimal = false;
};

using ConfigEntry = std::pair<std::string, std::variant<std::string, std::vector<std::string>>>;

// Environment variables PRISMA_PY_CONFIG_… go first. Throws Error for unknown options and bad values.
Config ReadConfig(const std::vector<ConfigEntry>& entries);

}  // namespace prisma::generate::python
