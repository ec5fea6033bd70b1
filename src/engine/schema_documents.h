// A schema as the JSON documents that other programs read.
#pragma once

#include <string>

#include "json/writer.h"
#include "schema/schema.h"

namespace prisma::engine {

// The whole DMMF document of a valid schema.
void WriteDmmf(const schema::Schema& schema, json::Writer& writer);
std::string DmmfText(const schema::Schema& schema);

// `{"config": …, "errors": […]}`; variables that are not set are no fault here.
std::string ConfigText(std::shared_ptr<const SourceFiles> files);

// All files of a schema as one text, laid out.
std::string MergedText(const SourceFiles& files);

}  // namespace prisma::engine
