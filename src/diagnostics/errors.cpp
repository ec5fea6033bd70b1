#include "diagnostics/errors.h"

#include <initializer_list>
#include <utility>

#include "base/text.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::errors {
namespace {

using Meta = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Meta of texts.
std::string MetaText(Meta members) {
  std::string text;
  json::Writer writer(text);
  writer.BeginObject();
  for (const auto& [key, value] : members) writer.Member(key, value);
  writer.EndObject();
  return text;
}

std::string Join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (std::string_view part : parts) text += part;
  return text;
}

Error Make(const char* code, std::initializer_list<std::string_view> message, Meta meta = {}) {
  return Error(code, Join(message), MetaText(meta));
}

std::string ConstraintText(const Constraint& constraint) {
  switch (constraint.kind) {
    case Constraint::Kind::kFields: {
      std::string text = "fields: (";
      for (size_t i = 0; i < constraint.fields.size(); ++i) {
        if (i > 0) text += ',';
        text += Join({"`", constraint.fields[i], "`"});
      }
      return text + ")";
    }
    case Constraint::Kind::kIndex:
      return Join({"constraint: `", constraint.index, "`"});
    case Constraint::Kind::kForeignKey:
      return "foreign key";
    case Constraint::Kind::kUnknown:
      return "(not available)";
  }
  return {};
}

std::string ConstraintMeta(std::string_view key, const Constraint& constraint) {
  std::string text;
  json::Writer writer(text);
  writer.BeginObject();
  writer.Key(key);
  if (constraint.kind == Constraint::Kind::kFields) {
    writer.BeginArray();
    for (const std::string& field : constraint.fields) writer.String(field);
    writer.EndArray();
  } else if (constraint.kind == Constraint::Kind::kIndex) {
    writer.String(constraint.index);
  } else {
    writer.Null();
  }
  writer.EndObject();
  return text;
}

void AppendDebugValue(std::string& out, const json::Value& value) {
  bool is_first = true;
  switch (value.kind()) {
    case json::Kind::kNull:
      out += "Null";
      return;
    case json::Kind::kBool:
      out += value.as_bool() ? "Bool(true)" : "Bool(false)";
      return;
    case json::Kind::kInt:
    case json::Kind::kUint:
    case json::Kind::kFloat:
      out += "Number(" + json::ToText(value) + ")";
      return;
    case json::Kind::kString:
      out += "String(";
      AppendDebugQuoted(out, value.text());
      out += ')';
      return;
    case json::Kind::kArray:
      out += "Array [";
      for (json::Value item : value.items()) {
        if (!std::exchange(is_first, false)) out += ", ";
        AppendDebugValue(out, item);
      }
      out += ']';
      return;
    case json::Kind::kObject:
      out += "Object {";
      for (const json::Member& member : value.members()) {
        if (!std::exchange(is_first, false)) out += ", ";
        AppendDebugQuoted(out, member.key);
        out += ": ";
        AppendDebugValue(out, member.value);
      }
      out += '}';
      return;
  }
}

}  // namespace

Error AuthenticationFailed(std::string_view user) {
  return Make(
      "P1000",
      {"Authentication failed against database server, the provided database credentials for `", user,
       "` are not valid.\n\nPlease make sure to provide valid database credentials for the database server at the "
       "configured address."},
      {{"database_user", user}});
}

Error CannotReachDatabase(std::string_view location) {
  return Make("P1001",
              {"Can't reach database server at `", location,
               "`\n\nPlease make sure your database server is running at `", location, "`."},
              {{"database_location", location}});
}

Error DatabaseTimedOut(std::string_view location, std::string_view context) {
  return Make(
      "P1002",
      {"The database server was reached but timed out.\n\nPlease try again.\n\nPlease make sure your database server "
       "is running at the configured address.\n\nContext: ",
       context, "\n"},
      {{"database_location", location}, {"context", context}});
}

Error DatabaseDoesNotExist(std::string_view name) {
  return Make("P1003", {"Database `", name, "` does not exist"}, {{"database_name", name}});
}

Error SocketTimeout(std::string_view extra_hint) {
  return Make("P1008",
              {"Socket timeout (the database failed to respond to a query within the configured timeout).", extra_hint},
              {{"extra_hint", extra_hint}});
}

Error DatabaseAlreadyExists(std::string_view name) {
  return Make("P1009", {"Database `", name, "` already exists on the database server"}, {{"database_name", name}});
}

Error AccessDenied(std::string_view user, std::string_view database) {
  return Make("P1010", {"User was denied access on the database `", database, "`"},
              {{"database_user", user}, {"database_name", database}});
}

Error TlsError(std::string_view message) {
  return Make("P1011", {"Error opening a TLS connection: ", message}, {{"message", message}});
}

Error SchemaFaults(std::string_view rendered) { return Make("P1012", {rendered}, {{"full_error", rendered}}); }

Error InvalidConnectionString(std::string_view details) {
  return Make("P1013", {"The provided database string is invalid. ", details}, {{"details", details}});
}

