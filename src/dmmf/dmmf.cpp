#include "dmmf/dmmf.h"

#include "dmmf/datamodel.h"

namespace prisma::dmmf {

void WriteDmmf(const schema::Schema& schema, SectionWriter write_schema, SectionWriter write_mappings,
               json::Writer& writer) {
  writer.BeginObject();
  writer.Key("datamodel");
  WriteDatamodel(schema, writer);
  if (write_schema) {
    writer.Key("schema");
    write_schema(schema, writer);
  }
  if (write_mappings) {
    writer.Key("mappings");
    write_mappings(schema, writer);
  }
  writer.EndObject();
}

}  // namespace prisma::dmmf
