// What the extension keeps of the Python side: the functions of `_runtime.py` and a few types.
#pragma once

#include <string>

#include "base/error.h"
#include "hosts/python/python.h"

namespace prisma::python {

struct Runtime {
  // Set by configure(), in the order of kHooks in runtime.cpp.
  PyObject* make_error = nullptr;
  PyObject* not_connected = nullptr;
  PyObject* already_connected = nullptr;
  PyObject* unknown_relation = nullptr;
  PyObject* describe = nullptr;
  PyObject* get_class = nullptr;
  PyObject* convert = nullptr;
  PyObject* serialize = nullptr;
  PyObject* get_running_loop = nullptr;
  PyObject* warn_never_awaited = nullptr;
  PyObject* json_type = nullptr;
  PyObject* base64_type = nullptr;
  PyObject* null_type = nullptr;
  // Made when first needed.
  PyObject* decimal_type = nullptr;
};
extern Runtime runtime;

// configure(hooks: dict)
PyObject* Configure(PyObject* module, PyObject* hooks);

PyObject* DecimalType();

// Sets the Python exception for what the engine has thrown.
void SetError(const Error& error);
void SetInternalError(const std::string& message);
void SetNotConnected();

}  // namespace prisma::python
