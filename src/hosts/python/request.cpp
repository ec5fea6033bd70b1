#include "hosts/python/request.h"

#include <datetime.h>

#include <array>
#include <cmath>

#include "hosts/python/tools.h"
#include "value/base64.h"
#include "value/decimal.h"

namespace prisma::python {

namespace {

using query::Member;
using query::Node;
using query::Selection;

constexpr int kMaxDepth = 200;

struct Alias {
  std::string_view python, request;
};

// Names that Python spells otherwise, at any depth.
constexpr std::array kAliases = {
    Alias{"startswith", "startsWith"},
    Alias{"endswith", "endsWith"},
    Alias{"has_every", "hasEvery"},
    Alias{"has_some", "hasSome"},
    Alias{"is_empty", "isEmpty"},
    Alias{"order_by", "orderBy"},
    Alias{"not_in", "notIn"},
    Alias{"is_not", "isNot"},
    Alias{"connect_or_create", "connectOrCreate"},
    Alias{"create_many", "createMany"},
    Alias{"update_many", "updateMany"},
    Alias{"delete_many", "deleteMany"},
    Alias{"skip_duplicates", "skipDuplicates"},
};

std::string_view Translate(std::string_view name) {
  for (const Alias& alias : kAliases) {
    if (alias.python == name) return alias.request;
  }
  return name;
}

// The text of a str; lives as long as the object.
std::string_view Utf8(PyObject* text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text, &size);
  if (data == nullptr) throw PythonError();
  return {data, static_cast<size_t>(size)};
}

[[noreturn]] void TypeFault(const char* format, PyObject* object) {
  PyErr_Format(PyExc_TypeError, format, object);
  throw PythonError();
}

// Days from civil date: Howard Hinnant, "chrono-compatible low-level date algorithms".
int64_t DaysFromCivil(int64_t y, unsigned m, unsigned d) {
  y -= m <= 2;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  auto yoe = static_cast<unsigned>(y - era * 400);
  unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
  unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<int64_t>(doe) - 719468;
}

int64_t Microseconds(PyObject* object) {
  int64_t days = DaysFromCivil(PyDateTime_GET_YEAR(object), static_cast<unsigned>(PyDateTime_GET_MONTH(object)),
                               static_cast<unsigned>(PyDateTime_GET_DAY(object)));
  int64_t seconds = days * 86400 + PyDateTime_DATE_GET_HOUR(object) * 3600 + PyDateTime_DATE_GET_MINUTE(object) * 60 +
                    PyDateTime_DATE_GET_SECOND(object);
  // The client has always cut to milliseconds, which is what responses carry.
  int64_t microseconds = seconds * 1'000'000 + PyDateTime_DATE_GET_MICROSECOND(object) / 1000 * 1000;
  PyObject* zone = PyDateTime_DATE_GET_TZINFO(object);
  if (zone == Py_None || zone == PyDateTime_TimeZone_UTC) return microseconds;
  Ref offset = Ref::Steal(PyObject_CallMethod(object, "utcoffset", nullptr));
  if (offset.get() == Py_None) return microseconds;
  return microseconds - (static_cast<int64_t>(PyDateTime_DELTA_GET_DAYS(offset.get())) * 86400 +
                         PyDateTime_DELTA_GET_SECONDS(offset.get())) *
                            1'000'000;
}

class Reader {
 public:
  Reader(Arena& arena, query::Request& request) : arena_(arena), request_(request) {}

  Node Read(PyObject* object) {
    if (depth_ > kMaxDepth) {
      PyErr_SetString(PyExc_ValueError, "The arguments are nested too deeply");
      throw PythonError();
    }
    ++depth_;
    Node node = ReadInner(object);
    --depth_;
    return node;
  }

  std::span<Member> Members(PyObject* dict) {
    std::span<Member> members = arena_.NewSpan<Member>(static_cast<size_t>(PyDict_GET_SIZE(dict)));
    PyObject *key, *value;
    Py_ssize_t position = 0;
    size_t count = 0;
    while (count < members.size() && PyDict_Next(dict, &position, &key, &value)) {
      if (!PyUnicode_Check(key)) TypeFault("Names of arguments must be strings, got %R", key);
      members[count++] = {Name(key), Read(value)};
    }
    return members.first(count);
  }

