#include "hosts/python/call.h"

#include "hosts/python/runtime.h"

namespace prisma::python {

namespace {

struct ActionEntry {
  const char* constant;
  std::string_view engine_name;
  bool is_mutation;
};

constexpr ActionEntry kActions[] = {
    {"FIND_UNIQUE", "findUnique", false},
    {"FIND_UNIQUE_OR_RAISE", "findUniqueOrThrow", false},
    {"FIND_FIRST", "findFirst", false},
    {"FIND_FIRST_OR_RAISE", "findFirstOrThrow", false},
    {"FIND_MANY", "findMany", false},
    {"CREATE", "createOne", true},
    {"CREATE_MANY", "createMany", true},
    {"CREATE_MANY_AND_RETURN", "createManyAndReturn", true},
    {"UPDATE", "updateOne", true},
    {"UPDATE_MANY", "updateMany", true},
    {"UPDATE_MANY_AND_RETURN", "updateManyAndReturn", true},
    {"UPSERT", "upsertOne", true},
    {"DELETE", "deleteOne", true},
    {"DELETE_MANY", "deleteMany", true},
    {"COUNT", "aggregate", false},
    {"AGGREGATE", "aggregate", false},
    {"GROUP_BY", "groupBy", false},
    {"QUERY_RAW", "queryRaw", true},
    {"QUERY_FIRST", "queryRaw", true},
    {"EXECUTE_RAW", "executeRaw", true},
};
static_assert(std::size(kActions) == static_cast<size_t>(ActionCode::kActionCount));

const ActionEntry& EntryOf(ActionCode code) { return kActions[static_cast<size_t>(code)]; }

bool IsCount(ActionCode code) {
  return code == ActionCode::kCreateMany || code == ActionCode::kUpdateMany || code == ActionCode::kDeleteMany;
}

bool IsAggregate(ActionCode code) {
  return code == ActionCode::kCount || code == ActionCode::kAggregate || code == ActionCode::kGroupBy;
}

}  // namespace

const char* ActionConstant(ActionCode code) { return EntryOf(code).constant; }

bool Call::Run(std::optional<std::chrono::microseconds> budget) {
  auto started = std::chrono::steady_clock::now();
  bool is_done = true;
  try {
    Execute(budget);
  } catch (const Error& error) {
    error_ = error;
    has_failed_ = true;
  } catch (const driver::DbException& error) {
    if (budget && error.error.kind == driver::DbError::Kind::kInterrupted) {
      is_done = false;
    } else {
      bug_ = error.error.text;
      has_failed_ = true;
    }
  } catch (const std::exception& error) {
    bug_ = error.what();
    has_failed_ = true;
  } catch (...) {
    bug_ = "unknown failure";
    has_failed_ = true;
  }
  microseconds_ = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - started).count();
  return is_done;
}

PyObject* Call::Finish() {
  try {
    if (!has_failed_) return Build();
    if (!error_) {
      SetInternalError(bug_);
      return nullptr;
    }
    if (PyObject* instead = BuildFailure(*error_)) return instead;
    SetError(*error_);
    return nullptr;
  } catch (const PythonError&) {
    return nullptr;
  } catch (const std::exception& error) {
    SetInternalError(error.what());
    return nullptr;
  }
}

QueryCall::~QueryCall() { Py_XDECREF(type_); }

const char* QueryCall::name() const { return EntryOf(code_).engine_name.data(); }

