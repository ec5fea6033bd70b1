// The extension `prisma._engine`.
#include <csignal>
#include <string>
#include <vector>

#include "hosts/cli/cli.h"
#include "hosts/python/awaitable.h"
#include "hosts/python/call.h"
#include "hosts/python/objects.h"
#include "hosts/python/python.h"
#include "hosts/python/runtime.h"
#include "hosts/python/session.h"
#include "hosts/python/workers.h"

namespace prisma::python {

namespace {

// cli_main(words) -> exit code
PyObject* CliMain(PyObject*, PyObject* words) {
  Ref list(PySequence_List(words));
  if (!list) return nullptr;
  std::vector<std::string> texts;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list.get()); ++i) {
    Ref bytes;
    PyObject* encoded = nullptr;
    if (!PyUnicode_FSConverter(PyList_GET_ITEM(list.get(), i), &encoded)) return nullptr;
    bytes = Ref(encoded);
    texts.emplace_back(PyBytes_AS_STRING(encoded), static_cast<size_t>(PyBytes_GET_SIZE(encoded)));
  }
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  int code = 1;
  // The command runs as a program of its own would: Ctrl-C ends it.
  PyOS_sighandler_t before = PyOS_setsig(SIGINT, SIG_DFL);
  Py_BEGIN_ALLOW_THREADS;
  code = cli::Main(static_cast<int>(texts.size()), argv.data());
  Py_END_ALLOW_THREADS;
  PyOS_setsig(SIGINT, before);
  return PyLong_FromLong(code);
}

PyObject* Shutdown(PyObject*, PyObject*) {
  Py_BEGIN_ALLOW_THREADS;
  StopWorkers();
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"configure", Configure, METH_O, "Tells the extension what it calls in Python."},
    {"cli_main", CliMain, METH_O, "Runs the command line; the exit code."},
    {"fields_set_descriptor", FieldsSetDescriptor, METH_O, nullptr},
    {"_shutdown", Shutdown, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_engine", "The engine of Prisma.", -1, methods, nullptr, nullptr, nullptr, nullptr};

bool AddAll(PyObject* module) {
  WatchForks();
  if (!InitObjects() || !InitAwaitable(module) || !InitSession(module)) return false;
  for (int code = 0; code < static_cast<int>(ActionCode::kActionCount); ++code) {
    if (PyModule_AddIntConstant(module, ActionConstant(static_cast<ActionCode>(code)), code) != 0) return false;
  }
  // Threads must be gone before the interpreter is.
  Ref atexit(PyImport_ImportModule("atexit"));
  Ref shutdown(PyObject_GetAttrString(module, "_shutdown"));
  if (!atexit || !shutdown) return false;
  Ref registered(PyObject_CallMethod(atexit.get(), "register", "O", shutdown.get()));
  return static_cast<bool>(registered);
}

}  // namespace

}  // namespace prisma::python

PyMODINIT_FUNC PyInit__engine() {
  PyObject* module = PyModule_Create(&prisma::python::definition);
  if (module != nullptr && !prisma::python::AddAll(module)) Py_CLEAR(module);
  return module;
}
