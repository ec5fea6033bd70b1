#include "hosts/python/objects.h"

#include <datetime.h>
#include <structmember.h>

#include <algorithm>
#include <cstring>

#include "hosts/python/json_value.h"
#include "hosts/python/runtime.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::python {

using query::Result;
using query::ResultLevel;
using query::ResultShape;
using schema::ScalarType;

namespace {

PyObject *empty_tuple = nullptr, *raw_name = nullptr;

// ── single values ──

PyObject* MakeDateTime(int64_t microseconds) {
  int64_t seconds = microseconds / 1000000;
  int64_t fraction = microseconds % 1000000;
  if (fraction < 0) {
    fraction += 1000000;
    --seconds;
  }
  int64_t days = seconds / 86400;
  int64_t rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const unsigned doe = static_cast<unsigned>(days - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const int day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  const int64_t year = static_cast<int64_t>(yoe) + era * 400 + (month <= 2);
  return PyDateTimeAPI->DateTime_FromDateAndTime(static_cast<int>(year), month, day, static_cast<int>(rest / 3600),
                                                 static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60),
                                                 static_cast<int>(fraction), PyDateTimeAPI->TimeZone_UTC,
                                                 PyDateTimeAPI->DateTimeType);
}

PyObject* MakeText(std::string_view text) {
  // ASCII needs no decoding, and most text is.
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (word & 0x8080808080808080u) break;
  }
  while (i < text.size() && !(text[i] & 0x80)) ++i;
  if (i < text.size()) return Text(text);
  if (text.size() < 2) return Text(text);  // CPython keeps these
  PyObject* object = PyUnicode_New(static_cast<Py_ssize_t>(text.size()), 127);
  if (object != nullptr) std::memcpy(PyUnicode_1BYTE_DATA(object), text.data(), text.size());
  return object;
}

PyObject* MakeDecimal(std::string_view text) {
  Ref digits(Checked(MakeText(text)));
  return PyObject_CallOneArg(DecimalType(), digits.get());
}

PyObject* MakeBase64(std::string_view bytes) {
  PyObject* text = PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(Base64Size(bytes.size())));
  if (text == nullptr) return nullptr;
  WriteBase64(bytes, PyBytes_AS_STRING(text));
  Ref held(text);
  Ref object(
      Checked(PyBaseObject_Type.tp_new(reinterpret_cast<PyTypeObject*>(runtime.base64_type), empty_tuple, nullptr)));
  if (PyObject_GenericSetAttr(object.get(), raw_name, text) != 0) return nullptr;
  return object.release();
}

// Few different texts: each is made once.
class EnumTexts {
 public:
  PyObject* Get(std::string_view text) {
    auto found = texts_.find(text);
    if (found != texts_.end()) return NewReference(found->second);
    PyObject* object = Checked(Text(text));
    PyUnicode_InternInPlace(&object);
    if (texts_.size() > 10000) return object;
    texts_.emplace(Utf8(object), NewReference(object));
    return object;
  }

 private:
  std::unordered_map<std::string_view, PyObject*> texts_;
};
EnumTexts enum_texts;

PyObject* MakeValue(const Value& value, bool keeps_json_text) {
  switch (value.kind()) {
    case ValueKind::kNull:
      return NewReference(Py_None);
    case ValueKind::kBool:
      return NewReference(value.as_bool() ? Py_True : Py_False);
    case ValueKind::kInt:
      return PyLong_FromLongLong(value.as_int());
    case ValueKind::kFloat:
      return PyFloat_FromDouble(value.as_float());
    case ValueKind::kDecimal:
      return MakeDecimal(value.text());
    case ValueKind::kDateTime:
      return MakeDateTime(value.as_int());
    case ValueKind::kBytes:
      return MakeBase64(value.text());
    case ValueKind::kJson:
      return keeps_json_text ? MakeText(value.text()) : ParseJson(value.text());
    case ValueKind::kEnum:
      return enum_texts.Get(value.text());
    case ValueKind::kList: {
      Ref list(Checked(PyList_New(static_cast<Py_ssize_t>(value.items().size()))));
      for (size_t i = 0; i < value.items().size(); ++i) {
        PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), Checked(MakeValue(value.items()[i], keeps_json_text)));
      }
      return list.release();
    }
    default:
      return MakeText(value.text());
  }
}

// ── the shared set of fields ──

