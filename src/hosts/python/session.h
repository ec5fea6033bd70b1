// `Session`: an engine as a client holds it, or one transaction of it. `Caller`: the actions of one model on a session.
#pragma once

#include "hosts/python/python.h"

namespace prisma::python {

bool InitSession(PyObject* module);

}  // namespace prisma::python
