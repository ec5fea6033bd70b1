// A request against the QuerySchema: either the first fault is thrown as Prisma's error, or the tree is brought into
// the normal form that BuildOperation reads:
//
// Selections. `root.name` is the root field's name ("findManyUser"), `root.alias` the key of the response. "$scalars",
//   "$composites", `posts: true` and `_count: true` are written out; nothing is excluded any more and no key is there
//   twice. Names are fields of the output type.
// Arguments. Every name is known and every value has one of the types the schema gives it:
//   - scalars are of the ValueKind of their type: Int and BigInt kInt, Float kFloat, Decimal kDecimal (normalised),
//     Boolean kBool, String kString, DateTime kDateTime, Bytes kBytes (decoded), Json kJson (text); null is kNull;
//   - enums, sort orders, field names (`distinct`, `by`), `mode` and the null markers of Json are kEnum with the name;
//   - a field reference stays an object {_ref, _container};
//   - shorthands stay what they are: `field: value` for `{equals: value}`, `field: value` in an update for `{set:
//   value}`,
//     one object where a list of objects may stand too. `in`, `hasSome` and the like always have lists (or a
//     reference).
// Ordinals stay with their scalars. Where a tree became one Json value, or a null marker was given as a plain string,
// the new node has no ordinal and the scalars it was made of are told to the sink as structural.
#pragma once

#include "base/arena.h"
#include "query/document/node.h"
#include "query/document/structural_sink.h"
#include "query/schema/query_schema.h"

namespace prisma::query {

// Throws Error. True: trees became values (of JSON), and all scalars are numbered anew; nothing was told to the sink.
bool Check(Request& request, const QuerySchema& schema, Arena& arena, StructuralSink& sink);

// Throws Error if a request of the JSON protocol names an operation or a model that is not there.
void CheckRoot(const Request& request, const QuerySchema& schema);

// Numbers the scalars of a request's arguments anew, in their order.
void Renumber(Request& request);

}  // namespace prisma::query
