#include "engine/schema_documents.h"

#include "dmmf/config.h"
#include "dmmf/dmmf.h"
#include "dmmf/query_schema_dmmf.h"
#include "json/writer.h"
#include "schema/config_only.h"
#include "schema/reformat.h"

namespace prisma::engine {

// Bytes of a model in the document; what is reserved and not used costs nothing.
static constexpr size_t kUsualDmmfSize = 80'000;

void WriteDmmf(const schema::Schema& schema, json::Writer& writer) {
  // The schema is the caller's, who keeps it meanwhile.
  query::QuerySchema query_schema(std::shared_ptr<const schema::Schema>(std::shared_ptr<void>(), &schema));
  dmmf::WriteDmmf(
      schema, [&](json::Writer& to) { dmmf::WriteQuerySchema(query_schema, to); },
      [&](json::Writer& to) { dmmf::WriteMappings(query_schema, to); }, writer);
}

std::string DmmfText(const schema::Schema& schema) {
  std::string text;
  text.reserve(schema.models.size() * kUsualDmmfSize);
  json::Writer writer(text);
  WriteDmmf(schema, writer);
  return text;
}

std::string ConfigText(std::shared_ptr<const SourceFiles> files) {
  DiagnosticSink sink;
  schema::ConfigOptions options;
  options.ignore_env = true;
  auto result = schema::AnalyzeConfig(std::move(files), sink, options);
  std::string text;
  json::Writer writer(text);
  dmmf::WriteConfig(*result.schema, sink, writer);
  return text;
}

std::string MergedText(const SourceFiles& files) {
  constexpr int kTabSize = 2;
  std::string merged;
  for (const std::string& text : schema::Reformat(files, kTabSize)) {
    if (!merged.empty()) merged += '\n';
    merged += text;
  }
  return merged;
}

}  // namespace prisma::engine