  // Like Members, without the arguments that are None.
  std::span<Member> Arguments(PyObject* dict) {
    std::span<Member> members = arena_.NewSpan<Member>(static_cast<size_t>(PyDict_GET_SIZE(dict)));
    PyObject *key, *value;
    Py_ssize_t position = 0;
    size_t count = 0;
    while (count < members.size() && PyDict_Next(dict, &position, &key, &value)) {
      if (value == Py_None) continue;
      members[count++] = {Name(key), Read(value)};
    }
    return members.first(count);
  }

  // The selected fields of an object.
  std::span<Selection> Fields(PyObject* selection, PyObject* include, PyObject* select, PyObject* omit) {
    std::vector<Selection> fields;
    if (Given(select)) {
      Entries(select, fields, "select");
      return arena_.Copy(fields);
    }
    if (!Given(selection)) {
      fields.push_back(Named("$scalars"));
      fields.push_back(Named("$composites"));
    } else if (PyDict_Check(selection)) {
      Plain(selection, fields);
    } else {
      Ref names = Ref::Steal(PySequence_Fast(selection, "selection"));
      for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(names.get()); ++i) {
        fields.push_back(Named(Keep(Utf8(PySequence_Fast_GET_ITEM(names.get(), i)))));
      }
    }
    if (Given(omit)) {
      Omit(omit, fields);
    }
    if (Given(include)) Entries(include, fields, "include");
    return arena_.Copy(fields);
  }

 private:
  // A copy in the arena: the request may outlive the Python objects when it runs on another thread.
  std::string_view Keep(std::string_view text) { return arena_.Copy(text); }

  // The request's spelling of a name.
  std::string_view Name(PyObject* key) {
    std::string_view name = Utf8(key);
    std::string_view translated = Translate(name);
    return translated.data() == name.data() ? Keep(name) : translated;
  }

  static bool Given(PyObject* object) { return object != nullptr && object != Py_None; }

  static Selection Named(std::string_view name) {
    Selection selection;
    selection.name = name;
    selection.alias = name;
    return selection;
  }

  static void RequireDict(PyObject* object, const char* what) {
    if (PyDict_Check(object)) return;
    PyErr_Format(PyExc_TypeError, "Expected `%s` to be a dict but got %R", what, object);
    throw PythonError();
  }

