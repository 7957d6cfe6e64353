#include "base/time_text.h"

#include <fmt/format.h>

namespace parley {
namespace {

// Reads exactly `digits` decimal digits.
bool read_digits(std::string_view& text, int digits, int& value) {
  if (text.size() < static_cast<std::size_t>(digits)) return false;
  value = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(digits));
  return true;
}

bool skip(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string format_iso8601(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  int year = 0, month = 0, day = 0;
  if (!read_digits(text, 4, year) || !skip(text, '-') || !read_digits(text, 2, month) || !skip(text, '-') ||
      !read_digits(text, 2, day))
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  Timestamp time = std::chrono::sys_days{date};
  if (text.empty()) return time;

  if (!skip(text, 'T') && !skip(text, 't') && !skip(text, ' ')) return std::nullopt;
  int hour = 0, minute = 0, second = 0;
  if (!read_digits(text, 2, hour) || !skip(text, ':') || !read_digits(text, 2, minute)) return std::nullopt;
  if (skip(text, ':') && !read_digits(text, 2, second)) return std::nullopt;
  // 24:00:00 and leap seconds are accepted as the moment that follows.
  if (hour > 24 || minute > 59 || second > 60) return std::nullopt;
  time += std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};

  if (skip(text, '.') || skip(text, ',')) {
    int ms = 0, digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      if (digits < 3) ms = ms * 10 + (text.front() - '0');
      ++digits;
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 3; ++digits) ms *= 10;
    time += std::chrono::milliseconds{ms};
  }

  if (text.empty() || text == "Z" || text == "z") return time;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  int offset_hours = 0, offset_minutes = 0;
  if (!read_digits(text, 2, offset_hours)) return std::nullopt;
  skip(text, ':');
  if (!text.empty() && !read_digits(text, 2, offset_minutes)) return std::nullopt;
  if (!text.empty() || offset_hours > 18 || offset_minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours{offset_hours} + std::chrono::minutes{offset_minutes};
  return west ? time + offset : time - offset;
}

}  // namespace parley
