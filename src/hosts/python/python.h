// CPython, with owning references. Everything in this folder runs with the GIL held unless it says otherwise.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string_view>
#include <utility>

#if PY_VERSION_HEX < 0x030A0000
// What Python 3.10 brought: a step of an iterator without an exception for its end.
enum PySendResult { PYGEN_RETURN = 0, PYGEN_ERROR = -1, PYGEN_NEXT = 1 };

inline PySendResult PyIter_Send(PyObject* iterator, PyObject* argument, PyObject** out) {
  *out = argument == Py_None ? Py_TYPE(iterator)->tp_iternext(iterator)
                             : PyObject_CallMethod(iterator, "send", "O", argument);
  if (*out != nullptr) return PYGEN_NEXT;
  return _PyGen_FetchStopIterationValue(out) == 0 ? PYGEN_RETURN : PYGEN_ERROR;
}

// The collector can't be told in C: it runs.
inline int PyGC_Disable() { return 0; }
inline int PyGC_Enable() { return 0; }
#endif

namespace prisma::python {

// Owns one reference.
class Ref {
 public:
  Ref() = default;
  explicit Ref(PyObject* owned) : object_(owned) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref&& other) noexcept {
    PyObject* old = std::exchange(object_, std::exchange(other.object_, nullptr));
    Py_XDECREF(old);
    return *this;
  }
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  ~Ref() { Py_XDECREF(object_); }

  static Ref Borrow(PyObject* object) {
    Py_XINCREF(object);
    return Ref(object);
  }
  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

// A Python exception is set; thrown to leave C++ code that is deep down.
struct PythonError {};

// The object, or PythonError if it is null.
inline PyObject* Checked(PyObject* object) {
  if (object == nullptr) throw PythonError{};
  return object;
}

// A view of the text's UTF-8, valid as long as the object. Throws PythonError for lone surrogates.
inline std::string_view Utf8(PyObject* text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text, &size);
  if (data == nullptr) throw PythonError{};
  return {data, static_cast<size_t>(size)};
}

inline PyObject* Text(std::string_view text) {
  return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
}

inline PyObject* NewReference(PyObject* object) {
  Py_INCREF(object);
  return object;
}

}  // namespace prisma::python
