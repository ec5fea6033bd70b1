#include "engine/protocol.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "diagnostics/errors.h"
#include "driver/connection.h"
#include "engine/compact.h"
#include "engine/trace.h"
#include "json/reader.h"
#include "json/writer.h"
#include "query/document/body.h"
#include "query/plan/shape_key.h"
#include "query/response/write.h"

namespace prisma::engine {
namespace {

using query::Body;
using query::Request;

void WritePanic(json::Writer& writer, std::string_view message) {
  writer.BeginObject();
  writer.Member("error", message);
  writer.Key("user_facing_error");
  writer.Raw(errors::PanicError(message));
  writer.EndObject();
}

// Runs `work`; what it throws becomes an item of `errors`. True: nothing was thrown.
template <class Work>
bool Try(json::Writer& writer, Work&& work) {
  auto open = [&] {
    writer.BeginObject();
    writer.Key("errors");
    writer.BeginArray();
  };
  auto close = [&] {
    writer.EndArray();
    writer.EndObject();
  };
  try {
    work();
    return true;
  } catch (const Error& e) {
    open();
    errors::WriteProtocolError(writer, e);
    close();
  } catch (const std::exception& e) {
    open();
    WritePanic(writer, e.what());
    close();
  }
  return false;
}

void WriteAnswer(const query::Result& result, bool is_tagged, std::string& out) {
  TraceSpan span("prisma:engine:serialize");
  query::WriteResponse(result, is_tagged, out);
}

void WriteItem(json::Writer& writer, const query::Result& result, bool is_tagged) {
  std::string item;
  WriteAnswer(result, is_tagged, item);
  writer.Raw(item);
}

// Whether the request's `where` says nothing but values of fields, alone or in the object of a compound key: filters
// and relations keep it from being one of several.
bool IsByKeyAlone(const Request& request, const schema::Schema& schema) {
  const schema::ModelId model = schema.FindModel(request.model);
  if (!model.valid()) return true;  // GraphQL: not looked up yet
  for (const query::Member& argument : request.root.arguments) {
    if (argument.name != "where" || argument.value.kind != query::Node::Kind::kObject) continue;
    for (const query::Member& member : argument.value.members) {
      const schema::FieldId id = schema.FindField(model, member.name);
      const bool is_object = member.value.kind == query::Node::Kind::kObject;
      if (!id.valid()) {
        if (!is_object || member.name == "AND" || member.name == "OR" || member.name == "NOT") return false;
      } else if (schema.fields[id].kind == schema::FieldKind::kRelation) {
        return false;
      } else if (is_object) {
        const std::span<const query::Member> members = member.value.members;
        const auto is_equals = [](const query::Member& inner) { return inner.name == "equals"; };
        if (std::none_of(members.begin(), members.end(), is_equals)) return false;
      }
    }
  }
  return true;
}

// Prisma answers several findUnique of one shape by one query; what is not found is then told in fewer words.
bool IsCompact(std::span<const Request> requests, const schema::Schema* schema) {
  if (requests.empty()) return false;
  query::ShapeKey first, other;
  query::MakeShapeKey(requests[0], first);
  std::string_view name = requests[0].action.empty() ? requests[0].root.name : requests[0].action;
  if (!name.starts_with("findUnique")) return false;
  if (schema != nullptr && !IsByKeyAlone(requests[0], *schema)) return false;
  for (const Request& request : requests.subspan(1)) {
    query::MakeShapeKey(request, other);
    if (other.bytes != first.bytes) return false;
  }
  return true;
}

// The answers to all of the requests by one query. Empty: they have to be asked one by one, which also tells what is
// wrong with one of them.
std::string AnswerTogether(const Runner& runner, std::span<const Request> requests, Arena& arena, bool is_tagged) {
  std::optional<CompactRead> read = CompactRead::Make(requests, *runner.schema, arena);
  if (!read) return {};
  std::unique_ptr<query::Result> result;
  try {
    result = runner.single(read->request(), arena);
  } catch (const std::exception&) {
    return {};
  }
  TraceSpan span("prisma:engine:serialize");
  const std::vector<uint32_t> rows = read->RowsOf(*result);
  const bool has_miss = std::find(rows.begin(), rows.end(), CompactRead::kNoRow) != rows.end();
  if (rows.empty() || (has_miss && read->is_miss_an_error())) return {};
  std::string out = "{\"batchResult\":[";
  for (uint32_t row : rows) {
    if (out.back() != '[') out += ',';
    read->WriteAnswer(*result, row, is_tagged, out);
  }
  return out + "]}";
}

// Whether an error is about the `where` of the request itself.
bool IsAboutWhere(const Error& error) {
  json::Document document;
  if (error.meta().empty() || !document.Parse(error.meta())) return false;
  json::Value place = document.root();
  while (place.Get("errors").size() > 0) place = *place.Get("errors").items().begin();
  json::Value argument = place.Get("argumentPath");
  return place.Get("selectionPath").size() <= 1 && argument.size() > 0 && (*argument.items().begin()).text() == "where";
}

// The same error of the one query that took the place of several for records of `model`.
Error AsFindMany(const Error& error, std::string_view model) {
  const std::string root(model);
  const auto renamed = [&](std::string text) {
    for (const auto& [from, to] : {std::pair{"findUnique" + root + "OrThrow", "findMany" + root},
                                   std::pair{std::string("findUniqueOrThrow"), std::string("findMany")},
                                   std::pair{std::string("findUnique"), std::string("findMany")}}) {
      for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        text.replace(at, from.size(), to);
      }
    }
    return text;
  };
  Error result(error.code(), renamed(error.message()), renamed(error.meta()));
  result.debug_text = renamed(error.debug_text);
  return result;
}

}  // namespace

