#include "connectors/sqlite/error_map.h"

#include <sqlite3.h>

namespace prisma::sqlite {
namespace {

using driver::DbError;

// "UNIQUE constraint failed: User.email, User.name"; "… failed: index 'users_lower'".
void ReadColumns(std::string_view text, DbError& error) {
  size_t at = text.find("constraint failed: ");
  if (at == std::string_view::npos) return;
  text.remove_prefix(at + 19);
  if (text.starts_with("index '")) {
    text.remove_prefix(7);
    error.constraint = text.substr(0, text.rfind('\''));
    return;
  }
  while (!text.empty()) {
    size_t comma = text.find(", ");
    std::string_view column = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 2);
    size_t dot = column.find('.');
    if (dot != std::string_view::npos) {
      error.table = column.substr(0, dot);
      column.remove_prefix(dot + 1);
    }
    error.columns.emplace_back(column);
  }
}

DbError::Kind ConstraintKind(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return DbError::Kind::kUniqueViolation;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:
      return DbError::Kind::kForeignKeyViolation;
    case SQLITE_CONSTRAINT_NOTNULL:
      return DbError::Kind::kNotNullViolation;
    case SQLITE_CONSTRAINT_CHECK:
      return DbError::Kind::kCheckViolation;
    default:
      return DbError::Kind::kUnknown;
  }
}

bool TakeName(std::string_view text, std::string_view prefix, std::string& name) {
  if (!text.starts_with(prefix)) return false;
  name = text.substr(prefix.size());
  return true;
}

}  // namespace

DbError MapError(int code, std::string_view text) {
  DbError error;
  error.native_code = std::to_string(code);
  error.text = text;
  std::string name;
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      error.kind = ConstraintKind(code);
      ReadColumns(text, error);
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error.kind = DbError::Kind::kTimeout;
      break;
    case SQLITE_INTERRUPT:
      error.kind = DbError::Kind::kInterrupted;
      break;
    case SQLITE_READONLY:
      error.kind = DbError::Kind::kReadOnly;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      error.kind = DbError::Kind::kCorrupt;
      break;
    case SQLITE_FULL:
      error.kind = DbError::Kind::kDiskFull;
      break;
    case SQLITE_CANTOPEN:
      error.kind = DbError::Kind::kConnectionFailed;
      break;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      error.kind = DbError::Kind::kAccessDenied;
      break;
    case SQLITE_RANGE:
      error.kind = DbError::Kind::kTooManyParameters;
      break;
    case SQLITE_ERROR:
      if (TakeName(text, "no such table: ", error.table)) {
        error.kind = DbError::Kind::kTableMissing;
        if (error.table.find('.') == std::string::npos) error.table = "main." + error.table;
      } else if (TakeName(text, "no such column: ", name)) {
        error.kind = DbError::Kind::kColumnMissing;
        error.columns.push_back(name);
      } else if (size_t at = text.find(" has no column named "); at != std::string_view::npos) {
        error.kind = DbError::Kind::kColumnMissing;
        error.columns.emplace_back(text.substr(at + 21));
      } else if (text.starts_with("too many SQL variables")) {
        error.kind = DbError::Kind::kTooManyParameters;
      } else if (text.find("syntax error") != std::string_view::npos) {
        error.kind = DbError::Kind::kSyntax;
      }
      break;
    default:
      break;
  }
  return error;
}

}  // namespace prisma::sqlite
