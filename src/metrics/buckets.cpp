#include "metrics/buckets.h"

#include <fmt/format.h>

#include <algorithm>

namespace parley::metrics {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr std::size_t kMostBuckets = 10'000;
constexpr days kWeek{7};
// 1970-01-01 was a Thursday, the fourth day of its ISO week.
constexpr days kEpochInWeek{3};

Timestamp local_midnight(const TimeZone& zone, sys_days day) { return zone.start_of_day(year_month_day{day}); }

std::int64_t week_number(sys_days day, days into_week) {
  return floor<std::chrono::weeks>(day.time_since_epoch() + into_week).count();
}

// How far into its week 1970-01-01 is, where weeks begin on the day after the window's last one.
days epoch_in_rolling_week(const Scope& scope) {
  const sys_days last{scope.workspace.time_zone.local_day(scope.to - milliseconds{1})};
  return kWeek - (last.time_since_epoch() + days{1}) % kWeek;
}

class Enumeration {
 public:
  Enumeration(const Scope& scope, Interval interval) : scope_(scope), zone_(scope.workspace.time_zone) {
    switch (interval) {
      case Interval::kNone: break;
      case Interval::kHour: by_hour(); break;
      case Interval::kDay: by_day(); break;
      case Interval::kWeek: by_week(kEpochInWeek); break;
      case Interval::kRollingWeek: by_week(epoch_in_rolling_week(scope)); break;
      case Interval::kMonth: by_month(); break;
    }
  }

  bool overflowed() const { return overflowed_; }
  std::vector<Bucket> take() { return std::move(buckets_); }

 private:
  bool add(std::int64_t key, Timestamp start) {
    if (start >= scope_.to) return false;
    overflowed_ = buckets_.size() == kMostBuckets;
    if (!overflowed_) buckets_.push_back({key, start});
    return !overflowed_;
  }

  sys_days first_day() const { return sys_days{zone_.local_day(scope_.from)}; }

  // Hours are named by the moment they begin, so that the hour that comes twice in autumn is two.
  void by_hour() {
    const auto spans = zone_.offsets_between(scope_.from, scope_.to);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      const milliseconds offset = spans[i].offset;
      const Timestamp end = i + 1 < spans.size() ? spans[i + 1].start : scope_.to;
      for (Timestamp start{floor<hours>(spans[i].start.time_since_epoch() + offset) - offset}; start < end;
           start += hours{1}) {
        const bool seen = !buckets_.empty() && buckets_.back().start >= start;
        if (!seen && !add(to_ms(start), start)) return;
      }
    }
  }

  void by_day() {
    for (sys_days day = first_day(); add(day.time_since_epoch().count(), local_midnight(zone_, day)); day += days{1}) {
    }
  }

  void by_week(days into_week) {
    std::int64_t week = week_number(first_day(), into_week);
    while (add(week, local_midnight(zone_, sys_days{kWeek * week - into_week}))) ++week;
  }

  void by_month() {
    const year_month_day first{first_day()};
    year_month month{first.year(), first.month()};
    const auto key = [&] { return static_cast<int>(month.year()) * 100 + static_cast<unsigned>(month.month()); };
    while (add(static_cast<std::int64_t>(key()), local_midnight(zone_, sys_days{month / 1}))) month += months{1};
  }

  const Scope& scope_;
  const TimeZone& zone_;
  std::vector<Bucket> buckets_;
  bool overflowed_ = false;
};

// The moment that shows the same wall clock `by` earlier.
Timestamp earlier(const TimeZone& zone, Timestamp time, days by) {
  const Timestamp local = time + zone.offset_at(time) - by;
  const sys_days day = floor<days>(local);
  if (local == day) return local_midnight(zone, day);
  const Timestamp close = local - zone.offset_at(time);
  return local - zone.offset_at(close);
}

}  // namespace

Result<std::vector<Bucket>> buckets_of(const Scope& scope, Interval interval) {
  Enumeration enumeration(scope, interval);
  if (enumeration.overflowed())
    return invalid(
        fmt::format("interval: expected at most {} steps in the window; ask for a longer interval or a "
                    "shorter window",
                    kMostBuckets));
  return enumeration.take();
}

std::string bucket_sql(Interval interval, const Question& question) {
  switch (interval) {
    case Interval::kNone: break;
    case Interval::kHour:
      return fmt::format("(intDiv({}, 3600000) * 3600000 - {})", question.local_ms(), question.offset());
    case Interval::kDay: return question.local_day();
    case Interval::kWeek: return fmt::format("intDiv({} + {}, 7)", question.local_day(), kEpochInWeek.count());
    case Interval::kRollingWeek:
      return fmt::format("intDiv({} + {}, 7)", question.local_day(), epoch_in_rolling_week(question.scope()).count());
    case Interval::kMonth: return fmt::format("toYYYYMM(toDate({}))", question.local_day());
  }
  return "0";
}

Scope previous_scope(const Scope& scope) {
  const TimeZone& zone = scope.workspace.time_zone;
  const milliseconds length = (scope.to + zone.offset_at(scope.to)) - (scope.from + zone.offset_at(scope.from));
  const days shift = kWeek * std::max<std::int64_t>(1, (length + kWeek - milliseconds{1}) / milliseconds{kWeek});
  Scope previous = scope;
  previous.from = earlier(zone, scope.from, shift);
  previous.to = earlier(zone, scope.to, shift);
  return previous;
}

}  // namespace parley::metrics
