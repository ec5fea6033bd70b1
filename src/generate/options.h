// What a generator is told: the parameters of `generate`, as the official command line sends them.
#pragma once

#include <string>
#include <vector>

#include "generate/block.h"
#include "generate/generate.h"
#include "json/reader.h"
#include "schema/schema.h"

namespace prisma::generate {

// Writes them for each generator; the parts that all have in common are made once. Keeps references.
class OptionsWriter {
 public:
  OptionsWriter(const schema::Schema& schema, const json::Value& config, const GenerateOptions& options,
                const std::vector<Block>& blocks, const std::vector<json::Value>& manifests);

  // For the block of that index. Engines that its manifest asks for and that are not there are told in `warnings`.
  std::string Write(size_t index, std::vector<std::string>& warnings) const;

 private:
  const GenerateOptions& options_;
  const std::vector<Block>& blocks_;
  const std::vector<json::Value>& manifests_;
  std::vector<BinaryTarget> targets_;  // of all generators that ask for engines: each is told the paths of all
  std::string datamodel_;              // JSON string
  std::string datasources_;            // JSON
  std::string dmmf_;                   // JSON
  std::string typed_sql_;              // JSON; empty: not asked for
};

}  // namespace prisma::generate