// In the slot of `__pydantic_fields_set__` of new instances: the names, shared by all instances of a plan.
struct FieldsTemplate {
  PyObject_HEAD PyObject* names;  // a tuple
};

void TemplateDealloc(PyObject* self) {
  Py_XDECREF(reinterpret_cast<FieldsTemplate*>(self)->names);
  Py_TYPE(self)->tp_free(self);
}

PyTypeObject template_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

struct FieldsSetObject {
  PyObject_HEAD
};

Py_ssize_t fields_set_offset = -1, extra_offset = -1, private_offset = -1;

PyObject** SlotAt(PyObject* object, Py_ssize_t offset) {
  return reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + offset);
}

PyObject* FieldsSetGet(PyObject* self, PyObject* object, PyObject*) {
  if (object == nullptr || object == Py_None) return NewReference(self);
  PyObject** slot = SlotAt(object, fields_set_offset);
  if (*slot == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "__pydantic_fields_set__");
    return nullptr;
  }
  if (Py_TYPE(*slot) == &template_type) {
    PyObject* names = PySet_New(reinterpret_cast<FieldsTemplate*>(*slot)->names);
    if (names == nullptr) return nullptr;
    Py_SETREF(*slot, names);
  }
  return NewReference(*slot);
}

int FieldsSetSet(PyObject*, PyObject* object, PyObject* value) {
  PyObject** slot = SlotAt(object, fields_set_offset);
  PyObject* old = *slot;
  Py_XINCREF(value);
  *slot = value;
  Py_XDECREF(old);
  return 0;
}

PyTypeObject descriptor_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

Py_ssize_t OffsetOf(PyObject* type, const char* name) {
  PyObject* dict = reinterpret_cast<PyTypeObject*>(type)->tp_dict;
  PyObject* member = PyDict_GetItemString(dict, name);
  if (member == nullptr || Py_TYPE(member) != &PyMemberDescr_Type) {
    PyErr_Format(PyExc_TypeError, "pydantic's BaseModel has no slot %s", name);
    throw PythonError{};
  }
  return reinterpret_cast<PyMemberDescrObject*>(member)->d_member->offset;
}

}  // namespace

// ── plans ──

// How one object of a level is made.
struct ObjectPlan {
  enum class Form : uint8_t { kInstance, kDict, kConverted };
  struct Slot {
    enum class Kind : uint8_t { kCell, kRelation, kObject, kNone };
    Kind kind = Kind::kNone;
    bool is_list = false;
    uint32_t column = 0, child = 0;
    PyObject* key = nullptr;  // interned
    std::unique_ptr<ObjectPlan> plan;
  };
  Form form = Form::kDict;
  PyTypeObject* type = nullptr;
  PyObject* fields_template = nullptr;
  std::vector<Slot> slots;
  bool keeps_json_text = false;

  ObjectPlan() = default;
  ObjectPlan(const ObjectPlan&) = delete;
  ~ObjectPlan() {
    Py_XDECREF(fields_template);
    for (Slot& slot : slots) Py_XDECREF(slot.key);
  }
};

