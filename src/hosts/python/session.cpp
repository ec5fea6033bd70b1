#include "hosts/python/session.h"

#include <structmember.h>

#include <new>

#include "diagnostics/diagnostic.h"
#include "hosts/python/awaitable.h"
#include "hosts/python/runtime.h"
#include "hosts/python/workers.h"

namespace prisma::python {

namespace {

struct SessionObject {
  PyObject_HEAD std::shared_ptr<EngineState> state;  // null: not connected
  std::string transaction_id;
  bool is_async;
  bool is_transaction;
  bool is_closed;  // the transaction is
};

struct CallerObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  SessionObject* session;
  std::string model;
  PyObject* type;  // or null
  const ClassInfo* info;
};

PyTypeObject session_type = {PyVarObject_HEAD_INIT(nullptr, 0)};
PyTypeObject caller_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

// Runs C++ that may throw.
template <class Function>
PyObject* Guard(Function&& function) {
  try {
    return function();
  } catch (const PythonError&) {
  } catch (const Error& error) {
    SetError(error);
  } catch (const std::exception& error) {
    SetInternalError(error.what());
  }
  return nullptr;
}

const std::shared_ptr<EngineState>& Connected(SessionObject* self);

// ── work other than queries ──

class ConnectCall : public Call {
 public:
  ConnectCall(SessionObject* session, std::shared_ptr<SourceFiles> files, engine::QueryEngineOptions options)
      : Call(std::make_shared<EngineState>()),
        session_(session),
        files_(std::move(files)),
        options_(std::move(options)) {
    Py_INCREF(session);
    state_->fork_count = ForkCount();
    state_->files = files_;
    state_->options = options_;
  }
  ~ConnectCall() override { Py_DECREF(session_); }
  bool needs_worker() const override { return true; }
  const char* name() const override { return "connect"; }

 protected:
  void Execute(std::optional<std::chrono::microseconds>) override {
    DiagnosticSink sink;
    state_->schema = schema::Analyze(files_, sink).schema;
    state_->engine = engine::QueryEngine::Create(state_->schema, std::move(options_));
    state_->engine->Connect();
  }
  PyObject* Build() override {
    if (session_->state != nullptr && session_->state->fork_count == ForkCount()) {
      Ref error(Checked(PyObject_CallNoArgs(runtime.already_connected)));
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
      throw PythonError{};
    }
    session_->state = state_;
    return NewReference(Py_None);
  }

 private:
  SessionObject* session_;
  std::shared_ptr<SourceFiles> files_;
  engine::QueryEngineOptions options_;
};

// After a fork the connections of a client are the parent's: the child makes its own when it first needs one. What is
// in a transaction stays with the parent.
void Reconnect(SessionObject* self) {
  std::shared_ptr<EngineState> before = self->state;
  if (self->is_transaction) {
    SetNotConnected();
    throw PythonError{};
  }
  new std::shared_ptr<EngineState>(before);  // never closed here: that would end the parent's connections
  Ref done(Start(std::make_unique<ConnectCall>(self, before->files, before->options), false));
  if (!done) throw PythonError{};
}

const std::shared_ptr<EngineState>& Connected(SessionObject* self) {
  if (self->state == nullptr) {
    SetNotConnected();
    throw PythonError{};
  }
  if (self->state->fork_count != ForkCount()) Reconnect(self);
  return self->state;
}

// A request in text.
class RequestCall : public Call {
 public:
  RequestCall(std::shared_ptr<EngineState> state, std::string body, std::string transaction_id)
      : Call(std::move(state)), body_(std::move(body)), transaction_id_(std::move(transaction_id)) {}
  bool needs_worker() const override { return true; }
  const char* name() const override { return "request"; }

 protected:
  void Execute(std::optional<std::chrono::microseconds>) override {
    int status = 200;
    answer_ = state_->engine->Handle(body_, engine::Protocol::kGraphql, transaction_id_, status);
  }
  PyObject* Build() override { return Text(answer_); }

 private:
  std::string body_;
  std::string transaction_id_;
  std::string answer_;
};

class DisconnectCall : public Call {
 public:
  explicit DisconnectCall(SessionObject* session) : Call(session->state) { session->state.reset(); }
  bool needs_worker() const override { return state_->on_workers > 0; }
  const char* name() const override { return "disconnect"; }

