// What is wrong with a request, in the words and with the meta of Prisma's validation errors.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/document/node.h"
#include "query/schema/query_schema.h"

namespace prisma::query {

struct Fault {
  std::string_view kind;
  std::string message;
  std::string members;  // of the meta, without `kind`: `"selectionPath":[…]`
};

using FaultPath = std::vector<std::string_view>;

// Where a fault is.
struct FaultPlace {
  const FaultPath& selection;
  const FaultPath& argument;
};

class FaultWriter {
 public:
  explicit FaultWriter(const QuerySchema& schema) : schema_(schema) {}

  Fault EmptySelection(const FaultPath& selection, const OutputObject& type) const;
  Fault UnknownSelectionField(const FaultPath& selection, const OutputObject& type) const;
  Fault SelectionOnScalar(const FaultPath& selection) const;
  Fault UnknownArgument(const FaultPlace& place, const InputObject* arguments) const;
  Fault UnknownInputField(const FaultPlace& place, const InputObject& type) const;
  // `because`: the argument that was given and needs this one, or empty.
  Fault ArgumentMissing(const FaultPlace& place, std::span<const InputType> types, std::string_view because = {}) const;
  Fault WrongType(const FaultPlace& place, const InputType& type, const Node& given) const;
  // `reason` may be null: there is none.
  Fault WrongValue(const FaultPlace& place, std::string_view value, std::string_view expected,
                   const std::string* reason) const;
  Fault TooLarge(const FaultPlace& place, std::string_view value) const;
  Fault WrongNumberOfFields(const FaultPlace& place, const InputObject& type, int given, bool is_too_many) const;
  Fault Union(const std::vector<Fault>& faults) const;

 private:
  const QuerySchema& schema_;
};

// P2012 for a missing argument, else P2009.
Error ErrorOf(const Fault& fault);

}  // namespace prisma::query
