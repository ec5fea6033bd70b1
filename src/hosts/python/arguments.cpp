#include "hosts/python/arguments.h"

#include <datetime.h>

#include <cstring>

#include "hosts/python/objects.h"
#include "hosts/python/runtime.h"
#include "value/base64.h"
#include "value/decimal.h"

namespace prisma::python {

using query::Member;
using query::Node;
using query::Selection;
using schema::ModelId;

namespace {

constexpr int kMaxDepth = 200;

// Borrowed; None for a naive time. The macro for it is Python 3.10's.
PyObject* ZoneOf(PyObject* value) {
  const auto* moment = reinterpret_cast<PyDateTime_DateTime*>(value);
  return moment->hastzinfo ? moment->tzinfo : Py_None;
}

struct Alias {
  std::string_view python, name;
};

constexpr Alias kAliases[] = {
    {"startswith", "startsWith"},
    {"endswith", "endsWith"},
    {"has_every", "hasEvery"},
    {"has_some", "hasSome"},
    {"is_empty", "isEmpty"},
    {"order_by", "orderBy"},
    {"not_in", "notIn"},
    {"is_not", "isNot"},
    {"connect_or_create", "connectOrCreate"},
    {"create_many", "createMany"},
    {"update_many", "updateMany"},
    {"delete_many", "deleteMany"},
    {"skip_duplicates", "skipDuplicates"},
};

std::string_view FindAlias(std::string_view key) {
  for (const Alias& alias : kAliases) {
    if (alias.python == key) return alias.name;
  }
  return {};
}

bool MayBeAlias(std::string_view key) {
  if (key.size() < 6 || key.size() > 17) return false;
  switch (key[0]) {
    case 's':
      return key[1] == 't' || key[1] == 'k';
    case 'e':
    case 'h':
    case 'i':
    case 'o':
    case 'n':
    case 'c':
    case 'u':
    case 'd':
      return true;
    default:
      return false;
  }
}

unsigned BitWidth(Py_ssize_t n) {
  return n == 0 ? 0 : 64 - static_cast<unsigned>(__builtin_clzll(static_cast<unsigned long long>(n)));
}

[[noreturn]] void Fail(PyObject* type, const char* format, PyObject* object) {
  PyErr_Format(type, format, object);
  throw PythonError{};
}

// The dict itself, or a dict with the members of another mapping (a mappingproxy, a ChainMap); null for anything else.
Ref AsDict(PyObject* value) {
  if (PyDict_Check(value)) return Ref::Borrow(value);
  if (value == Py_None || PyUnicode_Check(value) || !PyMapping_Check(value)) return {};
  if (!PyObject_HasAttrString(value, "keys")) return {};
  Ref dict(Checked(PyDict_New()));
  if (PyDict_Update(dict.get(), value) != 0) throw PythonError{};
  return dict;
}

bool ImportDateTime() {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  return PyDateTimeAPI != nullptr;
}

int64_t DaysFromCivil(int y, unsigned m, unsigned d) {
  y -= m <= 2;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const unsigned yoe = static_cast<unsigned>(y - era * 400);
  const unsigned doy = (153 * (m + (m > 2 ? -3u : 9u)) + 2) / 5 + d - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097LL + static_cast<int64_t>(doe) - 719468;
}

// The names of the dict's strings hash as they do in Python: cached, and enough within one process.
uint64_t HashOf(PyObject* text) { return static_cast<uint64_t>(PyObject_Hash(text)); }

// `holder`: the name of the model or the class.
[[noreturn]] void UnknownRelation(std::string_view holder, PyObject* key) {
  Ref error(Checked(PyObject_CallFunction(runtime.unknown_relation, "s#O", holder.data(),
                                          static_cast<Py_ssize_t>(holder.size()), key)));
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
  throw PythonError{};
}

void CheckDepth(int depth) {
  if (depth > kMaxDepth) {
    PyErr_SetString(PyExc_RecursionError, "the arguments of the query are nested too deeply");
    throw PythonError{};
  }
}

}  // namespace

void ArgumentReader::ReadName(PyObject* key, Member& member) {
  if (!PyUnicode_Check(key)) Fail(PyExc_TypeError, "keys of a query must be str, not %R", key);
  std::string_view name = Utf8(key);
  Mix(HashOf(key));
  member.name = arena_.Copy(name);
  if (!MayBeAlias(name)) return;
  std::string_view alias = FindAlias(name);
  if (alias.empty()) return;
  member.written = member.name;
  member.name = alias;
}

void ArgumentReader::Scalar(Node& node, Value value) {
  node.kind = Node::Kind::kScalar;
  node.ordinal = request_.scalar_count++;
  node.scalar = value;
}

int64_t ArgumentReader::Microseconds(PyObject* value) {
  int64_t days = DaysFromCivil(PyDateTime_GET_YEAR(value), PyDateTime_GET_MONTH(value), PyDateTime_GET_DAY(value));
  if (!PyDateTime_Check(value)) return days * 86400000000LL;  // a date: midnight
  int64_t seconds = days * 86400 + PyDateTime_DATE_GET_HOUR(value) * 3600 + PyDateTime_DATE_GET_MINUTE(value) * 60 +
                    PyDateTime_DATE_GET_SECOND(value);
  PyObject* zone = ZoneOf(value);
  // Milliseconds are what the client has always sent.
  int64_t microseconds = PyDateTime_DATE_GET_MICROSECOND(value) / 1000 * 1000;
  if (zone != Py_None && zone != PyDateTime_TimeZone_UTC) {
    Ref offset(Checked(PyObject_CallMethod(value, "utcoffset", nullptr)));
    if (PyDelta_Check(offset.get())) {
      seconds -= PyDateTime_DELTA_GET_DAYS(offset.get()) * 86400LL + PyDateTime_DELTA_GET_SECONDS(offset.get());
    }
  }
  return seconds * 1000000 + microseconds;
}

std::string_view ArgumentReader::JsonText(PyObject* json) {
  Ref text(Checked(PyObject_CallMethod(json, "_dumps", nullptr)));
  return arena_.Copy(Utf8(text.get()));
}

void ArgumentReader::ReadNode(PyObject* value, Node& node, int depth) {
  CheckDepth(depth);
  PyTypeObject* type = Py_TYPE(value);
  if (value == Py_None) {
    Mix(1);
    return Scalar(node, Value::Null());
  }
  if (type == &PyUnicode_Type || PyUnicode_Check(value)) {
    Mix(2);
    return Scalar(node, Value::String(arena_.Copy(Utf8(value))));
  }
  if (type == &PyBool_Type) {
    Mix(3);
    return Scalar(node, Value::Bool(value == Py_True));
  }
  if (type == &PyLong_Type) {
    Mix(4);
    int overflow = 0;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow != 0) {
      // No type of field holds it; as a decimal it is checked, and told, like any other value.
      Ref text(Checked(PyObject_Str(value)));
      return Scalar(node, Value::Text(ValueKind::kDecimal, arena_.Copy(Utf8(text.get()))));
    }
    if (number == -1 && PyErr_Occurred()) throw PythonError{};
    return Scalar(node, Value::Int(number));
  }
  if (type == &PyFloat_Type) {
    Mix(5);
    return Scalar(node, Value::Float(PyFloat_AS_DOUBLE(value)));
  }
  if (PyDict_Check(value)) {
    Mix(6);
    node.kind = Node::Kind::kObject;
    node.members = ReadMembers(value, false, depth + 1);
    return;
  }
  if (PyList_Check(value) || PyTuple_Check(value)) {
    // By index: a conversion of an item may run Python code that changes a list.
    Py_ssize_t size = PySequence_Fast_GET_SIZE(value);
    Mix(7 + (static_cast<uint64_t>(BitWidth(size)) << 8));
    node.kind = Node::Kind::kList;
    node.items = arena_.NewSpan<Node>(static_cast<size_t>(size));
    uint64_t before = hash_;
    for (Py_ssize_t i = 0; i < size; ++i) {
      if (i >= PySequence_Fast_GET_SIZE(value)) {
        PyErr_SetString(PyExc_RuntimeError, "list changed size during the query");
        throw PythonError{};
      }
      Ref item = Ref::Borrow(PySequence_Fast_GET_ITEM(value, i));
      ReadNode(item.get(), node.items[static_cast<size_t>(i)], depth + 1);
      if (i >= 4) hash_ = before;  // rows are alike
    }
    return;
  }
  ReadUnknown(value, node, depth);
}

