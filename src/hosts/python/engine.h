// The Python type prisma._engine.Engine.
#pragma once

#include "hosts/python/ref.h"

namespace prisma::python {

// Adds the type to the module; throws PythonError.
void AddEngineType(PyObject* module);

}  // namespace prisma::python
