// Prisma's preview features.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prisma::schema {

enum class PreviewState : uint8_t {
  kActive,
  kDoomed,  // active, but going away
  kHidden,
  kDeprecated,
};

struct PreviewFeature {
  std::string_view name;
  PreviewState state;
};

// In the order that Prisma lists them.
const PreviewFeature* FindPreviewFeature(std::string_view name);  // case doesn't matter; null if unknown
std::vector<std::string_view> ActivePreviewFeatures(std::string_view provider);
// The feature that took the place of a deprecated one on this provider, and where it is explained.
struct RenamedPreviewFeature {
  std::string_view name, link;
};
std::optional<RenamedPreviewFeature> FindRenamedPreviewFeature(std::string_view name, std::string_view provider);
// Sorts as Prisma lists them and removes doubles.
void SortPreviewFeatures(std::vector<std::string>& features);

}  // namespace prisma::schema
