// Results → Python objects. Rows become instances of model classes directly, without validation: what comes from the
// database has the types that the schema says. Classes of the user's own are given dicts to validate.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "hosts/python/python.h"
#include "query/execute/result.h"

namespace prisma::python {

// What is known of a class of rows.
struct ClassInfo {
  PyObject* type = nullptr;      // the class
  bool is_plain = false;         // instances may be made without validation
  std::vector<PyObject*> names;  // of its fields in order
  bool has_all_scalars = true;
  std::vector<std::string> scalars;  // to select, unless it has all
  struct Related {
    PyObject* name = nullptr;
    std::string module, type;  // empty: none, a dict
    const ClassInfo* info = nullptr;
  };
  std::vector<Related> relations;
  std::string model;

  bool Has(std::string_view field) const;
};

// Of a class for rows of the model; `type` null: the model's own class. Throws PythonError. Lives for ever.
const ClassInfo* InfoOf(PyObject* type, std::string_view model);

struct ObjectPlan;

// Makes objects of results. Plans are kept by shape.
class ObjectMaker {
 public:
  ObjectMaker();
  ~ObjectMaker();

  // kObjectOrNull: an instance or None; kList: a list. `is_selected`: only what was asked for is set.
  PyObject* Records(const query::Result& result, const schema::Schema& schema, const ClassInfo* info, bool is_selected);
  // Dicts: aggregates and groups.
  PyObject* Dicts(const query::Result& result);

 private:
  // By its shape, which it keeps alive.
  struct Entry {
    std::shared_ptr<const query::ResultShape> shape;
    const ClassInfo* info = nullptr;  // null: dicts
    bool is_selected = false;
    std::shared_ptr<const ObjectPlan> plan;
  };
  std::shared_ptr<const ObjectPlan> PlanOf(const query::Result& result, const schema::Schema* schema,
                                           const ClassInfo* info, bool is_selected);

  std::unordered_map<const query::ResultShape*, std::vector<Entry>> entries_;
};

// How the values of a raw query are given.
enum class RawForm : uint8_t {
  kPlain,     // as the client has always given them: dates as text, decimals as floats
  kTyped,     // dates, decimals and bytes as such
  kForModel,  // what a model's validation takes
};
// Its rows as dicts.
PyObject* RawRows(const query::Result& result, RawForm form);

// Descriptor for `__pydantic_fields_set__`: makes the set when it is asked for.
PyObject* FieldsSetDescriptor(PyObject* module, PyObject* base_model);

bool InitObjects();

}  // namespace prisma::python