namespace {

PyObject* Interned(std::string_view text) {
  PyObject* object = Checked(Text(text));
  PyUnicode_InternInPlace(&object);
  return object;
}

std::unordered_map<PyObject*, std::unique_ptr<ClassInfo>> class_infos;
std::unordered_map<std::string, PyObject*> model_classes;

const ClassInfo* RelatedInfo(const ClassInfo::Related& related, std::string_view model) {
  if (related.type.empty()) return nullptr;
  if (related.info != nullptr) return related.info;
  Ref type(Checked(PyObject_CallFunction(runtime.get_class, "s#s#", related.module.data(),
                                         static_cast<Py_ssize_t>(related.module.size()), related.type.data(),
                                         static_cast<Py_ssize_t>(related.type.size()))));
  const_cast<ClassInfo::Related&>(related).info = InfoOf(type.get(), model);
  return related.info;
}

std::unique_ptr<ObjectPlan> PlanDict(const ResultShape& shape) {
  auto plan = std::make_unique<ObjectPlan>();
  for (const ResultShape::Field& field : shape.fields) {
    ObjectPlan::Slot slot;
    slot.key = Interned(field.key);
    slot.column = field.column;
    slot.child = field.child;
    slot.is_list = field.is_list;
    switch (field.kind) {
      case ResultShape::Field::Kind::kScalar:
        slot.kind = ObjectPlan::Slot::Kind::kCell;
        break;
      case ResultShape::Field::Kind::kObject:
        slot.kind = ObjectPlan::Slot::Kind::kObject;
        slot.plan = PlanDict(*field.nested);
        break;
      case ResultShape::Field::Kind::kRelation:
        slot.kind = ObjectPlan::Slot::Kind::kRelation;
        slot.plan = PlanDict(*field.nested);
        break;
    }
    plan->slots.push_back(std::move(slot));
  }
  return plan;
}

// Nested rows that were chosen by `select` show it by what they lack.
bool LacksScalars(const ResultShape& shape, const ClassInfo& info) {
  for (PyObject* name : info.names) {
    std::string_view text = Utf8(name);
    bool is_there = std::any_of(shape.fields.begin(), shape.fields.end(),
                                [&](const ResultShape::Field& field) { return field.key == text; }) ||
                    std::any_of(info.relations.begin(), info.relations.end(),
                                [&](const ClassInfo::Related& relation) { return Utf8(relation.name) == text; });
    if (!is_there) return true;
  }
  return false;
}

std::unique_ptr<ObjectPlan> PlanRecord(const ResultShape& shape, const schema::Schema& schema, const ClassInfo* info,
                                       bool is_selected) {
  auto plan = std::make_unique<ObjectPlan>();
  plan->type = reinterpret_cast<PyTypeObject*>(info->type);
  plan->form = info->is_plain ? ObjectPlan::Form::kInstance : ObjectPlan::Form::kConverted;
  plan->keeps_json_text = !info->is_plain;
  std::vector<bool> is_used(shape.fields.size(), false);
  std::vector<PyObject*> given;
  auto add = [&](size_t index) {
    const ResultShape::Field& field = shape.fields[index];
    is_used[index] = true;
    ObjectPlan::Slot slot;
    slot.key = Interned(field.key);
    slot.column = field.column;
    slot.child = field.child;
    slot.is_list = field.is_list;
    if (field.kind == ResultShape::Field::Kind::kScalar) {
      slot.kind = ObjectPlan::Slot::Kind::kCell;
    } else if (field.kind == ResultShape::Field::Kind::kObject) {
      slot.kind = ObjectPlan::Slot::Kind::kObject;
      slot.plan = PlanDict(*field.nested);
    } else {
      slot.kind = ObjectPlan::Slot::Kind::kRelation;
      const ClassInfo* related = nullptr;
      std::string_view model = schema.models[field.nested->model].name;
      if (info->is_plain) {
        for (const ClassInfo::Related& relation : info->relations) {
          if (Utf8(relation.name) == field.key) related = RelatedInfo(relation, model);
        }
        if (related == nullptr) related = InfoOf(nullptr, model);
      }
      slot.plan = related != nullptr ? PlanRecord(*field.nested, schema, related, LacksScalars(*field.nested, *related))
                                     : PlanDict(*field.nested);
      if (slot.plan->form == ObjectPlan::Form::kDict) slot.plan->keeps_json_text = true;
    }
    given.push_back(slot.key);
    plan->slots.push_back(std::move(slot));
  };
  for (PyObject* name : info->names) {
    std::string_view text = Utf8(name);
    size_t index = shape.fields.size();
    for (size_t i = 0; i < shape.fields.size(); ++i) {
      if (shape.fields[i].key == text) index = i;
    }
    if (index < shape.fields.size()) {
      add(index);
    } else if (!is_selected && info->is_plain) {
      bool is_relation = false;
      for (const ClassInfo::Related& relation : info->relations)
        is_relation = is_relation || Utf8(relation.name) == text;
      if (is_relation) {
        ObjectPlan::Slot slot;
        slot.key = NewReference(name);
        plan->slots.push_back(std::move(slot));
      }
    }
  }
  for (size_t i = 0; i < shape.fields.size(); ++i) {
    if (!is_used[i]) add(i);  // _count
  }
  if (plan->form == ObjectPlan::Form::kInstance) {
    Ref names(Checked(PyTuple_New(static_cast<Py_ssize_t>(given.size()))));
    for (size_t i = 0; i < given.size(); ++i) {
      PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i), NewReference(given[i]));
    }
    FieldsTemplate* shared = PyObject_New(FieldsTemplate, &template_type);
    Checked(reinterpret_cast<PyObject*>(shared));
    shared->names = names.release();
    plan->fields_template = reinterpret_cast<PyObject*>(shared);
  }
  return plan;
}

