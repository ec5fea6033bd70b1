#include "hosts/python/objects.h"

#include <datetime.h>
#include <structmember.h>

#include "hosts/python/tools.h"
#include "value/base64.h"
#include "value/datetime.h"

namespace prisma::python {

namespace {

using query::Result;
using query::ResultLevel;
using query::ResultShape;

constexpr size_t kMaxPlans = 2048;
constexpr size_t kManyRows = 64;

PyObject* Text(std::string_view text) {
  return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
}

PyObject* Call(const Ref& callable, PyObject* stolen) {
  if (stolen == nullptr) return nullptr;
  PyObject* result = PyObject_CallOneArg(callable.get(), stolen);
  Py_DECREF(stolen);
  return result;
}

PyObject* DateTimeObject(int64_t microseconds) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  constexpr int64_t kDay = 86'400'000'000;
  int64_t days = microseconds / kDay;
  int64_t rest = microseconds % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  // Days to civil date: Howard Hinnant, "chrono-compatible low-level date algorithms".
  int64_t z = days + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  auto doe = static_cast<unsigned>(z - era * 146097);
  unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t year = static_cast<int64_t>(yoe) + era * 400;
  unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  unsigned mp = (5 * doy + 2) / 153;
  unsigned day = doy - (153 * mp + 2) / 5 + 1;
  unsigned month = mp < 10 ? mp + 3 : mp - 9;
  if (month <= 2) ++year;
  int64_t seconds = rest / 1'000'000;
  return PyDateTimeAPI->DateTime_FromDateAndTime(static_cast<int>(year), static_cast<int>(month), static_cast<int>(day),
                                                 static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                                                 static_cast<int>(seconds % 60), static_cast<int>(rest % 1'000'000),
                                                 PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType);
}

// A value as Python users expect it.
PyObject* Rich(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull:
      Py_RETURN_NONE;
    case ValueKind::kBool:
      return PyBool_FromLong(value.as_bool());
    case ValueKind::kInt:
      return PyLong_FromLongLong(value.as_int());
    case ValueKind::kFloat:
      return PyFloat_FromDouble(value.as_float());
    case ValueKind::kDecimal:
      return Call(GetTools().decimal, Text(value.text()));
    case ValueKind::kString:
    case ValueKind::kEnum:
    case ValueKind::kUuid:
    case ValueKind::kFieldRef:
      return Text(value.text());
    case ValueKind::kBytes: {
      std::string encoded = EncodeBase64(value.text());
      return Call(GetTools().base64,
                  PyBytes_FromStringAndSize(encoded.data(), static_cast<Py_ssize_t>(encoded.size())));
    }
    case ValueKind::kDateTime:
      return DateTimeObject(value.as_int());
    case ValueKind::kJson:
      return Call(GetTools().json_loads, Text(value.text()));
    case ValueKind::kList: {
      PyObject* list = PyList_New(static_cast<Py_ssize_t>(value.items().size()));
      if (list == nullptr) return nullptr;
      Py_ssize_t i = 0;
      for (const Value& item : value.items()) {
        PyObject* object = Rich(item);
        if (object == nullptr) {
          Py_DECREF(list);
          return nullptr;
        }
        PyList_SET_ITEM(list, i++, object);
      }
      return list;
    }
  }
  Py_RETURN_NONE;
}

// A value as the JSON of the protocol has it.
PyObject* Raw(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kDateTime:
      return Text(FormatDateTime(value.as_int()));
    case ValueKind::kDecimal:
      return Text(value.text());
    case ValueKind::kBytes:
      return Text(EncodeBase64(value.text()));
    default:
      return Rich(value);
  }
}

PyObject* Convert(const Value& value, ValueForm form) { return form == ValueForm::kRich ? Rich(value) : Raw(value); }

Py_ssize_t SlotOffset(PyObject* model_class, const char* name) {
  PyObject* descriptor = PyObject_GetAttrString(reinterpret_cast<PyObject*>(model_class), name);
  if (descriptor == nullptr) {
    PyErr_Clear();
    return 0;
  }
  Py_ssize_t offset = 0;
  if (Py_TYPE(descriptor) == &PyMemberDescr_Type) {
    offset = reinterpret_cast<PyMemberDescrObject*>(descriptor)->d_member->offset;
  }
  Py_DECREF(descriptor);
  return offset;
}

void StoreSlot(PyObject* object, Py_ssize_t offset, PyObject* stolen) {
  *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + offset) = stolen;
}

}  // namespace

// How one object is made of one row: for a class or a dict, in the order of the class's fields.
struct ObjectPlan {
  struct Field {
    Ref key;
    const ResultShape::Field* source = nullptr;  // null: `constant`
    Ref constant;
    std::unique_ptr<ObjectPlan> nested;  // relations and objects
  };
  std::shared_ptr<const ResultShape> keep;  // the root's plan keeps the shape alive
  Ref model_class;                          // null: dict
  bool is_plain = false;                    // a class that needs no validation
  Py_ssize_t fields_set_offset = 0, extra_offset = 0, private_offset = 0;
  Ref fields_set;
  ValueForm form = ValueForm::kRich;
  std::vector<Field> fields;
};

