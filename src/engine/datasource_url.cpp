#include "engine/datasource_url.h"

#include "diagnostics/diagnostic.h"
#include "diagnostics/errors.h"

namespace prisma::engine {

std::string DatasourceUrl(const schema::Schema& schema, const schema::ConfigOptions& options) {
  if (!schema.datasource) throw errors::Unknown("The schema has no datasource.");
  DiagnosticSink sink;
  schema::AnalyzeResult result = schema::AnalyzeConfig(schema.files, sink, options);
  if (sink.has_errors()) throw errors::SchemaFaults(Render(*schema.files, sink.errors(), false));
  return result.schema->datasource->url.value;
}

}  // namespace prisma::engine
