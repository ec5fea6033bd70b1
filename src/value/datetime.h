// Date-times as text: RFC 3339 in, Prisma's millisecond form out. A date-time is microseconds since
// 1970-01-01T00:00:00Z.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prisma {

// RFC 3339 as requests carry it: "2026-11-21T02:42:36.316Z", any offset, `t` or a space for `T`, any number of decimals
// (cut to microseconds).
std::optional<int64_t> ParseDateTime(std::string_view text);

// What databases keep as text besides that: without an offset, without seconds, or a date alone, all taken as UTC.
std::optional<int64_t> ParseDatabaseDateTime(std::string_view text);

// "2026-11-21T02:42:36.316Z": milliseconds, UTC, as responses print it.
std::string FormatDateTime(int64_t microseconds);
// Writes the same into `out` (at least kMaxDateTimeText bytes); returns the length.
inline constexpr size_t kMaxDateTimeText = 40;
size_t WriteDateTime(int64_t microseconds, char* out);

// "2026-11-21T02:42:36.316+00:00", or with as many decimals as needed, as raw queries and databases print it.
std::string FormatDateTimeWithOffset(int64_t microseconds);

// The present.
int64_t NowMicroseconds();

}  // namespace prisma
