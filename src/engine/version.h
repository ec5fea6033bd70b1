// What clients are told about the engines.
#pragma once

#include <string_view>

namespace prisma::engine {

// The commit of the engines that these answer like.
inline constexpr std::string_view kEngineCommit = "2ba551f319ab1df4bc874a89965d8b3641056773";

}  // namespace prisma::engine
