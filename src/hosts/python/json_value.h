// JSON text → Python objects, as json.loads gives them.
#pragma once

#include <string_view>

#include "hosts/python/python.h"

namespace prisma::python {

// Throws PythonError (ValueError) if the text is not JSON.
PyObject* ParseJson(std::string_view text);

}  // namespace prisma::python