void ArgumentReader::ReadUnknown(PyObject* value, Node& node, int depth) {
  PyTypeObject* type = Py_TYPE(value);
  PyObject* type_object = reinterpret_cast<PyObject*>(type);
  if (type_object == runtime.base64_type) {
    Mix(8);
    Ref text(Checked(PyObject_Str(value)));
    std::optional<std::string> bytes = DecodeBase64(Utf8(text.get()));
    if (!bytes) Fail(PyExc_ValueError, "not base64: %R", value);
    return Scalar(node, Value::Text(ValueKind::kBytes, arena_.Copy(*bytes)));
  }
  if (type_object == runtime.json_type ||
      PyObject_TypeCheck(value, reinterpret_cast<PyTypeObject*>(runtime.json_type))) {
    Mix(9);
    return Scalar(node, Value::Text(ValueKind::kJson, JsonText(value)));
  }
  if (type_object == runtime.null_type) {
    Mix(10);
    Ref name(Checked(PyObject_GetAttrString(value, "name")));
    Mix(HashOf(name.get()));
    return Scalar(node, Value::Text(ValueKind::kEnum, arena_.Copy(Utf8(name.get()))));
  }
  if (!ImportDateTime()) throw PythonError{};
  if (PyDate_Check(value)) {
    Mix(11);
    return Scalar(node, Value::DateTime(Microseconds(value)));
  }
  if (std::strcmp(type->tp_name, "decimal.Decimal") == 0 || std::strcmp(type->tp_name, "Decimal") == 0) {
    Mix(12);
    Ref text(Checked(PyObject_Str(value)));
    std::optional<std::string> decimal = ParseDecimal(Utf8(text.get()));
    if (!decimal) Fail(PyExc_ValueError, "not a finite decimal: %R", value);
    return Scalar(node, Value::Text(ValueKind::kDecimal, arena_.Copy(*decimal)));
  }
  if (PyBytes_Check(value)) {
    Mix(8);
    return Scalar(node, Value::Text(ValueKind::kBytes, arena_.Copy({PyBytes_AS_STRING(value),
                                                                    static_cast<size_t>(PyBytes_GET_SIZE(value))})));
  }
  if (PyLong_Check(value)) {
    Ref number(Checked(PyNumber_Long(value)));
    if (Py_TYPE(number.get()) == &PyLong_Type) return ReadNode(number.get(), node, depth + 1);
  }
  if (PyFloat_Check(value)) {
    Mix(5);
    return Scalar(node, Value::Float(PyFloat_AsDouble(value)));
  }
  if (PyAnySet_Check(value)) {
    Ref list(Checked(PySequence_List(value)));
    return ReadNode(list.get(), node, depth + 1);
  }
  if (Ref dict = AsDict(value)) return ReadNode(dict.get(), node, depth + 1);
  Ref known(Checked(PyObject_CallOneArg(runtime.serialize, value)));
  if (Py_TYPE(known.get()) == type) Fail(PyExc_TypeError, "Type %R not serializable", type_object);
  ReadNode(known.get(), node, depth + 1);
}

