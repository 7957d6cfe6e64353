#include "metrics/buckets.h"

#include <gtest/gtest.h>

#include "base/time_text.h"

namespace parley::metrics {
namespace {

Scope window(const char* zone, const char* from, const char* to) {
  Scope scope;
  scope.workspace.time_zone = *TimeZone::find(zone);
  scope.from = *parse_iso8601(from);
  scope.to = *parse_iso8601(to);
  return scope;
}

std::vector<std::string> starts(const Scope& scope, Interval interval) {
  std::vector<std::string> texts;
  const auto buckets = buckets_of(scope, interval);
  EXPECT_TRUE(buckets.ok());
  if (!buckets.ok()) return texts;
  for (const Bucket& bucket : *buckets) texts.push_back(format_iso8601(bucket.start));
  return texts;
}

TEST(Buckets, a_local_day_is_one_bucket_whatever_its_clock_does) {
  // Berlin put its clocks back on 2026-10-25: that day has 25 hours.
  const Scope scope = window("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z");
  EXPECT_EQ(starts(scope, Interval::kDay),
            (std::vector<std::string>{"2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"}));
  EXPECT_EQ(buckets_of(scope, Interval::kHour)->size(), 49u);
}

TEST(Buckets, the_hour_that_is_skipped_in_spring_is_none) {
  const Scope scope = window("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
  EXPECT_EQ(buckets_of(scope, Interval::kHour)->size(), 23u);
  EXPECT_EQ(buckets_of(scope, Interval::kDay)->size(), 1u);
}

TEST(Buckets, hours_begin_with_the_local_hour_in_zones_off_by_half_an_hour) {
  const Scope scope = window("Asia/Kolkata", "2026-05-01T00:00:00Z", "2026-05-01T02:00:00Z");
  EXPECT_EQ(
      starts(scope, Interval::kHour),
      (std::vector<std::string>{"2026-04-30T23:30:00.000Z", "2026-05-01T00:30:00.000Z", "2026-05-01T01:30:00.000Z"}));
}

TEST(Buckets, weeks_are_iso_weeks_and_begin_on_monday) {
  const Scope scope = window("UTC", "2026-09-23T12:00:00Z", "2026-10-05T00:00:00Z");
  EXPECT_EQ(starts(scope, Interval::kWeek),
            (std::vector<std::string>{"2026-09-21T00:00:00.000Z", "2026-09-28T00:00:00.000Z"}));
}

TEST(Buckets, rolling_weeks_end_where_the_window_does) {
  EXPECT_EQ(starts(window("UTC", "2026-11-06", "2026-11-20"), Interval::kRollingWeek),
            (std::vector<std::string>{"2026-11-06T00:00:00.000Z", "2026-11-13T00:00:00.000Z"}));
  // Thursday to Thursday in Berlin, across the end of summer time.
  EXPECT_EQ(starts(window("Europe/Berlin", "2026-10-14T22:00:00Z", "2026-10-28T23:00:00Z"), Interval::kRollingWeek),
            (std::vector<std::string>{"2026-10-14T22:00:00.000Z", "2026-10-21T22:00:00.000Z"}));
}

TEST(Buckets, months_are_calendar_months) {
  const Scope scope = window("UTC", "2025-12-31T00:00:00Z", "2026-02-02T00:00:00Z");
  const std::vector<Bucket> buckets = *buckets_of(scope, Interval::kMonth);
  ASSERT_EQ(buckets.size(), 3u);
  EXPECT_EQ(buckets[0].key, 202512);
  EXPECT_EQ(buckets[2].key, 202602);
  EXPECT_EQ(format_iso8601(buckets[0].start), "2025-12-01T00:00:00.000Z");
}

TEST(Buckets, refuses_more_steps_than_anybody_can_read) {
  const auto none = buckets_of(window("UTC", "2020-01-01", "2026-01-01"), Interval::kHour);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, Code::kInvalid);
}

TEST(Buckets, the_period_before_a_week_is_the_week_before) {
  const Scope before = previous_scope(window("UTC", "2026-11-13", "2026-11-20"));
  EXPECT_EQ(format_iso8601(before.from), "2026-11-06T00:00:00.000Z");
  EXPECT_EQ(format_iso8601(before.to), "2026-11-13T00:00:00.000Z");
}

TEST(Buckets, the_period_before_has_the_same_weekdays) {
  const Scope thirty_days = previous_scope(window("UTC", "2026-10-21", "2026-11-20"));
  EXPECT_EQ(format_iso8601(thirty_days.from), "2026-09-16T00:00:00.000Z");  // 35 days before
  EXPECT_EQ(format_iso8601(thirty_days.to), "2026-10-16T00:00:00.000Z");
  const Scope six_hours = previous_scope(window("UTC", "2026-11-19T06:00:00Z", "2026-11-19T12:00:00Z"));
  EXPECT_EQ(format_iso8601(six_hours.from), "2026-11-12T06:00:00.000Z");
  EXPECT_EQ(format_iso8601(six_hours.to), "2026-11-12T12:00:00.000Z");
}

TEST(Buckets, the_period_before_keeps_local_midnight_across_a_clock_change) {
  const Scope before = previous_scope(window("Europe/Berlin", "2026-10-25T23:00:00Z", "2026-11-01T23:00:00Z"));
  EXPECT_EQ(format_iso8601(before.from), "2026-10-18T22:00:00.000Z");
  EXPECT_EQ(format_iso8601(before.to), "2026-10-25T23:00:00.000Z");
}

}  // namespace
}  // namespace parley::metrics
