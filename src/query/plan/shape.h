// The shape of an answer: part of a plan, shared with the results it makes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schema/schema.h"

namespace prisma::query {

// What one object of the response looks like. Owned by the plan (shared with the result).
struct ResultShape {
  struct Field {
    enum class Kind : uint8_t {
      kScalar,    // cell `column`
      kRelation,  // object or null or list: child level `child`
      kObject,    // an object made of cells of the same row (_count, _avg, …): `nested`
    };
    Kind kind = Kind::kScalar;
    std::string key;
    uint32_t column = 0;
    uint32_t child = 0;
    bool is_list = false;
    schema::FieldId field;                                 // what it is in the schema; invalid for counts
    schema::ScalarType scalar = schema::ScalarType::kInt;  // for tagging: DateTime, BigInt, Decimal, Bytes, Json
    bool is_scalar_list = false;
    bool is_enum = false;
    bool is_required = false;             // null is an error
    std::unique_ptr<ResultShape> nested;  // kRelation: the child's shape, kObject: its fields
  };
  schema::ModelId model;
  std::vector<Field> fields;
};

}  // namespace prisma::query