  // `{name: True | {name: …}}`, as aggregations have it.
  void Plain(PyObject* dict, std::vector<Selection>& fields) {
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, &key, &value)) {
      if (value == Py_False || value == Py_None) continue;
      Selection field = Named(Keep(Utf8(key)));
      if (PyDict_Check(value)) {
        std::vector<Selection> children;
        Plain(value, children);
        field.has_children = true;
        field.children = arena_.Copy(children);
      }
      fields.push_back(field);
    }
  }

  void Omit(PyObject* omit, std::vector<Selection>& fields) {
    RequireDict(omit, "omit");
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(omit, &position, &key, &value)) {
      if (value == Py_False || value == Py_None) continue;
      Selection field = Named(Keep(Utf8(key)));
      field.is_excluded = true;
      fields.push_back(field);
    }
  }

  // The entries of an `include` or `select`.
  void Entries(PyObject* dict, std::vector<Selection>& fields, const char* what) {
    RequireDict(dict, what);
    if (++depth_ > kMaxDepth) {
      PyErr_Format(PyExc_ValueError, "`%s` is nested too deeply", what);
      throw PythonError();
    }
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, &key, &value)) {
      if (!PyUnicode_Check(key)) TypeFault("Names of fields must be strings, got %R", key);
      if (value == Py_False || value == Py_None) continue;
      std::string_view name = Keep(Utf8(key));
      if (name == "_count") {
        fields.push_back(Count(value));
      } else if (value == Py_True) {
        fields.push_back(Whole(name, what));
      } else if (PyDict_Check(value)) {
        fields.push_back(Nested(name, value));
      } else {
        PyErr_Format(PyExc_TypeError, "Expected `bool` or `dict` %s value but got %S instead.", what,
                     reinterpret_cast<PyObject*>(Py_TYPE(value)));
        throw PythonError();
      }
    }
    --depth_;
  }

  // A field with nothing said about it: in `include` it is a relation, in `select` it may be either.
  Selection Whole(std::string_view name, const char* what) {
    Selection field = Named(name);
    if (what[0] == 'i') {
      field.has_children = true;
      field.children = Fields(nullptr, nullptr, nullptr, nullptr);
    }
    return field;
  }

  Selection Nested(std::string_view name, PyObject* arguments) {
    Selection field = Named(name);
    PyObject *include = nullptr, *select = nullptr, *omit = nullptr;
    std::vector<Member> members;
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(arguments, &position, &key, &value)) {
      if (!PyUnicode_Check(key)) TypeFault("Names of arguments must be strings, got %R", key);
      std::string_view argument = Utf8(key);
      if (argument == "include") {
        include = value;
      } else if (argument == "select") {
        select = value;
      } else if (argument == "omit") {
        omit = value;
      } else if (value != Py_None) {
        members.push_back({argument == "order" ? "orderBy" : Name(key), Read(value)});
      }
    }
    field.arguments = arena_.Copy(members);
    field.has_children = true;
    field.children = Fields(nullptr, include, select, omit);
    return field;
  }

  // `_count: True`, `_count: {posts: True}` or `_count: {select: {posts: {where}}}`.
  Selection Count(PyObject* value) {
    Selection field = Named("_count");
    if (!PyDict_Check(value)) return field;
    PyObject* inner = PyDict_GetItemString(value, "select");
    if (inner != nullptr && PyDict_Check(inner)) value = inner;
    std::vector<Selection> children;
    PyObject *key, *argument;
    Py_ssize_t position = 0;
    while (PyDict_Next(value, &position, &key, &argument)) {
      if (argument == Py_False || argument == Py_None) continue;
      Selection child = Named(Keep(Utf8(key)));
      if (PyDict_Check(argument)) child.arguments = Members(argument);
      children.push_back(child);
    }
    field.has_children = true;
    field.children = arena_.Copy(children);
    return field;
  }

  Node Scalar(Value value) {
    Node node;
    node.scalar = value;
    node.ordinal = request_.scalar_count++;
    return node;
  }

  Node ReadInner(PyObject* object) {
    if (PyUnicode_CheckExact(object)) return Scalar(Value::String(Keep(Utf8(object))));
    if (object == Py_None) return Scalar(Value::Null());
    if (PyBool_Check(object)) return Scalar(Value::Bool(object == Py_True));
    if (PyLong_CheckExact(object)) return Integer(object);
    if (PyFloat_Check(object)) return Float(object);
    if (PyDict_Check(object)) {
      Node node;
      node.kind = Node::Kind::kObject;
      node.members = Members(object);
      return node;
    }
    if (PyList_Check(object) || PyTuple_Check(object)) return List(object);
    return Rare(object);
  }

  Node Integer(PyObject* object) {
    int overflow = 0;
    long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) {
      if (number == -1 && PyErr_Occurred()) throw PythonError();
      return Scalar(Value::Int(number));
    }
    Ref text = Ref::Steal(PyObject_Str(object));
    return Scalar(Value::Text(ValueKind::kDecimal, Keep(Utf8(text.get()))));
  }

  Node Float(PyObject* object) {
    double number = PyFloat_AS_DOUBLE(object);
    if (!std::isfinite(number)) {
      PyErr_Format(PyExc_ValueError, "Cannot send %R: a number must be finite", object);
      throw PythonError();
    }
    return Scalar(Value::Float(number));
  }

  Node List(PyObject* object) {
    Ref items = Ref::Steal(PySequence_Fast(object, "list"));
    Node node;
    node.kind = Node::Kind::kList;
    node.items = arena_.NewSpan<Node>(static_cast<size_t>(PySequence_Fast_GET_SIZE(items.get())));
    for (size_t i = 0; i < node.items.size(); ++i) {
      node.items[i] = Read(PySequence_Fast_GET_ITEM(items.get(), static_cast<Py_ssize_t>(i)));
    }
    return node;
  }

  Node Rare(PyObject* object) {
    const Tools& tools = GetTools();
    if (PyDateTime_Check(object)) return Scalar(Value::DateTime(Microseconds(object)));
    if (IsA(object, tools.decimal)) return Decimal(object);
    if (IsA(object, tools.json)) {
      Ref text = Ref::Steal(PyObject_CallOneArg(tools.json_dumps.get(), object));
      return Scalar(Value::Text(ValueKind::kJson, Keep(Utf8(text.get()))));
    }
    if (IsA(object, tools.base64)) return Base64(object);
    if (PyBytes_Check(object)) {
      return Scalar(Value::Text(ValueKind::kBytes,
                                Keep({PyBytes_AS_STRING(object), static_cast<size_t>(PyBytes_GET_SIZE(object))})));
    }
    if (IsA(object, tools.enum_class)) {
      Ref value = Ref::Steal(PyObject_GetAttrString(object, "value"));
      return Read(value.get());
    }
    if (PyUnicode_Check(object)) return Scalar(Value::String(Keep(Utf8(object))));
    if (PyLong_Check(object)) return Integer(object);
    if (IsA(object, tools.uuid_class)) {
      Ref text = Ref::Steal(PyObject_Str(object));
      return Scalar(Value::String(Keep(Utf8(text.get()))));
    }
    if (PySet_Check(object) || PyFrozenSet_Check(object) || PyMapping_Check(object)) {
      bool is_mapping = PyMapping_Check(object) && PyObject_HasAttrString(object, "keys");
      Ref plain = Ref::Steal(
          PyObject_CallOneArg(reinterpret_cast<PyObject*>(is_mapping ? &PyDict_Type : &PyList_Type), object));
      return Read(plain.get());
    }
    TypeFault("Type %R not serializable", reinterpret_cast<PyObject*>(Py_TYPE(object)));
  }

  static bool IsA(PyObject* object, const Ref& type) {
    int found = PyObject_IsInstance(object, type.get());
    if (found < 0) throw PythonError();
    return found == 1;
  }

  Node Decimal(PyObject* object) {
    Ref text = Ref::Steal(PyObject_Str(object));
    std::optional<std::string> normal = ParseDecimal(Utf8(text.get()));
    if (!normal) {
      PyErr_Format(PyExc_ValueError, "Cannot send %R: a decimal must be finite", object);
      throw PythonError();
    }
    return Scalar(Value::Text(ValueKind::kDecimal, Keep(*normal)));
  }

  Node Base64(PyObject* object) {
    Ref encoded = Ref::Steal(PyObject_GetAttrString(object, "_raw"));
    if (!PyBytes_Check(encoded.get())) TypeFault("Type %R not serializable", object);
    std::string_view text(PyBytes_AS_STRING(encoded.get()), static_cast<size_t>(PyBytes_GET_SIZE(encoded.get())));
    std::optional<std::string> bytes = DecodeBase64(text);
    if (!bytes) {
      PyErr_Format(PyExc_ValueError, "%R is not valid base64", object);
      throw PythonError();
    }
    return Scalar(Value::Text(ValueKind::kBytes, Keep(*bytes)));
  }

  Arena& arena_;
  query::Request& request_;
  int depth_ = 0;
};

}  // namespace

query::Request ReadRequest(const CallArguments& call, Arena& arena) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  query::Request request;
  Reader reader(arena, request);
  if (call.model != Py_None) request.model = arena.Copy(Utf8(call.model));
  request.action = arena.Copy(Utf8(call.action));
  static constexpr std::string_view kReads[] = {"find", "aggregate", "groupBy"};
  request.is_mutation = true;
  for (std::string_view prefix : kReads) {
    if (request.action.starts_with(prefix)) request.is_mutation = false;
  }
  request.root.arguments = reader.Arguments(call.arguments);
  if (call.selection != Py_False) {
    request.root.has_children = true;
    request.root.children = reader.Fields(call.selection, call.include, call.select, call.omit);
  }
  return request;
}

}  // namespace prisma::python
