// All that migrations need of one provider. The list of providers is in engine/migration_providers.cpp.
#pragma once

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
  // Runs the statements of one migration; where the database can, all of them or none.
  virtual void Apply(driver::Connection& connection, const Statements& statements) const;
  // True if there is nothing yet at `url`, and Create is to be called.
  virtual bool IsMissing(const std::string& url) const = 0;
  // The name of the database.
  virtual std::string Create(const std::string& url) const = 0;
  virtual void Drop(const std::string& url) const = 0;
  // Leaves an empty database.
  virtual void Reset(driver::Connection& connection, const std::string& url) const = 0;
};

struct Provider {
  std::string_view name;  // the active provider's
  const CalculatorRules& calculator;
  const DifferRules& differ;
  const DdlWriter& ddl;
  const DataLossRules& data_loss;
  const Describer* describer = nullptr;  // null: not there yet
  const DatabaseAdmin* admin = nullptr;
};

}  // namespace prisma::migrate