// Lets other threads run now and then while a big result is made.
struct Pace {
  size_t objects = 0;
  void Step() {
    if ((++objects & 1023) != 0) return;
    Py_BEGIN_ALLOW_THREADS Py_END_ALLOW_THREADS
  }
};

PyObject* MakeObject(const ObjectPlan& plan, const ResultLevel& level, uint32_t row, Pace& pace);

PyObject* MakeSlot(const ObjectPlan& plan, const ObjectPlan::Slot& slot, const ResultLevel& level, uint32_t row,
                   const Value* cells, Pace& pace) {
  switch (slot.kind) {
    case ObjectPlan::Slot::Kind::kCell:
      return MakeValue(cells[slot.column], plan.keeps_json_text);
    case ObjectPlan::Slot::Kind::kNone:
      return NewReference(Py_None);
    case ObjectPlan::Slot::Kind::kObject:
      return MakeObject(*slot.plan, level, row, pace);
    case ObjectPlan::Slot::Kind::kRelation:
      break;
  }
  const ResultLevel& child = *level.children[slot.child];
  uint32_t from = child.offsets[row], to = child.offsets[row + 1];
  if (!slot.is_list) {
    return from == to ? NewReference(Py_None) : MakeObject(*slot.plan, child, child.child_rows[from], pace);
  }
  Ref list(Checked(PyList_New(to - from)));
  for (uint32_t i = from; i < to; ++i) {
    PyList_SET_ITEM(list.get(), i - from, Checked(MakeObject(*slot.plan, child, child.child_rows[i], pace)));
  }
  return list.release();
}

PyObject* MakeObject(const ObjectPlan& plan, const ResultLevel& level, uint32_t row, Pace& pace) {
  const Value* cells = level.rows.cells.data() + static_cast<size_t>(row) * level.rows.columns;
  if (plan.form == ObjectPlan::Form::kInstance) {
    pace.Step();
    // object.__new__ itself: unlike the bare allocator it prepares attributes without a dict.
    Ref object(Checked(PyBaseObject_Type.tp_new(plan.type, empty_tuple, nullptr)));
    for (const ObjectPlan::Slot& slot : plan.slots) {
      PyObject* value = Checked(MakeSlot(plan, slot, level, row, cells, pace));
      int failed = PyObject_GenericSetAttr(object.get(), slot.key, value);
      Py_DECREF(value);
      if (failed != 0) throw PythonError{};
    }
    *SlotAt(object.get(), fields_set_offset) = NewReference(plan.fields_template);
    *SlotAt(object.get(), extra_offset) = NewReference(Py_None);
    *SlotAt(object.get(), private_offset) = NewReference(Py_None);
    return object.release();
  }
  Ref dict(Checked(PyDict_New()));
  for (const ObjectPlan::Slot& slot : plan.slots) {
    Ref value(Checked(MakeSlot(plan, slot, level, row, cells, pace)));
    if (PyDict_SetItem(dict.get(), slot.key, value.get()) != 0) throw PythonError{};
  }
  if (plan.form == ObjectPlan::Form::kDict) return dict.release();
  return Checked(
      PyObject_CallFunctionObjArgs(runtime.convert, reinterpret_cast<PyObject*>(plan.type), dict.get(), nullptr));
}

// New objects are all alive: no use in looking for garbage among them.
class GcPause {
 public:
  explicit GcPause(size_t rows) : is_paused_(rows > 50 && PyGC_Disable() != 0) {}
  ~GcPause() {
    if (is_paused_) PyGC_Enable();
  }

 private:
  bool is_paused_;
};

PyObject* MakeRoot(const Result& result, const ObjectPlan& plan) {
  Pace pace;
  if (result.kind == Result::Kind::kObjectOrNull) {
    if (result.root_rows.empty()) return NewReference(Py_None);
    return MakeObject(plan, result.root, result.root_rows[0], pace);
  }
  GcPause pause(result.root_rows.size());
  Ref list(Checked(PyList_New(static_cast<Py_ssize_t>(result.root_rows.size()))));
  for (size_t i = 0; i < result.root_rows.size(); ++i) {
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i),
                    Checked(MakeObject(plan, result.root, result.root_rows[i], pace)));
  }
  return list.release();
}