Error UnderlyingModelMissing(std::string_view kind, std::string_view model) {
  return Make("P1014", {"The underlying ", kind, " for model `", model, "` does not exist."},
              {{"model", model}, {"kind", kind == "table" ? "Table" : kind}});
}

Error WrongNumberOfParameters(int64_t expected, int64_t actual) {
  std::string e = std::to_string(expected), a = std::to_string(actual);
  return Error("P1016",
               "Your raw query had an incorrect number of parameters. Expected: `" + e + "`, actual: `" + a + "`.",
               R"({"expected":)" + e + R"(,"actual":)" + a + "}");
}

Error ConnectionClosed() { return Error("P1017", "Server has closed the connection.", "null"); }

Error ValueTooLong(std::string_view column) {
  return Make("P2000", {"The provided value for the column is too long for the column's type. Column: ", column},
              {{"column_name", column}});
}

Error UniqueViolation(const Constraint& constraint) {
  return Error("P2002", "Unique constraint failed on the " + ConstraintText(constraint),
               ConstraintMeta("target", constraint));
}

Error ForeignKeyViolation(const Constraint& constraint) {
  return Error("P2003", "Foreign key constraint violated on the " + ConstraintText(constraint),
               ConstraintMeta("constraint", constraint));
}

Error ConstraintViolation(std::string_view database_error) {
  return Make("P2004", {"A constraint failed on the database: `", database_error, "`"},
              {{"database_error", database_error}});
}

Error InvalidStoredValue(std::string_view value, std::string_view field) {
  return Make(
      "P2005",
      {"The value `", value, "` stored in the database for the field `", field, "` is invalid for the field's type"},
      {{"field_value", value}, {"field_name", field}});
}

Error InvalidValue(std::string_view value, std::string_view model, std::string_view field) {
  return Make("P2006", {"The provided value `", value, "` for `", model, "` field `", field, "` is not valid"},
              {{"field_value", value}, {"model_name", model}, {"field_name", field}});
}

Error DataValidation(std::string_view database_error) {
  return Make("P2007", {"Data validation error `", database_error, "`"}, {{"database_error", database_error}});
}

Error Validation(const std::string& message, std::string meta) { return Error("P2009", message, std::move(meta)); }

Error RawQueryFailed(std::string_view code, std::string_view message) {
  return Make("P2010", {"Raw query failed. Code: `", code, "`. Message: `", message, "`"},
              {{"code", code}, {"message", message}});
}

Error NullViolation(const Constraint& constraint) {
  return Error("P2011", "Null constraint violation on the " + ConstraintText(constraint),
               ConstraintMeta("constraint", constraint));
}

Error RequiredArgumentMissing(const std::string& message, std::string meta) {
  return Error("P2012", message, std::move(meta));
}

Error MissingRequiredValue(std::string_view path) {
  return Make("P2012", {"Missing a required value at `", path, "`"}, {{"path", path}});
}

Error MissingRequiredArgument(std::string_view argument, std::string_view field, std::string_view object) {
  return Make("P2013", {"Missing the required argument `", argument, "` for field `", field, "` on `", object, "`."},
              {{"argument_name", argument}, {"field_name", field}, {"object_name", object}});
}

Error RelationViolation(std::string_view relation, std::string_view model_a, std::string_view model_b) {
  return Make("P2014",
              {"The change you are trying to make would violate the required relation '", relation, "' between the `",
               model_a, "` and `", model_b, "` models."},
              {{"relation_name", relation}, {"model_a_name", model_a}, {"model_b_name", model_b}});
}

Error RelatedRecordNotFound(std::string_view details) {
  return Make("P2015", {"A related record could not be found. ", details}, {{"details", details}});
}

Error InterpretationError(std::string_view details) {
  return Make("P2016", {"Query interpretation error. ", details}, {{"details", details}});
}

Error RecordsNotConnected(std::string_view relation, std::string_view parent, std::string_view child) {
  return Make("P2017",
              {"The records for relation `", relation, "` between the `", parent, "` and `", child,
               "` models are not connected."},
              {{"relation_name", relation}, {"parent_name", parent}, {"child_name", child}});
}

Error ConnectedRecordsNotFound(std::string_view details) {
  return Make("P2018", {"The required connected records were not found. ", details}, {{"details", details}});
}

Error InputError(std::string_view details) {
  Error error = Make("P2019", {"Input error. ", details}, {{"details", details}});
  error.debug_text = "Error in query graph construction: InputError(" + DebugText(details) + ")";
  return error;
}

Error ValueOutOfRange(std::string_view details) {
  return Make("P2020", {"Value out of range for the type: ", details}, {{"details", details}});
}

Error TableDoesNotExist(std::string_view table) {
  return Make("P2021", {"The table `", table, "` does not exist in the current database."}, {{"table", table}});
}

Error ColumnDoesNotExist(std::string_view column) {
  return Make("P2022", {"The column `", column, "` does not exist in the current database."}, {{"column", column}});
}

