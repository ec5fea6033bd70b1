// Only the datasource and generator blocks, for get_config: faults elsewhere don't count.
#pragma once

#include "schema/schema.h"

namespace prisma::schema {

struct ConfigOptions {
  bool ignore_env = false;  // don't complain of environment variables that are not set
  // Looks a variable up; null: the process's environment.
  const std::unordered_map<std::string, std::string>* env = nullptr;
};

AnalyzeResult AnalyzeConfig(std::shared_ptr<const SourceFiles> files, DiagnosticSink& sink,
                            const ConfigOptions& options = {});

}  // namespace prisma::schema
