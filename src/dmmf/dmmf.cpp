#include "dmmf/dmmf.h"

#include "dmmf/datamodel.h"

namespace prisma::dmmf {

void WriteDmmf(const schema::Schema& schema, const SectionWriter& write_schema, const SectionWriter& write_mappings,
               json::Writer& writer) {
  writer.BeginObject();
  writer.Key("datamodel");
  WriteDatamodel(schema, writer);
  if (write_schema) {
    writer.Key("schema");
    write_schema(writer);
  }
  if (write_mappings) {
    writer.Key("mappings");
    write_mappings(writer);
  }
  writer.EndObject();
}

}  // namespace prisma::dmmf