// Values of raw queries in Python's own types.
PyObject* MakeTypedCell(const driver::RawColumn& column, const Value& value) {
  if (value.kind() == ValueKind::kDateTime && (column.type == "date" || column.type == "time")) {
    Ref moment(Checked(MakeValue(value, false)));
    return Checked(PyObject_CallMethod(moment.get(), column.type == "date" ? "date" : "time", nullptr));
  }
  if (value.kind() == ValueKind::kBytes) {
    return PyBytes_FromStringAndSize(value.text().data(), static_cast<Py_ssize_t>(value.text().size()));
  }
  if (value.kind() != ValueKind::kList) return MakeValue(value, false);
  Ref list(Checked(PyList_New(static_cast<Py_ssize_t>(value.items().size()))));
  for (size_t i = 0; i < value.items().size(); ++i) {
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), Checked(MakeTypedCell(column, value.items()[i])));
  }
  return list.release();
}

PyObject* MakeRawCell(const driver::RawColumn& column, const Value& value, RawForm form) {
  if (form == RawForm::kTyped) return MakeTypedCell(column, value);
  const bool for_model = form == RawForm::kForModel;
  switch (value.kind()) {
    case ValueKind::kDecimal:
      if (!for_model) return PyFloat_FromDouble(DecimalToDouble(value.text()));
      return MakeText(value.text());
    case ValueKind::kDateTime: {
      std::string text = FormatDateTimeWithOffset(value.as_int());
      if (column.type == "date") return MakeText(std::string_view(text).substr(0, 10));
      if (column.type == "time") return MakeText(std::string_view(text).substr(11, text.size() - 17));
      return MakeText(text);
    }
    case ValueKind::kBytes:
      return MakeText(EncodeBase64(value.text()));
    case ValueKind::kList: {
      Ref list(Checked(PyList_New(static_cast<Py_ssize_t>(value.items().size()))));
      for (size_t i = 0; i < value.items().size(); ++i) {
        PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), Checked(MakeRawCell(column, value.items()[i], form)));
      }
      return list.release();
    }
    default:
      return MakeValue(value, for_model);
  }
}

}  // namespace

bool ClassInfo::Has(std::string_view field) const {
  return std::any_of(names.begin(), names.end(), [&](PyObject* name) { return Utf8(name) == field; });
}

const ClassInfo* InfoOf(PyObject* type, std::string_view model) {
  Ref held;
  if (type == nullptr || type == Py_None) {
    auto known = model_classes.find(std::string(model));
    if (known != model_classes.end()) {
      type = known->second;
    } else {
      held = Ref(Checked(PyObject_CallFunction(runtime.get_class, "ss#", "models", model.data(),
                                               static_cast<Py_ssize_t>(model.size()))));
      type = held.get();
      model_classes.emplace(std::string(model), NewReference(type));
    }
  }
  auto found = class_infos.find(type);
  if (found != class_infos.end() && found->second->model == model) return found->second.get();
  Ref described(Checked(
      PyObject_CallFunction(runtime.describe, "Os#", type, model.data(), static_cast<Py_ssize_t>(model.size()))));
  PyObject *is_plain = nullptr, *names = nullptr, *scalars = nullptr, *relations = nullptr;
  if (!PyArg_ParseTuple(described.get(), "OO!OO!", &is_plain, &PyTuple_Type, &names, &scalars, &PyDict_Type,
                        &relations)) {
    throw PythonError{};
  }
  auto info = std::make_unique<ClassInfo>();
  info->type = NewReference(type);
  info->is_plain = is_plain == Py_True;
  info->model = model;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i) {
    info->names.push_back(Interned(Utf8(PyTuple_GET_ITEM(names, i))));
  }
  if (PyTuple_Check(scalars)) {
    info->has_all_scalars = false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(scalars); ++i) {
      info->scalars.emplace_back(Utf8(PyTuple_GET_ITEM(scalars, i)));
    }
  }
  Py_ssize_t position = 0;
  PyObject *name = nullptr, *value = nullptr;
  while (PyDict_Next(relations, &position, &name, &value)) {
    ClassInfo::Related related;
    related.name = Interned(Utf8(name));
    if (PyTuple_Check(value) && PyTuple_GET_SIZE(value) == 2) {
      related.module = Utf8(PyTuple_GET_ITEM(value, 0));
      related.type = Utf8(PyTuple_GET_ITEM(value, 1));
    }
    info->relations.push_back(std::move(related));
  }
  if (info->is_plain && fields_set_offset < 0) info->is_plain = false;
  const ClassInfo* result = info.get();
  class_infos[type] = std::move(info);
  return result;
}