std::span<Member> ArgumentReader::ReadMembers(PyObject* dict, bool skips_none, int depth) {
  Py_ssize_t size = PyDict_GET_SIZE(dict);
  std::span<Member> members = arena_.NewSpan<Member>(static_cast<size_t>(size));
  Py_ssize_t position = 0;
  PyObject *key = nullptr, *value = nullptr;
  size_t count = 0;
  while (PyDict_Next(dict, &position, &key, &value)) {
    if (skips_none && value == Py_None) continue;
    if (count >= members.size()) break;
    Ref held = Ref::Borrow(value);
    Ref held_key = Ref::Borrow(key);
    ReadName(key, members[count]);
    ReadNode(value, members[count].value, depth);
    ++count;
  }
  Mix(0xFF);
  return members.first(count);
}

void ArgumentReader::ReadArguments(PyObject* dict) {
  if (!PyDict_Check(dict)) Fail(PyExc_TypeError, "expected a dict of arguments, not %R", dict);
  request_.root.arguments = ReadMembers(dict, true, 0);
}

void ArgumentReader::ReadRaw(PyObject* sql, PyObject* parameters) {
  if (!PyUnicode_Check(sql)) Fail(PyExc_TypeError, "the query must be str, not %R", sql);
  std::span<Member> members = arena_.NewSpan<Member>(2);
  members[0].name = "query";
  Scalar(members[0].value, Value::String(arena_.Copy(Utf8(sql))));
  Mix(HashOf(sql));
  members[1].name = "parameters";
  ReadNode(parameters, members[1].value, 0);
  request_.root.arguments = members;
}

