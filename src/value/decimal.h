// Decimals as normalised text: no exponent, no leading or trailing zeros, no "-0". The database does the arithmetic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prisma {

// Takes "1.50", "-.5", "1e3", "+7": gives "1.5", "-0.5", "1000", "7". Nothing for other text, or if the digits written
// out would be more than kMaxDecimalDigits.
inline constexpr int kMaxDecimalDigits = 20000;
std::optional<std::string> ParseDecimal(std::string_view text);

// The shortest decimal that reads back as `number`; nothing for infinities and NaN.
std::optional<std::string> DecimalFromDouble(double number);

// Of normalised decimals.
double DecimalToDouble(std::string_view decimal);
int CompareDecimals(std::string_view a, std::string_view b);

}  // namespace prisma
