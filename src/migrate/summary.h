// A migration in words for people: "[+] Added tables" and so on.
#pragma once

#include <string>

#include "migrate/steps.h"

namespace prisma::migrate {

std::string WriteSummary(const Steps& steps, const SchemaPair& schemas);

}  // namespace prisma::migrate