 protected:
  void Execute(std::optional<std::chrono::microseconds>) override {
    if (state_->engine != nullptr) state_->engine->Disconnect();
  }
  PyObject* Build() override { return NewReference(Py_None); }
};

PyObject* NewSession(const std::shared_ptr<EngineState>& state, std::string transaction_id, bool is_async,
                     bool is_transaction);

class StartTransactionCall : public Call {
 public:
  StartTransactionCall(std::shared_ptr<EngineState> state, engine::TransactionOptions options, bool is_async)
      : Call(std::move(state)), options_(std::move(options)), is_async_(is_async) {}
  // It may have to wait for what other tasks of the same loop hold.
  bool needs_worker() const override { return state_->open_transactions > 0 || state_->on_workers > 0; }
  uint64_t shape() const override { return 1; }
  const char* name() const override { return "start transaction"; }

 protected:
  void Execute(std::optional<std::chrono::microseconds>) override { id_ = state_->engine->StartTransaction(options_); }
  PyObject* Build() override {
    PyObject* session = NewSession(state_, id_, is_async_, true);
    if (session != nullptr) ++state_->open_transactions;
    return session;
  }

 private:
  engine::TransactionOptions options_;
  bool is_async_;
  std::string id_;
};

class EndTransactionCall : public Call {
 public:
  EndTransactionCall(SessionObject* session, bool commits)
      : Call(session->state), id_(session->transaction_id), commits_(commits) {
    if (!session->is_closed) --state_->open_transactions;
    session->is_closed = true;
  }
  bool needs_worker() const override { return state_->open_transactions > 0 || state_->on_workers > 0; }
  bool has_transaction() const override { return true; }
  uint64_t shape() const override { return commits_ ? 2 : 3; }
  const char* name() const override { return commits_ ? "commit" : "rollback"; }

 protected:
  void Execute(std::optional<std::chrono::microseconds>) override {
    if (commits_) {
      state_->engine->CommitTransaction(id_);
    } else {
      state_->engine->RollbackTransaction(id_);
    }
  }
  PyObject* Build() override { return NewReference(Py_None); }

 private:
  std::string id_;
  bool commits_;
};

class BatchCall : public Call {
 public:
  explicit BatchCall(std::shared_ptr<EngineState> state, std::string transaction_id)
      : Call(std::move(state)), transaction_id_(std::move(transaction_id)) {}
  void Add(std::unique_ptr<QueryCall> call) { calls_.push_back(std::move(call)); }
  bool needs_worker() const override { return state_->open_transactions > 0 || state_->on_workers > 0; }
  bool has_transaction() const override { return !transaction_id_.empty(); }
  uint64_t shape() const override {
    uint64_t hash = 4;
    for (const auto& call : calls_) hash = hash * 31 + call->shape();
    return hash;
  }
  const char* name() const override { return "batch"; }

 protected:
  void Execute(std::optional<std::chrono::microseconds>) override {
    engine::QueryEngine& engine = *state_->engine;
    if (calls_.empty()) return;
    if (calls_.size() == 1) {
      calls_[0]->set_result(engine.Execute(calls_[0]->request(), calls_[0]->arena(), transaction_id_));
      return;
    }
    std::vector<engine::QueryEngine::BatchItem> items;
    for (auto& call : calls_) items.push_back({&call->request(), &call->arena()});
    std::vector<std::unique_ptr<query::Result>> results = engine.ExecuteBatch(items, transaction_id_, {});
    for (size_t i = 0; i < calls_.size() && i < results.size(); ++i) calls_[i]->set_result(std::move(results[i]));
  }
  // The result of each.
  PyObject* Build() override {
    Ref list(Checked(PyList_New(static_cast<Py_ssize_t>(calls_.size()))));
    for (size_t i = 0; i < calls_.size(); ++i) {
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), Checked(calls_[i]->BuildResult()));
    }
    return list.release();
  }

 private:
  std::vector<std::unique_ptr<QueryCall>> calls_;
  std::string transaction_id_;
};

// ── Session ──