ObjectMaker::ObjectMaker() = default;
ObjectMaker::~ObjectMaker() = default;

std::shared_ptr<const ObjectPlan> ObjectMaker::PlanOf(const Result& result, const schema::Schema* schema,
                                                      const ClassInfo* info, bool is_selected) {
  std::vector<Entry>& entries = entries_[result.shape.get()];
  for (const Entry& entry : entries) {
    if (entry.info == info && entry.is_selected == is_selected) return entry.plan;
  }
  std::shared_ptr<const ObjectPlan> plan =
      info != nullptr ? PlanRecord(*result.shape, *schema, info, is_selected) : PlanDict(*result.shape);
  constexpr size_t kMostShapes = 2000;
  if (entries_.size() > kMostShapes) entries_.clear();
  entries_[result.shape.get()].push_back({result.shape, info, is_selected, plan});
  return plan;
}

PyObject* ObjectMaker::Records(const Result& result, const schema::Schema& schema, const ClassInfo* info,
                               bool is_selected) {
  std::shared_ptr<const ObjectPlan> plan = PlanOf(result, &schema, info, is_selected);
  return MakeRoot(result, *plan);
}

PyObject* ObjectMaker::Dicts(const Result& result) {
  std::shared_ptr<const ObjectPlan> plan = PlanOf(result, nullptr, nullptr, false);
  return MakeRoot(result, *plan);
}

PyObject* RawRows(const Result& result, RawForm form) {
  const driver::RowBatch& rows = result.root.rows;
  std::vector<Ref> names;
  for (const driver::RawColumn& column : result.raw_columns) names.emplace_back(Interned(column.name));
  Ref list(Checked(PyList_New(static_cast<Py_ssize_t>(rows.rows()))));
  Pace pace;
  for (size_t i = 0; i < rows.rows(); ++i) {
    pace.Step();
    Ref dict(Checked(PyDict_New()));
    std::span<const Value> cells = rows.row(i);
    for (size_t c = 0; c < cells.size(); ++c) {
      Ref value(Checked(MakeRawCell(result.raw_columns[c], cells[c], form)));
      if (PyDict_SetItem(dict.get(), names[c].get(), value.get()) != 0) throw PythonError{};
    }
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), dict.release());
  }
  return list.release();
}

PyObject* FieldsSetDescriptor(PyObject*, PyObject* base_model) {
  try {
    fields_set_offset = OffsetOf(base_model, "__pydantic_fields_set__");
    extra_offset = OffsetOf(base_model, "__pydantic_extra__");
    private_offset = OffsetOf(base_model, "__pydantic_private__");
  } catch (const PythonError&) {
    fields_set_offset = -1;  // then rows are validated
    PyErr_Clear();
    return NewReference(
        PyDict_GetItemString(reinterpret_cast<PyTypeObject*>(base_model)->tp_dict, "__pydantic_fields_set__"));
  }
  return reinterpret_cast<PyObject*>(PyObject_New(FieldsSetObject, &descriptor_type));
}

bool InitObjects() {
  empty_tuple = PyTuple_New(0);
  raw_name = PyUnicode_InternFromString("_raw");
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) return false;
  template_type.tp_name = "prisma._engine.FieldsTemplate";
  template_type.tp_basicsize = sizeof(FieldsTemplate);
  template_type.tp_flags = Py_TPFLAGS_DEFAULT;
  template_type.tp_dealloc = TemplateDealloc;
  descriptor_type.tp_name = "prisma._engine.FieldsSet";
  descriptor_type.tp_basicsize = sizeof(FieldsSetObject);
  descriptor_type.tp_flags = Py_TPFLAGS_DEFAULT;
  descriptor_type.tp_descr_get = FieldsSetGet;
  descriptor_type.tp_descr_set = FieldsSetSet;
  return PyType_Ready(&template_type) == 0 && PyType_Ready(&descriptor_type) == 0;
}

}  // namespace prisma::python
