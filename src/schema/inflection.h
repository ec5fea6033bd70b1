// Names that the formatter makes up: of fields for models.
#pragma once

#include <string>
#include <string_view>

namespace prisma::schema {

// "UserProfile" and "user_profile" to "userProfile".
std::string CamelCase(std::string_view name);
// The plural of an English noun in camel case.
std::string Plural(std::string_view noun);
// Only the first letter changes.
std::string LowerFirst(std::string_view name);
std::string UpperFirst(std::string_view name);

}  // namespace prisma::schema
