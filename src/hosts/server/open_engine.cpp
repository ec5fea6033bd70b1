#include "hosts/server/open_engine.h"

#include "diagnostics/diagnostic.h"
#include "diagnostics/errors.h"

namespace prisma::server {

std::shared_ptr<const schema::Schema> AnalyzeSchema(SourceFiles texts) {
  auto files = std::make_shared<SourceFiles>(std::move(texts));
  DiagnosticSink sink;
  schema::AnalyzeResult result = schema::Analyze(files, sink);
  if (sink.has_errors()) throw errors::SchemaFaults(Render(*files, sink.errors(), false));
  return result.schema;
}

}  // namespace prisma::server
