// What a request can end with: one named constructor per P-code, with Prisma's text and meta; and the error object of
// the protocol.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace prisma::json {
class Value;
class Writer;
}  // namespace prisma::json

namespace prisma::errors {

// What a database said was violated.
struct Constraint {
  enum class Kind : uint8_t { kFields, kIndex, kForeignKey, kUnknown };
  Kind kind = Kind::kUnknown;
  std::vector<std::string> fields;  // kFields
  std::string index;                // kIndex

  static Constraint Fields(std::vector<std::string> fields) { return {Kind::kFields, std::move(fields), {}}; }
  static Constraint Index(std::string name) { return {Kind::kIndex, {}, std::move(name)}; }
  static Constraint ForeignKey() { return {Kind::kForeignKey, {}, {}}; }
};

// Connections and databases.
Error AuthenticationFailed(std::string_view user);                            // P1000
Error CannotReachDatabase(std::string_view location);                         // P1001
Error DatabaseTimedOut(std::string_view location, std::string_view context);  // P1002
Error DatabaseDoesNotExist(std::string_view name);                            // P1003
Error SocketTimeout(std::string_view extra_hint = {});                        // P1008
Error DatabaseAlreadyExists(std::string_view name);                           // P1009
Error AccessDenied(std::string_view user, std::string_view database);         // P1010
Error TlsError(std::string_view message);                                     // P1011
Error SchemaFaults(std::string_view rendered);                                // P1012
Error InvalidConnectionString(std::string_view details);                      // P1013
Error UnderlyingModelMissing(std::string_view kind, std::string_view model);  // P1014
Error WrongNumberOfParameters(int64_t expected, int64_t actual);              // P1016
Error ConnectionClosed();                                                     // P1017

// Queries.
Error ValueTooLong(std::string_view column);                                                 // P2000
Error UniqueViolation(const Constraint& constraint);                                         // P2002
Error ForeignKeyViolation(const Constraint& constraint);                                     // P2003
Error ConstraintViolation(std::string_view database_error);                                  // P2004
Error InvalidStoredValue(std::string_view value, std::string_view field);                    // P2005
Error InvalidValue(std::string_view value, std::string_view model, std::string_view field);  // P2006
Error DataValidation(std::string_view database_error);                                       // P2007
Error Validation(const std::string& message, std::string meta);                              // P2009
Error RawQueryFailed(std::string_view code, std::string_view message);                       // P2010
Error NullViolation(const Constraint& constraint);                                           // P2011
Error RequiredArgumentMissing(const std::string& message, std::string meta);                 // P2012 of the check
Error MissingRequiredValue(std::string_view path);                                           // P2012 of the execution
Error MissingRequiredArgument(std::string_view argument, std::string_view field, std::string_view object);  // P2013
Error RelationViolation(std::string_view relation, std::string_view model_a, std::string_view model_b);     // P2014
Error RelatedRecordNotFound(std::string_view details);                                                      // P2015
Error InterpretationError(std::string_view details);                                                        // P2016
Error RecordsNotConnected(std::string_view relation, std::string_view parent, std::string_view child);      // P2017
Error ConnectedRecordsNotFound(std::string_view details);                                                   // P2018
Error InputError(std::string_view details);                                                                 // P2019
Error ValueOutOfRange(std::string_view details);                                                            // P2020
Error TableDoesNotExist(std::string_view table);                                                            // P2021
Error ColumnDoesNotExist(std::string_view column);                                                          // P2022
Error InconsistentColumnData(std::string_view message);                                                     // P2023
Error PoolTimeout(int64_t connection_limit, int64_t timeout_seconds);                                       // P2024
Error RecordNotFound(std::string_view cause);                                                               // P2025
Error UnsupportedFeature(std::string_view feature);                                                         // P2026
Error SeveralErrors(std::string_view errors);                                                               // P2027
Error TransactionError(std::string_view error);                                                             // P2028
Error ParameterLimitExceeded(std::string_view message);                                                     // P2029
Error MissingFulltextIndex();                                                                               // P2030
Error ConversionFailed(std::string_view field, std::string_view expected_type, std::string_view found);     // P2032
Error ValueDoesNotFit(std::string_view details);                                                            // P2033
Error WriteConflict();                                                                                      // P2034
Error AssertionViolation(std::string_view database_error);                                                  // P2035
Error ExternalConnectorError(int64_t id);                                                                   // P2036
Error TooManyConnections(std::string_view message);                                                         // P2037

// An error that has no P-code.
Error Unknown(const std::string& message);

// {"is_panic":false,"message":…,"meta":…,"error_code":…}, with `"backtrace":null` in place of the last two if there is
// no code. The body of bare errors.
void WriteUserFacingError(json::Writer& writer, const Error& error);
std::string UserFacingError(const Error& error);
// The same of a bug of ours.
std::string PanicError(std::string_view message);

// {"error":…,"user_facing_error":{…}}, an item of the protocol's `errors`.
void WriteProtocolError(json::Writer& writer, const Error& error);

// `KnownError { message: "…", meta: Object {…}, error_code: "P2002" }`, or the message if there is no code.
std::string DebugText(const Error& error);
// A JSON value and a text in the same form: `Object {"a": Number(1)}`, `"a \"quoted\" text"`.
std::string DebugText(const json::Value& value);
std::string DebugText(std::string_view text);

}  // namespace prisma::errors
