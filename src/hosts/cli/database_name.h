// How messages name the database of a schema.
#pragma once

#include <string>

#include "schema/schema.h"

namespace prisma::cli {

struct DatabaseName {
  std::string datasource;  // "db"
  std::string provider;    // "SQLite"
  std::string database;    // "dev.db"; may be empty
  std::string location;    // "file:./dev.db" or "localhost:5432"; may be empty
  std::string schema;      // may be empty
  std::vector<std::string> schemas;

  // Datasource "db": SQLite database "dev.db" at "file:./dev.db"
  std::string Describe() const;
};

// The URL's variable must be set; nothing secret of the URL is taken over.
DatabaseName NameDatabase(const schema::Schema& schema);

}  // namespace prisma::cli
