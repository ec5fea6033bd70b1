// The extension prisma._engine: the engine and the command line, inside the Python process.
#include <Python.h>

#include <string>
#include <vector>

#include "hosts/cli/cli.h"
#include "hosts/python/engine.h"
#include "hosts/python/tools.h"

namespace prisma::python {

const Tools& GetTools() {
  static Tools* tools = nullptr;
  if (tools != nullptr) return *tools;
  Ref module = Ref::Steal(PyImport_ImportModule("prisma._bridge"));
  auto get = [&](const char* name) { return Ref::Steal(PyObject_GetAttrString(module.get(), name)); };
  tools = new Tools{get("Decimal"), get("json_loads"),     get("json_dumps"),     get("Base64"),
                    get("Json"),    get("relation_class"), get("describe_class"), get("validate"),
                    get("Enum"),    get("UUID"),           get("make_error")};
  return *tools;
}

namespace {

// main(arguments: list[str]) -> exit status
PyObject* RunMain(PyObject*, PyObject* arguments) {
  if (!PyList_Check(arguments)) {
    PyErr_SetString(PyExc_TypeError, "main() takes a list of strings");
    return nullptr;
  }
  std::vector<std::string> texts;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(arguments); ++i) {
    const char* text = PyUnicode_AsUTF8(PyList_GET_ITEM(arguments, i));
    if (text == nullptr) return nullptr;
    texts.emplace_back(text);
  }
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  int status = 0;
  {
    ReleaseGil released;
    status = cli::Main(static_cast<int>(texts.size()), argv.data());
  }
  return PyLong_FromLong(status);
}

PyMethodDef methods[] = {
    {"main", RunMain, METH_O, "main(arguments) -> int\n\nRuns the `prisma` command line; returns its exit status."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_engine", "Prisma's engine.", -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

}  // namespace prisma::python

PyMODINIT_FUNC PyInit__engine() {
  PyObject* module = PyModule_Create(&prisma::python::definition);
  if (module == nullptr) return nullptr;
  try {
    prisma::python::AddEngineType(module);
  } catch (const prisma::python::PythonError&) {
    Py_DECREF(module);
    return nullptr;
  }
  return module;
}
