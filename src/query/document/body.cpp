#include "query/document/body.h"

#include "diagnostics/errors.h"
#include "query/document/graphql_reader.h"
#include "query/document/json_reader.h"

namespace prisma::query {
namespace {

constexpr std::string_view kNoVariant = "data did not match any variant of untagged enum ";

void Unreadable(Body& body, std::string_view protocol, std::string_view why) {
  body.unreadable = "Error parsing " + std::string(protocol) +
                    " query. Ensure that engine protocol of the client and the engine matches. " + std::string(why);
}

bool ReadIsolationLevel(const json::Value& value, Body& body) {
  if (value.is_null()) return true;
  if (!value.is_string()) return false;
  body.isolation_level = std::string(value.text());
  return true;
}

bool ReadJsonForm(const json::Value& root, Arena& arena, Body& body) {
  if (!root.is_object()) return false;
  if (root.Has("action")) {
    body.requests = arena.NewSpan<Request>(1);
    return ReadJsonRequest(root, arena, body.requests[0]);
  }
  json::Value batch = root.Get("batch");
  if (!batch.is_array()) return false;
  body.is_batch = true;
  json::Value transaction = root.Get("transaction");
  if (!transaction.is_null()) {
    if (!transaction.is_object() || !ReadIsolationLevel(transaction.Get("isolationLevel"), body)) return false;
    body.is_transaction = true;
  }
  body.requests = arena.NewSpan<Request>(batch.size());
  size_t i = 0;
  for (json::Value item : batch.items()) {
    if (!ReadJsonRequest(item, arena, body.requests[i++])) return false;
  }
  return true;
}

// `query`, `operationName`, `variables` (which must be there).
bool ReadGraphqlRequest(const json::Value& query, Arena& arena, Request& request) {
  json::Value text = query.Get("query"), name = query.Get("operationName");
  if (!text.is_string() || !query.Get("variables").is_object() || !(name.is_null() || name.is_string())) return false;
  std::vector<Request> fields = ReadGraphql(text.text(), name.text(), arena, query.Get("variables"));
  if (fields.empty()) throw errors::Unknown("Operation '' does not match any query.");
  request = fields.back();
  return true;
}

bool ReadGraphqlForm(const json::Value& root, Arena& arena, Body& body) {
  if (!root.is_object()) return false;
  if (root.Has("query")) {
    body.requests = arena.NewSpan<Request>(1);
    return ReadGraphqlRequest(root, arena, body.requests[0]);
  }
  json::Value batch = root.Get("batch"), transaction = root.Get("transaction");
  if (!batch.is_array() || transaction.kind() != json::Kind::kBool) return false;
  if (!ReadIsolationLevel(root.Get("isolationLevel"), body)) return false;
  body.is_batch = true;
  body.is_transaction = transaction.as_bool();
  body.requests = arena.NewSpan<Request>(batch.size());
  size_t i = 0;
  for (json::Value item : batch.items()) {
    if (!ReadGraphqlRequest(item, arena, body.requests[i++])) return false;
  }
  return true;
}

}  // namespace

void ReadJsonBody(std::string_view text, Arena& arena, Body& body) {
  if (!body.document.Parse(text)) {
    Unreadable(body, "Json", body.document.error().message);
  } else if (!ReadJsonForm(body.document.root(), arena, body)) {
    Unreadable(body, "Json", std::string(kNoVariant) + "JsonBody");
  }
}

void ReadGraphqlBody(std::string_view text, Arena& arena, Body& body) {
  if (!body.document.Parse(text)) {
    Unreadable(body, "Graphql", body.document.error().message);
  } else if (!ReadGraphqlForm(body.document.root(), arena, body)) {
    Unreadable(body, "Graphql", std::string(kNoVariant) + "GraphqlBody");
  }
}

}  // namespace prisma::query
