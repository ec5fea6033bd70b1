// All that migrations need of one provider. The list of providers is in engine/connectors.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "migrate/data_loss.h"
#include "migrate/ddl.h"
#include "migrate/describer.h"
#include "migrate/rules.h"

namespace prisma::migrate {

// What is done to databases as a whole. All throw driver::DbException or Error.
class DatabaseAdmin {
 public:
  virtual ~DatabaseAdmin() = default;
  // Does not connect yet. Relative paths in the URL are taken from `config_dir`.
  virtual std::unique_ptr<driver::Database> Open(const std::string& url, const std::string& config_dir) const = 0;
  // Nothing is there to connect to, and Create may help: the name of what is missing.
  virtual std::optional<std::string> MissingDatabase(const std::string& url, const std::string& config_dir) const = 0;
  // Returns the name of the database, whether it was there or not.
  virtual std::string Create(const std::string& url, const std::string& config_dir) const = 0;
  virtual void Drop(const std::string& url, const std::string& config_dir) const = 0;
  // Leaves an empty database.
  virtual void Reset(const std::string& url, const std::string& config_dir) const = 0;
  // Runs the statements of one migration; where the database can, all of them or none.
  virtual void Apply(driver::Connection& connection, const Statements& statements) const;
  // What the database's own words are introduced with.
  virtual std::string_view ErrorHeading() const = 0;
};

struct Provider {
  std::string_view name;  // the active provider's
  const CalculatorRules& calculator;
  const DifferRules& differ;
  const DdlWriter& ddl;
  const DataLossRules& data_loss;
  // For statements that are run at once: where a script's text, which others rely on, would fail in the database.
  const DdlWriter& executed_ddl;
  const Describer* describer = nullptr;  // null: this build can't connect to such databases
  const DatabaseAdmin* admin = nullptr;  // likewise
};

// The list is in engine/connectors.cpp. Null if there are no migrations for the provider.
const Provider* FindProvider(std::string_view active_provider);

}  // namespace prisma::migrate
