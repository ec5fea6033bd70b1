#pragma once

#include <optional>

#include "migrate/steps.h"

namespace prisma::postgresql {

// None: nothing changes.
std::optional<migrate::TypeChange> NativeTypeChange(const migrate::NativeType& before,
                                                    const migrate::NativeType& after);

}  // namespace prisma::postgresql
