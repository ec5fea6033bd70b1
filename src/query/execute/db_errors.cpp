#include "query/execute/db_errors.h"

#include "diagnostics/errors.h"
#include "json/writer.h"

namespace prisma::query {
namespace {

using driver::DbError;
using errors::Constraint;

Constraint ConstraintOf(const DbError& error) {
  if (!error.columns.empty()) return Constraint::Fields(error.columns);
  if (!error.constraint.empty()) return Constraint::Index(error.constraint);
  return {};
}

Error Unknown(const DbError& error) {
  if (!error.debug.empty()) {
    return errors::Unknown(
        "Error occurred during query execution:\nConnectorError(ConnectorError { user_facing_error: None, kind: "
        "QueryError(" +
        error.debug + "), transient: false })");
  }
  std::string quoted;
  json::AppendString(quoted, error.text);
  return errors::Unknown(
      "Error occurred during query execution:\nConnectorError(ConnectorError { user_facing_error: None, kind: "
      "QueryError(DatabaseError { code: " +
      error.native_code + ", message: " + quoted + " }), transient: false })");
}

Error ConversionError(const DbError& error, const schema::Schema& schema, const StatementPlan* statement) {
  std::string message = "Could not convert value " + error.text;
  if (error.text.starts_with("BigDecimal(")) {
    message = "Could not convert from `" + error.text + "`";
    if (statement != nullptr && error.column_index < statement->fields.size()) {
      message += " to `" + schema.fields[statement->fields[error.column_index]].type_name + "`";
    }
    return errors::InconsistentColumnData(message);
  }
  if (statement != nullptr && error.column_index < statement->fields.size() &&
      statement->fields[error.column_index].valid()) {
    const schema::Field& field = schema.fields[statement->fields[error.column_index]];
    message += " of the field `" + field.name + "` to type `" + field.type_name + "`.";
  }
  return errors::InconsistentColumnData(message);
}

}  // namespace

Error ToError(const DbError& error, const schema::Schema& schema, const StatementPlan* statement) {
  switch (error.kind) {
    case DbError::Kind::kUniqueViolation:
      return errors::UniqueViolation(ConstraintOf(error));
    case DbError::Kind::kForeignKeyViolation: {
      Constraint constraint = ConstraintOf(error);
      if (constraint.kind == Constraint::Kind::kUnknown) constraint = Constraint::ForeignKey();
      return errors::ForeignKeyViolation(constraint);
    }
    case DbError::Kind::kNotNullViolation:
      return errors::NullViolation(ConstraintOf(error));
    case DbError::Kind::kCheckViolation:
      return errors::ConstraintViolation(error.text);
    case DbError::Kind::kConversion:
      return ConversionError(error, schema, statement);
    case DbError::Kind::kValueOutOfRange:
      return errors::InconsistentColumnData("Conversion failed: " + error.text);
    case DbError::Kind::kOutOfRange:
      return errors::ValueOutOfRange(error.text);
    case DbError::Kind::kInvalidValue:
      return errors::InconsistentColumnData(error.text);
    case DbError::Kind::kLengthMismatch:
      return errors::ValueTooLong(error.columns.empty() ? std::string("(not available)") : error.columns[0]);
    case DbError::Kind::kAuthenticationFailed:
      return errors::AuthenticationFailed(error.name);
    case DbError::Kind::kAccessDenied:
      if (error.name.empty()) return Unknown(error);
      return errors::AccessDenied(error.name, error.table);
    case DbError::Kind::kTooManyConnections:
      return errors::TooManyConnections(error.text);
    case DbError::Kind::kTls:
      return errors::TlsError(error.text);
    case DbError::Kind::kDatabaseExists:
      return errors::DatabaseAlreadyExists(error.name);
    case DbError::Kind::kAssertion:
      return errors::AssertionViolation(error.text);
    case DbError::Kind::kMissingFulltextIndex:
      return errors::MissingFulltextIndex();
    case DbError::Kind::kTableMissing:
      return errors::TableDoesNotExist(error.table);
    case DbError::Kind::kColumnMissing:
      return errors::ColumnDoesNotExist(error.columns.empty() ? std::string("(not available)") : error.columns[0]);
    case DbError::Kind::kTimeout:
      return errors::SocketTimeout();
    case DbError::Kind::kSerialization:
      return errors::WriteConflict();
    case DbError::Kind::kConnectionClosed:
      return errors::ConnectionClosed();
    case DbError::Kind::kDatabaseMissing:
      return errors::DatabaseDoesNotExist(error.name.empty() ? error.table : error.name);
    case DbError::Kind::kConnectionFailed:
      // A file is not a server that could be down.
      if (schema.connector != nullptr && schema.connector->is_embedded()) {
        return errors::Unknown("Error querying the database: Error code " + error.native_code + ": " + error.text);
      }
      return errors::CannotReachDatabase(error.text);
    case DbError::Kind::kConnectTimeout:
      return errors::DatabaseTimedOut(error.text, "The server did not answer while a connection was opened.");
    case DbError::Kind::kTooManyParameters:
      return errors::ParameterLimitExceeded(error.text);
    case DbError::Kind::kInvalidTransaction:
      return errors::Unknown("Error in connector: Conversion error: " + error.text);
    default:
      return Unknown(error);
  }
}

Error ToRawError(const DbError& error, const schema::Schema& schema) {
  switch (error.kind) {
    case DbError::Kind::kTimeout:
    case DbError::Kind::kInterrupted:
    case DbError::Kind::kConnectionClosed:
    case DbError::Kind::kSerialization:
    case DbError::Kind::kAssertion:
      return ToError(error, schema, nullptr);
    case DbError::Kind::kUnsupportedColumn:
      return errors::RawQueryFailed(
          "N/A", "Failed to deserialize column of type '" + error.text +
                     "'. If you're using $queryRaw and this column is explicitly marked as `Unsupported` in your "
                     "Prisma schema, try casting this column to any supported Prisma type such as `String`.");
    case DbError::Kind::kWrongParameterCount:
      return errors::WrongNumberOfParameters(error.expected, error.actual);
    default:
      return errors::RawQueryFailed(error.native_code, error.text);
  }
}

}  // namespace prisma::query