std::string AnswerBody(const Runner& runner, std::string_view text, Protocol protocol, int& status) {
  Arena arena;
  Body body;
  bool is_tagged = protocol == Protocol::kJson;
  std::string out;
  json::Writer writer(out);
  status = 200;
  bool is_read = Try(writer, [&] {
    if (is_tagged) {
      query::ReadJsonBody(text, arena, body);
    } else {
      query::ReadGraphqlBody(text, arena, body);
    }
  });
  if (!is_read) return out;
  if (!body.unreadable.empty()) {
    status = 422;
    return errors::UserFacingError(errors::Unknown(body.unreadable));
  }
  if (!body.is_batch) {
    Try(writer, [&] { WriteAnswer(*runner.single(body.requests[0], arena), is_tagged, out); });
    return out;
  }
  if (body.requests.empty()) return "{}";

  const bool is_compact = IsCompact(body.requests, runner.schema);
  if ((body.is_transaction || runner.is_in_transaction) && !is_compact) {
    Try(writer, [&] {
      std::vector<QueryEngine::BatchItem> items;
      for (const Request& request : body.requests) items.push_back({&request, &arena});
      std::string answers;
      for (const auto& result : runner.batch(items, body.isolation_level.value_or(std::string()))) {
        if (!answers.empty()) answers += ',';
        WriteAnswer(*result, is_tagged, answers);
      }
      out = "{\"batchResult\":[" + answers + "]}";
    });
    return out;
  }

  // Requests are turned into operations before the first one runs; what is wrong with one of those is told in its
  // place.
  const bool are_known = Try(writer, [&] {
    for (const Request& request : body.requests) runner.check_root(request);
  });
  if (!are_known) return out;
  if (is_compact) {
    std::string together = AnswerTogether(runner, body.requests, arena, is_tagged);
    if (!together.empty()) return together;
  }
  std::optional<Error> error_of_all;  // what was one query has one error
  writer.BeginObject();
  writer.Key("batchResult");
  writer.BeginArray();
  for (const Request& request : body.requests) {
    Try(writer, [&] {
      try {
        WriteItem(writer, *runner.single(request, arena), is_tagged);
      } catch (Error& e) {
        if (is_compact && e.code() == "P2025") {
          e.debug_text = e.message();
        } else if (is_compact && !IsAboutWhere(e)) {
          error_of_all = e;
        }
        throw;
      }
    });
    if (error_of_all) break;
  }
  writer.EndArray();
  writer.EndObject();
  if (error_of_all) {
    out.clear();
    error_of_all = AsFindMany(*error_of_all, body.requests[0].model);
    json::Writer answer(out);
    Try(answer, [&] { throw Error(*error_of_all); });
  }
  return out;
}

}  // namespace prisma::engine