// ── selections ──

void ArgumentReader::Relation(ModelId model, PyObject* key, PyObject* value, std::vector<Selection>& out, int depth) {
  if (value == Py_False || value == Py_None) return;
  Ref dict = AsDict(value);
  if (value != Py_True && !dict) {
    PyErr_Format(PyExc_TypeError, "Expected `bool` or `dict` include value but got %R instead.",
                 reinterpret_cast<PyObject*>(Py_TYPE(value)));
    throw PythonError{};
  }
  Selection selection;
  std::string_view name = arena_.Copy(Utf8(key));
  selection.name = selection.alias = name;
  Mix(HashOf(key));
  if (name == "_count") {
    if (value != Py_True) {
      PyObject* select = PyDict_GetItemString(dict.get(), "select");
      if (Ref counted = select == nullptr ? Ref() : AsDict(select)) {
        selection.children = Plain(counted.get(), depth + 1);
        selection.has_children = true;
      }
    }
    out.push_back(selection);
    return;
  }
  const schema::Model& owner = schema_.models[model];
  schema::FieldId id = schema_.FindField(model, name);
  if (!id.valid() || schema_.fields[id].kind != schema::FieldKind::kRelation) {
    UnknownRelation(owner.name, key);
  }
  SelectionInput nested;
  if (value != Py_True) {
    std::vector<Member> arguments;
    Py_ssize_t position = 0;
    PyObject *argument = nullptr, *content = nullptr;
    while (PyDict_Next(dict.get(), &position, &argument, &content)) {
      if (!PyUnicode_Check(argument)) Fail(PyExc_TypeError, "keys of a query must be str, not %R", argument);
      std::string_view word = Utf8(argument);
      if (word == "include") {
        nested.include = content;
      } else if (word == "select") {
        nested.select = content;
      } else if (word == "omit") {
        nested.omit = content;
      } else if (content != Py_None) {
        Ref held = Ref::Borrow(content);
        Member member;
        if (word == "order") {
          member.name = "orderBy";
        } else {
          ReadName(argument, member);
        }
        ReadNode(content, member.value, depth + 1);
        arguments.push_back(member);
      }
    }
    selection.arguments = arena_.Copy(arguments);
  }
  selection.children = Children(schema_.fields[id].related_model, nested, depth + 1);
  selection.has_children = true;
  out.push_back(selection);
}

