// Only the datasource and generator blocks, for get_config: faults elsewhere don't count.
#pragma once

#include "schema/schema.h"

namespace prisma::schema {

struct ConfigOptions {
  bool ignore_env = false;  // don't complain of environment variables that are not set
  // The variables; null: the process's environment.
  const std::unordered_map<std::string, std::string>* env = nullptr;
  // URLs in place of the schema's, by the datasource's name.
  std::unordered_map<std::string, std::string> url_overrides;
};

AnalyzeResult AnalyzeConfig(std::shared_ptr<const SourceFiles> files, DiagnosticSink& sink,
                            const ConfigOptions& options = {});

}  // namespace prisma::schema
