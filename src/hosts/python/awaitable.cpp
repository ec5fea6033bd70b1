#include "hosts/python/awaitable.h"

#include "hosts/python/runtime.h"
#include "hosts/python/workers.h"

namespace prisma::python {

namespace {

using Clock = std::chrono::steady_clock;

// After so much work on the event loop's thread, other tasks get their turn.
constexpr double kTurnMicroseconds = 1000;
double turn_microseconds = 0;

struct QueryObject {
  PyObject_HEAD enum class State : uint8_t { kNew, kYielded, kWaiting, kDone } state;
  Call* call;         // owned
  PyObject* result;   // of a call that has run; null: `error`
  PyObject* error;    // an exception
  PyObject* waiting;  // iterator of the future that the worker completes
};

PyTypeObject query_type = {PyVarObject_HEAD_INIT(nullptr, 0)};
PyObject* complete_function = nullptr;
PyObject *create_future_name = nullptr, *call_soon_name = nullptr, *done_name = nullptr, *set_result_name = nullptr;

PyObject* RunHere(Call& call) {
  Py_BEGIN_ALLOW_THREADS;
  call.Run({});
  Py_END_ALLOW_THREADS;
  return call.Finish();
}

void Keep(QueryObject* self, PyObject* result) {
  self->result = result;
  if (result == nullptr) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != nullptr) PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    self->error = value;
  }
}

PySendResult GiveResult(QueryObject* self, PyObject** out) {
  self->state = QueryObject::State::kDone;
  Py_CLEAR(self->waiting);
  delete self->call;
  self->call = nullptr;
  if (self->result != nullptr) {
    *out = std::exchange(self->result, nullptr);
    return PYGEN_RETURN;
  }
  *out = nullptr;
  if (self->error != nullptr) {
    Ref error(std::exchange(self->error, nullptr));
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
  } else {
    PyErr_SetString(PyExc_RuntimeError, "the query has no result");
  }
  return PYGEN_ERROR;
}

// complete(future): on the loop's thread.
PyObject* Complete(PyObject*, PyObject* future) {
  Ref done(PyObject_CallMethodNoArgs(future, done_name));
  if (!done) return nullptr;
  if (done.get() == Py_True) Py_RETURN_NONE;
  return PyObject_CallMethodOneArg(future, set_result_name, Py_None);
}

PyMethodDef complete_method = {"_complete", Complete, METH_O, nullptr};

// Sends the work to a worker; false with an exception set.
bool SendToWorker(QueryObject* self, PyObject* loop) {
  Ref future(PyObject_CallMethodNoArgs(loop, create_future_name));
  if (!future) return false;
  PyAsyncMethods* methods = Py_TYPE(future.get())->tp_as_async;
  self->waiting = methods != nullptr && methods->am_await != nullptr
                      ? methods->am_await(future.get())
                      : PyObject_CallMethod(future.get(), "__await__", nullptr);
  if (self->waiting == nullptr) return false;
  self->state = QueryObject::State::kWaiting;
  Py_INCREF(self);
  Py_INCREF(loop);
  PyObject* held = future.release();
  ++self->call->state().on_workers;
  const Lane lane = self->call->has_transaction() ? Lane::kUrgent : Lane::kOrdinary;
  RunOnWorker(lane, [self, loop, held] {
    self->call->Run({});
    PyGILState_STATE gil = PyGILState_Ensure();
    EngineState& state = self->call->state();
    --state.on_workers;
    state.costs.Add(self->call->shape(), self->call->microseconds());
    Keep(self, self->call->Finish());
    PyObject* scheduled = PyObject_CallMethodObjArgs(loop, call_soon_name, complete_function, held, nullptr);
    if (scheduled == nullptr) PyErr_Clear();  // the loop is closed: nobody waits any more
    Py_XDECREF(scheduled);
    Py_DECREF(held);
    Py_DECREF(loop);
    Py_DECREF(self);
    PyGILState_Release(gil);
  });
  return true;
}

PySendResult StepWaiting(QueryObject* self, PyObject* argument, PyObject** out) {
  PySendResult step = PyIter_Send(self->waiting, argument, out);
  if (step == PYGEN_NEXT) return step;
  if (step == PYGEN_ERROR) {
    self->state = QueryObject::State::kDone;
    return step;
  }
  Py_DECREF(*out);
  return GiveResult(self, out);
}

PySendResult Begin(QueryObject* self, PyObject** out) {
  Call& call = *self->call;
  engine::CostTable& costs = call.state().costs;
  const uint64_t shape = call.shape();
  if (!call.needs_worker() && costs.IsQuick(shape)) {
    std::optional<std::chrono::microseconds> budget;
    if (call.can_be_interrupted()) budget = kLoopBudget;
    auto started = Clock::now();
    bool is_done;
    Py_BEGIN_ALLOW_THREADS;
    is_done = call.Run(budget);
    Py_END_ALLOW_THREADS;
    if (is_done) {
      costs.Add(shape, call.microseconds());
      PyObject* result = call.Finish();
      turn_microseconds += std::chrono::duration<double, std::micro>(Clock::now() - started).count();
      if (turn_microseconds > kTurnMicroseconds) {
        turn_microseconds = 0;
        Keep(self, result);
        self->state = QueryObject::State::kYielded;
        *out = NewReference(Py_None);
        return PYGEN_NEXT;
      }
      self->state = QueryObject::State::kDone;
      delete self->call;
      self->call = nullptr;
      *out = result;
      return result != nullptr ? PYGEN_RETURN : PYGEN_ERROR;
    }
    costs.AddInterrupted(shape);
  }
  Ref loop(PyObject_CallNoArgs(runtime.get_running_loop));
  if (!loop) return PYGEN_ERROR;
  if (loop.get() == Py_None) {
    Keep(self, RunHere(call));
    return GiveResult(self, out);
  }
  if (!SendToWorker(self, loop.get())) {
    self->state = QueryObject::State::kDone;
    return PYGEN_ERROR;
  }
  return StepWaiting(self, Py_None, out);
}

