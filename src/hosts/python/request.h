// Keyword arguments of the Python client → query::Request.
#pragma once

#include "hosts/python/ref.h"
#include "query/document/node.h"

namespace prisma::python {

// What a call says, all borrowed. `arguments`: dict of the request's own argument names ("where", "orderBy", …), None
// values are left out. `selection`: None (all scalars), a tuple of field names, or a dict of name → True | dict. The
// other three as users write them.
struct CallArguments {
  PyObject* model;      // str or None (raw queries)
  PyObject* action;     // str
  PyObject* arguments;  // dict
  PyObject* selection = nullptr;
  PyObject* include = nullptr;
  PyObject* select = nullptr;
  PyObject* omit = nullptr;
};

// Everything in the request lives in the arena. Throws PythonError (TypeError with what was wrong).
query::Request ReadRequest(const CallArguments& call, Arena& arena);

}  // namespace prisma::python
