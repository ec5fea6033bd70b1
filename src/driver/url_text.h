// The parts of connection URLs that all databases write alike.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prisma::driver {

// `%41` is a byte; what is no such escape stays as it is. As in forms, a plus may stand for a blank.
std::string PercentDecode(std::string_view text, bool plus_is_blank = false);

// Takes the first pair off "key=value&key=value", both still encoded; false at the end. A key without a value has an
// empty one.
bool TakeParameter(std::string_view& parameters, std::string_view& key, std::string_view& value);

// The value of a parameter that is a number; P1013 if it isn't.
uint32_t NumberParameter(std::string_view key, std::string_view value);
// Of one that is a limit in seconds: zero is none.
std::optional<std::chrono::milliseconds> LimitParameter(std::string_view key, std::string_view value);

}  // namespace prisma::driver
