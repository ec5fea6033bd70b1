// Walks a result in the order of the answer. Doors that make objects of their own (Python, C++) give a sink; JSON is
// one of them (write.h). A sink has
//   void BeginObject(const ResultShape&);  void EndObject();
//   void BeginList(size_t);                void EndList();
//   void Key(const ResultShape::Field&);   void Cell(const ResultShape::Field&, const Value&);  void Null();
#pragma once

#include <span>

#include "query/execute/result.h"

namespace prisma::query {

// `hidden`: how many fields at the end are left out.
template <class Sink>
void WalkRow(const ResultShape& shape, const ResultLevel& level, uint32_t row, Sink& sink, size_t hidden = 0) {
  std::span<const Value> cells = level.rows.row(row);
  sink.BeginObject(shape);
  for (const ResultShape::Field& field : std::span(shape.fields).first(shape.fields.size() - hidden)) {
    sink.Key(field);
    switch (field.kind) {
      case ResultShape::Field::Kind::kScalar:
        sink.Cell(field, cells[field.column]);
        break;
      case ResultShape::Field::Kind::kObject:
        WalkRow(*field.nested, level, row, sink);
        break;
      case ResultShape::Field::Kind::kRelation: {
        const ResultLevel& child = *level.children[field.child];
        uint32_t from = child.offsets[row], to = child.offsets[row + 1];
        if (field.is_list) {
          sink.BeginList(to - from);
          for (uint32_t i = from; i < to; ++i) WalkRow(*field.nested, child, child.child_rows[i], sink);
          sink.EndList();
        } else if (from == to) {
          sink.Null();
        } else {
          WalkRow(*field.nested, child, child.child_rows[from], sink);
        }
        break;
      }
    }
  }
  sink.EndObject();
}

// kObjectOrNull and kList.
template <class Sink>
void Walk(const Result& result, Sink& sink) {
  if (result.kind == Result::Kind::kObjectOrNull) {
    if (result.root_rows.empty()) {
      sink.Null();
    } else {
      WalkRow(*result.shape, result.root, result.root_rows[0], sink);
    }
    return;
  }
  sink.BeginList(result.root_rows.size());
  for (uint32_t row : result.root_rows) WalkRow(*result.shape, result.root, row, sink);
  sink.EndList();
}

}  // namespace prisma::query
