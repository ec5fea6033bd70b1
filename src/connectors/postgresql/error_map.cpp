#include "connectors/postgresql/error_map.h"

#include <charconv>
#include <vector>

#include "diagnostics/errors.h"

namespace prisma::postgresql {
namespace {

using driver::DbError;
using Kind = DbError::Kind;

// The text within the first pair of quotes at or after `from`.
std::string Quoted(std::string_view text, size_t from = 0) {
  size_t start = text.find('"', from);
  if (start == std::string_view::npos) return {};
  size_t end = text.find('"', start + 1);
  if (end == std::string_view::npos) return {};
  return std::string(text.substr(start + 1, end - start - 1));
}

std::string_view WordAt(std::string_view text, size_t index) {
  for (;;) {
    size_t start = text.find_first_not_of(' ');
    if (start == std::string_view::npos) return {};
    text.remove_prefix(start);
    size_t end = text.find(' ');
    if (index-- == 0) return text.substr(0, end);
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end);
  }
}

// "Key (a, \"B\")=(1, 2) already exists."
std::vector<std::string> KeyColumns(std::string_view detail) {
  std::vector<std::string> columns;
  size_t start = detail.find(" (");
  size_t end = detail.find(")=(");
  if (start == std::string_view::npos || end == std::string_view::npos || end < start) return columns;
  std::string names;
  for (char c : detail.substr(start + 2, end - start - 2)) {
    if (c != '"') names.push_back(c);
  }
  std::string_view rest = names;
  for (;;) {
    size_t comma = rest.find(", ");
    columns.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return columns;
    rest.remove_prefix(comma + 2);
  }
}

std::string Optional(std::string_view text) {
  return text.empty() ? std::string("None") : "Some(" + errors::DebugText(text) + ")";
}

}  // namespace

DbError MapError(const ServerError& server) {
  DbError error;
  error.native_code = server.code;
  error.text = server.message;
  std::from_chars(server.position.data(), server.position.data() + server.position.size(), error.position);
  const std::string& code = server.code;
  auto full_text = [&] {
    std::string text = server.severity + ": " + server.message;
    if (!server.detail.empty()) text += "\nDETAIL: " + server.detail;
    if (!server.hint.empty()) text += "\nHINT: " + server.hint;
    return text;
  };
  error.debug = "PostgresError { code: " + errors::DebugText(code) + ", message: " + errors::DebugText(server.message) +
                ", severity: " + errors::DebugText(server.severity) + ", detail: " + Optional(server.detail) +
                ", column: " + Optional(server.column) + ", hint: " + Optional(server.hint) + " }";
  if (code == "23505") {
    error.kind = Kind::kUniqueViolation;
    error.columns = KeyColumns(server.detail);
    if (!server.detail.empty()) error.text = server.detail;
  } else if (code == "23502") {
    error.kind = Kind::kNotNullViolation;
    if (!server.column.empty()) error.columns.push_back(server.column);
    if (!server.detail.empty()) error.text = server.detail;
  } else if (code == "23503") {
    error.kind = Kind::kForeignKeyViolation;
    size_t at = server.message.find("foreign key constraint ");
    if (at != std::string::npos) error.constraint = Quoted(server.message, at);
    if (!server.column.empty()) error.columns.push_back(server.column);
  } else if (code == "22001") {
    error.kind = Kind::kLengthMismatch;
    error.text = full_text();
  } else if (code == "22003") {
    error.kind = Kind::kOutOfRange;
  } else if (code == "40001" || code == "40P01") {
    error.kind = Kind::kSerialization;
  } else if (code == "42P01") {
    error.kind = Kind::kTableMissing;
    error.table = Quoted(WordAt(server.message, 1));
  } else if (code == "42703") {
    error.kind = Kind::kColumnMissing;
    std::string_view word = WordAt(server.message, 1);
    std::string column = word.starts_with('"') ? Quoted(word) : std::string(word);
    if (!column.empty()) error.columns.push_back(column);
  } else if (code == "3D000") {
    error.kind = Kind::kDatabaseMissing;
    error.name = Quoted(server.message);
  } else if (code == "42P04") {
    error.kind = Kind::kDatabaseExists;
    error.name = Quoted(server.message);
  } else if (code == "28000") {
    error.kind = Kind::kAccessDenied;
    error.name = Quoted(server.message);
    error.table = Quoted(WordAt(server.message, 5));
    if (error.table.empty()) error.table = "(not available)";
  } else if (code == "28P01") {
    error.kind = Kind::kAuthenticationFailed;
    error.name = Quoted(server.message);
  } else if (code == "53300") {
    error.kind = Kind::kTooManyConnections;
    error.text = full_text();
  } else if (code == "57014") {
    error.kind = Kind::kInterrupted;
  } else if (code == "57P01" || code == "57P02" || code == "57P03" || code.starts_with("08")) {
    error.kind = Kind::kConnectionClosed;
  } else {
    error.text = full_text();
  }
  return error;
}

DbError MapConnectError(std::string_view text, const Url& url) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  DbError error;
  error.text = text;
  auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (has("password authentication failed") || has("no password supplied")) {
    error.kind = Kind::kAuthenticationFailed;
    error.name = url.user;
  } else if (has("FATAL:") && has("database \"") && has("does not exist")) {
    error.kind = Kind::kDatabaseMissing;
    error.name = url.database;
  } else if (has("pg_hba.conf") || (has("role \"") && has("FATAL:")) || has("permission denied for database")) {
    error.kind = Kind::kAccessDenied;
    error.name = url.user;
    error.table = "(not available)";
    if (has("permission denied for database")) error.table = url.database;
  } else if (has("too many clients") || has("remaining connection slots") || has("too many connections")) {
    error.kind = Kind::kTooManyConnections;
    size_t fatal = text.find("FATAL:");
    error.text = fatal == std::string_view::npos ? std::string(text) : std::string(text.substr(fatal));
  } else if (has("server does not support SSL") || has("SSL error") || has("certificate")) {
    error.kind = Kind::kTls;
    error.text =
        has("does not support SSL") ? "error performing TLS handshake: server does not support TLS" : std::string(text);
  } else {
    error.kind = Kind::kConnectionFailed;
    error.text = url.Location();
    error.debug.clear();
  }
  return error;
}

}  // namespace prisma::postgresql
