// The Python objects that conversion in either direction needs, looked up once.
#pragma once

#include "hosts/python/ref.h"

namespace prisma::python {

struct Tools {
  Ref decimal;         // decimal.Decimal
  Ref json_loads;      // json.loads
  Ref json_dumps;      // text of a Json field's data
  Ref base64;          // prisma.fields.Base64
  Ref json;            // prisma.fields.Json
  Ref relation_class;  // (class, field name) -> class of the related objects
  Ref describe_class;  // class -> (is plain, {field name: default})
  Ref validate;        // (class, dict) -> instance, with all of pydantic's validation
  Ref enum_class;      // enum.Enum
  Ref uuid_class;      // uuid.UUID
  Ref make_error;      // (code, message, meta as JSON, debug text) -> exception
};

// Fills the table from the module prisma._bridge; throws PythonError.
const Tools& GetTools();

}  // namespace prisma::python