PyObject* NewSession(const std::shared_ptr<EngineState>& state, std::string transaction_id, bool is_async,
                     bool is_transaction) {
  SessionObject* self = PyObject_New(SessionObject, &session_type);
  if (self == nullptr) return nullptr;
  new (&self->state) std::shared_ptr<EngineState>(state);
  new (&self->transaction_id) std::string(std::move(transaction_id));
  self->is_async = is_async;
  self->is_transaction = is_transaction;
  self->is_closed = false;
  return reinterpret_cast<PyObject*>(self);
}

PyObject* SessionNew(PyTypeObject*, PyObject* arguments, PyObject*) {
  int is_async = 0;
  if (!PyArg_ParseTuple(arguments, "p", &is_async)) return nullptr;
  return NewSession(nullptr, {}, is_async != 0, false);
}

void SessionDealloc(PyObject* object) {
  SessionObject* self = reinterpret_cast<SessionObject*>(object);
  if (self->state != nullptr && self->is_transaction && !self->is_closed) --self->state->open_transactions;
  // After a fork the connections are the parent's.
  if (self->state != nullptr && self->state->fork_count != ForkCount()) new std::shared_ptr<EngineState>(self->state);
  self->state.~shared_ptr();
  self->transaction_id.~basic_string();
  PyObject_Free(object);
}

SessionObject* AsSession(PyObject* object) { return reinterpret_cast<SessionObject*>(object); }

PyObject* SessionConnect(PyObject* object, PyObject* arguments) {
  SessionObject* self = AsSession(object);
  PyObject *files = nullptr, *log = nullptr;
  const char *url = nullptr, *config_dir = nullptr;
  int logs = 0;
  if (!PyArg_ParseTuple(arguments, "O!sspO", &PyList_Type, &files, &url, &config_dir, &logs, &log)) return nullptr;
  return Guard([&]() -> PyObject* {
    auto sources = std::make_shared<SourceFiles>();
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(files); ++i) {
      const char *path = nullptr, *text = nullptr;
      Py_ssize_t size = 0;
      if (!PyArg_ParseTuple(PyList_GET_ITEM(files, i), "ss#", &path, &text, &size)) throw PythonError{};
      sources->Add(path, std::string(text, static_cast<size_t>(size)));
    }
    engine::QueryEngineOptions options;
    options.url = url;
    options.config_dir = config_dir;
    options.log_queries = logs != 0;
    if (logs) {
      Py_INCREF(log);  // as long as the process
      options.on_query = [log](const engine::StatementEvent& event) {
        PyGILState_STATE gil = PyGILState_Ensure();
        PyObject* done = PyObject_CallFunction(
            log, "s#s#L", event.sql.data(), static_cast<Py_ssize_t>(event.sql.size()), event.parameters.data(),
            static_cast<Py_ssize_t>(event.parameters.size()), static_cast<long long>(event.duration.count()));
        if (done == nullptr) PyErr_WriteUnraisable(log);
        Py_XDECREF(done);
        PyGILState_Release(gil);
      };
    }
    return Start(std::make_unique<ConnectCall>(self, std::move(sources), std::move(options)), self->is_async);
  });
}

PyObject* SessionDisconnect(PyObject* object, PyObject*) {
  SessionObject* self = AsSession(object);
  return Guard([&]() -> PyObject* {
    if (self->state != nullptr && self->state->fork_count != ForkCount()) {
      new std::shared_ptr<EngineState>(std::move(self->state));  // the parent's
      self->state.reset();
      if (!self->is_async) return NewReference(Py_None);
      self->state = std::make_shared<EngineState>();
      self->state->fork_count = ForkCount();
    }
    Connected(self);
    return Start(std::make_unique<DisconnectCall>(self), self->is_async);
  });
}

PyObject* SessionStartTransaction(PyObject* object, PyObject* arguments) {
  SessionObject* self = AsSession(object);
  long long max_wait = 0, timeout = 0;
  const char* isolation = nullptr;
  if (!PyArg_ParseTuple(arguments, "LLs", &max_wait, &timeout, &isolation)) return nullptr;
  return Guard([&]() -> PyObject* {
    engine::TransactionOptions options;
    options.max_wait = std::chrono::milliseconds(max_wait);
    options.timeout = std::chrono::milliseconds(timeout);
    options.isolation_level = isolation;
    return Start(std::make_unique<StartTransactionCall>(Connected(self), std::move(options), self->is_async),
                 self->is_async);
  });
}

