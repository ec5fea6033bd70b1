// A schema as the commands need it: located, read, analysed once.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"
#include "engine/schema_engine.h"
#include "schema/schema.h"

namespace prisma::cli {

struct SchemaContext {
  std::string path;  // file or folder as the user is shown it
  std::shared_ptr<const SourceFiles> files;
  DiagnosticSink sink;
  std::shared_ptr<const schema::Schema> schema;

  std::string config_dir() const;  // the folder of the file with the datasource
  engine::SchemaTexts texts() const;
};

// Locates and reads the schema, and says so on stdout if `is_loud`.
SchemaContext LoadSchema(const std::string& schema_argument, bool is_loud = true);
SchemaContext AnalyzeFiles(std::string path, SourceFiles files);

// Throw Error with the text that a failed `what` ("validate", "getConfig", "getDmmf") prints.
void CheckValid(const SchemaContext& context, std::string_view what);
// Only faults of syntax and of the blocks `datasource` and `generator`; with `needs_environment` also a URL whose
// variable is not set.
void CheckConfig(const SchemaContext& context, bool needs_environment);

// Warnings of the schema, on stderr; those of generator and datasource blocks, as `generate` shows them.
void PrintWarnings(const SchemaContext& context);
void PrintConfigWarnings(const SchemaContext& context);

}  // namespace prisma::cli