namespace {

std::unique_ptr<ObjectPlan> BuildPlan(const schema::Schema& schema, const ResultShape& shape, PyObject* model_class,
                                      ValueForm form);

ObjectPlan::Field FieldPlan(const schema::Schema& schema, const ResultShape::Field& source, PyObject* model_class,
                            ValueForm form) {
  ObjectPlan::Field field;
  PyObject* key = PyUnicode_FromStringAndSize(source.key.data(), static_cast<Py_ssize_t>(source.key.size()));
  if (key == nullptr) throw PythonError();
  PyUnicode_InternInPlace(&key);
  field.key = Ref::Steal(key);
  field.source = &source;
  if (source.kind == ResultShape::Field::Kind::kScalar) return field;
  Ref nested_class;
  if (source.kind == ResultShape::Field::Kind::kRelation && model_class != nullptr) {
    nested_class = Ref::Steal(
        PyObject_CallFunctionObjArgs(GetTools().relation_class.get(), model_class, field.key.get(), nullptr));
    if (nested_class.get() == Py_None) nested_class = Ref();
  }
  field.nested = BuildPlan(schema, *source.nested, nested_class.get(), form);
  return field;
}

std::unique_ptr<ObjectPlan> BuildPlan(const schema::Schema& schema, const ResultShape& shape, PyObject* model_class,
                                      ValueForm form) {
  auto plan = std::make_unique<ObjectPlan>();
  plan->form = form;
  std::vector<ObjectPlan::Field> found;
  for (const ResultShape::Field& source : shape.fields) found.push_back(FieldPlan(schema, source, model_class, form));
  if (model_class == nullptr) {
    plan->fields = std::move(found);
    return plan;
  }
  plan->model_class = Ref::Borrow(model_class);
  Ref description = Ref::Steal(PyObject_CallOneArg(GetTools().describe_class.get(), model_class));
  plan->is_plain = PyObject_IsTrue(PyTuple_GetItem(description.get(), 0)) == 1;
  if (!plan->is_plain) {
    plan->fields = std::move(found);
    return plan;
  }
  plan->fields_set_offset = SlotOffset(model_class, "__pydantic_fields_set__");
  plan->extra_offset = SlotOffset(model_class, "__pydantic_extra__");
  plan->private_offset = SlotOffset(model_class, "__pydantic_private__");
  if (plan->fields_set_offset == 0) plan->fields_set_offset = SlotOffset(model_class, "__fields_set__");
  plan->fields_set = Ref::Steal(PySet_New(nullptr));
  // In the class's order; what was not selected has its default.
  PyObject *name, *value;
  Py_ssize_t position = 0;
  while (PyDict_Next(PyTuple_GetItem(description.get(), 1), &position, &name, &value)) {
    ObjectPlan::Field* match = nullptr;
    for (ObjectPlan::Field& field : found) {
      if (field.source != nullptr && PyUnicode_Compare(field.key.get(), name) == 0) match = &field;
    }
    if (match == nullptr) {
      ObjectPlan::Field constant;
      constant.key = Ref::Borrow(name);
      constant.constant = Ref::Borrow(value);
      plan->fields.push_back(std::move(constant));
      continue;
    }
    if (PySet_Add(plan->fields_set.get(), name) < 0) throw PythonError();
    plan->fields.push_back(std::move(*match));
    match->source = nullptr;
  }
  return plan;
}

class RowMaker {
 public:
  PyObject* Object(const ObjectPlan& plan, const ResultLevel& level, size_t row) {
    PyObject* dict = Dict(plan, level, row);
    if (dict == nullptr || !plan.model_class) return dict;
    if (!plan.is_plain) {
      PyObject* made = PyObject_CallFunctionObjArgs(GetTools().validate.get(), plan.model_class.get(), dict, nullptr);
      Py_DECREF(dict);
      return made;
    }
    return Instance(plan, dict);
  }

  PyObject* List(const ObjectPlan& plan, const ResultLevel& level, const uint32_t* rows, size_t count) {
    PyObject* list = PyList_New(static_cast<Py_ssize_t>(count));
    if (list == nullptr) return nullptr;
    for (size_t i = 0; i < count; ++i) {
      PyObject* object = Object(plan, level, rows[i]);
      if (object == nullptr) {
        Py_DECREF(list);
        return nullptr;
      }
      PyList_SET_ITEM(list, static_cast<Py_ssize_t>(i), object);
    }
    return list;
  }

 private:
  PyObject* Dict(const ObjectPlan& plan, const ResultLevel& level, size_t row) {
    PyObject* dict = _PyDict_NewPresized(static_cast<Py_ssize_t>(plan.fields.size()));
    if (dict == nullptr) return nullptr;
    const Value* cells = level.rows.cells.data() + row * level.rows.columns;
    for (const ObjectPlan::Field& field : plan.fields) {
      if (field.source == nullptr) {
        if (PyDict_SetItem(dict, field.key.get(), field.constant.get()) < 0) return Fail(dict);
        continue;
      }
      PyObject* value = Field(plan, field, level, cells, row);
      if (value == nullptr) return Fail(dict);
      int failed = PyDict_SetItem(dict, field.key.get(), value);
      Py_DECREF(value);
      if (failed < 0) return Fail(dict);
    }
    return dict;
  }

