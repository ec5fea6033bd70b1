#include "hosts/python/runtime.h"

namespace prisma::python {

Runtime runtime;

namespace {

struct Hook {
  const char* name;
  PyObject* Runtime::*slot;
};

constexpr Hook kHooks[] = {
    {"make_error", &Runtime::make_error},
    {"not_connected", &Runtime::not_connected},
    {"already_connected", &Runtime::already_connected},
    {"unknown_relation", &Runtime::unknown_relation},
    {"describe", &Runtime::describe},
    {"get_class", &Runtime::get_class},
    {"convert", &Runtime::convert},
    {"serialize", &Runtime::serialize},
    {"get_running_loop", &Runtime::get_running_loop},
    {"warn_never_awaited", &Runtime::warn_never_awaited},
    {"json_type", &Runtime::json_type},
    {"base64_type", &Runtime::base64_type},
    {"null_type", &Runtime::null_type},
};

void Raise(Ref exception) {
  if (!exception) return;
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
}

}  // namespace

PyObject* Configure(PyObject*, PyObject* hooks) {
  if (!PyDict_Check(hooks)) {
    PyErr_SetString(PyExc_TypeError, "configure() takes a dict");
    return nullptr;
  }
  for (const Hook& hook : kHooks) {
    PyObject* value = PyDict_GetItemString(hooks, hook.name);
    if (value == nullptr) {
      PyErr_Format(PyExc_KeyError, "%s", hook.name);
      return nullptr;
    }
    Py_INCREF(value);
    Py_XSETREF(runtime.*hook.slot, value);
  }
  Py_RETURN_NONE;
}

PyObject* DecimalType() {
  if (runtime.decimal_type == nullptr) {
    Ref module(Checked(PyImport_ImportModule("decimal")));
    runtime.decimal_type = Checked(PyObject_GetAttrString(module.get(), "Decimal"));
  }
  return runtime.decimal_type;
}

void SetError(const Error& error) {
  const std::string message = error.message();
  Raise(Ref(PyObject_CallFunction(runtime.make_error, "s#s#s#s#O", error.code().data(),
                                  static_cast<Py_ssize_t>(error.code().size()), message.data(),
                                  static_cast<Py_ssize_t>(message.size()), error.meta().data(),
                                  static_cast<Py_ssize_t>(error.meta().size()), error.debug_text.data(),
                                  static_cast<Py_ssize_t>(error.debug_text.size()), Py_False)));
}

void SetInternalError(const std::string& message) {
  Raise(Ref(PyObject_CallFunction(runtime.make_error, "ss#ssO", "", message.data(),
                                  static_cast<Py_ssize_t>(message.size()), "", "", Py_True)));
}

void SetNotConnected() { Raise(Ref(PyObject_CallNoArgs(runtime.not_connected))); }

}  // namespace prisma::python