Error InconsistentColumnData(std::string_view message) {
  return Make("P2023", {"Inconsistent column data: ", message}, {{"message", message}});
}

Error PoolTimeout(int64_t connection_limit, int64_t timeout_seconds) {
  std::string limit = std::to_string(connection_limit), timeout = std::to_string(timeout_seconds);
  return Error("P2024",
               "Timed out fetching a new connection from the connection pool. More info: "
               "http://pris.ly/d/connection-pool (Current connection pool timeout: " +
                   timeout + ", connection limit: " + limit + ")",
               R"({"connection_limit":)" + limit + R"(,"timeout":)" + timeout + "}");
}

Error RecordNotFound(std::string_view cause) {
  return Make(
      "P2025",
      {"An operation failed because it depends on one or more records that were required but not found. ", cause},
      {{"cause", cause}});
}

Error UnsupportedFeature(std::string_view feature) {
  return Make("P2026", {"The current database provider doesn't support a feature that the query used: ", feature},
              {{"feature", feature}});
}

Error SeveralErrors(std::string_view errors) {
  return Make("P2027", {"Multiple errors occurred on the database during query execution: ", errors},
              {{"errors", errors}});
}

Error TransactionError(std::string_view error) {
  Error made = Make("P2028", {"Transaction API error: ", error}, {{"error", error}});
  made.debug_text = error;
  return made;
}

Error ParameterLimitExceeded(std::string_view message) {
  return Make("P2029", {"Query parameter limit exceeded error: ", message, "."}, {{"message", message}});
}

Error MissingFulltextIndex() {
  return Make(
      "P2030",
      {"Cannot find a fulltext index to use for the search, try adding a @@fulltext([Fields...]) to your schema"});
}

Error ConversionFailed(std::string_view field, std::string_view expected_type, std::string_view found) {
  return Make("P2032",
              {"Error converting field \"", field, "\" of expected non-nullable type \"", expected_type,
               "\", found incompatible value of \"", found, "\"."},
              {{"field", field}, {"expected_type", expected_type}, {"found", found}});
}

Error ValueDoesNotFit(std::string_view details) { return Make("P2033", {details}, {{"details", details}}); }

Error WriteConflict() {
  return Make("P2034", {"Transaction failed due to a write conflict or a deadlock. Please retry your transaction"});
}

Error AssertionViolation(std::string_view database_error) {
  return Make("P2035", {"Assertion violation on the database: `", database_error, "`"},
              {{"database_error", database_error}});
}

Error ExternalConnectorError(int64_t id) {
  std::string text = std::to_string(id);
  return Error("P2036", "Error in external connector (id " + text + ")", R"({"id":)" + text + "}");
}

Error TooManyConnections(std::string_view message) {
  return Make("P2037", {"Too many database connections opened: ", message}, {{"message", message}});
}

Error Unknown(const std::string& message) { return Error("", message); }

void WriteUserFacingError(json::Writer& writer, const Error& error) {
  writer.BeginObject();
  writer.Member("is_panic", false);
  writer.Member("message", error.message());
  if (error.code().empty()) {
    writer.Key("backtrace");
    writer.Null();
  } else {
    writer.Key("meta");
    writer.Raw(error.meta().empty() ? "{}" : error.meta());
    writer.Member("error_code", error.code());
  }
  if (error.batch_request_index >= 0) writer.Member("batch_request_idx", error.batch_request_index);
  writer.EndObject();
}

std::string UserFacingError(const Error& error) {
  std::string text;
  json::Writer writer(text);
  WriteUserFacingError(writer, error);
  return text;
}

std::string PanicError(std::string_view message) {
  std::string text;
  json::Writer writer(text);
  writer.BeginObject();
  writer.Member("is_panic", true);
  writer.Member("message", message);
  writer.Key("backtrace");
  writer.Null();
  writer.EndObject();
  return text;
}

std::string DebugText(const Error& error) {
  if (error.code().empty()) return error.message();
  std::string text = "KnownError { message: ";
  AppendDebugQuoted(text, error.message());
  text += ", meta: ";
  json::Document meta;
  if (meta.Parse(error.meta().empty() ? "{}" : error.meta())) AppendDebugValue(text, meta.root());
  text += ", error_code: ";
  AppendDebugQuoted(text, error.code());
  text += " }";
  return text;
}

std::string DebugText(const json::Value& value) {
  std::string text;
  AppendDebugValue(text, value);
  return text;
}

std::string DebugText(std::string_view text) {
  std::string debug;
  AppendDebugQuoted(debug, text);
  return debug;
}

void WriteProtocolError(json::Writer& writer, const Error& error) {
  std::string text = error.debug_text.empty() ? DebugText(error) : error.debug_text;
  if (error.batch_request_index >= 0) {
    text = "Error in batch request " + std::to_string(error.batch_request_index) + ": " + text;
  }
  writer.BeginObject();
  writer.Member("error", text);
  writer.Key("user_facing_error");
  WriteUserFacingError(writer, error);
  writer.EndObject();
}

}  // namespace prisma::errors
