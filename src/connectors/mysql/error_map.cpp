#include "connectors/mysql/error_map.h"

#include "diagnostics/errors.h"

namespace prisma::mysql {
namespace {

using driver::DbError;
using Kind = DbError::Kind;

// The n-th word between blanks, from zero.
std::string_view Word(std::string_view text, size_t n) {
  for (;;) {
    size_t blank = text.find(' ');
    if (n-- == 0) return text.substr(0, blank);
    if (blank == std::string_view::npos) return {};
    text.remove_prefix(blank + 1);
  }
}

// What stands in the first pair of quotes of `text`.
std::string Quoted(std::string_view text, char quote) {
  size_t from = text.find(quote);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + 1);
  return std::string(text.substr(0, text.find(quote)));
}

std::string AfterDot(std::string name) {
  size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

Kind KindOf(unsigned code) {
  switch (code) {
    case 1062:  // ER_DUP_ENTRY
    case 1586:  // ER_DUP_ENTRY_WITH_KEY_NAME
      return Kind::kUniqueViolation;
    case 1451:  // ER_ROW_IS_REFERENCED_2
    case 1452:  // ER_NO_REFERENCED_ROW_2
      return Kind::kForeignKeyViolation;
    case 1048:  // ER_BAD_NULL_ERROR
    case 1263:  // ER_WARN_NULL_TO_NOTNULL
    case 1364:  // ER_NO_DEFAULT_FOR_FIELD
      return Kind::kNotNullViolation;
    case 3819:  // ER_CHECK_CONSTRAINT_VIOLATED
    case 4025:  // ER_CONSTRAINT_FAILED
      return Kind::kCheckViolation;
    case 1264:  // ER_WARN_DATA_OUT_OF_RANGE
      return Kind::kOutOfRange;
    case 1406:  // ER_DATA_TOO_LONG
      return Kind::kLengthMismatch;
    case 1146:  // ER_NO_SUCH_TABLE
      return Kind::kTableMissing;
    case 1054:  // ER_BAD_FIELD_ERROR
      return Kind::kColumnMissing;
    case 1049:  // ER_BAD_DB_ERROR
      return Kind::kDatabaseMissing;
    case 1007:  // ER_DB_CREATE_EXISTS
      return Kind::kDatabaseExists;
    case 1044:  // ER_DBACCESS_DENIED_ERROR
      return Kind::kAccessDenied;
    case 1045:  // ER_ACCESS_DENIED_ERROR
    case 1698:  // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
      return Kind::kAuthenticationFailed;
    case 1040:  // ER_CON_COUNT_ERROR
    case 1203:  // ER_TOO_MANY_USER_CONNECTIONS
      return Kind::kTooManyConnections;
    case 1213:  // ER_LOCK_DEADLOCK
      return Kind::kSerialization;
    case 1191:  // ER_FT_MATCHING_KEY_NOT_FOUND
      return Kind::kMissingFulltextIndex;
    case 1317:  // ER_QUERY_INTERRUPTED
    case 1969:  // ER_STATEMENT_TIMEOUT of MariaDB
    case 3024:  // ER_QUERY_TIMEOUT of MySQL
      return Kind::kInterrupted;
    case 1390:  // ER_PS_MANY_PARAM
      return Kind::kTooManyParameters;
    case 1064:  // ER_PARSE_ERROR
      return Kind::kSyntax;
    case 1290:  // ER_OPTION_PREVENTS_STATEMENT
    case 1792:  // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
      return Kind::kReadOnly;
    case 1021:  // ER_DISK_FULL
      return Kind::kDiskFull;
    case 2026:  // CR_SSL_CONNECTION_ERROR
      return Kind::kTls;
    case 2002:  // CR_CONNECTION_ERROR
    case 2003:  // CR_CONN_HOST_ERROR
    case 2005:  // CR_UNKNOWN_HOST
      return Kind::kConnectionFailed;
    case 1053:  // ER_SERVER_SHUTDOWN
    case 1927:  // ER_CONNECTION_KILLED
    case 2006:  // CR_SERVER_GONE_ERROR
    case 2013:  // CR_SERVER_LOST
      return Kind::kConnectionClosed;
    default:
      return Kind::kUnknown;
  }
}

}  // namespace

DbError MapError(unsigned code, std::string_view state, std::string_view text) {
  DbError error;
  error.kind = KindOf(code);
  error.native_code = std::to_string(code);
  error.text = text;
  error.debug = "Server(MysqlError { code: " + error.native_code + ", message: " + errors::DebugText(text) +
                ", state: " + errors::DebugText(state) + " })";
  switch (error.kind) {
    case Kind::kUniqueViolation:
      // Duplicate entry '…' for key 'User.User_email_key'
      if (size_t at = text.rfind(" for key "); at != std::string_view::npos) {
        error.constraint = AfterDot(Quoted(text.substr(at), '\''));
      }
      break;
    case Kind::kForeignKeyViolation:
      // … fails (`db`.`Post`, CONSTRAINT `…` FOREIGN KEY (`authorId`) REFERENCES …
      if (size_t at = text.rfind(" FOREIGN KEY ("); at != std::string_view::npos) {
        if (std::string column = Quoted(text.substr(at), '`'); !column.empty()) error.columns.push_back(column);
      }
      break;
    case Kind::kNotNullViolation:  // Column 'x' cannot be null; Field 'x' doesn't have a default value
    case Kind::kColumnMissing:     // Unknown column 'x' in 'field list'
    case Kind::kLengthMismatch:    // Data too long for column 'x' at row 1
      error.columns.push_back(Quoted(text, '\''));
      break;
    case Kind::kTableMissing:  // Table 'db.x' doesn't exist
      error.table = AfterDot(Quoted(text, '\''));
      break;
    case Kind::kDatabaseMissing:  // Unknown database 'x'
    case Kind::kDatabaseExists:   // Can't create database 'x'; database exists
      error.name = Quoted(text.substr(std::min(text.find("database '"), text.size())), '\'');
      break;
    case Kind::kAuthenticationFailed:  // Access denied for user 'x'@'host' (using password: YES)
      error.name = Quoted(Word(text, 4), '\'');
      break;
    case Kind::kAccessDenied:  // Access denied for user 'x'@'host' to database 'y'
      error.name = Quoted(Word(text, 4), '\'');
      error.table = Quoted(text.substr(std::min(text.rfind(" database "), text.size())), '\'');
      break;
    default:
      break;
  }
  return error;
}

}  // namespace prisma::mysql
