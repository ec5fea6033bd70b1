#include "value/datetime.h"

#include <chrono>

namespace prisma {

namespace {

constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

// Days since 1970-01-01 of a proleptic Gregorian date.
int64_t DaysFromCivil(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const unsigned year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<int64_t>(day_of_era) - 719468;
}

void CivilFromDays(int64_t days, int64_t& year, unsigned& month, unsigned& day) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const unsigned day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  year = static_cast<int64_t>(year_of_era) + era * 400;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  year += month <= 2;
}

unsigned DaysInMonth(int64_t year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && is_leap ? 29 : kDays[month - 1];
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return position_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  bool Take(char c) {
    if (peek() != c) return false;
    ++position_;
    return true;
  }
  // Exactly `digits` digits.
  bool Number(int digits, int64_t& number) {
    number = 0;
    for (int i = 0; i < digits; ++i) {
      const char c = peek();
      if (c < '0' || c > '9') return false;
      number = number * 10 + (c - '0');
      ++position_;
    }
    return true;
  }
  // A run of 4 to 6 digits: a signed year.
  bool LongYear(int64_t& number) {
    number = 0;
    int digits = 0;
    while (peek() >= '0' && peek() <= '9' && digits < 7) {
      number = number * 10 + (peek() - '0');
      ++position_;
      ++digits;
    }
    return digits >= 4 && digits <= 6;
  }
  // Decimals of a second as microseconds.
  bool Fraction(int64_t& microseconds) {
    microseconds = 0;
    int digits = 0;
    for (; peek() >= '0' && peek() <= '9'; ++position_, ++digits) {
      if (digits < 6) microseconds = microseconds * 10 + (peek() - '0');
    }
    for (int i = digits; i < 6; ++i) microseconds *= 10;
    return digits > 0;
  }

 private:
  std::string_view text_;
  size_t position_ = 0;
};

std::optional<int64_t> Parse(std::string_view text, bool is_lenient) {
  Scanner in(text);
  int64_t year, month, day, hour = 0, minute = 0, second = 0, fraction = 0, offset = 0;
  const bool is_before_christ = in.Take('-');
  if (is_before_christ || in.Take('+')) {
    if (!in.LongYear(year)) return {};
    if (is_before_christ) year = -year;
  } else if (!in.Number(4, year)) {
    return {};
  }
  if (!in.Take('-') || !in.Number(2, month) || !in.Take('-') || !in.Number(2, day)) return {};
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, static_cast<unsigned>(month))) return {};
  if (!(in.at_end() && is_lenient)) {
    if (!in.Take('T') && !in.Take('t') && !in.Take(' ')) return {};
    if (!in.Number(2, hour) || !in.Take(':') || !in.Number(2, minute)) return {};
    if (in.Take(':')) {
      if (!in.Number(2, second)) return {};
    } else if (!is_lenient) {
      return {};
    }
    if (in.Take('.') && !in.Fraction(fraction)) return {};
    if (hour > 23 || minute > 59 || second > 60) return {};
    if (second == 60) second = 59, fraction = kMicrosecondsPerSecond - 1;
    if (is_lenient) in.Take(' ');
    if (in.Take('Z') || in.Take('z')) {
    } else if (in.peek() == '+' || in.peek() == '-') {
      const bool is_negative = in.peek() == '-';
      in.Take(in.peek());
      int64_t offset_hours, offset_minutes = 0;
      if (!in.Number(2, offset_hours)) return {};
      if (in.Take(':')) {
        if (!in.Number(2, offset_minutes)) return {};
      } else if (!is_lenient || (!in.at_end() && !in.Number(2, offset_minutes))) {
        return {};
      }
      if (offset_hours > 23 || offset_minutes > 59) return {};
      offset = (offset_hours * 60 + offset_minutes) * 60;
      if (is_negative) offset = -offset;
    } else if (is_lenient) {
      if (text.ends_with(" UTC")) return Parse(text.substr(0, text.size() - 4), true);
    } else {
      return {};
    }
  }
  if (!in.at_end()) return {};
  // Microseconds in 64 bits reach from the year -290307 to 294246.
  if (year < -262143 || year > 262142) return {};
  const int64_t days = DaysFromCivil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  const int64_t seconds = days * kSecondsPerDay + hour * 3600 + minute * 60 + second - offset;
  return seconds * kMicrosecondsPerSecond + fraction;
}

char* WriteDigits(char* out, uint64_t number, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return out + digits;
}

// "2026-11-21T02:42:36"; returns the microseconds left.
char* WriteSeconds(int64_t microseconds, char* out, int64_t& rest) {
  int64_t seconds = microseconds / kMicrosecondsPerSecond;
  rest = microseconds % kMicrosecondsPerSecond;
  if (rest < 0) rest += kMicrosecondsPerSecond, --seconds;
  int64_t days = seconds / kSecondsPerDay;
  int64_t second_of_day = seconds % kSecondsPerDay;
  if (second_of_day < 0) second_of_day += kSecondsPerDay, --days;
  int64_t year;
  unsigned month, day;
  CivilFromDays(days, year, month, day);
  if (year < 0 || year > 9999) {
    *out++ = year < 0 ? '-' : '+';
    const uint64_t magnitude = static_cast<uint64_t>(year < 0 ? -year : year);
    int digits = 4;
    for (uint64_t bound = 10000; magnitude >= bound && digits < 7; bound *= 10) ++digits;
    out = WriteDigits(out, magnitude, digits);
  } else {
    out = WriteDigits(out, static_cast<uint64_t>(year), 4);
  }
  *out++ = '-';
  out = WriteDigits(out, month, 2);
  *out++ = '-';
  out = WriteDigits(out, day, 2);
  *out++ = 'T';
  out = WriteDigits(out, static_cast<uint64_t>(second_of_day / 3600), 2);
  *out++ = ':';
  out = WriteDigits(out, static_cast<uint64_t>(second_of_day / 60 % 60), 2);
  *out++ = ':';
  return WriteDigits(out, static_cast<uint64_t>(second_of_day % 60), 2);
}

}  // namespace

std::optional<int64_t> ParseDateTime(std::string_view text) { return Parse(text, false); }

std::optional<int64_t> ParseDatabaseDateTime(std::string_view text) { return Parse(text, true); }

size_t WriteDateTime(int64_t microseconds, char* out) {
  int64_t rest;
  char* end = WriteSeconds(microseconds, out, rest);
  *end++ = '.';
  end = WriteDigits(end, static_cast<uint64_t>(rest / 1000), 3);
  *end++ = 'Z';
  return static_cast<size_t>(end - out);
}

std::string FormatDateTime(int64_t microseconds) {
  char text[kMaxDateTimeText];
  return std::string(text, WriteDateTime(microseconds, text));
}

std::string FormatDateTimeWithOffset(int64_t microseconds) {
  char text[kMaxDateTimeText];
  int64_t rest;
  char* end = WriteSeconds(microseconds, text, rest);
  if (rest != 0) {
    *end++ = '.';
    end = rest % 1000 == 0 ? WriteDigits(end, static_cast<uint64_t>(rest / 1000), 3)
                           : WriteDigits(end, static_cast<uint64_t>(rest), 6);
  }
  return std::string(text, end) + "+00:00";
}

int64_t NowMicroseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace prisma