PySendResult QuerySend(PyObject* object, PyObject* argument, PyObject** out) {
  QueryObject* self = reinterpret_cast<QueryObject*>(object);
  switch (self->state) {
    case QueryObject::State::kNew:
      return Begin(self, out);
    case QueryObject::State::kYielded:
      return GiveResult(self, out);
    case QueryObject::State::kWaiting:
      return StepWaiting(self, argument, out);
    case QueryObject::State::kDone:
      break;
  }
  *out = nullptr;
  PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited query");
  return PYGEN_ERROR;
}

PyObject* AsIteration(PySendResult step, PyObject* out) {
  if (step == PYGEN_NEXT) return out;
  if (step == PYGEN_RETURN) {
    // A tuple or an exception as the value must not be unpacked.
    Ref value(out);
    Ref stop(PyObject_CallOneArg(PyExc_StopIteration, value.get()));
    if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
  }
  return nullptr;
}

PyObject* QueryNext(PyObject* self) {
  PyObject* out = nullptr;
  PySendResult step = QuerySend(self, Py_None, &out);
  return AsIteration(step, out);
}

PyObject* QuerySendMethod(PyObject* self, PyObject* argument) {
  PyObject* out = nullptr;
  PySendResult step = QuerySend(self, argument, &out);
  return AsIteration(step, out);
}

PyObject* QueryThrow(PyObject* object, PyObject* arguments) {
  QueryObject* self = reinterpret_cast<QueryObject*>(object);
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  if (!PyArg_ParseTuple(arguments, "O|OO", &type, &value, &traceback)) return nullptr;
  if (self->state == QueryObject::State::kWaiting) {
    Ref method(PyObject_GetAttrString(self->waiting, "throw"));
    if (!method) return nullptr;
    PyObject* yielded = PyObject_CallObject(method.get(), arguments);
    if (yielded != nullptr) return yielded;
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
      PyErr_Clear();
      PyObject* out = nullptr;
      return AsIteration(GiveResult(self, &out), out);
    }
    self->state = QueryObject::State::kDone;
    return nullptr;
  }
  self->state = QueryObject::State::kDone;
  if (PyExceptionInstance_Check(type)) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(type)), type);
  } else if (value != nullptr && value != Py_None) {
    PyErr_SetObject(type, value);
  } else {
    PyErr_SetNone(type);
  }
  return nullptr;
}

PyObject* QueryClose(PyObject* object, PyObject*) {
  QueryObject* self = reinterpret_cast<QueryObject*>(object);
  self->state = QueryObject::State::kDone;
  Py_RETURN_NONE;
}

PyObject* QueryName(PyObject* object, void*) {
  QueryObject* self = reinterpret_cast<QueryObject*>(object);
  return PyUnicode_FromString(self->call != nullptr ? self->call->name() : "query");
}

void QueryDealloc(PyObject* object) {
  QueryObject* self = reinterpret_cast<QueryObject*>(object);
  if (self->state == QueryObject::State::kNew && self->call != nullptr && runtime.warn_never_awaited != nullptr) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    Ref warned(PyObject_CallFunction(runtime.warn_never_awaited, "s", self->call->name()));
    if (!warned) PyErr_WriteUnraisable(object);
    PyErr_Restore(type, value, traceback);
  }
  delete self->call;
  Py_XDECREF(self->result);
  Py_XDECREF(self->error);
  Py_XDECREF(self->waiting);
  PyObject_Free(object);
}

PyAsyncMethods query_async = {};
PyMethodDef query_methods[] = {
    {"send", QuerySendMethod, METH_O, nullptr},
    {"throw", QueryThrow, METH_VARARGS, nullptr},
    {"close", QueryClose, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef query_getset[] = {
    {"__name__", QueryName, nullptr, nullptr, nullptr},
    {"__qualname__", QueryName, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

bool InitAwaitable(PyObject* module) {
  query_async.am_await = [](PyObject* self) { return NewReference(self); };
#if PY_VERSION_HEX >= 0x030A0000
  query_async.am_send = QuerySend;
#endif
  query_type.tp_name = "prisma._engine.Query";
  query_type.tp_basicsize = sizeof(QueryObject);
  query_type.tp_flags = Py_TPFLAGS_DEFAULT;
  query_type.tp_dealloc = QueryDealloc;
  query_type.tp_as_async = &query_async;
  query_type.tp_iter = PyObject_SelfIter;
  query_type.tp_iternext = QueryNext;
  query_type.tp_methods = query_methods;
  query_type.tp_getset = query_getset;
  if (PyType_Ready(&query_type) != 0) return false;
  complete_function = PyCFunction_New(&complete_method, nullptr);
  create_future_name = PyUnicode_InternFromString("create_future");
  call_soon_name = PyUnicode_InternFromString("call_soon_threadsafe");
  done_name = PyUnicode_InternFromString("done");
  set_result_name = PyUnicode_InternFromString("set_result");
  return complete_function != nullptr &&
         PyModule_AddObject(module, "Query", NewReference(reinterpret_cast<PyObject*>(&query_type))) == 0;
}

PyObject* Start(std::unique_ptr<Call> call, bool is_async) {
  if (!is_async) return RunHere(*call);
  QueryObject* self = PyObject_New(QueryObject, &query_type);
  if (self == nullptr) return nullptr;
  self->state = QueryObject::State::kNew;
  self->call = call.release();
  self->result = self->error = self->waiting = nullptr;
  return reinterpret_cast<PyObject*>(self);
}

}  // namespace prisma::python
