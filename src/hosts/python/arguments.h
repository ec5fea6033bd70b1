// Python's arguments of a call → a Request in an arena. Texts are copied: the GIL may be released afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/arena.h"
#include "hosts/python/python.h"
#include "query/document/node.h"
#include "schema/schema.h"

namespace prisma::python {

struct ClassInfo;

// What of a result is asked for.
struct SelectionInput {
  PyObject* include = nullptr;
  PyObject* select = nullptr;
  PyObject* omit = nullptr;
  // Of the class whose fields are asked for; null: of the model.
  const ClassInfo* info = nullptr;
};

class ArgumentReader {
 public:
  ArgumentReader(Arena& arena, query::Request& request, const schema::Schema& schema)
      : arena_(arena), request_(request), schema_(schema) {
    request.has_json_texts = true;
  }

  // The root's arguments; None is left out. Throw PythonError.
  void ReadArguments(PyObject* dict);
  void ReadSelection(schema::ModelId model, const SelectionInput& input);
  // Only what `select` says, without a model: aggregates.
  void ReadPlainSelection(PyObject* select);
  void ReadRaw(PyObject* sql, PyObject* parameters);

  // Equal for requests that differ only in values.
  uint64_t shape_hash() const { return hash_; }

 private:
  void Mix(uint64_t value) { hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15u; }
  void ReadName(PyObject* key, query::Member& member);
  void ReadNode(PyObject* value, query::Node& node, int depth);
  void ReadUnknown(PyObject* value, query::Node& node, int depth);
  std::span<query::Member> ReadMembers(PyObject* dict, bool skips_none, int depth);
  void Scalar(query::Node& node, Value value);
  int64_t Microseconds(PyObject* datetime);
  std::string_view JsonText(PyObject* json);

  std::span<query::Selection> Children(schema::ModelId model, const SelectionInput& input, int depth);
  void Relation(schema::ModelId model, PyObject* key, PyObject* value, std::vector<query::Selection>& out, int depth);
  std::span<query::Selection> Plain(PyObject* select, int depth);

  Arena& arena_;
  query::Request& request_;
  const schema::Schema& schema_;
  uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace prisma::python
