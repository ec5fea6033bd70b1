#include "engine/protocol.h"

#include <optional>

#include "base/error.h"
#include "diagnostics/errors.h"
#include "driver/connection.h"
#include "engine/compact.h"
#include "engine/trace.h"
#include "json/writer.h"
#include "query/document/body.h"
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

// One of the records that were asked for by one query is missing. Prisma tells of it in fewer words than for a query of
// its own.
Error NothingFound() {
  Error error = errors::RecordNotFound("No record was found for a query.");
  error.debug_text = error.message();
  return error;
}

// The answers to all of the requests by one query; what is wrong with that one is thrown. Empty: they have to be asked
// one by one.
std::string AnswerTogether(const Runner& runner, const CompactRead& read, Arena& arena, bool is_tagged) {
  if (!read.is_comparable()) {
    runner.check(read.request(), arena);
    return {};
  }
  const std::unique_ptr<query::Result> result = runner.single(read.request(), arena);
  TraceSpan span("prisma:engine:serialize");
  const std::vector<uint32_t> rows = read.RowsOf(*result);
  if (rows.empty()) return {};
  std::string out = "{\"batchResult\":[";
  for (uint32_t row : rows) {
    if (out.back() != '[') out += ',';
    if (row != CompactRead::kNoRow || !read.is_miss_an_error()) {
      read.WriteAnswer(*result, row, is_tagged, out);
      continue;
    }
    std::string item;
    json::Writer error(item);
    Try(error, [&] { throw NothingFound(); });
    out += item;
  }
  return out + "]}";
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

  std::optional<CompactRead> together = CompactRead::Make(body.requests, *runner.schema, arena);
  if ((body.is_transaction || runner.is_in_transaction) && !together) {
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
  if (together) {
    std::string answers;
    const bool is_right = Try(writer, [&] { answers = AnswerTogether(runner, *together, arena, is_tagged); });
    if (!is_right) return out;
    if (!answers.empty()) return answers;
  }
  writer.BeginObject();
  writer.Key("batchResult");
  writer.BeginArray();
  for (const Request& request : body.requests) {
    Try(writer, [&] {
      try {
        WriteItem(writer, *runner.single(request, arena), is_tagged);
      } catch (Error& e) {
        // Prisma tells of records missed by the one query in fewer words.
        if (together && e.code() == "P2025") e.debug_text = e.message();
        throw;
      }
    });
  }
  writer.EndArray();
  writer.EndObject();
  return out;
}

}  // namespace prisma::engine