void QueryCall::ReadModelQuery(ActionCode code, std::string_view model, PyObject* type, const ClassInfo* info,
                               PyObject* arguments, PyObject* include, PyObject* select, PyObject* omit_or_key) {
  const ActionEntry& entry = EntryOf(code);
  code_ = code;
  model_ = arena_.Copy(model);
  Py_XINCREF(type);
  Py_XSETREF(type_, type);
  info_ = info;
  request_.is_mutation = entry.is_mutation;
  request_.model = model_;
  request_.action = entry.engine_name;
  ArgumentReader reader(arena_, request_, *state_->schema);
  reader.ReadArguments(arguments);
  if (IsAggregate(code)) {
    if (omit_or_key != nullptr && PyUnicode_Check(omit_or_key)) key_ = Utf8(omit_or_key);
    reader.ReadPlainSelection(select);
  } else if (IsCount(code)) {
    static query::Selection count = [] {
      query::Selection selection;
      selection.name = selection.alias = "count";
      return selection;
    }();
    request_.root.children = {&count, 1};
    request_.root.has_children = true;
  } else {
    if (info_ == nullptr && type_ != nullptr) info_ = InfoOf(type_, model_);
    is_selected_ = select != nullptr && select != Py_None;
    SelectionInput selection;
    selection.include = include;
    selection.select = select;
    selection.omit = omit_or_key;
    selection.info = info_;
    schema::ModelId id = state_->schema->FindModel(model_);
    if (!id.valid()) {
      PyErr_Format(PyExc_ValueError, "The model %s is not in the schema of the connected client",
                   std::string(model).c_str());
      throw PythonError{};
    }
    reader.ReadSelection(id, selection);
  }
  shape_ = reader.shape_hash() * 31 + static_cast<uint64_t>(code) + std::hash<std::string_view>()(model_);
}

void QueryCall::ReadRawQuery(ActionCode code, PyObject* sql, PyObject* parameters, PyObject* model, bool is_typed) {
  is_typed_ = is_typed;
  const ActionEntry& entry = EntryOf(code);
  code_ = code;
  if (model != nullptr && model != Py_None) {
    Py_INCREF(model);
    Py_XSETREF(type_, model);
  }
  request_.is_mutation = entry.is_mutation;
  request_.action = entry.engine_name;
  ArgumentReader reader(arena_, request_, *state_->schema);
  reader.ReadRaw(sql, parameters);
  shape_ = reader.shape_hash() * 31 + static_cast<uint64_t>(code);
}

void QueryCall::Execute(std::optional<std::chrono::microseconds> budget) {
  result_ = state_->engine->Execute(request_, arena_, transaction_id_, budget);
}

PyObject* QueryCall::BuildFailure(const Error& error) {
  bool swallows = code_ == ActionCode::kUpdate || code_ == ActionCode::kDelete;
  return swallows && error.code() == "P2025" ? NewReference(Py_None) : nullptr;
}

PyObject* QueryCall::Build() {
  const query::Result& result = *result_;
  switch (result.kind) {
    case query::Result::Kind::kCount:
    case query::Result::Kind::kInteger:
      return PyLong_FromLongLong(result.count);
    case query::Result::Kind::kRaw: {
      Ref rows(RawRows(result, type_ != nullptr ? RawForm::kForModel : is_typed_ ? RawForm::kTyped : RawForm::kPlain));
      if (type_ != nullptr) {
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(rows.get()); ++i) {
          PyObject* converted =
              Checked(PyObject_CallFunctionObjArgs(runtime.convert, type_, PyList_GET_ITEM(rows.get(), i), nullptr));
          PyList_SetItem(rows.get(), i, converted);
        }
      }
      if (code_ != ActionCode::kQueryFirst) return rows.release();
      if (PyList_GET_SIZE(rows.get()) == 0) return NewReference(Py_None);
      return NewReference(PyList_GET_ITEM(rows.get(), 0));
    }
    default:
      break;
  }
  if (IsAggregate(code_)) {
    Ref dict(state_->maker.Dicts(result));
    if (code_ == ActionCode::kCount) {
      PyObject* counts = PyDict_Check(dict.get()) ? PyDict_GetItemString(dict.get(), "_count") : nullptr;
      PyObject* all = counts != nullptr && PyDict_Check(counts) ? PyDict_GetItemString(counts, "_all") : nullptr;
      return all != nullptr ? NewReference(all) : PyLong_FromLong(0);
    }
    if (!key_.empty() && PyDict_Check(dict.get())) {
      PyObject* part = PyDict_GetItemString(dict.get(), key_.c_str());
      if (part != nullptr) return NewReference(part);
    }
    return dict.release();
  }
  if (info_ == nullptr) info_ = InfoOf(type_, model_);
  return state_->maker.Records(result, *state_->schema, info_, is_selected_);
}

}  // namespace prisma::python
