// Calls run on the caller's thread with the GIL released. An asynchronous call runs there too if its kind has been
// quick lately, with a budget after which the engine gives up without effect; all other work goes to a thread, for
// which the caller waits a moment (many answers are there before a future could be made) and then hands out a future.
#include "hosts/python/engine.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "base/error.h"
#include "engine/query_engine.h"
#include "engine/schema_files.h"
#include "hosts/python/objects.h"
#include "hosts/python/request.h"
#include "hosts/python/tools.h"
#include "hosts/python/workers.h"

namespace prisma::python {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

// A kind of call whose average is below this runs on the event loop's thread.
constexpr double kInlineAverage = 1500;
// It is given up after this and started again on a thread.
constexpr microseconds kInlineBudget{4000};
// How long the event loop's thread waits for a thread's answer before it makes a future.
constexpr microseconds kPatience{150};
constexpr size_t kMaxKinds = 8192;
constexpr size_t kThreads = 8;

// What a piece of work ended with.
struct Outcome {
  std::unique_ptr<query::Result> result;
  std::string text;  // transaction id, metrics
  std::exception_ptr failure;
};

// Average time of each kind of call: of requests that differ only in their values.
class Averages {
 public:
  std::optional<double> Find(uint64_t kind) {
    auto found = averages_.find(kind);
    return found == averages_.end() ? std::nullopt : std::optional(found->second);
  }
  void Add(uint64_t kind, double sample) {
    if (averages_.size() >= kMaxKinds) averages_.clear();
    auto [entry, is_new] = averages_.try_emplace(kind, sample);
    if (!is_new) entry->second += (sample - entry->second) * 0.25;
  }

 private:
  std::unordered_map<uint64_t, double> averages_;
};

void Mix(uint64_t& hash, std::string_view text) {
  hash = (hash ^ std::hash<std::string_view>()(text)) * 0x9E3779B97F4A7C15u;
  hash ^= hash >> 29;
}

void Mix(uint64_t& hash, std::span<const query::Member> members, int depth) {
  for (const query::Member& member : members) {
    Mix(hash, member.name);
    if (depth < 3) Mix(hash, member.value.members, depth + 1);
  }
}

void Mix(uint64_t& hash, std::span<const query::Selection> fields) {
  for (const query::Selection& field : fields) {
    Mix(hash, field.name);
    Mix(hash, field.arguments, 0);
    Mix(hash, field.children);
  }
}

uint64_t KindOf(const query::Request& request) {
  uint64_t hash = 0;
  Mix(hash, request.model);
  Mix(hash, request.action);
  Mix(hash, request.root.arguments, 0);
  Mix(hash, request.root.children);
  return hash;
}

struct State {
  std::shared_ptr<const schema::Schema> schema;
  std::unique_ptr<engine::QueryEngine> engine;
  std::unique_ptr<ObjectMaker> objects;
  Averages averages;  // guarded by the GIL
  Workers workers{kThreads};
};

struct EngineObject {
  PyObject_HEAD State* state;
};

void RaiseError(const Error& error) {
  PyObject* exception = PyObject_CallFunction(GetTools().make_error.get(), "s#s#s#s#", error.code().data(),
                                              static_cast<Py_ssize_t>(error.code().size()), error.message().data(),
                                              static_cast<Py_ssize_t>(error.message().size()), error.meta().data(),
                                              static_cast<Py_ssize_t>(error.meta().size()), error.debug_text.data(),
                                              static_cast<Py_ssize_t>(error.debug_text.size()));
  if (exception == nullptr) return;
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception);
  Py_DECREF(exception);
}

// Sets the Python error of a C++ one.
void SetError(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const PythonError&) {
  } catch (const Error& error) {
    RaiseError(error);
  } catch (const std::exception& error) {
    RaiseError(Error("", error.what()));
  }
}

// Runs `body`, which returns a new reference; turns C++ exceptions into Python ones.
template <class Body>
PyObject* Guard(Body body) {
  try {
    return body();
  } catch (...) {
    SetError(std::current_exception());
    return nullptr;
  }
}

bool IsInterrupted(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const driver::DbException& error) {
    return error.error.kind == driver::DbError::Kind::kInterrupted;
  } catch (...) {
    return false;
  }
}

// One call, from its reading to its result.
struct Call {
  Arena arena;
  query::Request request;
  std::string transaction;
  Ref model_class;
  ValueForm form = ValueForm::kRich;
  uint64_t kind = 0;
  double elapsed = 0;  // µs
};