template <bool commits>
PyObject* SessionEnd(PyObject* object, PyObject*) {
  SessionObject* self = AsSession(object);
  return Guard([&]() -> PyObject* {
    Connected(self);
    return Start(std::make_unique<EndTransactionCall>(self, commits), self->is_async);
  });
}

PyObject* SessionRaw(PyObject* object, PyObject* arguments) {
  SessionObject* self = AsSession(object);
  int code = 0;
  int is_typed = 0;
  PyObject *sql = nullptr, *parameters = nullptr, *model = nullptr;
  if (!PyArg_ParseTuple(arguments, "iOO!O|p", &code, &sql, &PyTuple_Type, &parameters, &model, &is_typed)) {
    return nullptr;
  }
  return Guard([&]() -> PyObject* {
    auto call = std::make_unique<QueryCall>(Connected(self), self->transaction_id);
    call->ReadRawQuery(static_cast<ActionCode>(code), sql, parameters, model, is_typed != 0);
    return Start(std::move(call), self->is_async);
  });
}

void ReadModelCall(CallerObject* caller, QueryCall& call, ActionCode code, PyObject* arguments, PyObject* include,
                   PyObject* select, PyObject* omit) {
  if (caller->info == nullptr && code < ActionCode::kCount) caller->info = InfoOf(caller->type, caller->model);
  call.ReadModelQuery(code, caller->model, caller->type, caller->info, arguments, include, select, omit);
}

PyObject* SessionBatch(PyObject* object, PyObject* queries) {
  SessionObject* self = AsSession(object);
  if (!PyList_Check(queries)) {
    PyErr_SetString(PyExc_TypeError, "batch() takes a list");
    return nullptr;
  }
  return Guard([&]() -> PyObject* {
    auto batch = std::make_unique<BatchCall>(Connected(self), self->transaction_id);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(queries); ++i) {
      PyObject *caller = nullptr, *first = nullptr, *second = nullptr;
      int code = 0;
      if (!PyArg_ParseTuple(PyList_GET_ITEM(queries, i), "OiOO", &caller, &code, &first, &second)) throw PythonError{};
      auto call = std::make_unique<QueryCall>(self->state, self->transaction_id);
      if (caller == Py_None) {
        call->ReadRawQuery(static_cast<ActionCode>(code), first, second, nullptr);
      } else {
        ReadModelCall(reinterpret_cast<CallerObject*>(caller), *call, static_cast<ActionCode>(code), first, second,
                      nullptr, nullptr);
      }
      batch->Add(std::move(call));
    }
    return Start(std::move(batch), self->is_async);
  });
}

// request(body, transaction id): the answer
PyObject* SessionRequest(PyObject* object, PyObject* arguments) {
  SessionObject* self = AsSession(object);
  const char *body = nullptr, *transaction = nullptr;
  Py_ssize_t size = 0;
  if (!PyArg_ParseTuple(arguments, "s#s", &body, &size, &transaction)) return nullptr;
  return Guard([&]() -> PyObject* {
    std::string id = *transaction != '\0' ? transaction : self->transaction_id;
    return Start(std::make_unique<RequestCall>(Connected(self), std::string(body, static_cast<size_t>(size)), id),
                 self->is_async);
  });
}

PyObject* SessionMetrics(PyObject* object, PyObject* arguments) {
  SessionObject* self = AsSession(object);
  const char *format = nullptr, *labels = nullptr;
  if (!PyArg_ParseTuple(arguments, "ss", &format, &labels)) return nullptr;
  return Guard([&]() -> PyObject* {
    engine::QueryEngine& engine = *Connected(self)->engine;
    return Text(std::string_view(format) == "prometheus" ? engine.MetricsPrometheus(labels)
                                                         : engine.MetricsJson(labels));
  });
}

PyObject* SessionIsConnected(PyObject* object, void*) {
  SessionObject* self = AsSession(object);
  return PyBool_FromLong(self->state != nullptr && (!self->is_transaction || self->state->fork_count == ForkCount()));
}

PyObject* SessionTransactionId(PyObject* object, void*) { return Text(AsSession(object)->transaction_id); }

PyObject* SessionIsTransaction(PyObject* object, void*) { return PyBool_FromLong(AsSession(object)->is_transaction); }

