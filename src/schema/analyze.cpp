#include "psl/parser.h"
#include "schema/analysis.h"

namespace prisma::schema {

AnalyzeResult Analyze(std::shared_ptr<const SourceFiles> files, DiagnosticSink& sink, const AnalyzeOptions& options) {
  auto schema = std::make_shared<Schema>();
  auto ast = std::make_shared<const ast::Ast>(psl::Parse(*files, sink));
  schema->files = std::move(files);
  schema->ast = ast;
  schema->connector = &DefaultConnector();

  Analysis analysis{*schema, *ast, sink, {}, {}, {}, {}, {}};
  ResolveNames(analysis);
  ResolveTypes(analysis);
  ResolveAttributes(analysis);
  InferRelations(analysis);
  LoadConfiguration(analysis);
  Complete(analysis);
  if (options.validate && !sink.has_errors()) Validate(analysis);
  return {std::move(schema)};
}

}  // namespace prisma::schema