Outcome Execute(State& state, Call& call, std::optional<microseconds> budget) {
  Outcome outcome;
  Clock::time_point start = Clock::now();
  try {
    outcome.result = state.engine->Execute(call.request, call.arena, call.transaction, budget);
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  call.elapsed = std::chrono::duration<double, std::micro>(Clock::now() - start).count();
  return outcome;
}

PyObject* MakeResult(State& state, const Call& call, Outcome& outcome) {
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  return state.objects->Make(*outcome.result, call.model_class.get(), call.form);
}

// Work on a thread, of which the answer is wanted on an event loop: callable, called by the loop when done.
struct Task {
  std::mutex mutex;
  std::condition_variable done_signal;
  bool is_done = false;     // guarded by mutex
  bool wants_call = false;  // guarded by mutex: the loop's thread no longer waits
  Outcome outcome;
  std::function<PyObject*(Outcome&)> make;  // with the GIL; throws
  Ref loop, future, owner;
};

struct TaskObject {
  PyObject_HEAD std::shared_ptr<Task>* task;
};

PyTypeObject* task_type = nullptr;

void TaskDealloc(PyObject* self) {
  delete reinterpret_cast<TaskObject*>(self)->task;
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

// Resolves the future; on the loop's thread.
PyObject* TaskCall(PyObject* self, PyObject*, PyObject*) {
  std::shared_ptr<Task> task = *reinterpret_cast<TaskObject*>(self)->task;
  Ref is_done = Ref::Borrow(PyObject_CallMethod(task->future.get(), "done", nullptr));
  if (!is_done) return nullptr;
  Py_DECREF(is_done.get());
  if (is_done.get() == Py_True) Py_RETURN_NONE;  // cancelled meanwhile
  PyObject* result = Guard([&] { return task->make(task->outcome); });
  PyObject* answer = nullptr;
  if (result != nullptr) {
    answer = PyObject_CallMethod(task->future.get(), "set_result", "O", result);
    Py_DECREF(result);
  } else {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    answer = PyObject_CallMethod(task->future.get(), "set_exception", "O", value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
  }
  return answer;
}

PyType_Slot task_slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(TaskDealloc)},
                            {Py_tp_call, reinterpret_cast<void*>(TaskCall)},
                            {0, nullptr}};
PyType_Spec task_spec = {"prisma._engine._Task", sizeof(TaskObject), 0, Py_TPFLAGS_DEFAULT, task_slots};

// On a worker: tells the loop, which may be gone.
void CallLoop(const std::shared_ptr<Task>& task) {
  HoldGil gil;
  PyObject* object = task_type->tp_alloc(task_type, 0);
  if (object != nullptr) {
    reinterpret_cast<TaskObject*>(object)->task = new std::shared_ptr<Task>(task);
    PyObject* answer = PyObject_CallMethod(task->loop.get(), "call_soon_threadsafe", "O", object);
    Py_XDECREF(answer);
    Py_DECREF(object);
  }
  PyErr_Clear();
}

// Runs `work` on a thread. Returns its result, or a future of it.
PyObject* RunOnThread(EngineObject* self, PyObject* loop, std::function<Outcome()> work,
                      std::function<PyObject*(Outcome&)> make) {
  auto task = std::make_shared<Task>();
  task->make = std::move(make);
  task->loop = Ref::Borrow(loop);
  task->owner = Ref::Borrow(reinterpret_cast<PyObject*>(self));
  bool is_done = false;
  {
    ReleaseGil released;
    self->state->workers.Submit([task, work = std::move(work)]() mutable {
      Outcome outcome = work();
      bool call = false;
      {
        std::lock_guard lock(task->mutex);
        task->outcome = std::move(outcome);
        task->is_done = true;
        call = task->wants_call;
      }
      task->done_signal.notify_one();
      if (call) CallLoop(task);
      HoldGil gil;  // references may end here
      work = nullptr;
      task.reset();
    });
    std::unique_lock lock(task->mutex);
    is_done = task->done_signal.wait_for(lock, kPatience, [&] { return task->is_done; });
  }
  if (is_done) return task->make(task->outcome);
  task->future = Ref::Steal(PyObject_CallMethod(loop, "create_future", nullptr));
  Ref future = task->future;
  bool call_now = false;
  {
    std::lock_guard lock(task->mutex);
    if (task->is_done) {
      call_now = true;
    } else {
      task->wants_call = true;
    }
  }
  if (call_now) return task->make(task->outcome);
  return future.release();
}

// call(model, action, arguments, selection, include, select, omit, model_class, form, transaction, loop)
PyObject* EngineCall(PyObject* object, PyObject* const* arguments, Py_ssize_t count) {
  return Guard([&]() -> PyObject* {
    if (count != 11) {
      PyErr_SetString(PyExc_TypeError, "call() takes 11 arguments");
      throw PythonError();
    }
    auto* self = reinterpret_cast<EngineObject*>(object);
    State& state = *self->state;
    auto call = std::make_shared<Call>();
    CallArguments given{arguments[0], arguments[1], arguments[2], arguments[3],
                        arguments[4], arguments[5], arguments[6]};
    call->request = ReadRequest(given, call->arena);
    if (arguments[7] != Py_None) call->model_class = Ref::Borrow(arguments[7]);
    call->form = arguments[8] == Py_True ? ValueForm::kRaw : ValueForm::kRich;
    if (arguments[9] != Py_None) {
      const char* id = PyUnicode_AsUTF8(arguments[9]);
      if (id == nullptr) throw PythonError();
      call->transaction = id;
    }
    PyObject* loop = arguments[10];
    if (loop == Py_None) {
      Outcome outcome;
      {
        ReleaseGil released;
        outcome = Execute(state, *call, std::nullopt);
      }
      return MakeResult(state, *call, outcome);
    }
    call->kind = KindOf(call->request);
    std::optional<double> average = state.averages.Find(call->kind);
    if (average && *average < kInlineAverage) {
      Outcome outcome;
      // In a transaction work cannot be started again: there the average alone decides.
      std::optional<microseconds> budget;
      if (call->transaction.empty()) budget = kInlineBudget;
      {
        ReleaseGil released;
        outcome = Execute(state, *call, budget);
      }
      state.averages.Add(call->kind, call->elapsed);
      if (!outcome.failure || !IsInterrupted(outcome.failure)) return MakeResult(state, *call, outcome);
      state.averages.Add(call->kind, 1e5);
    }
    return RunOnThread(
        self, loop, [&state, call] { return Execute(state, *call, std::nullopt); },
        [&state, call](Outcome& outcome) {
          state.averages.Add(call->kind, call->elapsed);
          return MakeResult(state, *call, outcome);
        });
  });
}

// Work that gives text or nothing, on this thread or for a loop.
PyObject* RunText(PyObject* object, PyObject* loop, std::function<std::string()> work, bool has_text) {
  return Guard([&]() -> PyObject* {
    auto run = [work = std::move(work)] {
      Outcome outcome;
      try {
        outcome.text = work();
      } catch (...) {
        outcome.failure = std::current_exception();
      }
      return outcome;
    };
    auto make = [has_text](Outcome& outcome) -> PyObject* {
      if (outcome.failure) std::rethrow_exception(outcome.failure);
      if (!has_text) return Py_NewRef(Py_None);
      return Ref::Steal(PyUnicode_FromStringAndSize(outcome.text.data(), static_cast<Py_ssize_t>(outcome.text.size())))
          .release();
    };
    if (loop != Py_None) return RunOnThread(reinterpret_cast<EngineObject*>(object), loop, run, make);
    Outcome outcome;
    {
      ReleaseGil released;
      outcome = run();
    }
    return make(outcome);
  });
}

State* StateOf(PyObject* object) { return reinterpret_cast<EngineObject*>(object)->state; }

PyObject* EngineConnect(PyObject* object, PyObject* loop) {
  State* state = StateOf(object);
  return RunText(
      object, loop,
      [state] {
        state->engine->Connect();
        return std::string();
      },
      false);
}

PyObject* EngineDisconnect(PyObject* object, PyObject* loop) {
  State* state = StateOf(object);
  return RunText(
      object, loop,
      [state] {
        state->engine->Disconnect();
        return std::string();
      },
      false);
}

// start_transaction(max_wait_ms, timeout_ms, isolation_level or "", loop)
PyObject* EngineStart(PyObject* object, PyObject* arguments) {
  long long max_wait = 0, timeout = 0;
  const char* isolation = "";
  PyObject* loop = nullptr;
  if (!PyArg_ParseTuple(arguments, "LLsO", &max_wait, &timeout, &isolation, &loop)) return nullptr;
  State* state = StateOf(object);
  engine::TransactionOptions options;
  options.max_wait = std::chrono::milliseconds(max_wait);
  options.timeout = std::chrono::milliseconds(timeout);
  options.isolation_level = isolation;
  return RunText(
      object, loop, [state, options] { return state->engine->StartTransaction(options); }, true);
}

// end_transaction(id, commit, loop)
PyObject* EngineEnd(PyObject* object, PyObject* arguments) {
  const char* id = nullptr;
  int commit = 0;
  PyObject* loop = nullptr;
  if (!PyArg_ParseTuple(arguments, "spO", &id, &commit, &loop)) return nullptr;
  State* state = StateOf(object);
  return RunText(
      object, loop,
      [state, id = std::string(id), commit] {
        commit != 0 ? state->engine->CommitTransaction(id) : state->engine->RollbackTransaction(id);
        return std::string();
      },
      false);
}

// metrics(as_json, labels as JSON text)
PyObject* EngineMetrics(PyObject* object, PyObject* arguments) {
  int as_json = 0;
  const char* labels = "";
  if (!PyArg_ParseTuple(arguments, "ps", &as_json, &labels)) return nullptr;
  State* state = StateOf(object);
  return RunText(
      object, Py_None,
      [state, as_json, labels = std::string(labels)] {
        return as_json != 0 ? state->engine->MetricsJson(labels) : state->engine->MetricsPrometheus(labels);
      },
      true);
}

// Engine(schema_files: list[(path, text)], url or "", directory of the schema, on_query or None)
PyObject* EngineNew(PyTypeObject* type, PyObject* arguments, PyObject*) {
  return Guard([&]() -> PyObject* {
    PyObject *files = nullptr, *on_query = Py_None;
    const char *url = "", *directory = "";
    if (!PyArg_ParseTuple(arguments, "O!ss|O", &PyList_Type, &files, &url, &directory, &on_query)) throw PythonError();
    auto sources = std::make_shared<SourceFiles>();
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(files); ++i) {
      const char *path = nullptr, *text = nullptr;
      if (!PyArg_ParseTuple(PyList_GET_ITEM(files, i), "ss", &path, &text)) throw PythonError();
      sources->Add(path, text);
    }
    auto state = std::make_unique<State>();
    DiagnosticSink sink;
    state->schema = schema::Analyze(sources, sink).schema;
    if (sink.has_errors()) throw Error("P1012", Render(*sources, sink.errors(), false));
    engine::QueryEngineOptions options;
    options.url = url;
    options.config_dir = directory;
    if (on_query != Py_None) {
      options.log_queries = true;
      auto callback = std::make_shared<Ref>(Ref::Borrow(on_query));
      options.on_query = [callback](std::string_view sql, std::string_view parameters, microseconds duration) {
        HoldGil gil;
        PyObject* answer = PyObject_CallFunction(
            callback->get(), "s#s#L", sql.data(), static_cast<Py_ssize_t>(sql.size()), parameters.data(),
            static_cast<Py_ssize_t>(parameters.size()), static_cast<long long>(duration.count()));
        Py_XDECREF(answer);
        PyErr_Clear();
      };
    }
    state->engine = engine::QueryEngine::Create(state->schema, options);
    state->objects = std::make_unique<ObjectMaker>(*state->schema);
    PyObject* object = type->tp_alloc(type, 0);
    if (object == nullptr) throw PythonError();
    reinterpret_cast<EngineObject*>(object)->state = state.release();
    return object;
  });
}

