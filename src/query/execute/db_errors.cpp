#include "query/execute/db_errors.h"

#include "json/writer.h"

namespace prisma::query {
namespace {

using driver::DbError;

std::string StringList(const std::vector<std::string>& items) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const std::string& item : items) writer.String(item);
  writer.EndArray();
  return out;
}

std::string OneMember(std::string_view key, std::string_view text) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Member(key, text);
  writer.EndObject();
  return out;
}

std::string Names(const std::vector<std::string>& items) {
  std::string out = "(";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ",";
    out += "`" + item + "`";
  }
  return out + ")";
}

// "fields: (`a`,`b`)", "constraint: `x`", "(not available)", with the JSON of the same.
struct Constraint {
  std::string text;
  std::string json;
};

Constraint ConstraintOf(const DbError& error, std::string_view none) {
  if (!error.columns.empty()) return {"fields: " + Names(error.columns), StringList(error.columns)};
  if (!error.constraint.empty()) {
    std::string json;
    json::AppendString(json, error.constraint);
    return {"constraint: `" + error.constraint + "`", json};
  }
  return {std::string(none), "null"};
}

std::string TypeName(const schema::Field& field) {
  return field.kind == schema::FieldKind::kEnum ? field.type_name : std::string(schema::ScalarTypeName(field.scalar));
}

Error Unknown(const DbError& error) {
  std::string text = error.text;
  std::string quoted;
  json::AppendString(quoted, text);
  return Error("",
               "Error occurred during query execution:\nConnectorError(ConnectorError { user_facing_error: None, "
               "kind: QueryError(DatabaseError { code: " +
                   error.native_code + ", message: " + quoted + " }), transient: false })");
}

}  // namespace

Error ToError(const DbError& error, const schema::Schema& schema, const StatementPlan* statement) {
  switch (error.kind) {
    case DbError::Kind::kUniqueViolation: {
      Constraint c = ConstraintOf(error, "(not available)");
      return Error("P2002", "Unique constraint failed on the " + c.text, "{\"target\":" + c.json + "}");
    }
    case DbError::Kind::kForeignKeyViolation: {
      Constraint c = ConstraintOf(error, "foreign key");
      return Error("P2003", "Foreign key constraint violated on the " + c.text, "{\"constraint\":" + c.json + "}");
    }
    case DbError::Kind::kNotNullViolation: {
      Constraint c = ConstraintOf(error, "(not available)");
      return Error("P2011", "Null constraint violation on the " + c.text, "{\"constraint\":" + c.json + "}");
    }
    case DbError::Kind::kCheckViolation:
      return Error("P2004", "A constraint failed on the database: `" + error.text + "`",
                   OneMember("database_error", error.text));
    case DbError::Kind::kConversion: {
      const schema::Field* field = nullptr;
      if (statement != nullptr && error.column_index < statement->fields.size() &&
          statement->fields[error.column_index].valid()) {
        field = &schema.fields[statement->fields[error.column_index]];
      }
      std::string message = "Could not convert value " + error.text;
      if (field != nullptr) message += " of the field `" + field->name + "` to type `" + TypeName(*field) + "`.";
      return Error("P2023", "Inconsistent column data: " + message, OneMember("message", message));
    }
    case DbError::Kind::kValueOutOfRange: {
      std::string message = "Conversion failed: " + error.text;
      return Error("P2023", "Inconsistent column data: " + message, OneMember("message", message));
    }
    case DbError::Kind::kTableMissing: {
      return Error("P2021", "The table `" + error.table + "` does not exist in the current database.",
                   OneMember("table", error.table));
    }
    case DbError::Kind::kColumnMissing: {
      std::string column = error.columns.empty() ? std::string("(not available)") : error.columns[0];
      return Error("P2022", "The column `" + column + "` does not exist in the current database.",
                   OneMember("column", column));
    }
    case DbError::Kind::kTimeout:
      return Error("P1008", "Socket timeout (the database failed to respond to a query within the configured timeout).",
                   "{\"extra_hint\":\"\"}");
    case DbError::Kind::kSerialization:
      return Error("P2034", "Transaction failed due to a write conflict or a deadlock. Please retry your transaction",
                   "{}");
    case DbError::Kind::kConnectionClosed:
      return Error("P1017", "Server has closed the connection.", "{}");
    case DbError::Kind::kDatabaseMissing:
      return Error("P1003", "Database `" + error.table + "` does not exist", OneMember("database_name", error.table));
    case DbError::Kind::kConnectionFailed:
      return Error("P1001", "Can't reach database server: " + error.text, OneMember("database_location", error.text));
    case DbError::Kind::kAccessDenied:
      return Error("P1010", "User was denied access on the database: " + error.text, "{}");
    case DbError::Kind::kTooManyParameters:
      return Error("P2029", "Query parameter limit exceeded error: " + error.text + ".",
                   OneMember("message", error.text));
    case DbError::Kind::kInvalidTransaction:
      return Error("", "Error in connector: Conversion error: " + error.text);
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
      return ToError(error, schema, nullptr);
    default:
      break;
  }
  std::string meta;
  json::Writer writer(meta);
  writer.BeginObject();
  writer.Member("code", error.native_code);
  writer.Member("message", error.text);
  writer.EndObject();
  return Error("P2010", "Raw query failed. Code: `" + error.native_code + "`. Message: `" + error.text + "`", meta);
}

}  // namespace prisma::query