  static PyObject* Fail(PyObject* dict) {
    Py_DECREF(dict);
    return nullptr;
  }

  PyObject* Field(const ObjectPlan& plan, const ObjectPlan::Field& field, const ResultLevel& level, const Value* cells,
                  size_t row) {
    const ResultShape::Field& source = *field.source;
    switch (source.kind) {
      case ResultShape::Field::Kind::kScalar:
        return Convert(cells[source.column], plan.form);
      case ResultShape::Field::Kind::kObject:
        return Dict(*field.nested, level, row);
      case ResultShape::Field::Kind::kRelation:
        break;
    }
    const ResultLevel& child = *level.children[source.child];
    uint32_t begin = child.offsets[row];
    uint32_t count = child.offsets[row + 1] - begin;
    if (source.is_list) return List(*field.nested, child, child.child_rows.data() + begin, count);
    if (count == 0) Py_RETURN_NONE;
    return Object(*field.nested, child, child.child_rows[begin]);
  }

  PyObject* Instance(const ObjectPlan& plan, PyObject* dict) {
    auto* type = reinterpret_cast<PyTypeObject*>(plan.model_class.get());
    PyObject* instance = type->tp_alloc(type, 0);
    PyObject* fields_set = instance == nullptr ? nullptr : PySet_New(plan.fields_set.get());
    if (fields_set == nullptr || PyObject_GenericSetDict(instance, dict, nullptr) < 0) {
      Py_XDECREF(instance);
      Py_XDECREF(fields_set);
      Py_DECREF(dict);
      return nullptr;
    }
    Py_DECREF(dict);
    StoreSlot(instance, plan.fields_set_offset, fields_set);
    if (plan.extra_offset != 0) StoreSlot(instance, plan.extra_offset, Py_NewRef(Py_None));
    if (plan.private_offset != 0) StoreSlot(instance, plan.private_offset, Py_NewRef(Py_None));
    return instance;
  }
};

PyObject* RawRows(const Result& result, ValueForm form) {
  std::vector<Ref> names;
  for (const driver::RawColumn& column : result.raw_columns) names.push_back(Ref::Steal(Text(column.name)));
  Ref list = Ref::Steal(PyList_New(static_cast<Py_ssize_t>(result.root.rows.rows())));
  for (size_t i = 0; i < result.root.rows.rows(); ++i) {
    std::span<const Value> cells = result.root.rows.row(i);
    Ref dict = Ref::Steal(PyDict_New());
    for (size_t c = 0; c < cells.size(); ++c) {
      Ref value = Ref::Steal(Convert(cells[c], form));
      if (PyDict_SetItem(dict.get(), names[c].get(), value.get()) < 0) throw PythonError();
    }
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), dict.release());
  }
  return list.release();
}

// The collector would walk the half-made result again and again while nothing in it can be garbage.
class PauseCollector {
 public:
  explicit PauseCollector(bool pause) : resume_(pause && PyGC_Disable() == 1) {}
  ~PauseCollector() {
    if (resume_) PyGC_Enable();
  }

 private:
  bool resume_;
};

}  // namespace

ObjectMaker::ObjectMaker(const schema::Schema& schema) : schema_(schema) { PyDateTime_IMPORT; }
ObjectMaker::~ObjectMaker() = default;

const ObjectPlan& ObjectMaker::PlanFor(const std::shared_ptr<const ResultShape>& shape, PyObject* model_class,
                                       ValueForm form) {
  Key key{shape.get(), model_class, form};
  auto found = plans_.find(key);
  if (found != plans_.end()) return *found->second;
  std::unique_ptr<ObjectPlan> plan = BuildPlan(schema_, *shape, model_class, form);
  plan->keep = shape;
  if (plans_.size() >= kMaxPlans) plans_.clear();
  return *plans_.insert_or_assign(key, std::move(plan)).first->second;
}

PyObject* ObjectMaker::Make(const Result& result, PyObject* model_class, ValueForm form) {
  switch (result.kind) {
    case Result::Kind::kCount:
    case Result::Kind::kInteger:
      return Ref::Steal(PyLong_FromLongLong(result.count)).release();
    case Result::Kind::kRaw:
      return RawRows(result, form);
    case Result::Kind::kObjectOrNull:
    case Result::Kind::kList:
      break;
  }
  const ObjectPlan& plan = PlanFor(result.shape, model_class, form);
  RowMaker maker;
  PauseCollector pause(result.root_rows.size() > kManyRows || !result.root.children.empty());
  if (result.kind == Result::Kind::kList) {
    return Ref::Steal(maker.List(plan, result.root, result.root_rows.data(), result.root_rows.size())).release();
  }
  if (result.root_rows.empty()) return Py_NewRef(Py_None);
  return Ref::Steal(maker.Object(plan, result.root, result.root_rows[0])).release();
}

}  // namespace prisma::python