void EngineDealloc(PyObject* object) {
  State* state = StateOf(object);
  if (state != nullptr) {
    {
      ReleaseGil released;
      state->workers.Stop();
    }
    state->objects.reset();
    {
      ReleaseGil released;
      state->engine.reset();
    }
    delete state;
  }
  PyTypeObject* type = Py_TYPE(object);
  type->tp_free(object);
  Py_DECREF(type);
}

PyMethodDef engine_methods[] = {
    {"call", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(EngineCall)), METH_FASTCALL,
     "call(model, action, arguments, selection, include, select, omit, model_class, raw_values, transaction, loop)\n\n"
     "Runs one operation. With a loop the answer may be a future of it."},
    {"connect", EngineConnect, METH_O, "connect(loop)"},
    {"disconnect", EngineDisconnect, METH_O, "disconnect(loop)"},
    {"start_transaction", EngineStart, METH_VARARGS,
     "start_transaction(max_wait_ms, timeout_ms, isolation_level, loop)"},
    {"end_transaction", EngineEnd, METH_VARARGS, "end_transaction(id, commit, loop)"},
    {"metrics", EngineMetrics, METH_VARARGS, "metrics(as_json, labels_json)"},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot engine_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(EngineNew)},
    {Py_tp_dealloc, reinterpret_cast<void*>(EngineDealloc)},
    {Py_tp_methods, engine_methods},
    {Py_tp_doc, const_cast<char*>("Engine(schema_files, url, directory, on_query=None)")},
    {0, nullptr},
};
PyType_Spec engine_spec = {"prisma._engine.Engine", sizeof(EngineObject), 0, Py_TPFLAGS_DEFAULT, engine_slots};

}  // namespace

void AddEngineType(PyObject* module) {
  task_type = reinterpret_cast<PyTypeObject*>(Ref::Steal(PyType_FromSpec(&task_spec)).release());
  Ref type = Ref::Steal(PyType_FromSpec(&engine_spec));
  if (PyModule_AddObjectRef(module, "Engine", type.get()) < 0) throw PythonError();
}

}  // namespace prisma::python