std::span<Selection> ArgumentReader::Children(ModelId model, const SelectionInput& input, int depth) {
  CheckDepth(depth);
  std::vector<Selection> children;
  auto add = [&](std::string_view name, bool is_excluded = false) {
    Selection selection;
    selection.name = selection.alias = name;
    selection.is_excluded = is_excluded;
    children.push_back(selection);
  };
  auto each = [&](PyObject* given, const char* what, auto&& function) {
    if (given == nullptr || given == Py_None) return;
    Ref dict = AsDict(given);
    if (!dict) {
      PyErr_Format(PyExc_TypeError, "`%s` must be a dict, not %R", what, reinterpret_cast<PyObject*>(Py_TYPE(given)));
      throw PythonError{};
    }
    Py_ssize_t position = 0;
    PyObject *key = nullptr, *value = nullptr;
    while (PyDict_Next(dict.get(), &position, &key, &value)) {
      if (!PyUnicode_Check(key)) Fail(PyExc_TypeError, "keys of a query must be str, not %R", key);
      function(key, value);
    }
  };
  if (input.select != nullptr && input.select != Py_None) {
    if (input.omit != nullptr && input.omit != Py_None) {
      PyErr_SetString(PyExc_ValueError, "`select` and `omit` exclude each other: leave the fields out of `select`");
      throw PythonError{};
    }
    each(input.select, "select", [&](PyObject* key, PyObject* value) {
      std::string_view name = Utf8(key);
      schema::FieldId id = schema_.FindField(model, name);
      bool is_relation = name == "_count" || (id.valid() && schema_.fields[id].kind == schema::FieldKind::kRelation);
      if (is_relation || AsDict(value)) return Relation(model, key, value, children, depth);
      if (value == Py_False || value == Py_None) return;
      Mix(HashOf(key));
      add(arena_.Copy(name));
    });
  } else if (input.info != nullptr && !input.info->has_all_scalars) {
    for (const std::string& name : input.info->scalars) add(name);
    Mix(0xC1A55);
  } else {
    add("$scalars");
  }
  each(input.omit, "omit", [&](PyObject* key, PyObject* value) {
    if (value == Py_False || value == Py_None) return;
    Mix(HashOf(key) + 1);
    add(arena_.Copy(Utf8(key)), true);
  });
  each(input.include, "include", [&](PyObject* key, PyObject* value) {
    bool is_asked_for = value != Py_False && value != Py_None && PyUnicode_CompareWithASCIIString(key, "_count") != 0;
    if (is_asked_for && input.info != nullptr && !input.info->Has(Utf8(key))) {
      UnknownRelation(reinterpret_cast<PyTypeObject*>(input.info->type)->tp_name, key);
    }
    Relation(model, key, value, children, depth);
  });
  Mix(0xFE);
  return arena_.Copy(children);
}

void ArgumentReader::ReadSelection(ModelId model, const SelectionInput& input) {
  request_.root.children = Children(model, input, 0);
  request_.root.has_children = true;
}

std::span<Selection> ArgumentReader::Plain(PyObject* select, int depth) {
  CheckDepth(depth);
  std::vector<Selection> children;
  Py_ssize_t position = 0;
  PyObject *key = nullptr, *value = nullptr;
  while (PyDict_Next(select, &position, &key, &value)) {
    if (!PyUnicode_Check(key)) Fail(PyExc_TypeError, "keys of a query must be str, not %R", key);
    if (value == Py_False || value == Py_None) continue;
    Selection selection;
    Mix(HashOf(key));
    selection.name = selection.alias = arena_.Copy(Utf8(key));
    if (Ref dict = AsDict(value)) {
      std::vector<Member> arguments;
      Py_ssize_t inner = 0;
      PyObject *name = nullptr, *content = nullptr;
      while (PyDict_Next(dict.get(), &inner, &name, &content)) {
        if (!PyUnicode_Check(name)) Fail(PyExc_TypeError, "keys of a query must be str, not %R", name);
        if (Utf8(name) == "select") {
          Ref select = AsDict(content);
          if (!select) Fail(PyExc_TypeError, "`select` must be a dict, not %R", content);
          selection.children = Plain(select.get(), depth + 1);
          selection.has_children = true;
        } else if (content != Py_None) {
          Ref held = Ref::Borrow(content);
          Member member;
          ReadName(name, member);
          ReadNode(content, member.value, depth + 1);
          arguments.push_back(member);
        }
      }
      selection.arguments = arena_.Copy(arguments);
    }
    children.push_back(selection);
  }
  Mix(0xFD);
  return arena_.Copy(children);
}

void ArgumentReader::ReadPlainSelection(PyObject* select) {
  request_.root.children = Plain(select, 0);
  request_.root.has_children = true;
}

}  // namespace prisma::python
