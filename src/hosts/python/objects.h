// Results → Python objects, without a detour: model instances are allocated and filled, no validation runs on what the
// database has already typed.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "hosts/python/ref.h"
#include "query/execute/result.h"

namespace prisma::python {

struct ObjectPlan;

// How values without a class are given: as Python users expect them (datetime, Decimal, …), or as the JSON of the
// protocol would have them (dates and decimals as text), which is what aggregations and raw queries have always given.
enum class ValueForm : uint8_t { kRich, kRaw };

class ObjectMaker {
 public:
  explicit ObjectMaker(const schema::Schema& schema);
  ~ObjectMaker();

  // `model_class`: class of the objects, null for dicts. Called with the GIL held; throws PythonError.
  PyObject* Make(const query::Result& result, PyObject* model_class, ValueForm form);

 private:
  struct Key {
    const void* shape;
    const void* model_class;
    ValueForm form;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& k) const {
      return std::hash<const void*>()(k.shape) * 31 + std::hash<const void*>()(k.model_class) +
             static_cast<size_t>(k.form);
    }
  };
  const ObjectPlan& PlanFor(const std::shared_ptr<const query::ResultShape>& shape, PyObject* model_class,
                            ValueForm form);

  const schema::Schema& schema_;
  std::unordered_map<Key, std::unique_ptr<ObjectPlan>, KeyHash> plans_;
};

}  // namespace prisma::python