PyMethodDef session_methods[] = {
    {"connect", SessionConnect, METH_VARARGS, nullptr},
    {"disconnect", SessionDisconnect, METH_NOARGS, nullptr},
    {"start_transaction", SessionStartTransaction, METH_VARARGS, nullptr},
    {"commit", SessionEnd<true>, METH_NOARGS, nullptr},
    {"rollback", SessionEnd<false>, METH_NOARGS, nullptr},
    {"raw", SessionRaw, METH_VARARGS, nullptr},
    {"batch", SessionBatch, METH_O, nullptr},
    {"request", SessionRequest, METH_VARARGS, nullptr},
    {"metrics", SessionMetrics, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef session_getset[] = {
    {"is_connected", SessionIsConnected, nullptr, nullptr, nullptr},
    {"is_transaction", SessionIsTransaction, nullptr, nullptr, nullptr},
    {"transaction_id", SessionTransactionId, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

// ── Caller ──

// caller(action, arguments, include=None, select=None, omit or key=None)
PyObject* CallerCall(PyObject* object, PyObject* const* arguments, size_t flags, PyObject* names) {
  CallerObject* self = reinterpret_cast<CallerObject*>(object);
  Py_ssize_t count = PyVectorcall_NARGS(flags);
  if (count < 2 || count > 5 || (names != nullptr && PyTuple_GET_SIZE(names) != 0)) {
    PyErr_SetString(PyExc_TypeError, "Caller takes 2 to 5 arguments by position");
    return nullptr;
  }
  long code = PyLong_AsLong(arguments[0]);
  if (code < 0 || code >= static_cast<long>(ActionCode::kQueryRaw)) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "unknown action");
    return nullptr;
  }
  return Guard([&]() -> PyObject* {
    auto call = std::make_unique<QueryCall>(Connected(self->session), self->session->transaction_id);
    ReadModelCall(self, *call, static_cast<ActionCode>(code), arguments[1], count > 2 ? arguments[2] : nullptr,
                  count > 3 ? arguments[3] : nullptr, count > 4 ? arguments[4] : nullptr);
    return Start(std::move(call), self->session->is_async);
  });
}

PyObject* CallerNew(PyTypeObject* type, PyObject* arguments, PyObject*) {
  PyObject *session = nullptr, *model_type = nullptr;
  const char* model = nullptr;
  if (!PyArg_ParseTuple(arguments, "O!sO", &session_type, &session, &model, &model_type)) return nullptr;
  CallerObject* self = PyObject_New(CallerObject, type);
  if (self == nullptr) return nullptr;
  self->vectorcall = CallerCall;
  self->session = reinterpret_cast<SessionObject*>(NewReference(session));
  new (&self->model) std::string(model);
  self->type = model_type == Py_None ? nullptr : NewReference(model_type);
  self->info = nullptr;
  return reinterpret_cast<PyObject*>(self);
}

void CallerDealloc(PyObject* object) {
  CallerObject* self = reinterpret_cast<CallerObject*>(object);
  Py_DECREF(self->session);
  Py_XDECREF(self->type);
  self->model.~basic_string();
  PyObject_Free(object);
}

}  // namespace

bool InitSession(PyObject* module) {
  session_type.tp_name = "prisma._engine.Session";
  session_type.tp_basicsize = sizeof(SessionObject);
  session_type.tp_flags = Py_TPFLAGS_DEFAULT;
  session_type.tp_new = SessionNew;
  session_type.tp_dealloc = SessionDealloc;
  session_type.tp_methods = session_methods;
  session_type.tp_getset = session_getset;
  caller_type.tp_name = "prisma._engine.Caller";
  caller_type.tp_basicsize = sizeof(CallerObject);
  caller_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL;
  caller_type.tp_vectorcall_offset = offsetof(CallerObject, vectorcall);
  caller_type.tp_call = PyVectorcall_Call;
  caller_type.tp_new = CallerNew;
  caller_type.tp_dealloc = CallerDealloc;
  return PyType_Ready(&session_type) == 0 && PyType_Ready(&caller_type) == 0 &&
         PyModule_AddObject(module, "Session", NewReference(reinterpret_cast<PyObject*>(&session_type))) == 0 &&
         PyModule_AddObject(module, "Caller", NewReference(reinterpret_cast<PyObject*>(&caller_type))) == 0;
}

}  // namespace prisma::python
