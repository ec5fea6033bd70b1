// Any bytes are a schema: reading, rendering its faults, analysing and formatting it must end well.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "psl/format.h"
#include "schema/reformat.h"
#include "schema/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace prisma;
  auto files = std::make_shared<SourceFiles>();
  files->Add("schema.prisma", std::string(reinterpret_cast<const char*>(data), size));
  DiagnosticSink sink;
  schema::Analyze(files, sink);
  Render(*files, sink.errors(), true);
  Render(*files, sink.warnings(), false);
  schema::Reformat(*files);
  psl::Format((*files)[FileId(0u)].text);
  return 0;
}
